"""A logo is walked through: what is no picture is refused in words, what a picture does not need is dropped."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.images import JPEG, MAX_BYTES, PNG, ImageFault, read_picture

SIGN = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 3, height: int = 2, *, extra: bytes = b"", pixels: bytes | None = None, laced: int = 0) -> bytes:
    rows = b"\x00" + b"\x80" * 3 * width
    packed = zlib.compress(rows * height if pixels is None else pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, laced)
    return SIGN + chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*, before: bytes = b"", frame: int = 0xC0, width: int = 3, height: int = 2) -> bytes:
    size = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + before
        + segment(0xDB, b"\x00" * 65)
        + segment(frame, size)
        + segment(0xC4, b"\x00" * 20)
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + b"\x12\xff\x00\x34\xff\xd0\x56"
        + b"\xff\xd9"
    )


def test_a_png_keeps_its_pixels_and_loses_what_it_tells_of_its_author() -> None:
    told = chunk(b"tEXt", b"Author\x00Jeanne") + chunk(b"eXIf", b"GPS") + chunk(b"iCCP", b"profile")
    read = read_picture(png(extra=told) + b"hidden after the end")
    assert (read.media_type, read.width, read.height) == (PNG, 3, 2)
    assert read.content == png()


def test_a_jpeg_keeps_its_pixels_and_loses_what_it_tells_of_its_author() -> None:
    told = segment(0xE1, b"Exif\x00\x00GPS") + segment(0xFE, b"a comment") + segment(0xED, b"Photoshop")
    read = read_picture(jpeg(before=told) + b"hidden after the end")
    assert (read.media_type, read.width, read.height) == (JPEG, 3, 2)
    assert read.content == jpeg()


def test_the_header_that_tells_the_colours_of_a_jpeg_stays() -> None:
    adobe = segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x02")
    read = read_picture(jpeg(before=adobe))
    assert adobe in read.content
    assert b"JFIF" not in read.content


def test_an_interlaced_png_is_counted_pass_by_pass() -> None:
    # 3 x 2 pixels: passes of 1x1, 1x1 (column 2 of the first row), 3x1 for the second row; others are empty.
    rows = b"\x00" + b"\x80" * 3
    assert read_picture(png(pixels=rows + rows + rows + b"\x00" + b"\x80" * 9, laced=1)).width == 3
    with pytest.raises(ImageFault, match="abîmée"):
        read_picture(png(laced=1, pixels=rows))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ni un PNG ni un JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "ni un PNG ni un JPEG"),
        (b"GIF89a", "ni un PNG ni un JPEG"),
        (b"\x00" * (MAX_BYTES + 1), "500 ko au plus"),
        (png(2001, 1, pixels=b""), "2001 sur 1 pixels"),
        (png(0, 1), "0 sur 1 pixels"),
        (jpeg(width=2001), "2001 sur 2 pixels"),
        (jpeg(height=0), "3 sur 0 pixels"),
        (jpeg(frame=0xC3), "ce genre de JPEG"),
        (png(pixels=b"\x00" * 5), "abîmée ou incomplète"),
        (png(pixels=b"\x00" * 10_000_000), "abîmée ou incomplète"),
        (png()[:-12], "abîmée ou incomplète"),
        (png(extra=chunk(b"ABCD", b"")), "abîmée ou incomplète"),
        (png(extra=chunk(b"IHDR", b"\x00" * 13)), "abîmée ou incomplète"),
        (SIGN + chunk(b"IDAT", b"") + chunk(b"IEND", b""), "abîmée ou incomplète"),
        (png().replace(b"IDAT", b"IDAU"), "abîmée ou incomplète"),
        (jpeg()[:-2], "abîmée ou incomplète"),
        (b"\xff\xd8\xff\xd9", "abîmée ou incomplète"),
        (b"\xff\xd8\xff\xe0\x00\x01", "abîmée ou incomplète"),
    ],
)
def test_what_cannot_be_a_logo_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(ImageFault, match=said):
        read_picture(content)


@pytest.mark.parametrize("whole", [png(), jpeg()])
def test_a_cut_picture_is_refused_wherever_it_is_cut(whole: bytes) -> None:
    for end in range(len(whole)):
        with pytest.raises(ImageFault):
            read_picture(whole[:end])


@given(st.data())
def test_no_damage_gets_through_as_anything_but_a_picture_or_a_refusal(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([png(), jpeg()]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4)))
    parts = [whole[a:b] for a, b in pairwise([0, *cuts, len(whole)])]
    damaged = data.draw(st.binary(max_size=8)).join(parts)
    with suppress(ImageFault):
        assert read_picture(damaged).width >= 1
