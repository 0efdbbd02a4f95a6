"""The packaged content answers by code, and a directory with bad files says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from questionnaires import catalogue, naf
from questionnaires.catalogue import Catalogue
from questionnaires.check import check_catalogue
from questionnaires.reader import ContentFaults
from tests.questionnaires.good_theme import GOOD, changed

LAWS = "".join(
    f'[[laws]]\narticle = "{article}"\nlabel = "{article}"\nread_on = 2026-11-01\n'
    for article in ("R4225-1", "R4721-5")
)
HELPS = (
    '[[helps]]\ncode = "SPSTI"\nname = "SPSTI"\nwho = "tous"\ncondition = "aucune"\n'
    'verified_on = 2026-11-01\nsectors = ["btp"]\n'
)
SECTORS = '[[sectors]]\nid = "btp"\nlabel = "BTP"\nprefixes = ["41", "4391B"]\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "froid.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "laws.toml").write_text(LAWS, encoding="utf-8")
    (tmp_path / "help.toml").write_text(HELPS, encoding="utf-8")
    (tmp_path / "sectors.toml").write_text(SECTORS, encoding="utf-8")
    (tmp_path / "naf_rev2.tsv").write_text("# source\n43.91B\tCouverture\tF\n", encoding="utf-8")
    return tmp_path


def test_process_has_one_catalogue() -> None:
    assert catalogue.load() is catalogue.load()


def test_files_are_read_once(root: Path) -> None:
    content = Catalogue(root=root)
    first = content.theme("froid")
    (root / "themes" / "froid.toml").write_text("broken", encoding="utf-8")

    assert content.theme("froid") is first
    assert content.themes == (first,)


def test_unknown_codes_are_refused(root: Path) -> None:
    content = Catalogue(root=root)
    for ask in (content.theme, content.law, content.help):
        with pytest.raises(KeyError, match=r"rien"):
            ask("rien")
    with pytest.raises(KeyError):
        content.theme("../froid")


def test_law_and_help_answer_by_code(root: Path) -> None:
    content = Catalogue(root=root)

    assert content.law("R4721-5").label == "R4721-5"
    assert content.help("SPSTI").sectors == ("btp",)


@pytest.mark.parametrize(
    ("code", "sectors"),
    [("43.91B", {"btp"}), ("4391b", {"btp"}), ("41.20A", {"btp"}), ("43.91A", set()), ("43.91", set()), ("", set())],
)
def test_sectors_follow_prefixes(root: Path, code: str, sectors: set[str]) -> None:
    assert Catalogue(root=root).sectors_of(code) == sectors


def test_frozen_content_cannot_be_changed(root: Path) -> None:
    content = Catalogue(root=root)
    with pytest.raises(AttributeError):
        content.root = root  # type: ignore[misc]  # that it is refused is what is tested
    with pytest.raises(TypeError):
        content.laws["x"] = content.law("R4721-5")  # type: ignore[index]  # that it is refused is what is tested


def test_good_directory_has_no_fault(root: Path) -> None:
    assert check_catalogue(Catalogue(root=root)) == ()


def test_unreadable_files_are_told_together(root: Path) -> None:
    (root / "themes" / "froid.toml").write_text(changed("gravity = 3", "gravity = 9"), encoding="utf-8")
    (root / "themes" / "vide.toml").write_text("", encoding="utf-8")
    (root / "help.toml").write_text("[[helps]]\n", encoding="utf-8")

    files = [fault.file for fault in check_catalogue(Catalogue(root=root))]

    assert list(dict.fromkeys(files)) == ["help.toml", "froid.toml", "vide.toml"]


def test_files_are_compared_with_each_other(root: Path) -> None:
    (root / "themes" / "gel.toml").write_text(GOOD, encoding="utf-8")
    (root / "help.toml").write_text(HELPS.replace('"btp"', '"x"'), encoding="utf-8")

    whats = {(fault.file, fault.what) for fault in check_catalogue(Catalogue(root=root))}

    assert whats >= {
        ("gel.toml", "le fichier gel.toml contient le thème « froid »"),
        ("gel.toml", "le préfixe « fr » sert déjà à un autre thème"),
        ("help.toml", "secteur « x » inconnu"),
    }


def test_bad_theme_raises_all_its_faults(root: Path) -> None:
    (root / "themes" / "vide.toml").write_text("x = 1", encoding="utf-8")

    with pytest.raises(ContentFaults, match=r"clé inconnue « x »"):
        Catalogue(root=root).theme("vide")


@pytest.mark.parametrize("typed", ["43.91B", "4391B", "43.91b", " 43 91 b ", "43.91 B"])
def test_naf_codes_are_read_however_typed(typed: str) -> None:
    assert naf.normalise(typed) == "43.91B"
    assert naf.bare(typed) == "4391B"


@pytest.mark.parametrize("typed", ["", "43", "43.9B", "439.1B", "AA.91B", "43.91BB", "٤٣.91B"])
def test_what_is_no_naf_code_is_none(typed: str) -> None:
    assert naf.normalise(typed) is None


def test_nomenclature_is_whole() -> None:
    text = (Path(catalogue.__file__).parent / "naf_rev2.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]

    assert len(rows) == 732
    assert all(
        re.fullmatch(r"\d\d\.\d\d[A-Z]", code) and label and section in "ABCDEFGHIJKLMNOPQRSTU"
        for code, label, section in rows
    )
    assert {section for _code, _label, section in rows} == set("ABCDEFGHIJKLMNOPQRSTU")
    assert "Apache-2.0" in text.splitlines()[1]


@pytest.mark.parametrize(
    ("code", "label", "sectors"),
    [
        ("43.91B", "Travaux de couverture par éléments", {"btp"}),
        ("10.71C", "Boulangerie et boulangerie-pâtisserie", {"industrie", "commerce_resto"}),
        ("88.10A", "Aide à domicile", {"domicile_medicosocial"}),
        ("81.30Z", "Services d'aménagement paysager", {"agri_vert", "paysage"}),
        ("69.20Z", "Activités comptables", {"tertiaire"}),
        ("81.21Z", "Nettoyage courant des bâtiments", {"proprete"}),
    ],
)
def test_packaged_sectors_of_real_firms(code: str, label: str, sectors: set[str]) -> None:
    assert catalogue.load().naf_label(code) == label
    assert catalogue.load().sectors_of(code) == sectors


def test_every_packaged_prefix_meets_a_code() -> None:
    content = catalogue.load()
    lines = (Path(catalogue.__file__).parent / "naf_rev2.tsv").read_text(encoding="utf-8").splitlines()
    codes = [line.split("\t")[0].replace(".", "") for line in lines if not line.startswith("#")]
    lost = [
        p for sector in content.sectors.values() for p in sector.prefixes if not any(c.startswith(p) for c in codes)
    ]

    assert lost == []
