"""How fast a section is written: CPU milliseconds, and the ratio to compressing its parts once they are ready.

The second figure is the one to compare between machines: nothing can write the file faster than its compression.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.dossier import Dossier
from exports.package_bytes import read_parts
from exports.section_docx import write_section
from tests.exports.sample import CONTENT_HASH, huge

SIZES = (60, 300, 1500)
RUNS = 7
LEVEL = 6
AIM_60_MS = 45.0
AIM_1500_RATIO = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One size: rows, CPU milliseconds to write, ratio to the compression of the ready parts, bytes."""

    rows: int
    cpu_ms: float
    deflate_ms: float
    size: int

    @property
    def ratio(self) -> float:
        """How many times the compression of its parts the whole writing takes."""
        return self.cpu_ms / self.deflate_ms


def measure(sizes: tuple[int, ...] = SIZES, *, runs: int = RUNS) -> list[Measure]:
    """Measure every size: median CPU time of the runs, after one run to warm up."""
    found = []
    for rows in sizes:
        dossier = huge(rows)
        content = _write(dossier)
        parts = [part for _, part in read_parts(content)]
        found.append(
            Measure(
                rows=rows,
                cpu_ms=_median(lambda dossier=dossier: _write(dossier), runs),  # type: ignore[misc] # bound now, on purpose
                deflate_ms=_median(lambda parts=parts: _deflate(parts), runs),  # type: ignore[misc] # bound now, on purpose
                size=len(content),
            )
        )
    return found


def _write(dossier: Dossier) -> bytes:
    out = io.BytesIO()
    write_section(dossier, out, content_hash=CONTENT_HASH)
    return out.getvalue()


def _deflate(parts: list[bytes]) -> None:
    for part in parts:
        zlib.compress(part, LEVEL)


def _median(work: Callable[[], object], runs: int) -> float:
    spent = []
    for _ in range(runs):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent)


def main() -> int:
    """Print the table."""
    print("Word section: rows | CPU ms | deflate of the ready parts, ms | ratio | bytes")
    for each in measure():
        print(f"{each.rows:>6} | {each.cpu_ms:7.1f} | {each.deflate_ms:6.1f} | {each.ratio:5.1f} | {each.size:>8}")
    print(f"aims: 60 rows <= {AIM_60_MS:.0f} ms, 1500 rows <= {AIM_1500_RATIO:.0f} x deflate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
