"""The files that ship: three firms read without fault or warning, eleven bad files refused with their own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.answers_faults import AnswersFaults
from app.intake.answers_toml import read_answers
from app.intake.answers_warnings import warnings_in
from questionnaires.catalogue import load
from tests.intake.small_theme import GOOD, SmallCatalogue

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

FIRMS = ("couverture-9.toml", "boulangerie-4.toml", "aide-a-domicile-38.toml")
FAULTY = {
    "cle-inconnue.toml": ("establishment.headcont_on", 10, "clé inconnue"),
    "siret-cle-fausse.toml": ("establishment.siret", 7, "la clé du SIRET « 732 829 320 00047 » est fausse"),
    "code-de-reponse-inconnu.toml": (
        "themes.chaleur.answers.ch_eau_fraiche",
        20,
        "« en partie » n'est pas une réponse",
    ),
    "frequence-5.toml": ("themes.chaleur.situations.dehors.units.UT1", 23, "« 5 » n'est pas une fréquence"),
    "unite-jamais-declaree.toml": ("themes.chaleur.situations.dehors.units.UT7", 23, "cette unité n'est pas déclarée"),
    "date-2026-02-30.toml": ("validation.participants[1].on", 28, "« 2026-02-30 » n'existe pas dans le calendrier"),
    "femmes-et-hommes-au-dessus-du-total.toml": (
        "work_units[1].people",
        16,
        "femmes et hommes font 8, plus que le total",
    ),
    "situation-d-un-autre-theme.toml": ("themes.chaleur.situations.echelle", 25, "pas de situation « echelle »"),
    "pas-en-utf-8.toml": ("", 11, "ce n'est pas de l'UTF-8"),
    "toml-casse.toml": ("", 15, "TOML illisible"),
}


@pytest.mark.parametrize("name", FIRMS)
def test_the_example_firms_are_read_without_fault_or_warning(name: str) -> None:
    firm = read_answers((EXAMPLES / name).read_bytes(), catalogue=load(), file=name)
    assert warnings_in(firm) == ()
    assert firm.establishment.headcount == int(name.removesuffix(".toml").rpartition("-")[2])
    assert sum(unit.people.total for unit in firm.establishment.units) == firm.establishment.headcount


def test_every_bad_file_that_ships_is_tested() -> None:
    assert {path.name for path in (EXAMPLES / "faulty").iterdir()} == set(FAULTY)


@pytest.mark.parametrize("name", FAULTY)
def test_a_bad_file_is_refused_for_its_own_reason_alone(name: str) -> None:
    key, line, words = FAULTY[name]
    with pytest.raises(AnswersFaults) as refused:
        read_answers((EXAMPLES / "faulty" / name).read_bytes(), catalogue=load(), file=name)
    (fault,) = refused.value.faults
    assert (fault.key, fault.line) == (key, line)
    assert words in fault.words
    assert fault.accepted or "Corrigez" in fault.words or "Enregistrez" in fault.words
    assert (fault.column is not None) == (name == "toml-casse.toml")


def test_a_file_of_10_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gros.toml"
    path.write_bytes((EXAMPLES / "couverture-9.toml").read_bytes() + b"# " + b"x" * 10_000_000)
    with pytest.raises(AnswersFaults, match="10,0 Mo"):
        read_answers(path.read_bytes(), catalogue=load(), file=path.name)


@given(st.sampled_from(FIRMS), st.data())
def test_an_example_with_lines_lost_doubled_or_moved_is_read_or_refused_in_words(
    name: str, data: st.DataObject
) -> None:
    lines = (EXAMPLES / name).read_text(encoding="utf-8").split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        here, there = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match data.draw(st.sampled_from(["lose", "double", "move"])):
            case "lose":
                del lines[here]
            case "double":
                lines.insert(there, lines[here])
            case _:
                lines.insert(there, lines.pop(here))
    try:
        read_answers("\n".join(lines).encode(), catalogue=load(), file=name)
    except AnswersFaults as refused:
        told = refused.faults
    else:
        told = ()
    assert all(fault.words for fault in told)


def test_words_that_name_a_person_are_warned_about_not_refused() -> None:
    named = (
        GOOD.replace("chef d'équipe", "M. Dupont")
        .replace("Glacière dans le fourgon", "appeler le 06 12 34 56 78")
        .replace("2 L", "demander à Mme Martin")
    )
    warned = warnings_in(read_answers(named.encode(), catalogue=SmallCatalogue(), file="f.toml"))
    assert [warning.key for warning in warned] == [
        "themes.chaleur.answers.ch_mots",
        "themes.chaleur.answers.ch_niveaux",
        "actions[1].owner",
    ]
    assert (
        str(warned[2])
        == "actions[1].owner : le texte contient un nom de personne. Décrivez le travail, pas la personne."
    )
