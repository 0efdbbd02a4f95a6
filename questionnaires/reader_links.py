"""References inside a theme file: each must lead somewhere, and a condition must look back, never ahead."""

from __future__ import annotations

from collections.abc import Iterable

from questionnaires.nomenclature import FAMILIES
from questionnaires.reader_faults import FaultList
from questionnaires.reader_ids import HEAD, place_of
from questionnaires.reader_questions import answer_codes
from questionnaires.schema import Block, Condition, Kind, Level, Measure, Option, Question, Theme

_PRINCIPLES = range(1, 10)
_GRAVITIES = range(1, 5)

_TABLES = {
    "situation": "situations",
    "fait aggravant": "facts",
    "section": "sections",
    "question": "questions",
    "obligation": "obligations",
}
"""Table in which a name is looked for; when the table itself cannot be read, its names are not blamed."""


def check_links(theme: Theme, faults: FaultList) -> None:
    """Note every reference that leads nowhere and every number out of its range."""
    _check_head(theme, faults)
    for number, situation in enumerate(theme.situations, start=1):
        place = place_of("situations", number, situation.id)
        if situation.gravity not in _GRAVITIES:
            faults.doubt(place, "gravity", f"ne peut pas être {situation.gravity}", "Gravité de 1 à 4")
        if situation.family not in theme.families and (HEAD, "families") not in faults.spoilt:
            remedy = "Une situation appartient à une des familles du thème"
            faults.doubt(place, "family", f"{situation.family} n'est pas dans « families »", remedy)
    for number, question in enumerate(theme.questions, start=1):
        place = place_of("questions", number, question.id)
        _check_question(theme, question, place, faults)
        for rank, condition in enumerate(question.visible_if, start=1):
            inner = f"{place}, visible_if n° {rank}"
            _check_condition(theme.questions[: number - 1], theme, condition, (inner, faults))
    for number, measure in enumerate(theme.measures, start=1):
        _check_measure(theme, measure, place_of("measures", number, measure.id), faults)
    if theme.block:
        _check_block(theme, theme.block, faults)


def _check_head(theme: Theme, faults: FaultList) -> None:
    for family in theme.families:
        if family not in FAMILIES:
            faults.doubt(HEAD, "families", f"cite {family}", "Familles de 1 à 20 (INRS ED 840)")
    for part in theme.partly:
        if part.family not in theme.families:
            remedy = "Une famille couverte en partie est une des familles du thème"
            faults.doubt(HEAD, "partly", f"{part.family} n'est pas dans « families »", remedy)
    _check_one(theme.screening, (q.id for q in theme.questions), (HEAD, "screening", "question"), faults)
    screening = _found(theme, theme.screening)
    if screening and screening.kind is not Kind.CHOICES:
        faults.doubt(HEAD, "screening", "n'est pas une question choices", "Elle retient plusieurs situations")
    if theme.closing is None:
        return
    _check_one(theme.closing, (q.id for q in theme.questions), (HEAD, "closing", "question"), faults)
    closing = _found(theme, theme.closing)
    if closing and (closing.kind is not Kind.CHOICE or Level.UNKNOWN not in answer_codes(closing)):
        remedy = "La question de clôture est un choice avec une option de code ne_sait_pas"
        faults.doubt(HEAD, "closing", "ne laisse pas le thème ouvert quand on ne sait pas", remedy)
    if not theme.closing_words:
        faults.doubt(HEAD, "closing_words", "manque", "Écrivez la phrase imprimée quand le thème est sans objet")
    if screening and not any(option.exclusive for option in screening.options):
        remedy = "Ajoutez une option « aucune » avec exclusive = true"
        faults.doubt(screening.id, "options", "n'a pas de réponse « aucune »", remedy)


def _check_question(theme: Theme, question: Question, place: str, faults: FaultList) -> None:
    situations = tuple(situation.id for situation in theme.situations)
    facts = tuple(fact.id for fact in theme.facts)
    _check_one(question.section, (section.id for section in theme.sections), (place, "section", "section"), faults)
    for situation, _role in question.roles:
        _check_one(situation, situations, (place, "roles", "situation"), faults)
    if question.essential_when is not None:
        _check_one(question.essential_when, facts, (place, "essential_when", "fait aggravant"), faults)
    for obligation in question.obligations:
        _check_one(obligation, (o.id for o in theme.obligations), (place, "obligations", "obligation"), faults)
    for number, rule in enumerate(question.levels, start=1):
        for situation in rule.situations:
            inner = f"{place}, levels n° {number}"
            _check_one(situation, situations, (inner, "situations", "situation"), faults)
    for number, option in enumerate(question.options, start=1):
        inner = f"{place}, options n° {number}"
        if question.id == theme.screening:
            _check_screening_option(option, (situations, facts), inner, faults)
        elif option.situation is not None or option.fact is not None:
            faults.add(inner, "situation et fact ne vont que dans la question de repérage", "Retirez-les")


def _check_screening_option(
    option: Option, known: tuple[tuple[str, ...], tuple[str, ...]], place: str, faults: FaultList
) -> None:
    situations, facts = known
    if option.situation is not None:
        _check_one(option.situation, situations, (place, "situation", "situation"), faults)
    if option.fact is not None:
        _check_one(option.fact, facts, (place, "fact", "fait aggravant"), faults)
    if option.situation is None and option.fact is None and not option.exclusive:
        remedy = "Donnez situation, fact, ou exclusive = true pour « aucune »"
        faults.doubt(place, "situation", "manque : cocher cette option ne retient rien", remedy)


def _check_condition(
    earlier: tuple[Question, ...], theme: Theme, condition: Condition, where: tuple[str, FaultList]
) -> None:
    place, faults = where
    bounds = condition.headcount_min is not None or condition.headcount_max is not None
    forms = (condition.question is not None or bool(condition.any_of)) + bool(condition.sectors) + bounds
    if forms != 1:
        remedy = "Écrivez une seule chose : question avec any_of, ou sectors, ou un effectif ; ajoutez une autre table"
        faults.doubt(place, "question", "ne dit pas une condition et une seule", remedy)
        return
    low, high = condition.headcount_min, condition.headcount_max
    if low is not None and high is not None and low > high:
        faults.doubt(place, "headcount_min", "dépasse « headcount_max »", "Aucun effectif ne convient")
    if condition.question is None:
        if condition.any_of:
            faults.doubt(place, "question", "manque", "Dites la question dont any_of donne les réponses")
        return
    if condition.question not in {question.id for question in theme.questions}:
        _check_one(condition.question, (q.id for q in earlier), (place, "question", "question"), faults)
        return
    parent = next((question for question in earlier if question.id == condition.question), None)
    if parent is None:
        remedy = "Une question ne dépend que d'une question placée avant elle dans le fichier"
        faults.doubt(place, "question", f"« {condition.question} » vient après", remedy)
        return
    _check_any_of(parent, condition, place, faults)


def _check_any_of(parent: Question, condition: Condition, place: str, faults: FaultList) -> None:
    known = answer_codes(parent)
    if not known and not {(parent.id, "options"), (parent.id, "kind")} & faults.spoilt:
        remedy = "Seules les questions yes_partly_no, choice et choices ouvrent une autre question"
        faults.doubt(place, "question", f"« {parent.id} » n'a pas de codes de réponse", remedy)
    if not condition.any_of:
        faults.doubt(place, "any_of", "manque", f"Réponses possibles : {', '.join(known)}")
    for code in condition.any_of:
        if known and code not in known:
            remedy = f"Réponses possibles : {', '.join(known)}"
            faults.doubt(place, "any_of", f"cite « {code} », que « {parent.id} » n'a pas", remedy)


def _check_measure(theme: Theme, measure: Measure, place: str, faults: FaultList) -> None:
    _check_one(measure.question, (question.id for question in theme.questions), (place, "question", "question"), faults)
    if not measure.answers:
        faults.doubt(place, "answers", "est vide", 'Retirez la clé, ou écrivez answers = ["non"]')
    for principle in measure.principles:
        if principle not in _PRINCIPLES:
            faults.doubt(place, "principles", f"cite {principle}", "Principes de 1 à 9 (L4121-2)")


def _check_block(theme: Theme, block: Block, faults: FaultList) -> None:
    questions = tuple(question.id for question in theme.questions)
    _check_one(block.table_question, questions, ("block", "table_question", "question"), faults)
    table = _found(theme, block.table_question)
    if table and table.kind is not Kind.TABLE:
        faults.doubt("block", "table_question", "n'est pas une question table", "Mettez kind = table")
    if table and table.columns:
        codes = tuple(option.code for option in table.columns[0].options)
        headings = tuple(row.id for row in block.rows)
        if codes != headings:
            remedy = f"Mêmes codes, même ordre que les lignes : {', '.join(headings)}"
            faults.doubt(table.id, "columns", "ne propose pas les lignes du tableau en première colonne", remedy)
    for name, rows in (("rows", block.rows), ("notes", block.notes)):
        for number, row in enumerate(rows, start=1):
            for question in row.questions:
                _check_one(question, questions, (f"block, {name} n° {number}", "questions", "question"), faults)


def _check_one(wanted: str, known: Iterable[str], spot: tuple[str, str, str], faults: FaultList) -> None:
    place, key, noun = spot
    names = tuple(known)
    if wanted and wanted not in names and (HEAD, _TABLES[noun]) not in faults.spoilt:
        listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        remedy = f"Existent : {listed}" if names else "Rien n'est encore écrit dans cette table"
        faults.doubt(place, key, f"cite « {wanted} » ({noun}), qui n'existe pas", remedy)


def _found(theme: Theme, question_id: str | None) -> Question | None:
    return next((question for question in theme.questions if question.id == question_id), None)
