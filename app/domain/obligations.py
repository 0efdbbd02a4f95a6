"""What the law asks of the document by the size of the establishment: thresholds 11 and 50.

Sources: L4121-3 and L4121-3-1 (content, list or programme, transmission), R4121-2 (updates), L2312-5 and L2312-27
(CSE), read in the consolidated text of 2026-03-27.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.calendar import add_months
from app.domain.dossier import ActionLine, SizeRules
from app.domain.establishment import Cse, Establishment
from app.domain.inputs import ActionStatus, Validation
from app.domain.plain_values import show_day
from app.domain.typography import french_date
from app.domain.words import FROM_11, FROM_50, UNDER_11, UNDER_50

YEARLY_UPDATE_FROM = 11
"""Employees from which the yearly update is imposed (R4121-2, 1°)."""

PROGRAM_FROM = 50
"""Employees from which the annual programme replaces the list of actions (L4121-3-1 III)."""

LIST_TITLE = "Liste des actions de prévention des risques et de protection des salariés"

SIZE_LAWS = ("L4121-3", "L4121-3-1", "R4121-1", "R4121-1-1", "R4121-2", "R4121-4")
"""Articles every document cites."""


class ValidationRefused(ValueError):
    """A version cannot be made yet; `words` says in French what is missing."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def size_rules(
    establishment: Establishment, *, validated_on: date | None, as_of: date, actions: Sequence[ActionLine]
) -> SizeRules:
    """What the head count asks of this document."""
    annual = establishment.headcount >= YEARLY_UPDATE_FROM
    program = establishment.headcount >= PROGRAM_FROM
    # L4121-3-1 III 1° speaks of the year to come: a calendar year would be wrong for a version made in autumn.
    title = (
        "Programme annuel de prévention des risques professionnels et d'amélioration des conditions de travail, "
        f"année à venir à compter du {french_date(validated_on or as_of)}"
    )
    return SizeRules(
        annual_update=annual,
        next_due=add_months(validated_on, 12) if annual and validated_on else None,
        program=program,
        actions_title=title if program else LIST_TITLE,
        cse_rule=_cse_rule(establishment.headcount),
        update_rule=_update_rule(annual),
        missing=_missing(actions) if program else (),
    )


def threshold_words(before: int, after: int) -> str:
    """What changes when a head count crosses 11 or 50, in one sentence; empty when neither is crossed."""
    for threshold, above, below in (
        (PROGRAM_FROM, FROM_50, UNDER_50),
        (YEARLY_UPDATE_FROM, FROM_11, UNDER_11),
    ):
        if before < threshold <= after:
            return above
        if after < threshold <= before:
            return below
    return ""


def cse_line(establishment: Establishment, validation: Validation) -> str:
    """What was really done with the CSE, in one sentence."""
    day = show_day(validation.cse_on) if validation.cse_on else ""
    said = f" {validation.cse_words}" if validation.cse_words else ""
    if establishment.cse is Cse.VACANT:
        return f"Pas de CSE : procès-verbal de carence{' du ' + day if day else ''}.{said}"
    if establishment.cse is Cse.NONE:
        if establishment.headcount < YEARLY_UPDATE_FROM:
            return f"Sans objet : moins de 11 salariés.{_workers_words(validation)}{said}"
        return (
            "Pas de CSE à ce jour ; il se met en place quand l'effectif atteint 11 salariés pendant douze mois "
            f"de suite.{said}"
        )
    if not day:
        act = "consultation" if establishment.headcount >= PROGRAM_FROM else "présentation de la liste"
        return f"CSE élu : date de {act} non renseignée.{said}"
    if establishment.headcount >= PROGRAM_FROM:
        return f"CSE consulté le {day}.{said}"
    return f"Liste des actions présentée au CSE le {day}.{said}"


def _workers_words(validation: Validation) -> str:
    """What was really done with the workers: nothing is claimed that nobody noted."""
    return " Les salariés ont été associés directement (voir le tableau)." if validation.participants else ""


def check_validation(establishment: Establishment, validation: Validation, *, as_of: date) -> None:
    """Raise ValidationRefused when a version may not be made: no unit, no reason, CSE not consulted from 50."""
    if not establishment.units:
        raise ValidationRefused("Décrivez au moins une unité de travail avant de valider (art. R. 4121-1).")
    if not validation.reason.strip():
        raise ValidationRefused("Dites en quelques mots pourquoi cette version est faite (art. R. 4121-2).")
    day = validation.validated_on or as_of
    if validation.cse_on is not None and validation.cse_on > day:
        raise ValidationRefused(
            "La date de consultation du CSE, de présentation de la liste ou du procès-verbal de carence suit le jour "
            "de la validation : laissez-la vide tant que ce n'est pas fait."
        )
    if establishment.headcount < PROGRAM_FROM or validation.cse_on is not None:
        return
    if not validation.cse_words.strip():
        raise ValidationRefused(
            "À partir de 50 salariés, indiquez la date de consultation du CSE, au plus tard le jour de la validation, "
            "ou la date du procès-verbal de carence, ou le motif écrit de leur absence (art. L. 4121-3)."
        )


def check_day(day: date, *, latest: date, previous: date | None) -> None:
    """Raise ValidationRefused when a decision is dated ahead, or before the version it follows."""
    if day > latest:
        raise ValidationRefused(
            "La date de la décision est au plus tard aujourd'hui : une version ne se date pas d'avance."
        )
    if previous is not None and day < previous:
        raise ValidationRefused(
            f"La version précédente date du {french_date(previous)} : la date de celle-ci ne peut pas être avant."
        )


def _cse_rule(headcount: int) -> str:
    if headcount >= PROGRAM_FROM:
        return "À partir de 50 salariés, le CSE est consulté sur le document unique, ses mises à jour et le programme."
    if headcount >= YEARLY_UPDATE_FROM:
        return (
            "De 11 à 49 salariés, l'employeur présente au CSE la liste des actions ; le document est à sa disposition."
        )
    return "Moins de 11 salariés : le CSE n'est pas imposé ; les salariés sont associés directement à l'évaluation."


def _update_rule(annual: bool) -> str:
    events = (
        "lors de toute décision d'aménagement important modifiant les conditions de santé et de sécurité ou les "
        "conditions de travail, et dès qu'une information nouvelle sur un risque est connue de l'employeur"
    )
    if annual:
        return f"Mise à jour au moins une fois par an, et aussi {events} (art. R. 4121-2)."
    return (
        f"Moins de 11 salariés : pas de rythme annuel imposé, mais mise à jour {events} (art. R. 4121-2), avec un "
        "niveau de protection équivalent (art. L. 4121-3)."
    )


def _missing(actions: Sequence[ActionLine]) -> tuple[str, ...]:
    """What L4121-3-1 III 1° asks of the programme and of each of its measures, and that is not filled."""
    wanted = (
        ("conditions", "conditions d'exécution"),
        ("indicator", "indicateur de résultat"),
        ("cost", "estimation du coût"),
        ("due", "échéance"),
    )
    found = []
    kept = [action for action in actions if action.chosen and action.status != ActionStatus.DROPPED]
    for action in kept:
        lacking = [words for field, words in wanted if not getattr(action, field)]
        if lacking:
            found.append(f"{action.key} : {', '.join(lacking)}")
    if not kept:
        found.append("aucune mesure n'est retenue à ce jour")
    elif not any(action.resources for action in kept):
        found.append("ressources de l'entreprise pouvant être mobilisées")
    return tuple(found)
