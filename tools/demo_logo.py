"""Draws the logo of the invented service of the demonstration: `python tools/demo_logo.py` writes it anew."""

from __future__ import annotations

import struct
import zlib
from math import hypot
from pathlib import Path

SIDE = 120
"""Pixels."""
FINE = 4
"""Points measured along each side of a pixel, so that edges are smooth."""
PETROL, WHITE, SUN = (11, 79, 108), (255, 255, 255), (240, 180, 60)
OUT = Path(__file__).resolve().parents[1] / "examples" / "demo" / "logo.png"

Point = tuple[int, int, int]


def colour_at(x: float, y: float) -> Point | None:
    """The colour of a point of the unit square, None outside the rounded ground: a sun over two white hills."""
    if not _in_ground(x, y):
        return None
    if hypot(x - 0.68, y - 0.34) < 0.11:
        return SUN
    front = 0.80 - 0.30 * (1 - ((x - 0.34) / 0.46) ** 2)
    behind = 0.80 - 0.20 * (1 - ((x - 0.72) / 0.32) ** 2)
    if y < 0.80 and y > front:
        return WHITE
    if y < 0.80 and y > behind and y < front - 0.035:
        return (180, 205, 216)
    return PETROL


def _in_ground(x: float, y: float) -> bool:
    radius = 0.2
    dx, dy = max(radius - x, x - 1 + radius, 0), max(radius - y, y - 1 + radius, 0)
    return hypot(dx, dy) <= radius


def _pixel(column: int, row: int) -> bytes:
    found = []
    for fine_y in range(FINE):
        for fine_x in range(FINE):
            x = (column + (fine_x + 0.5) / FINE) / SIDE
            y = (row + (fine_y + 0.5) / FINE) / SIDE
            found.append(colour_at(x, y))
    seen = [each for each in found if each is not None]
    if not seen:
        return bytes(4)
    mean = [round(sum(each[channel] for each in seen) / len(seen)) for channel in range(3)]
    return bytes([*mean, round(255 * len(seen) / len(found))])


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def draw() -> bytes:
    """The logo as a PNG with transparency."""
    rows = (b"\0" + b"".join(_pixel(column, row) for column in range(SIDE)) for row in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"".join(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


if __name__ == "__main__":
    OUT.write_bytes(draw())
