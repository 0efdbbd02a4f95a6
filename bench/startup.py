"""How long Jalon takes to start, beside a bare import of the same packages, and the memory of a process.

The floor is a process that imports exactly the modules of others that the application has loaded once it is ready:
what remains above it is ours (our modules, the routes, the catalogue).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 9
AIM_RATIO = 1.3
AIM_MEMORY_MB = 130.0
OURS = ("app", "forms", "questionnaires", "exports", "translations", "wsgi", "bench", "__main__", "__mp_main__")

START = """
import os
from app.factory import create_app
from app.settings import Settings, prepare_instance
create_app(prepare_instance(Settings.from_env(os.environ)))
"""

LOADED = (
    START
    + """
import json, sys
print(json.dumps([name for name, module in list(sys.modules.items()) if module is not None]))
"""
)

EXPORT = """
import resource, sys
from app.cli import main
code = main(["assess", "examples/couverture-9.toml", "--out", sys.argv[1]])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak // 1024 if sys.platform == "darwin" else peak)
sys.exit(code)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Startup:
    """CPU milliseconds to start, to import the same packages alone, to start Python alone; median of the runs."""

    ours_ms: float
    floor_ms: float
    python_ms: float
    modules: int

    @property
    def ratio(self) -> float:
        """How many times the bare imports the whole start-up takes."""
        return self.ours_ms / self.floor_ms


def measure_startup(runs: int = RUNS) -> Startup:
    """Start each kind of process in turn, so that a noisy moment falls on all of them."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "JALON_INSTANCE": folder}
        names = _foreign_modules(environ)
        floor = "\n".join(f"import {name}" for name in names)
        spent: dict[str, list[float]] = {START: [], floor: [], "pass": []}
        for _ in range(runs):
            for script, found in spent.items():
                found.append(_cpu_ms(script, environ))
    ours, bare, python = (statistics.median(found) for found in spent.values())
    return Startup(ours_ms=ours, floor_ms=bare, python_ms=python, modules=len(names))


def measure_memory() -> float:
    """Largest resident memory, in MB, of a process that assessed a firm and wrote its documents once."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "JALON_INSTANCE": folder}
        done = subprocess.run(
            [sys.executable, "-c", EXPORT, str(Path(folder, "out"))],
            cwd=ROOT,
            env=environ,
            check=True,
            capture_output=True,
            text=True,
        )
    return int(done.stdout.split()[-1]) / 1024


def _foreign_modules(environ: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=environ, check=True, capture_output=True, text=True
    )
    names: list[str] = json.loads(done.stdout)
    foreign = [name for name in names if name.split(".")[0] not in OURS]
    return [name for name in foreign if _imports_alone(name)]


def _imports_alone(name: str) -> bool:
    # Some packages put names into sys.modules that are no modules of their own (six.moves, os.path).
    return all(part.isidentifier() for part in name.split(".")) and ".moves" not in name


def _cpu_ms(script: str, environ: dict[str, str]) -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environ, check=True)
    after = os.times()
    return (after.children_user + after.children_system - before.children_user - before.children_system) * 1000


def main() -> int:
    """Print the figures."""
    startup = measure_startup()
    print("Start-up: CPU ms | import of the same packages alone, ms | ratio | Python alone, ms | packages' modules")
    print(
        f"{startup.ours_ms:8.0f} | {startup.floor_ms:6.0f} | {startup.ratio:4.2f} | {startup.python_ms:5.0f} | "
        f"{startup.modules:5d}   aim: ratio <= {AIM_RATIO}"
    )
    print(f"Memory of a process after one export: {measure_memory():.0f} MB   aim: < {AIM_MEMORY_MB:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
