"""The indicators shipped with Jalon, POR (the portal alone) and JOU (the activity log); never added to each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.domain.acts import FactKind
from app.domain.indicators import (
    ANY_CATEGORY,
    ActionStates,
    Attendance,
    Coverage,
    DoneByDue,
    Events,
    Grain,
    MedianDelay,
    Pairs,
    PairShare,
    Pick,
    SmallShare,
    Spec,
    Spread,
    ThemesPerUnit,
    Units,
    UnitShare,
    Workforce,
)

_PORTAL: Final = "portail"
_LOG: Final = "journal d'activité"
_FIRMS: Final = "établissements distincts (SIRET)"
_RATE: Final = "%"

TARGETED: Final = (Pick(kinds=(FactKind.TARGETED,)),)
INVITED: Final = (Pick(kinds=(FactKind.INVITED,), themed=False),)
STARTED: Final = (Pick(kinds=(FactKind.THEME_STARTED,)),)
SUBMITTED: Final = (Pick(kinds=(FactKind.THEME_SUBMITTED,)),)
REVIEWED: Final = (Pick(kinds=(FactKind.THEME_REVIEWED,)),)
ENGAGED: Final = (
    Pick(
        kinds=(
            FactKind.THEME_STARTED,
            FactKind.THEME_FINISHED,
            FactKind.THEME_SET_ASIDE,
            FactKind.THEME_SUBMITTED,
        )
    ),
)
"""Answered a question of a theme: only who answers starts, ends or submits it."""
SECTIONS: Final = (Pick(kinds=(FactKind.SECTION_MADE,)),)
PLANNED: Final = (Pick(kinds=(FactKind.ACTION_PLANNED,)),)
DONE: Final = (Pick(kinds=(FactKind.ACTION_DONE,)),)
WORKPLACE: Final = (
    Pick(kinds=(FactKind.LOGGED, FactKind.SESSION_HELD, FactKind.THEME_REVIEWED), category=ANY_CATEGORY),
)
"""Actions en milieu de travail: a review only when there was an exchange with the employer."""
REACHED: Final = (
    Pick(kinds=(FactKind.LOGGED, FactKind.THEME_REVIEWED), category=ANY_CATEGORY),
    Pick(kinds=(FactKind.ATTENDED,)),
)
DUERP_HELP: Final = (Pick(kinds=(FactKind.LOGGED, FactKind.THEME_REVIEWED), category="aide_duerp"),)
SESSIONS: Final = (Pick(kinds=(FactKind.SESSION_HELD,)),)
ATTENDED: Final = (Pick(kinds=(FactKind.ATTENDED,)),)

STATES: Final = (
    ("inscrites", "Inscrites", FactKind.ACTION_CHOSEN),
    ("en_cours", "Commencées", FactKind.ACTION_STARTED),
    ("realisees", "Réalisées", FactKind.ACTION_DONE),
    ("abandonnees", "Abandonnées", FactKind.ACTION_DROPPED),
)

LEVELS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("suppression", "Suppression du danger", ("SUPP", "SUBST")),
    ("collective", "Protection collective et organisation", ("TECH", "ORGA")),
    ("individuelle", "Protection individuelle", ("INDIV",)),
    ("formation", "Formation et information", ("FORM",)),
    ("autre", "Vérification, ou non renseigné", ()),
)
"""Prevention level, its words, the ranks of measures it gathers; the last one takes every other code."""

SPECS: Final[tuple[Spec, ...]] = (
    Spec(
        code="POR-01",
        label="Établissements ciblés par l'action",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=TARGETED),
        definition="Établissements inscrits dans la liste d'une campagne pendant la période.",
        formula="SIRET distincts ayant un fait « établissement ciblé »",
        source=_PORTAL,
    ),
    Spec(
        code="POR-02",
        label="Établissements invités",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=INVITED),
        definition="Établissements à qui le service a envoyé ou remis une invitation pendant la période, "
        "sauf les messages refusés par la messagerie du destinataire.",
        formula="SIRET distincts ayant une invitation envoyée et non refusée",
        source=_PORTAL,
        themed=False,
    ),
    Spec(
        code="POR-03",
        label="Taux de contact",
        unit=_RATE,
        grain=Grain.UNIT,
        aggregate=UnitShare(of=INVITED, among=TARGETED),
        definition="Part des établissements ciblés pendant la période qui ont aussi été invités pendant la période.",
        formula="ciblés et invités / ciblés (POR-01)",
        source=_PORTAL,
    ),
    Spec(
        code="POR-04",
        label="Établissements engagés",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=ENGAGED),
        definition="Établissements qui ont répondu à un thème pendant la période : thème commencé, terminé, "
        "mis de côté ou soumis.",
        formula="SIRET distincts ayant commencé, terminé, mis de côté ou soumis un thème",
        source=_PORTAL,
    ),
    Spec(
        code="POR-05",
        label="Taux d'engagement des établissements ciblés",
        unit=_RATE,
        grain=Grain.UNIT,
        aggregate=UnitShare(of=ENGAGED, among=TARGETED),
        definition="Part des établissements ciblés pendant la période qui sont aussi engagés (POR-04).",
        formula="ciblés et engagés / ciblés (POR-01)",
        source=_PORTAL,
    ),
    Spec(
        code="POR-05b",
        label="Taux d'engagement des établissements invités",
        unit=_RATE,
        grain=Grain.UNIT,
        aggregate=UnitShare(of=ENGAGED, among=INVITED),
        definition="Part des établissements invités pendant la période qui sont aussi engagés (POR-04).",
        formula="invités et engagés / invités (POR-02)",
        source=_PORTAL,
    ),
    Spec(
        code="POR-06",
        label="Questionnaires commencés, soumis, relus",
        unit="questionnaires (un établissement et un thème)",
        grain=Grain.EVENT,
        aggregate=Pairs(
            states=(
                ("commences", "Commencés", STARTED),
                ("soumis", "Soumis", SUBMITTED),
                ("relus", "Relus", REVIEWED),
            ),
            value="soumis",
        ),
        definition="Un questionnaire est un thème d'un établissement : il compte une fois, même soumis plusieurs fois. "
        "Une soumission reprise par l'employeur ne compte pas. Le nombre principal est celui des soumis.",
        formula="couples établissement et thème distincts, par état atteint dans la période",
        source=_PORTAL,
    ),
    Spec(
        code="POR-07",
        label="Taux d'achèvement",
        unit=_RATE,
        grain=Grain.EVENT,
        aggregate=PairShare(of=SUBMITTED, among=STARTED),
        definition="Part des questionnaires commencés pendant la période qui ont été soumis pendant la période.",
        formula="commencés et soumis / commencés",
        source=_PORTAL,
    ),
    Spec(
        code="POR-08",
        label="Établissements ayant soumis au moins un thème",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=ThemesPerUnit(of=SUBMITTED),
        definition="Établissements ayant soumis au moins un thème pendant la période, et répartition selon le nombre "
        "de thèmes différents : un, deux, trois ou plus. Une soumission reprise ne compte pas.",
        formula="SIRET distincts, par nombre de thèmes distincts soumis",
        source=_PORTAL,
    ),
    Spec(
        code="POR-09",
        label="Délai médian de relecture par un préventeur",
        unit="jours",
        grain=Grain.EVENT,
        aggregate=MedianDelay(start=FactKind.THEME_SUBMITTED, end=FactKind.THEME_REVIEWED),
        definition="Nombre médian de jours entre une soumission et sa relecture, pour les relectures de la période.",
        formula="médiane (jour de la relecture - jour de la soumission)",
        source=_PORTAL,
    ),
    Spec(
        code="POR-10",
        label="Sections de DUERP produites",
        unit="sections (un établissement et un thème)",
        grain=Grain.EVENT,
        aggregate=Pairs(states=(("produites", "Produites", SECTIONS),), value="produites"),
        definition="Thèmes conclus dans une version validée par l'employeur pendant la période. "
        "Plusieurs versions d'un même thème comptent une fois.",
        formula="couples établissement et thème distincts ayant une section produite",
        source=_PORTAL,
    ),
    Spec(
        code="POR-14",
        label="Établissements ayant un plan d'action daté",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=PLANNED),
        definition="Établissements dont une action du plan au moins a reçu, pendant la période, "
        "un responsable et une échéance.",
        formula="SIRET distincts ayant une action planifiée",
        source=_PORTAL,
    ),
    Spec(
        code="POR-15",
        label="Actions inscrites, commencées, réalisées, abandonnées",
        unit="actions",
        grain=Grain.EVENT,
        aggregate=ActionStates(states=STATES),
        definition="Actions qui ont atteint chaque état pendant la période, par niveau de prévention. Une action "
        "compte une fois par état ; une action rouverte ne compte plus comme réalisée ou abandonnée. "
        "Le nombre principal est celui des réalisées.",
        formula="actions distinctes par état et par niveau de prévention",
        source=_PORTAL,
    ),
    Spec(
        code="POR-16",
        label="Taux de réalisation des actions échues",
        unit=_RATE,
        grain=Grain.EVENT,
        aggregate=DoneByDue(planned=FactKind.ACTION_PLANNED, done=FactKind.ACTION_DONE),
        definition="Part des actions dont l'échéance tombe dans la période qui sont réalisées à la fin de la période. "
        "Une action abandonnée reste au dénominateur.",
        formula="échues et réalisées au dernier jour / échues dans la période",
        source=_PORTAL,
    ),
    Spec(
        code="POR-17",
        label="Établissements ayant réalisé au moins une action",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=DONE),
        definition="Établissements ayant terminé au moins une action de leur plan pendant la période.",
        formula="SIRET distincts ayant une action réalisée",
        source=_PORTAL,
    ),
    Spec(
        code="POR-18",
        label="Établissements ayant réalisé au moins deux actions",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=DONE, subjects=2),
        definition="Établissements ayant terminé au moins deux actions différentes de leur plan pendant la période "
        "(« points de progrès »).",
        formula="SIRET distincts ayant deux actions réalisées ou plus",
        source=_PORTAL,
    ),
    Spec(
        code="POR-21",
        label="Travailleurs couverts",
        unit="salariés (effectif déclaré)",
        grain=Grain.WORKER,
        aggregate=Workforce(of=ENGAGED),
        definition="Somme des effectifs déclarés des établissements engagés (POR-04), chacun compté une fois, "
        "à son dernier acte de la période.",
        formula="somme des effectifs, une fois par SIRET",
        source=_PORTAL,
    ),
    Spec(
        code="POR-22",
        label="Part des adhérents couverts",
        unit=_RATE,
        grain=Grain.UNIT,
        aggregate=Coverage(of=ENGAGED),
        definition="Part des adhérents au dernier jour de la période qui sont engagés (POR-04).",
        formula="adhérents engagés / adhérents au dernier jour",
        source=_PORTAL,
    ),
    Spec(
        code="POR-23",
        label="Part des établissements de moins de 10 salariés parmi les engagés",
        unit=_RATE,
        grain=Grain.UNIT,
        aggregate=SmallShare(of=ENGAGED),
        definition="Part des établissements engagés (POR-04) de moins de 10 salariés, parmi ceux dont l'effectif est "
        "renseigné, à leur dernier acte de la période.",
        formula="engagés de moins de 10 salariés / engagés dont l'effectif est connu",
        source=_PORTAL,
    ),
    Spec(
        code="POR-24",
        label="Répartition des établissements engagés",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Spread(of=ENGAGED),
        definition="Établissements engagés (POR-04) par section NAF, par tranche d'effectif et par secteur du service, "
        "à leur dernier acte de la période.",
        formula="SIRET distincts par modalité",
        source=_PORTAL,
    ),
    Spec(
        code="JOU-01",
        label="Actions en milieu de travail",
        unit="actions",
        grain=Grain.EVENT,
        aggregate=Events(of=WORKPLACE),
        definition="Actes du journal, séances collectives, et relectures closes avec un échange avec l'employeur, "
        "par catégorie.",
        formula="nombre d'actes par catégorie",
        source=_LOG,
    ),
    Spec(
        code="JOU-02",
        label="Établissements ayant bénéficié d'au moins une action en milieu de travail",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=REACHED),
        definition="Établissements ayant reçu un acte du journal, une relecture close avec un échange, "
        "ou représentés à une séance.",
        formula="SIRET distincts ayant un acte ou une présence",
        source=_LOG,
    ),
    Spec(
        code="JOU-07",
        label="Établissements aidés pour leur DUERP",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=DUERP_HELP),
        definition="Établissements ayant reçu au moins un acte « aide au DUERP », noté au journal ou à la clôture "
        "d'une relecture avec un échange.",
        formula="SIRET distincts ayant un acte de catégorie « aide au DUERP »",
        source=_LOG,
    ),
    Spec(
        code="JOU-11",
        label="Séances collectives",
        unit="séances",
        grain=Grain.EVENT,
        aggregate=Events(of=SESSIONS, by_format=True),
        definition="Séances tenues pendant la période, par catégorie et par format.",
        formula="nombre de séances par catégorie et par format",
        source=_LOG,
    ),
    Spec(
        code="JOU-12",
        label="Participants aux séances",
        unit="participations",
        grain=Grain.ATTENDANCE,
        aggregate=Attendance(of=ATTENDED),
        definition="Participations aux séances, employeurs et salariés. Une personne venue deux fois compte deux fois.",
        formula="somme des présences, par rôle",
        source=_LOG,
    ),
    Spec(
        code="JOU-13",
        label="Établissements représentés aux séances",
        unit=_FIRMS,
        grain=Grain.UNIT,
        aggregate=Units(of=ATTENDED),
        definition="Établissements dont une personne au moins est venue à une séance pendant la période.",
        formula="SIRET distincts ayant une présence",
        source=_LOG,
    ),
)

BY_CODE: Final[Mapping[str, Spec]] = {spec.code: spec for spec in SPECS}

KIND_WORDS: Final[Mapping[str, str]] = {
    FactKind.TARGETED.value: "Établissement ciblé",
    FactKind.INVITED.value: "Invitation envoyée",
    FactKind.THEME_STARTED.value: "Thème commencé",
    FactKind.THEME_FINISHED.value: "Thème terminé",
    FactKind.THEME_SET_ASIDE.value: "Thème mis de côté",
    FactKind.THEME_SUBMITTED.value: "Thème soumis",
    FactKind.THEME_REVIEWED.value: "Thème relu",
    FactKind.SECTION_MADE.value: "Section de DUERP produite",
    FactKind.ACTION_CHOSEN.value: "Action inscrite",
    FactKind.ACTION_PLANNED.value: "Action planifiée",
    FactKind.ACTION_STARTED.value: "Action commencée",
    FactKind.ACTION_DONE.value: "Action réalisée",
    FactKind.ACTION_DROPPED.value: "Action abandonnée",
    FactKind.LOGGED.value: "Acte noté",
    FactKind.SESSION_HELD.value: "Séance tenue",
    FactKind.ATTENDED.value: "Présence à une séance",
}
"""Kinds of facts behind the numbers, in French."""
