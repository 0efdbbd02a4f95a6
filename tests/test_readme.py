"""What the README tells to type does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from app import cli_french
from app.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def typed(command: str) -> tuple[list[str], str]:
    """The words typed after `jalon` on the line of a command, and the comment beside it."""
    found = re.search(rf"^\.venv/bin/jalon ({command} .*?)\s+# (.*)$", README, flags=re.MULTILINE)
    assert found is not None, f"the README shows no « jalon {command} »"
    return shlex.split(found[1]), found[2]


def test_the_two_commands_of_the_readme_follow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    assess, promised = typed("assess")
    assert main(assess) == 0
    assert sorted(path.name for path in (tmp_path / "sortie").iterdir()) == sorted(promised.split(", "))
    verify, _ = typed("verify")
    assert main(verify) == 0


def test_the_exit_codes_of_the_readme_are_those_of_the_command() -> None:
    (told,) = [part for part in README.split("\n\n") if part.startswith("`jalon` exits with")]
    codes = (cli_french.UNAVAILABLE, cli_french.BAD_INPUT, cli_french.TAMPERED, cli_french.INTERRUPTED)
    assert [int(code) for code in re.findall(r"\b\d+\b", told)] == [0, *codes]
