"""Logos: a PNG that is read to its last byte and written anew from what a picture needs.

It stands inside every survey page and mail, so it is small, and nothing travels in it but pixels:
no text, no profile, no second picture behind the first.
"""

import base64
import binascii
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_BYTES = 4096
WIDEST, HIGHEST = 800, 400
SHOWN_WIDE, SHOWN_HIGH = 160, 32
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = struct.Struct(">IIBBBBB")
# Values for a pixel by colour type, and the depths that the format allows.
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")

NO_PNG = "This is no PNG. Save the logo as a PNG and choose it again."
BROKEN = "This PNG is damaged. Save the logo again and choose it anew."
INTERLACED = "This PNG is interlaced. Save it without interlacing."


class LogoRefused(ValueError):
    """The file cannot be the logo; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that can be trusted, and how large it is."""

    width: int
    height: int
    png: bytes

    @property
    def text(self) -> str:
        """As it is stored, and as a page carries it."""
        return base64.b64encode(self.png).decode()

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height on the page: as large as fits, never larger than it is."""
        scale = min(1, SHOWN_WIDE / self.width, SHOWN_HIGH / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))

    def __str__(self) -> str:
        return f"{self.width} x {self.height} pixels, {len(self.png) / 1000:.1f} kB"


def read_logo(raw: bytes) -> Logo:
    """Return the logo in these bytes; raises LogoRefused."""
    if not raw.startswith(SIGNATURE):
        raise LogoRefused(NO_PNG)
    chunks = [(kind, data) for kind, data in _chunks(raw) if kind in KEPT]
    width, height, size = _head(chunks)
    pixels = b"".join(data for kind, data in chunks if kind == b"IDAT")
    _check_pixels(pixels, size)
    png = SIGNATURE + b"".join(_written(kind, data) for kind, data in chunks)
    if len(png) > MOST_BYTES:
        raise LogoRefused(
            f"This logo has {len(png):,} bytes; at most {MOST_BYTES:,} fit, for it is in every "
            "page and mail. Save it smaller (160 pixels wide is enough) or "
            "with fewer colours."
        )
    return Logo(width, height, png)


@lru_cache(maxsize=256)
def logo_of(text: str) -> Logo | None:
    """Return the logo as it was stored; None where there is none."""
    if not text:
        return None
    png = base64.b64decode(text)
    width, height = struct.unpack(">II", png[16:24])
    return Logo(width, height, png)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of the file until its end; what stands behind that is left behind."""
    at = len(SIGNATURE)
    while at + 12 <= len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        kind, data = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + length]
        checksum = raw[at + 8 + length : at + 12 + length]
        if checksum != struct.pack(">I", binascii.crc32(kind + data)):
            break
        yield kind, data
        if kind == b"IEND":
            return
        at += 12 + length
    raise LogoRefused(BROKEN)


def _head(chunks: list[tuple[bytes, bytes]]) -> tuple[int, int, int]:
    """Width, height, and how many bytes the pixels must have."""
    kinds = [kind for kind, _ in chunks]
    if kinds[:1] != [b"IHDR"] or kinds.count(b"IHDR") != 1 or len(chunks[0][1]) != HEAD.size:
        raise LogoRefused(BROKEN)
    width, height, depth, colour, packing, filtering, interlacing = HEAD.unpack(chunks[0][1])
    if interlacing:
        raise LogoRefused(INTERLACED)
    if depth not in DEPTHS.get(colour, ()) or packing or filtering:
        raise LogoRefused(BROKEN)
    if not (0 < width <= WIDEST and 0 < height <= HIGHEST):
        raise LogoRefused(
            f"This logo has {width} x {height} pixels; at most {WIDEST} x {HIGHEST} are shown well."
        )
    if kinds.count(b"PLTE") != 1 and colour == 3:  # its pixels are numbers of a list of colours
        raise LogoRefused(BROKEN)
    return width, height, height * (1 + (width * depth * CHANNELS[colour] + 7) // 8)


def _check_pixels(packed: bytes, size: int) -> None:
    """Unpack them as far as they may go: a small file can hold gigabytes."""
    unpacking = zlib.decompressobj()
    try:
        pixels = unpacking.decompress(packed, size + 1)
    except zlib.error as error:
        raise LogoRefused(BROKEN) from error
    if len(pixels) != size or not unpacking.eof:
        raise LogoRefused(BROKEN)


def _written(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", binascii.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum
