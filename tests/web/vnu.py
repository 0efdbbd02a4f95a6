"""The Nu HTML checker (npm package vnu-jar), one process for all the pages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.needs import missing

JAR = Path(__file__).resolve().parents[2] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

MEANT = (re.compile(r"“role” attribute must not be used on a “t(r|h|d)” element which has a “table” ancestor"),)
"""What the checker minds and we keep: on a phone the cells of a table are drawn as blocks, and browsers then forget
that it is a table unless each part says so."""


def faults_of(pages: Mapping[str, str], folder: Path) -> list[str]:
    """What the checker says against these pages, each fault once with the first page that has it; skips without it."""
    java = shutil.which("java")
    if java is None:  # also where everything else must be installed: the checker is asked for where Java is present
        pytest.skip("Java is not installed here: the Nu HTML checker did not read the pages")
    if not JAR.exists():
        missing("the Nu HTML checker (npm ci --ignore-scripts)")
    names = {}
    for number, (place, source) in enumerate(pages.items()):
        path = folder / f"{number:04}.html"
        path.write_text(source, encoding="utf-8")
        names[path.name] = place
    command = [java, "-Xss2m", "-jar", str(JAR), "--format", "json", "--errors-only", "--exit-zero-always", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    said: dict[str, list[str]] = defaultdict(list)
    for message in json.loads(done.stderr)["messages"]:
        if any(meant.search(message["message"]) for meant in MEANT):
            continue
        place = names.get(Path(message["url"]).name, message["url"])
        said[f"{message['message']} « {message.get('extract', '').strip()[:120]} »"].append(place)
    return [f"{words} [{len(places)} pages, first {places[0]}]" for words, places in said.items()]
