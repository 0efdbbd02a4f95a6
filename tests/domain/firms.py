"""Firms of the tests: built in Python, so that a test of the engine needs no file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.domain.answers import Answer, AnswerBook, SituationFacts, Value
from app.domain.establishment import EVERY_UNIT, Cse, Establishment, People, WorkUnit
from app.domain.inputs import FirmAssessment
from app.domain.library import Library
from questionnaires import catalogue
from questionnaires.schema import Theme

DAY = date(2026, 11, 21)


def heat() -> Theme:
    """The packaged theme `chaleur`."""
    return catalogue.load().theme("chaleur")


def library() -> Library:
    """The packaged content."""
    content = catalogue.load()
    return Library(themes={theme.theme: theme for theme in content.themes}, laws=content.laws, helps=content.helps)


def unit(key: str, name: str, total: int, *, temps: int = 0, flags: frozenset[str] = frozenset()) -> WorkUnit:
    """A work unit with its head count."""
    return WorkUnit(
        key=key,
        name=name,
        activities=f"Travail de l'unité {name}",
        places="",
        people=People(total=total, temps=temps),
        flags=flags,
        women_men="",
    )


def establishment(*units: WorkUnit, headcount: int = 9, sectors: frozenset[str] = frozenset()) -> Establishment:
    """An establishment around its units."""
    return Establishment(
        name="Couverture d'exemple",
        siret="73282932000074",
        naf="43.91B",
        naf_label="Travaux de couverture par éléments",
        naf_nomenclature="rev2",
        sectors=sectors,
        headcount=headcount,
        headcount_on=date(2026, 11, 1),
        cse=Cse.NONE,
        employer_role="gérante",
        address="",
        service="",
        units=units,
    )


def book(
    answers: Mapping[str, Value | None],
    situations: Mapping[str, SituationFacts],
    *,
    exceptions: Mapping[tuple[str, str], Value] | None = None,
) -> AnswerBook:
    """Answers of the whole firm, with the exceptions of some units; None leaves a question out."""
    every = {(question, EVERY_UNIT): Answer(value=value) for question, value in answers.items() if value is not None}
    every.update({key: Answer(value=value) for key, value in (exceptions or {}).items()})
    return AnswerBook(theme="chaleur", answers=every, situations=situations)


def firm(place: Establishment, *books: AnswerBook) -> FirmAssessment:
    """An assessment without choices nor validation."""
    return FirmAssessment(assessed_on=DAY, establishment=place, books=books, actions=(), overrides=(), validation=None)


def seen(
    frequency: Mapping[str, int | None], *, checked: str | None = "non", accident: bool | None = False
) -> SituationFacts:
    """Facts of a situation."""
    return SituationFacts(
        frequency=frequency,
        checked_on={} if checked is None else {EVERY_UNIT: checked},
        accident={} if accident is None else {EVERY_UNIT: accident},
    )


ROOFER = establishment(
    unit("UT1", "Couvreurs", 6),
    unit("UT2", "Atelier", 2),
    unit("UT3", "Bureau", 1),
    sectors=frozenset({"btp"}),
)

ROOFER_SITUATIONS = {
    "dehors": seen({"UT1": 4}),
    "combles_toiture": seen({"UT1": 2}),
    "local_effort": seen({"UT2": 3}),
    "local_calme": seen({"UT3": 3}),
}

ROOFER_ANSWERS: dict[str, Value | None] = {
    "ch_situations_exposantes": ("dehors", "combles_toiture", "local_effort", "local_calme", "nouveaux"),
    "ch_duerp_volet_chaleur": "non",
    "ch_plan_par_niveau": "non",
    "ch_veille_meteo": "partiellement",
    "ch_eau_fraiche": "partiellement",
    "ch_eau_courante_chantier": "non",
    "ch_eau_chantier_litres": None,  # set by each test: the fact base reads less than 3 litres as « non »
    "ch_lieu_de_repos": "non",
    "ch_horaires_rythme": "partiellement",
    "ch_procede_effort": "partiellement",
    "ch_locaux_temperature": "non_mesuree",
    "ch_vetements_epi": "partiellement",
    "ch_alerte_isoles": "partiellement",
    "ch_reflexes_secours": "non",
    "ch_nouveaux_acclimatation": "non",
    "ch_personnes_vulnerables": "non",
    "ch_coactivite_documents": "non",
}
