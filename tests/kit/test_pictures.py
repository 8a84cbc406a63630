"""A code that a camera reads: exactly the link's modules, with white around them."""

import re
import struct
import zlib

import segno

from kit.pictures import qr_png, qr_svg

LINK = "https://feedback.acme.example/l/3kPq7"
WHITE = 4  # modules around it, or cameras do not find it


def modules(link):
    """Which places are dark, white margin counted, as the library draws this link at level M."""
    matrix = segno.make_qr(link, error="m").matrix
    return {
        (x + WHITE, y + WHITE) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    }


def dark_in_svg(drawn):
    """Follow the pen: each stroke of height one lies in the middle of its row."""
    found, x, y = set(), 0.0, 0.0
    path = re.findall(r'd="([^"]+)"', drawn)[-1]
    for act, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        given = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if act == "h":
            found |= {(int(x) + step, int(y)) for step in range(int(given[0]))}
            x += given[0]
        else:
            x, y = given if act == "M" else (x + given[0], y + given[1])
    return found


def unfiltered(pixels, wide):
    """The rows as they stand: each says first whether it is added to the one above it."""
    rows, above = [], bytes(wide - 1)
    for at in range(0, len(pixels), wide):
        adds, row = pixels[at], pixels[at + 1 : at + wide]
        assert adds in (0, 2)
        if adds:
            row = bytes((one + other) % 256 for one, other in zip(row, above, strict=True))
        rows.append(row)
        above = row
    return rows


def dark_in_png(png):
    width, height, depth = struct.unpack(">IIB", png[16:25])
    at, packed = 8, b""
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += 12 + length
    wide = (width + 7) // 8
    assert (depth, width) == (1, height)
    rows = unfiltered(zlib.decompress(packed), 1 + wide)
    return {
        (x // 10, y // 10)
        for y in range(5, height, 10)
        for x in range(5, width, 10)
        if not rows[y][x // 8] >> (7 - x % 8) & 1
    }


def test_both_pictures_hold_this_link_and_no_other():
    dark = modules(LINK)
    assert dark != modules(LINK + "x")
    assert dark_in_svg(qr_svg(LINK).decode()) == dark
    assert dark_in_png(qr_png(LINK)) == dark
