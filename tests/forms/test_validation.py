"""The form of a version: what no browser of ours sends is refused in words as well."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from app.domain.inputs import Participation
from forms.validation import MOST_MOMENTS, ValidationForm

TODAY = date(2026, 11, 24)
GOOD = {"declencheur": "annuelle", "motif": "Nouveau dépôt", "jour": "24/11/2026"}


def form(**fields: str | list[str]) -> ValidationForm:
    made = ValidationForm(MultiDict({**GOOD, **fields}))
    made.today = TODAY
    return made


def test_a_decision_alone_is_enough() -> None:
    made = form()
    assert made.validate()
    assert (made.participants({"UT1"}), made.shown) == ((), 1)


@pytest.mark.parametrize("bad", ["\ud800", "a\x00"])
def test_damaged_words_are_refused(bad: str) -> None:
    for name in ("motif", "cse_mots", "moment_1_apport"):
        made = form(**{name: bad})
        assert not made.validate()
        assert name in {fault.anchor for fault in made.faults()}


def test_faults_are_told_in_the_order_of_the_page() -> None:
    made = form(declencheur="", cse_jour="demain", moment_2_apport="x", jour="31/02/2026")
    assert not made.validate()
    anchors = [fault.anchor for fault in made.faults()]
    assert anchors == ["declencheur", "jour", "moment_2_jour", "moment_2_forme", "moment_2_fonctions", "cse_jour"]


def test_a_moment_keeps_functions_and_known_units() -> None:
    made = form(
        moment_5_jour="1/11/2026",
        moment_5_forme="entretien",
        moment_5_fonctions=" couvreur, , apprenti",
        moment_5_unites=["UT1", "UT1", "UT9"],
    )
    assert made.validate()
    (moment,) = made.participants({"UT1", "UT2"})
    assert moment == Participation(
        on=date(2026, 11, 1), form="entretien", roles=("couvreur", "apprenti"), units=("UT1",), contribution=""
    )
    assert made.shown == MOST_MOMENTS


def test_the_day_of_the_cse_never_follows_the_decision() -> None:
    made = form(jour="20/11/2026", cse_jour="21/11/2026")
    assert not made.validate()
    assert [fault.anchor for fault in made.faults()] == ["cse_jour"]


def test_rows_asked_for_are_bounded() -> None:
    assert form(lignes="999999999").shown == MOST_MOMENTS
    assert form(lignes="-3").shown == 1
    assert len(form(lignes="5").moments(more=1)) == MOST_MOMENTS
