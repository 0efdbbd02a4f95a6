"""The three example firms filled through the pages give what `jalon assess` gives of their files."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.dossier_builder import assess_firm, build_dossier
from app.domain.inputs import FirmAssessment
from app.services.assessments import load_assessment
from questionnaires import catalogue
from tests.domain.firms import library
from tests.services.issuing import example, record
from tests.web.people import Portal
from tests.web.walking import Walker, walk

FIRMS = ("couverture-9", "boulangerie-4", "aide-a-domicile-38")


def empty(portal: Portal, said: FirmAssessment) -> UUID:
    """The firm with its units, and nothing answered."""
    blank = replace(said, books=(), actions=(), overrides=(), validation=None)
    return record(portal.database, portal.service, blank, at=portal.clock.now)


def walker(portal: Portal, firm: UUID, *, theme: str = "chaleur") -> Walker:
    client = portal.person(establishment_id=firm)
    return Walker(client, f"/{portal.slug}/e/{firm}/themes/{theme}")


@pytest.mark.parametrize("name", FIRMS)
def test_the_pages_and_the_file_give_the_same(portal: Portal, name: str) -> None:
    said = example(name)
    firm = empty(portal, said)
    theme = catalogue.load().theme("chaleur")
    (book,) = said.books
    visited = walk(walker(portal, firm), theme, book, said.establishment.units)
    assert visited[:3] == ["reperage", "frequence", "eau_repos"]
    assert visited[-1] == "situations"
    with portal.database.read(service_id=portal.service.id) as session:
        found = load_assessment(session, firm, assessed_on=said.assessed_on)
    asked = replace(said, actions=(), overrides=(), validation=None)
    assert build_dossier(found, library()) == build_dossier(asked, library())
    assert rows(found) == rows(said)
    assert rows(said)


def rows(firm: FirmAssessment) -> list[tuple[object, ...]]:
    """Everything that rates a row, sentence included."""
    (assessment,) = assess_firm(firm, library())
    return [(row.situation.id, row.unit.key, row.rated, row.facts, row.sentence, row.people) for row in assessment.rows]
