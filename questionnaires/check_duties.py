"""Measures, obligations and helps of a theme: an answer to each weakness, and a source behind each word of law."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from questionnaires.check_reach import levels_of, sectors_of
from questionnaires.measures import measures_for
from questionnaires.reader_faults import FaultList
from questionnaires.schema import (
    NEVER_ESSENTIAL,
    Duty,
    Level,
    Measure,
    Question,
    Rank,
    Role,
    Theme,
)

INFORMATION = "information"
"""Beginning of the scope of an obligation that is told and not asked (what the inspection can do, an option)."""

_WEAK = (Level.NO, Level.PARTLY)


def check_measures(theme: Theme, helps: Collection[str], faults: FaultList) -> None:
    """Note every weakness left without a collective answer, and every measure nothing calls for."""
    for question in theme.questions:
        roles = {role for _situation, role in question.roles}
        essential = Role.ESSENTIAL in roles or question.essential_when is not None
        for sector in _contexts(theme, question):
            for level in _WEAK:
                if level in levels_of(question):
                    proposed = measures_for(theme, question, level, sectors=frozenset({sector} if sector else ()))
                    needed = essential or Role.SUPPORT in roles
                    _check_proposed(question, proposed, (level, sector), (needed, essential), faults)
    for measure in theme.measures:
        if not levels_of(theme.question(measure.question)) & set(measure.answers):
            remedy = f"{measure.question} ne peut donner aucune de ces réponses : {', '.join(measure.answers)}"
            faults.add(measure.id, "mesure jamais proposée", remedy)
        for code in measure.helps:
            if code not in helps:
                faults.add(measure.id, f"aide « {code} » inconnue", "Ajoutez-la à help.toml, ou corrigez le code")


def _contexts(theme: Theme, question: Question) -> tuple[str | None, ...]:
    """Sectors in which the proposals for a question may differ; None stands for an establishment of no sector."""
    limits = sectors_of(theme, question)
    if limits:
        return tuple(sorted(limits))
    spoken_to = {sector for measure in theme.measures if measure.question == question.id for sector in measure.sectors}
    return (None, *sorted(spoken_to))


def _check_proposed(
    question: Question,
    proposed: Sequence[Measure],
    case: tuple[Level, str | None],
    needs: tuple[bool, bool],
    faults: FaultList,
) -> None:
    level, sector = case
    needed, essential = needs
    spoken = f"« {level} »" + (f" (secteur {sector})" if sector else "")
    if not proposed:
        if needed:
            faults.add(question.id, f"aucune mesure pour la réponse {spoken}", "Proposez au moins une mesure")
        return
    first = proposed[0]
    if essential and first.rank in NEVER_ESSENTIAL:
        remedy = "Ajoutez une mesure collective : suppression, source, technique ou organisation"
        faults.add(question.id, f"la première mesure pour {spoken}, {first.id}, n'est pas collective", remedy)
    elif first.rank is Rank.INDIVIDUAL:
        remedy = "Ajoutez une mesure collective, ou au moins une formation"
        faults.add(question.id, f"la mesure individuelle {first.id} vient seule ou en premier pour {spoken}", remedy)


def check_duties(theme: Theme, laws: Collection[str], faults: FaultList) -> None:
    """Note every duty without an article, every article nobody read, every obligation nothing speaks of."""
    for question in theme.questions:
        if question.duty is not Duty.NONE and not question.obligations:
            remedy = "Citez dans « obligations » celle qui porte l'article"
            faults.add(question.id, f"obligation « {question.duty} » sans article", remedy)
        if question.duty_sectors and question.duty is Duty.NONE:
            faults.add(question.id, "duty_sectors sans duty", "Dites duty, ou retirez duty_sectors")
    rows = (*theme.block.rows, *theme.block.notes) if theme.block else ()
    for place, article in [(o.id, a) for o in theme.obligations for a in o.articles] + [
        (r.id, r.article) for r in rows
    ]:
        if article not in laws:
            faults.add(place, f"article « {article} » absent de laws.toml", "Ajoutez-le avec sa version et sa date")
    asked = {obligation for question in theme.questions for obligation in question.obligations}
    printed = {row.article for row in rows}
    for obligation in theme.obligations:
        told = obligation.scope.lower().startswith(INFORMATION) or printed.intersection(obligation.articles)
        if obligation.id not in asked and not told:
            remedy = f"Citez-la dans une question, ou commencez « scope » par « {INFORMATION} »"
            faults.add(obligation.id, "aucune question ni aucun tableau ne parle de cette obligation", remedy)
