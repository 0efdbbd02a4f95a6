"""A firm with one of everything, and the content it answered to."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from app.domain.answers import Answer, AnswerBook, SituationFacts
from app.domain.establishment import Cse, Establishment, People, WorkUnit
from app.domain.inputs import (
    ActionStatus,
    ChosenAction,
    FirmAssessment,
    Override,
    OverrideField,
    Participation,
    Trigger,
    Validation,
)


def content_of(theme: str, version: str = "1") -> tuple[str, str, str]:
    source = f'theme = "{theme}"\nversion = "{version}"\n'
    return version, hashlib.sha256(source.encode()).hexdigest(), source


CONTENT = {theme: content_of(theme) for theme in ("chaleur", "routier", "chutes")}

ROOFER = FirmAssessment(
    assessed_on=date(2026, 11, 21),
    establishment=Establishment(
        name="Couverture d'exemple",
        siret="73282932000074",
        naf="43.91B",
        naf_label="Travaux de couverture par éléments",
        naf_nomenclature="rev2",
        sectors=frozenset({"btp", "couverture"}),
        headcount=9,
        headcount_on=date(2026, 11, 1),
        cse=Cse.NONE,
        employer_role="gérante",
        address="1 rue de l’Église, 45000 Orléans",
        service="SPSTI du Loiret",
        units=(
            WorkUnit(
                key="UT2",
                name="Atelier",
                activities="Pliage du zinc",
                places="Atelier",
                people=People(total=4, women=1, men=3),
                flags=frozenset(),
                women_men="",
            ),
            WorkUnit(
                key="UT1",
                name="Équipe toiture",
                activities="Pose et réparation de couvertures",
                places="Chantiers",
                people=People(total=5, women=0, men=5, temps=1, apprentices=1),
                flags=frozenset({"exterieur", "deplacements"}),
                women_men="Poste tenu par des hommes",
            ),
        ),
    ),
    books=(
        AnswerBook(
            theme="chaleur",
            answers={
                ("ch_situations_exposantes", "*"): Answer(value=("dehors", "combles_toiture")),
                ("ch_horaires_rythme", "*"): Answer(value="non"),
                ("ch_horaires_rythme", "UT2"): Answer(value="sans_objet", reason="Atelier climatisé"),
                ("ch_litres", "*"): Answer(value=Decimal("3.10")),
                ("ch_formation", "*"): Answer(value=date(2026, 6, 2)),
                ("ch_plan", "*"): Answer(
                    value=((("heading", "eau"), ("yellow", "3 l ; glacière")), (("heading", "repos"), ("yellow", "")))
                ),
            },
            situations={
                "dehors": SituationFacts(
                    frequency={"UT1": 4, "UT2": None},
                    people={"UT1": 3},
                    words={"UT1": "Sur les toits, en plein soleil"},
                    in_place={"*": "Glacière dans le fourgon"},
                    checked_on={"*": "2026-06"},
                    accident={"UT1": False},
                ),
                "combles_toiture": SituationFacts(),
            },
        ),
        AnswerBook(theme="routier", answers={}),
    ),
    actions=(
        ChosenAction(measure="ch_m_eau_glacieres", theme="chaleur", owner="chef d'équipe", due=date(2027, 5, 15)),
        ChosenAction(
            text="Commencer à 6 h dès la vigilance jaune",
            theme="chaleur",
            situations=("dehors", "combles_toiture"),
            rank="ORGA",
            start=date(2027, 5, 1),
            cost="0 €",
            indicator="Journées décalées",
            conditions="Accord du client",
            resources="Planning",
            collective_sought="oui",
            status=ActionStatus.DONE,
            done_on=date(2027, 6, 1),
        ),
    ),
    overrides=(
        Override(
            theme="chaleur",
            situation="dehors",
            unit="UT2",
            field=OverrideField.MASTERY,
            value=2,
            reason="Auvent posé",
            measure="ch_m_auvent",
            checked_on="2026-06",
            author_role="gérante",
            made_on=date(2026, 11, 20),
        ),
        Override(theme="chaleur", situation="dehors", unit="UT1", field=OverrideField.FIRST, value=1),
    ),
    validation=Validation(
        trigger=Trigger.YEARLY,
        reason="Première évaluation",
        participants=(Participation(on=date(2026, 11, 18), form="réunion", roles=("couvreurs",)),),
    ),
)
