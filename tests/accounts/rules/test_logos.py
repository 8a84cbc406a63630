"""A logo is a small PNG and nothing else."""

import random
import struct
import zlib

import pytest

from accounts.rules.logos import (
    BROKEN,
    INTERLACED,
    NO_PNG,
    SIGNATURE,
    LogoRefused,
    logo_of,
    read_logo,
)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def a_png(width=40, height=16, *, colour=2, depth=8, interlaced=0, pixels=None, more=b""):
    size = height * (1 + (width * depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] + 7) // 8)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    packed = zlib.compress(bytes(size) if pixels is None else pixels)
    return SIGNATURE + chunk(b"IHDR", head) + more + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def a_noisy_png():
    """As heavy as a logo may be: noise cannot be packed."""
    noise = b"".join(b"\0" + random.Random(row).randbytes(60) for row in range(64))
    return read_logo(a_png(60, 64, colour=0, pixels=noise))


@pytest.mark.parametrize("colour", [0, 2, 4, 6])
def test_a_png_of_any_colours_is_taken(colour):
    logo = read_logo(a_png(colour=colour))
    assert (logo.width, logo.height) == (40, 16)
    assert logo_of(logo.text) == logo


def test_only_what_makes_the_picture_is_kept():
    """No words, no profile, no second picture: a file can carry anything behind its pixels."""
    plain = a_png()
    carrying = a_png(more=chunk(b"tEXt", b"Author\0Ada") + chunk(b"eXIf", b"where it was taken"))
    assert read_logo(carrying + b"<script>alert(1)</script>").png == plain


def test_colours_by_number_need_their_list():
    colours = chunk(b"PLTE", bytes(6))
    assert read_logo(a_png(colour=3, depth=1, more=colours)).png == a_png(
        colour=3, depth=1, more=colours
    )
    with pytest.raises(LogoRefused, match="damaged"):
        read_logo(a_png(colour=3, depth=1))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", NO_PNG),
        (b"<svg onload='alert(1)'/>", NO_PNG),
        (b"\xff\xd8\xff\xe0JFIF", NO_PNG),
        (SIGNATURE, BROKEN),
        (a_png()[:-1], BROKEN),
        (a_png().replace(b"IDAT", b"IDAt"), BROKEN),
        (a_png(interlaced=1), INTERLACED),
        (a_png(pixels=b"too few"), BROKEN),
        (a_png(pixels=bytes(10**7)), BROKEN),  # 10 kB that would unpack to 10 MB
        (SIGNATURE + chunk(b"IEND", b""), BROKEN),
    ],
)
def test_anything_else_is_refused_with_a_sentence(raw, said):
    with pytest.raises(LogoRefused) as refused:
        read_logo(raw)
    assert str(refused.value) == said


def test_four_kilobytes_fit_and_one_byte_more_does_not():
    def stored(width, height):
        """Not packed, so that its weight is known: 68 bytes and those of its rows."""
        head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
        rows = zlib.compress(bytes(height * (1 + width)), 0)
        return SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")

    assert len(read_logo(stored(105, 38)).png) == 4096
    with pytest.raises(LogoRefused, match="has 4,097 bytes"):
        read_logo(stored(236, 17))


def test_what_is_too_large_says_by_how_much():
    noise = random.Random(1).randbytes(64 * (1 + 3 * 200))
    with pytest.raises(LogoRefused, match=r"has 38,\d\d\d bytes; at most 4,096 fit"):
        read_logo(a_png(200, 64, pixels=noise))
    with pytest.raises(LogoRefused, match="900 x 16 pixels"):
        read_logo(a_png(900, 16))
    assert len(read_logo(a_png(800, 400, colour=0, depth=1)).png) <= 4096


@pytest.mark.parametrize(
    ("width", "height", "shown"), [(40, 16, (40, 16)), (320, 64, (160, 32)), (64, 64, (32, 32))]
)
def test_it_is_shown_as_large_as_fits(width, height, shown):
    assert read_logo(a_png(width, height, colour=0, depth=1)).shown == shown
