"""Writing the parts of an Office file as a zip whose bytes depend on nothing but the parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import BinaryIO, Final

ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The first day a zip can tell; the day of the document is in its core properties."""
_UNIX: Final = 3
_COMPRESSION: Final = 6


def read_parts(package: bytes) -> list[tuple[str, bytes]]:
    """The parts of an Office file, in their order."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def write_parts(parts: Iterable[tuple[str, bytes]], out: BinaryIO) -> None:
    """Write the parts with fixed dates, owner and compression: same parts, same bytes, on every system."""
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system = _UNIX
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=_COMPRESSION)
