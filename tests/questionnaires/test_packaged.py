"""The themes of the package hold together, and the engine asks what their situations need."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.answers import Answer, AnswerBook
from app.domain.establishment import EVERY_UNIT, Cse, Establishment, People, WorkUnit
from app.domain.reading import Reader
from questionnaires import catalogue
from questionnaires.check import check_catalogue, check_theme
from questionnaires.check_reach import always_seen, can_be_seen
from questionnaires.check_roles import FINE_SITUATIONS
from questionnaires.schema import Kind, Rank, Role

PACKAGED = catalogue.load()


@pytest.mark.parametrize("code", PACKAGED.codes)
def test_packaged_theme_is_coherent(code: str) -> None:
    theme = PACKAGED.theme(code)
    faults = check_theme(theme, laws=PACKAGED.laws, helps=PACKAGED.helps, sectors=PACKAGED.sectors)

    assert "\n".join(str(fault) for fault in faults) == ""


def test_packaged_content_is_coherent() -> None:
    assert check_catalogue(PACKAGED) == ()


@pytest.mark.parametrize("code", PACKAGED.codes)
def test_packaged_theme_has_a_list_of_fine_situations(code: str) -> None:
    assert code in FINE_SITUATIONS


@pytest.mark.parametrize("code", PACKAGED.codes)
def test_packaged_essentials_are_collective_and_reached(code: str) -> None:
    """Said a second time, straight from the design, so that a hole in the checks shows."""
    theme = PACKAGED.theme(code)
    for situation in theme.situations:
        essentials = [q for q in theme.questions if q.role_in(situation.id) is Role.ESSENTIAL]
        assert all(
            q.control in {Rank.SUPPRESSION, Rank.SUBSTITUTION, Rank.TECHNICAL, Rank.ORGANISATION} for q in essentials
        )
        assert any(always_seen(theme, q, situation.id) and not q.not_applicable for q in essentials)
    assert all(can_be_seen(theme, question, PACKAGED.sectors) for question in theme.questions)
    assert {q.kind for q in theme.questions} <= set(Kind)


@pytest.mark.parametrize("code", PACKAGED.codes)
def test_engine_asks_a_packaged_essential_wherever_a_situation_is_retained(code: str) -> None:
    """The engine's own visibility, on a firm of no sector that ticked one box and answered nothing else."""
    theme = PACKAGED.theme(code)
    establishment = firm(headcount=1)
    unit = establishment.units[0]
    for option in theme.question(theme.screening).options:
        if option.situation is None:
            continue
        book = AnswerBook(theme=code, answers={(theme.screening, EVERY_UNIT): Answer(value=(option.code,))})
        reader = Reader(theme, book, establishment)
        asked = [q for q in theme.questions if reader.visible(q, unit) is True and not q.not_applicable]
        roles = [reader.role(q, situation=option.situation, unit=unit) for q in asked]
        assert Role.ESSENTIAL in roles, option.code


def firm(*, headcount: int) -> Establishment:
    people = People(total=headcount)
    unit = WorkUnit(key="UT1", name="A", activities="", places="", people=people, flags=frozenset(), women_men="")
    return Establishment(
        name="Firme",
        siret=None,
        naf="99.00Z",
        naf_label="",
        naf_nomenclature="rev2",
        sectors=frozenset(),
        headcount=headcount,
        headcount_on=date(2026, 11, 1),
        cse=Cse.NONE,
        employer_role="gérante",
        address="",
        service="",
        units=(unit,),
    )
