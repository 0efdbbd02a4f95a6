"""`jalon assess`: three firms, eleven bad files, and nothing written when something is wrong."""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from subprocess import PIPE, run

import pytest
from docx import Document
from openpyxl import load_workbook

from app.cli import main
from app.domain.dossier import Dossier
from app.domain.dossier_json import from_json
from app.models.engine import Busy

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
Capture = pytest.CaptureFixture[str]

BAD_FILES = {
    "cle-inconnue": ("ligne 10", "establishment.headcont_on", "clé inconnue (vouliez-vous dire « headcount_on » ?)"),
    "siret-cle-fausse": ("ligne 7", "establishment.siret", "la clé du SIRET « 732 829 320 00047 » est fausse"),
    "code-de-reponse-inconnu": ("ligne 20", "ch_eau_fraiche", "n'est pas une réponse possible", "ne_sait_pas"),
    "frequence-5": ("ligne 23", "dehors.units.UT1", "« 5 » n'est pas une fréquence", "4 (tous les jours)"),
    "unite-jamais-declaree": ("ligne 23", "dehors.units.UT7", "cette unité n'est pas déclarée"),
    "date-2026-02-30": ("ligne 28", "participants[1].on", "n'existe pas dans le calendrier"),
    "femmes-et-hommes-au-dessus-du-total": ("ligne 16", "work_units[1].people", "plus que le total de 6"),
    "situation-d-un-autre-theme": ("ligne 25", "situations.echelle", "n'a pas de situation", "local_calme"),
    "pas-en-utf-8": ("ligne 11", "Enregistrez le fichier en UTF-8"),
    "toml-casse": ("ligne 15, colonne 18", "TOML illisible"),
}
"""The ten named files (the eleventh, of 10 MB, is made by its test) and what their refusal must say."""


@pytest.fixture(autouse=True)
def own_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2019", "'")


def assessed(name: str, out: Path) -> Dossier:
    assert main(["assess", str(EXAMPLES / f"{name}.toml"), "--out", str(out)]) == 0
    return from_json((out / "dossier.json").read_bytes())


@pytest.fixture(scope="module")
def dossiers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dossier]:
    out = tmp_path_factory.mktemp("examples")
    names = ("couverture-9", "boulangerie-4", "aide-a-domicile-38")
    return {name: assessed(name, out / name) for name in names}


def test_the_distribution_of_the_three_firms(dossiers: dict[str, Dossier], capsys: Capture) -> None:
    shares = {}
    with capsys.disabled():
        print()
        for name, dossier in dossiers.items():
            count = Counter(row.priority for row in dossier.rows)
            shares[name] = {code: count[code] / len(dossier.rows) for code in ("P1", "P2", "P3", "P4", "a_evaluer")}
            said = "  ".join(f"{code} {count[code]}" for code in ("P1", "P2", "P3", "P4", "a_evaluer"))
            print(f"  {name:22} {said}")
    roofer, baker, care = shares["couverture-9"], shares["boulangerie-4"], shares["aide-a-domicile-38"]
    assert roofer["P1"] > 0.5
    assert roofer["a_evaluer"] > 0
    assert baker["P1"] < 0.5
    assert care["P3"] + care["P4"] > 0.5


def test_the_three_plans_differ_by_more_than_half_of_their_lines(dossiers: dict[str, Dossier]) -> None:
    plans = {name: {action.text for action in dossier.actions} for name, dossier in dossiers.items()}
    for one, mine in plans.items():
        for other, theirs in plans.items():
            if one < other:
                assert len(mine & theirs) < 0.5 * min(len(mine), len(theirs)), (one, other)


def test_home_care_says_something_of_women_and_men_in_every_unit(dossiers: dict[str, Dossier]) -> None:
    assert all(unit.women_men for unit in dossiers["aide-a-domicile-38"].units)


def test_the_files_are_the_ones_promised(tmp_path: Path) -> None:
    out = tmp_path / "out"
    dossier = assessed("boulangerie-4", out)
    assert sorted(path.name for path in out.iterdir()) == [
        "dossier.json",
        "plan.xlsx",
        "register.json",
        "section-chaleur.docx",
    ]
    digest = hashlib.sha256((out / "dossier.json").read_bytes()).hexdigest()
    assert json.loads((out / "register.json").read_bytes())[0]["content_sha256"] == digest
    word = Document(str(out / "section-chaleur.docx"))
    assert dossier.establishment.name in plain(word.core_properties.title + word.core_properties.author)
    assert any(digest[:12] in p.text for section in word.sections for p in section.footer.paragraphs)
    assert load_workbook(out / "plan.xlsx").sheetnames


def test_without_validation_every_page_says_project_and_there_is_no_register(tmp_path: Path) -> None:
    assessed("boulangerie-4", tmp_path)
    source = (EXAMPLES / "boulangerie-4.toml").read_text(encoding="utf-8")
    project = tmp_path / "projet.toml"
    project.write_text(source.split("\n[validation]")[0], encoding="utf-8")
    assert main(["assess", str(project), "--out", str(tmp_path)]) == 0
    word = Document(str(tmp_path / "section-chaleur.docx"))
    for section in word.sections:
        assert any("PROJET" in p.text for p in section.header.paragraphs)
    assert not (tmp_path / "register.json").exists(), "the register of an older version must not stay beside a project"


@pytest.mark.parametrize("name", sorted(BAD_FILES))
def test_a_bad_file_is_refused_in_words_and_writes_nothing(name: str, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    assert main(["assess", str(EXAMPLES / "faulty" / f"{name}.toml"), "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    told = plain(said.err)
    assert told.startswith(f"{name}.toml : une faute, rien n'a été écrit.\n- ")
    for words in BAD_FILES[name]:
        assert words in told
    assert not out.exists()


def test_every_shipped_bad_file_is_tried() -> None:
    assert {path.stem for path in (EXAMPLES / "faulty").glob("*.toml")} == set(BAD_FILES)


def test_a_file_of_10_mb_is_refused_before_it_is_read(tmp_path: Path, capsys: Capture) -> None:
    big = tmp_path / "gros.toml"
    big.write_bytes(b"format = 1\n" + b"# x\n" * 2_600_000)
    out = tmp_path / "out"
    assert main(["assess", str(big), "--out", str(out)]) == 2
    assert "Mo" in capsys.readouterr().err
    assert not out.exists()


def test_every_fault_is_told_at_once(tmp_path: Path, capsys: Capture) -> None:
    source = (EXAMPLES / "couverture-9.toml").read_text(encoding="utf-8")
    bad = tmp_path / "fautes.toml"
    source = source.replace('cse = "aucun"', 'cse = "peut-etre"').replace("headcount = 9", "headcount = -2")
    bad.write_text(source.replace("format = 1", "format = 1\ninconnu = 2"), encoding="utf-8")
    assert main(["assess", str(bad), "--out", str(tmp_path / "out")]) == 2
    said = plain(capsys.readouterr().err)
    assert "3 fautes" in said
    for key in ("cse", "headcount", "inconnu"):
        assert key in said


def test_a_rating_set_by_hand_beyond_its_limits_is_refused_with_the_others(tmp_path: Path, capsys: Capture) -> None:
    source = (EXAMPLES / "couverture-9.toml").read_text(encoding="utf-8")
    bad = tmp_path / "main.toml"
    bad.write_text(
        source
        + """
[[themes.chaleur.overrides]]
situation = "dehors"
unit = "UT1"
field = "gravity"
value = 2
reason = "Habitude"
[[themes.chaleur.overrides]]
situation = "local_effort"
unit = "UT2"
field = "mastery"
value = 1
reason = "Habitude"
""",
        encoding="utf-8",
    )
    assert main(["assess", str(bad), "--out", str(tmp_path / "out")]) == 2
    said = plain(capsys.readouterr().err)
    assert "2 fautes" in said
    assert "ne se baisse pas" in said
    assert "un cran au plus" in said
    assert not (tmp_path / "out").exists()


def test_two_values_set_by_hand_are_judged_together(tmp_path: Path, capsys: Capture) -> None:
    """Raising the gravity first must not let a better mastery through, nor a value set on a row that is not there."""
    source = (EXAMPLES / "boulangerie-4.toml").read_text(encoding="utf-8")
    bad = tmp_path / "ensemble.toml"
    bad.write_text(
        source
        + """
[[themes.chaleur.overrides]]
situation = "local_calme"
unit = "UT2"
field = "gravity"
value = 4
[[themes.chaleur.overrides]]
situation = "local_calme"
unit = "UT2"
field = "mastery"
value = 1
reason = "Climatisation posée"
measure = "ch_m_locaux_ventilateurs"
checked_on = "2026-10"
[[themes.chaleur.overrides]]
situation = "source"
unit = "UT2"
field = "first"
value = 1
""",
        encoding="utf-8",
    )
    assert main(["assess", str(bad), "--out", str(tmp_path / "out")]) == 2
    said = plain(capsys.readouterr().err)
    assert "2 fautes" in said
    assert "n'est pas retenue dans cette unité" in said


def test_a_folder_that_cannot_be_written_is_told_and_left_alone(tmp_path: Path, capsys: Capture) -> None:
    blocked = tmp_path / "occupied"
    blocked.write_text("a file where a folder is wanted", encoding="utf-8")
    assert main(["assess", str(EXAMPLES / "couverture-9.toml"), "--out", str(blocked)]) == 2
    assert "Impossible d'écrire" in plain(capsys.readouterr().err)
    assert blocked.read_text(encoding="utf-8").startswith("a file")


@pytest.mark.parametrize("name", ["plan.xlsx", "dossier.json", "section-chaleur.docx", "register.json"])
@pytest.mark.parametrize("firm", ["couverture-9", "boulangerie-4"])
def test_a_place_taken_by_a_folder_leaves_no_partial_set(firm: str, name: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / "photo.jpg").write_bytes(b"mine")
    assert main(["assess", str(EXAMPLES / f"{firm}.toml"), "--out", str(tmp_path)]) == 2
    told = plain(capsys.readouterr().err)
    assert told.rstrip().endswith(f"{name} : un dossier porte déjà ce nom.")
    assert {path.name for path in tmp_path.iterdir()} == {name, "photo.jpg"}


def test_a_writing_that_fails_midway_puts_back_what_stood_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assessed("boulangerie-4", tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    replace = Path.replace

    def full_disk(self: Path, target: Path) -> Path:
        if Path(target).name == "dossier.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full_disk)
    capsys.readouterr()
    assert main(["assess", str(EXAMPLES / "couverture-9.toml"), "--out", str(tmp_path)]) == 2
    assert "le disque est plein" in plain(capsys.readouterr().err)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    fresh = tmp_path / "a" / "b"
    assert main(["assess", str(EXAMPLES / "couverture-9.toml"), "--out", str(fresh)]) == 2
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("occupied", "un fichier"),
        ("occupied/under", "un fichier"),
        ("x" * 300, "le nom est trop long"),
    ],
)
def test_no_version_is_recorded_for_a_folder_that_cannot_be_written(
    place: str, words: str, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "occupied").write_text("a file where a folder is wanted", encoding="utf-8")
    base = tmp_path / "base.sqlite"
    arguments = ["assess", str(EXAMPLES / "boulangerie-4.toml"), "--db", f"sqlite:///{base}"]
    assert main([*arguments, "--out", str(tmp_path / place)]) == 2
    assert words in plain(capsys.readouterr().err)
    assert not base.exists()


def test_the_base_of_another_program_is_left_alone(tmp_path: Path, capsys: Capture) -> None:
    base = tmp_path / "clients.sqlite"
    with closing(sqlite3.connect(base)) as theirs, theirs:
        theirs.execute("CREATE TABLE client (name TEXT)")
    before = base.read_bytes()
    firm, out = str(EXAMPLES / "couverture-9.toml"), tmp_path / "out"
    assert main(["assess", firm, "--out", str(out), "--db", f"sqlite:///{base}"]) == 2
    assert "celle d'un autre programme" in plain(capsys.readouterr().err)
    with closing(sqlite3.connect(base)) as theirs:
        assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("client",)]
    assert len(base.read_bytes()) == len(before)
    assert main(["assess", firm, "--out", str(out), "--db", ""]) == 2
    assert not out.exists()


def test_a_database_kept_busy_is_told_in_french(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Busy("another write kept the database locked")

    monkeypatch.setattr("app.cli_assess.assess_firm_file", busy)
    assert main(["assess", str(EXAMPLES / "couverture-9.toml"), "--out", str(tmp_path / "out")]) == 1
    assert plain(capsys.readouterr().err).startswith("La base de données est occupée par une autre écriture")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("slug", ["", "Un Service", "-ast", "local\n", "a" * 60, "été"])
def test_a_service_code_that_is_none_is_refused(slug: str, tmp_path: Path, capsys: Capture) -> None:
    example = str(EXAMPLES / "couverture-9.toml")
    assert main(["assess", example, "--out", str(tmp_path / "out"), "--service", slug]) == 2
    assert "code du service" in plain(capsys.readouterr().err)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: Capture) -> None:
    assert main(["assess", str(tmp_path / "rien.toml"), "--out", str(tmp_path)]) == 2
    assert "Impossible de lire" in plain(capsys.readouterr().err)


def test_two_assessments_in_one_database_make_two_versions_that_verify(tmp_path: Path, capsys: Capture) -> None:
    address = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    for number in (1, 2):
        out = tmp_path / str(number)
        arguments = ["assess", str(EXAMPLES / "boulangerie-4.toml"), "--out", str(out), "--db", address]
        assert main(arguments) == 0
        assert f"version {number}" in plain(capsys.readouterr().out)
    assert main(["verify", "--db", address]) == 0
    assert "Aucune anomalie : 2 lignes de registre, 2 scellés." in plain(capsys.readouterr().out)
    footer = hashlib.sha256((tmp_path / "1" / "dossier.json").read_bytes()).hexdigest()[:12]
    assert main(["verify", "--db", address, "--anchor", footer]) == 0
    assert main(["verify", "--db", address, "--anchor", "0123456789ab"]) == 3


def test_the_command_runs_as_installed(tmp_path: Path) -> None:
    """The console script gives the shell its exit code."""
    command = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main())"]
    bad = run(
        [*command, "assess", "examples/faulty/frequence-5.toml", "--out", str(tmp_path / "x")],
        cwd=ROOT,
        stderr=PIPE,
        check=False,
    )
    assert bad.returncode == 2
    assert b"Traceback" not in bad.stderr
