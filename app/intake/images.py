"""A logo sent as PNG or JPEG: its structure is walked through, what a picture does not need is dropped.

No pixel is decoded: a file that is not what it says, that is cut, or that is too large is refused in words; places,
dates, comments and thumbnails a camera or a program left in it go no further.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 500_000
MAX_SIDE: Final = 2_000
"""Pixels."""

PNG: Final = "image/png"
JPEG: Final = "image/jpeg"

_PNG_SIGN: Final = b"\x89PNG\r\n\x1a\n"
_JPEG_SIGN: Final = b"\xff\xd8\xff"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"})
_PNG_DEPTHS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Bits of a sample by type of colour."""
_PNG_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column, first row, step across, step down of the seven passes of an interlaced PNG."""
_JPEG_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
_JPEG_OTHER_FRAMES: Final = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xCC})
_JPEG_TABLES: Final = frozenset({0xC4, 0xDB, 0xDD})
_ADOBE: Final = 0xEE
"""Says how the colours are coded: without it some files turn negative."""
_SCAN, _END = 0xDA, 0xD9
_JFIF: Final = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_BROKEN: Final = "l'image est abîmée ou incomplète : enregistrez-la de nouveau en PNG ou en JPEG"


class ImageFault(ValueError):
    """The file cannot be a logo; the message says why and how to mend it, in French, without a capital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was walked through, without what it does not need."""

    media_type: str
    width: int
    height: int
    content: bytes


def read_picture(content: bytes) -> Picture:
    """The picture of those bytes; raises ImageFault."""
    if len(content) > MAX_BYTES:
        raise ImageFault(f"l'image pèse {-(-len(content) // 1000)} ko : 500 ko au plus, réduisez-la")
    if content.startswith(_PNG_SIGN):
        return _png(content)
    if content.startswith(_JPEG_SIGN):
        return _jpeg(content)
    raise ImageFault("ce n'est ni un PNG ni un JPEG : enregistrez le logo dans l'un de ces deux formats")


def _refuse_size(width: int, height: int) -> None:
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise ImageFault(f"l'image fait {width} sur {height} pixels : {MAX_SIDE} au plus de chaque côté, réduisez-la")


def _png(content: bytes) -> Picture:
    kept = bytearray(_PNG_SIGN)
    pixels = bytearray()
    header = b""
    seen: set[bytes] = set()
    for name, body, whole in _chunks(content):
        if not header and name != b"IHDR":
            raise ImageFault(_BROKEN)
        if name == b"IHDR":
            if header or len(body) != 13:
                raise ImageFault(_BROKEN)
            header = body
            _refuse_size(*struct.unpack(">II", body[:8]))
        elif name not in _PNG_KEPT:
            if not name[0] & 0x20:  # a capital: a reader that does not know it cannot draw the picture
                raise ImageFault(_BROKEN)
            continue
        if name == b"IDAT":
            pixels += body
        seen.add(name)
        kept += whole
    if not {b"IDAT", b"IEND"} <= seen or (header[9] == 3 and b"PLTE" not in seen):
        raise ImageFault(_BROKEN)
    _refuse_other_pixels(header, bytes(pixels))
    width, height = struct.unpack(">II", header[:8])
    return Picture(media_type=PNG, width=width, height=height, content=bytes(kept))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body and whole bytes of each chunk up to the end of the picture; what follows the end is left out."""
    at = len(_PNG_SIGN)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        whole = content[at : at + 12 + length]
        if len(whole) != 12 + length or int.from_bytes(whole[-4:]) != zlib.crc32(name + body):
            break
        yield name, body, whole
        if name == b"IEND":
            return
        at += len(whole)
    raise ImageFault(_BROKEN)


def _refuse_other_pixels(header: bytes, packed: bytes) -> None:
    """The pixels must be exactly as many as the header says: no cut picture, no bomb."""
    width, height, depth, colour, packing, filtering, laced = struct.unpack(">IIBBBBB", header)
    if depth not in _PNG_DEPTHS.get(colour, ()) or packing or filtering or laced not in {0, 1}:
        raise ImageFault(_BROKEN)
    bits = depth * _PNG_SAMPLES[colour]
    sizes = (
        ((width - x + across - 1) // across, (height - y + down - 1) // down)
        for x, y, across, down in (_PASSES if laced else ((0, 0, 1, 1),))
    )
    expected = sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns > 0 and rows > 0)
    unpacking = zlib.decompressobj()
    try:
        found = len(unpacking.decompress(packed, expected + 1))
    except zlib.error as error:
        raise ImageFault(_BROKEN) from error
    if found != expected:
        raise ImageFault(_BROKEN)


def _jpeg(content: bytes) -> Picture:
    kept = bytearray(b"\xff\xd8" + _JFIF)
    adobe = False
    size: tuple[int, int] | None = None
    scans = 0
    for marker, whole in _segments(content):
        if marker in _JPEG_OTHER_FRAMES:
            raise ImageFault("ce genre de JPEG ne s'affiche pas partout : enregistrez le logo en PNG")
        if marker in _JPEG_FRAMES:
            if size is not None or len(whole) < 10:
                raise ImageFault(_BROKEN)
            height, width = struct.unpack(">HH", whole[5:9])
            size = (width, height)
            _refuse_size(width, height)
        adobe = adobe or marker == _ADOBE
        scans += marker == _SCAN
        if marker in _JPEG_FRAMES | _JPEG_TABLES | {_SCAN, _ADOBE}:
            kept += whole
    if size is None or not scans:
        raise ImageFault(_BROKEN)
    if adobe:  # both headers contradict each other: the one that tells the colours is kept
        del kept[2 : 2 + len(_JFIF)]
    return Picture(media_type=JPEG, width=size[0], height=size[1], content=bytes(kept + b"\xff\xd9"))


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and whole bytes of each segment, a scan with its coded pixels; raises ImageFault without an end."""
    at = 2
    while at + 4 <= len(content) or content[at : at + 2] == b"\xff\xd9":
        if content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _END:
            return
        if marker < 0xC0 or 0xD0 <= marker <= 0xD8:
            break
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if end < at + 4 or end > len(content):
            break
        if marker == _SCAN:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end
    raise ImageFault(_BROKEN)


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the coded pixels stop: at the first marker that is neither a stuffed byte nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2
    raise ImageFault(_BROKEN)
