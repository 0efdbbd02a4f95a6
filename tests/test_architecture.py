"""The house rules that a tool or a short search can hold; each failure says what to mend."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import missing

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PRODUCT = ("app", "forms", "questionnaires", "exports")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
"""In lines; the aim is 300 and one screen, these are the walls."""
LONG_FOR_A_REASON = (
    "app/migrations/versions/",  # a schema as it was on one day: never read to be changed
    "questionnaires/schema.py",  # the whole vocabulary of a theme in one file, declarations only
)
ADDRESS = re.compile(r"https?://([\w.-]+)")
OTHERS_HOSTS = re.compile(r"(^|\.)(pypi\.org|pythonhosted\.org|npmjs\.org|npmjs\.com|yarnpkg\.com|debian\.org)$")
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:work|root|home|Users|opt)/[\w.-]+|/tmp/\w")
BINARY = {".docx", ".xlsx", ".png", ".ico", ".woff2"}


def tool(*command: str, **environ: str) -> None:
    """Run a tool of the environment on the tree; its own words are the failure."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def modules(*folders: str) -> Iterator[Path]:
    """Every Python module of those folders."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tracked() -> Iterator[tuple[Path, str]]:
    """Every text file under version control, with its text; a file that is badly encoded on purpose is read anyway."""
    if not (ROOT / ".git").exists():
        missing("the git repository")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for path in (ROOT / name for name in listed.stdout.split("\0") if name):
        if path.is_file() and path.suffix not in BINARY:
            yield path, path.read_text(encoding="utf-8", errors="replace")


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_ruff_finds_nothing() -> None:
    tool("ruff", "check", "--no-fix", "--output-format=concise", ".")


def test_ruff_has_nothing_to_lay_out() -> None:
    tool("ruff", "format", "--check", "--quiet", ".")


@pytest.mark.timeout(300)
def test_mypy_finds_nothing() -> None:
    tool("mypy")


def test_imports_point_down() -> None:
    tool("lint-imports", "--no-cache", PYTHONPATH=str(ROOT))


def test_djlint_finds_nothing() -> None:
    tool("djlint", "--lint", "--quiet", "app/templates")


def test_packages_have_empty_init_files() -> None:
    filled = [
        short(path) for path in modules(*PRODUCT, "translations") if path.name == "__init__.py" and path.read_bytes()
    ]
    assert filled == []


def test_every_package_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {short(path.parent).replace("/", ".") for path in modules(*PRODUCT, "translations")}
    assert found == set(declared)


def test_modules_stay_readable() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*PRODUCT)}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE}
    assert {name: lines for name, lines in long.items() if not name.startswith(LONG_FOR_A_REASON)} == {}


def test_functions_fit_a_screen() -> None:
    long = {
        f"{short(path)}:{node.lineno} {node.name}": length
        for path in modules(*PRODUCT)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_is_imported_inside_a_function() -> None:
    hidden = [
        f"{short(path)}:{inner.lineno}"
        for path in modules(*PRODUCT, "tests", "bench")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_every_opt_out_gives_its_reason() -> None:
    marks = re.compile(r"#\s*(noqa\b(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]+\])?)(.*)")
    silent = []
    for path in modules(*PRODUCT, "tests", "bench"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = marks.search(line)
            if found and path != Path(__file__) and len(found[2].strip(" #()-")) < 4:
                silent.append(f"{short(path)}:{number} {line.strip()}")
    assert silent == []


def test_no_name_says_nothing() -> None:
    vague = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|data)(_|$)")
    assert [short(path) for path in modules(*PRODUCT) if vague.search(path.stem)] == []


def test_no_path_of_a_machine_is_written_down() -> None:
    """Folders of whoever worked here mean nothing elsewhere; `/srv` and `/var/lib` are examples for installers."""
    found = [
        f"{short(path)}:{number} {hit[0]}"
        for path, text in tracked()
        if path != Path(__file__)
        for number, line in enumerate(text.splitlines(), start=1)
        if (hit := MACHINE_PATH.search(line))
    ]
    assert found == []


def test_no_registry_is_written_down() -> None:
    found = [
        f"{short(path)} {host}"
        for path, text in tracked()
        for host in ADDRESS.findall(text)
        if OTHERS_HOSTS.search(host)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["runtime.lock", "dev.lock"])
def test_locks_hold_hashes_and_no_address(name: str) -> None:
    lock = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*-", lock.replace("--hash=", ""), flags=re.MULTILINE)
    for block in re.split(r"\n(?=\w)", lock.strip()):
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", block), block[:60]
        assert "--hash=sha256:" in block, block[:60]


def test_locks_follow_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, dev = _locked("runtime.lock"), _locked("dev.lock")
    assert _names(project["project"]["dependencies"]) <= set(runtime)
    assert _names(project["dependency-groups"]["dev"]) <= set(dev)
    assert {name: dev.get(name) for name in runtime} == runtime, "dev.lock must hold runtime.lock: run make lock"


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ;]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def _locked(name: str) -> dict[str, str]:
    lock = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", lock, flags=re.MULTILINE)
    return {package.lower().replace("_", "-"): version for package, version in found}


def test_the_style_sheet_is_the_one_its_notice_describes() -> None:
    notice = (ROOT / "app/static/VENDOR.txt").read_text(encoding="utf-8")
    style = (ROOT / "app/static/jalon.css").read_bytes()
    assert f"sha256   {hashlib.sha256(style).hexdigest()}" in notice, "run make assets"
    assert "The MIT License" in notice
    assert not re.search(rb"url\(\s*['\"]?(https?:)?//", style)


def test_the_node_lock_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_the_command_is_the_one_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == {"jalon": "app.cli:main"}


def test_every_link_between_documents_leads_somewhere() -> None:
    lost = [
        f"{short(path)}: {target}"
        for path, text in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text)
        if not (path.parent / target).exists()
    ]
    assert lost == []


def test_the_integration_script_runs_the_tests() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.rstrip().endswith("exec make test")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
