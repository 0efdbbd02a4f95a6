"""What each kind of question must carry: options, columns, unit, and how its answers read as levels."""

from __future__ import annotations

from questionnaires.reader_faults import FaultList
from questionnaires.reader_ids import place_of
from questionnaires.schema import Kind, Level, LevelRule, Question, Theme

_WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.CHOICES})
_WITH_LEVELS = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.NUMBER})


def answer_codes(question: Question) -> tuple[str, ...]:
    """Codes an answer to the question may hold; empty for numbers, words, days and tables."""
    if question.kind is Kind.YES_PARTLY_NO:
        return tuple(level for level in Level if level is not Level.NOT_APPLICABLE or question.not_applicable)
    if question.kind in _WITH_OPTIONS:
        return tuple(option.code for option in question.options)
    return ()


def check_kinds(theme: Theme, faults: FaultList) -> None:
    """Note every question whose keys do not fit its kind."""
    for number, question in enumerate(theme.questions, start=1):
        place = place_of("questions", number, question.id)
        if (place, "kind") in faults.spoilt:
            continue
        _check_options(question, place, faults)
        _check_number(question, place, faults)
        _check_table(question, place, faults)
        _check_levels(question, place, faults)


def _check_options(question: Question, place: str, faults: FaultList) -> None:
    if question.kind in _WITH_OPTIONS and len(question.options) < 2:
        faults.doubt(place, "options", "manque ou n'en donne qu'une", "Donnez au moins deux options")
    if question.kind not in _WITH_OPTIONS and question.options:
        remedy = "Retirez-les : oui, partiellement, non, ne_sait_pas (et sans_objet) sont donnés d'office"
        if question.kind is not Kind.YES_PARTLY_NO:
            remedy = "Retirez-les, ou changez kind pour choice ou choices"
        faults.doubt(place, "options", f"n'a pas de sens pour le type {question.kind}", remedy)


def _check_number(question: Question, place: str, faults: FaultList) -> None:
    low, high = question.minimum, question.maximum
    if question.kind is Kind.NUMBER:
        if not question.unit:
            faults.doubt(place, "unit", "manque", "Dites l'unité du nombre, par exemple « personnes »")
        if low is not None and high is not None and low > high:
            faults.doubt(place, "minimum", "dépasse « maximum »", "Mettez le plus petit nombre dans minimum")
    elif question.unit or low is not None or high is not None:
        faults.add(place, "unit, minimum et maximum ne vont qu'avec un nombre", "Retirez-les, ou mettez kind = number")


def _check_table(question: Question, place: str, faults: FaultList) -> None:
    if question.kind is Kind.TABLE and not question.columns:
        faults.doubt(place, "columns", "manque", "Donnez les colonnes du tableau")
    if question.kind is not Kind.TABLE and question.columns:
        faults.doubt(place, "columns", f"n'a pas de sens pour le type {question.kind}", "Retirez-les")


def _check_levels(question: Question, place: str, faults: FaultList) -> None:
    if question.levels and question.kind not in _WITH_LEVELS:
        faults.doubt(place, "levels", f"n'a pas de sens pour le type {question.kind}", "Retirez-les")
        return
    for number, rule in enumerate(question.levels, start=1):
        inner = f"{place}, levels n° {number}"
        if question.kind is Kind.NUMBER:
            _check_bound(rule, inner, faults)
        else:
            _check_codes(question, rule, inner, faults)


def _check_bound(rule: LevelRule, place: str, faults: FaultList) -> None:
    if rule.at_least is None or rule.options:
        faults.doubt(place, "at_least", "manque", "Pour un nombre, une règle dit at_least, et rien d'autre")


def _check_codes(question: Question, rule: LevelRule, place: str, faults: FaultList) -> None:
    if not rule.options or rule.at_least is not None:
        faults.doubt(place, "options", "manque", "Pour un choix, une règle dit options = [...], et rien d'autre")
    known = answer_codes(question)
    for code in rule.options:
        if code not in known:
            faults.doubt(
                place, "options", f"cite « {code} », qui n'est pas une option", f"Options : {', '.join(known)}"
            )
