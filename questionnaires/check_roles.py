"""Situations, roles and facts: what the rating needs from a theme so that its look-ups mean something."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from questionnaires.check_reach import always_seen, levels_of, seen_for
from questionnaires.nomenclature import FACTORS
from questionnaires.reader_faults import FaultList
from questionnaires.schema import (
    COLLECTIVE_AT_SOURCE,
    NEVER_ESSENTIAL,
    AggravatingFact,
    Kind,
    Level,
    Question,
    Rank,
    Role,
    Situation,
    Theme,
)

MOST_SITUATIONS = 9
MOST_ESSENTIALS = 5

COLLECTIVE = COLLECTIVE_AT_SOURCE | {Rank.ORGANISATION}
"""Ranks that can carry a situation alone. The duerp rule R2 says « suppression, source or collective »; organisation
counts as collective because it acts on the work of everybody (the fact base types its measures C, « collective or
organisation », against I, individual), while instructions and equipment act on each person (L4121-2, 8° and 9°)."""

UNIT_FLAGS = frozenset({"exterieur", "nuit", "isole", "deplacements", "domicile"})
"""Flags a work unit carries (`app.domain.establishment`, which content may not import; a test compares them)."""

UNIT_COUNTS = frozenset({"temps", "apprentices"})
"""Head counts of a work unit that may tell an aggravating fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FineSituations:
    """The fine situations the fact base lists for a theme, each of which must be placed exactly once."""

    prefix: str
    last: int
    """They are numbered from 01 to this one."""
    effects: frozenset[str]
    """Those that are an effect of the danger: printed as a possible damage, on no line of their own."""

    @property
    def to_place(self) -> frozenset[str]:
        """Codes that situations and facts must cover between them."""
        return frozenset(f"{self.prefix}{number:02}" for number in range(1, self.last + 1)) - self.effects


FINE_SITUATIONS: dict[str, FineSituations] = {
    "chaleur": FineSituations(prefix="S-CH-", last=16, effects=frozenset({"S-CH-16"})),
}
"""By theme. S-CH-16 (watchfulness lost at the wheel or at a machine) is an effect of heat, printed as damage."""


def check_roles(theme: Theme, faults: FaultList) -> None:
    """Note what would make the rating of a situation meaningless, or a protection useless."""
    if len(theme.situations) > MOST_SITUATIONS:
        what = f"{len(theme.situations)} situations"
        faults.add("situations", what, f"Au plus {MOST_SITUATIONS} : regroupez-les et gardez le détail en exemples")
    retained = {option.situation for option in theme.question(theme.screening).options}
    for situation in theme.situations:
        _check_situation(theme, situation, faults)
        if situation.id not in retained:
            remedy = f"Ajoutez dans {theme.screening} une option avec situation = {situation.id}"
            faults.add(situation.id, "aucune réponse du repérage ne retient cette situation", remedy)
    for fact in theme.facts:
        _check_fact(theme, fact, faults)
    for question in theme.questions:
        _check_question(theme, question, faults)
    _check_fine_situations(theme, faults)


def _check_situation(theme: Theme, situation: Situation, faults: FaultList) -> None:
    place = situation.id
    if situation.gravity_locked and situation.gravity != 4:
        faults.add(place, "gravité verrouillée sous 4", "On ne verrouille qu'une gravité 4 : mettez false")
    if situation.factor is not None and situation.factor not in FACTORS:
        faults.add(place, f"facteur « {situation.factor} » inconnu (L4161-1)", f"Codes : {', '.join(FACTORS)}")
    essentials = [q for q in theme.questions if q.role_in(situation.id) is Role.ESSENTIAL]
    if not 1 <= len(essentials) <= MOST_ESSENTIALS:
        what = f"{len(essentials)} protections essentielles"
        faults.add(place, what, f"Il en faut de 1 à {MOST_ESSENTIALS}, sans compter celles d'un fait aggravant")
    if essentials and not any(question.control in COLLECTIVE for question in essentials):
        remedy = "Une au moins supprime le danger, agit à la source, protège tout le monde ou organise le travail"
        faults.add(place, "aucune protection essentielle collective", remedy)
    if essentials and all(question.not_applicable for question in essentials):
        remedy = "Retirez not_applicable d'une question essentielle au moins"
        faults.add(place, "toutes ses protections essentielles peuvent être « sans objet »", remedy)
    if essentials and not any(always_seen(theme, question, situation.id) for question in essentials):
        remedy = "Une question essentielle au moins ne dépend que du repérage"
        faults.add(place, "aucune protection essentielle n'est demandée à coup sûr", remedy)


def _check_question(theme: Theme, question: Question, faults: FaultList) -> None:
    place = question.id
    roles = {role for _situation, role in question.roles}
    promoted = question.essential_when is not None
    if question.essential_when is not None and Role.SUPPORT not in roles:
        remedy = "Donnez-lui le rôle appui dans une situation, ou retirez essential_when"
        faults.add(place, "essential_when sans aucun rôle d'appui à renforcer", remedy)
    if (Role.ESSENTIAL in roles or promoted) and (question.control is None or question.control in NEVER_ESSENTIAL):
        remedy = "Un papier, une consigne, une formation ou un équipement individuel est au mieux un appui"
        faults.add(place, f"protection essentielle de type « {question.control or 'aucun'} »", remedy)
    if not question.roles and not _serves_otherwise(theme, question):
        faults.add(place, "ne sert à aucune situation", "Donnez-lui un rôle, ou retirez-la")
    for situation, _role in question.roles:
        levels = levels_of(question, situation)
        if not {Level.YES, Level.NO} <= levels:
            remedy = "Écrivez levels avec au moins une règle oui et une règle non"
            faults.add(place, f"ne peut pas donner à la fois oui et non dans « {situation} »", remedy)
        if not seen_for(theme, question, situation):
            remedy = "Ajoutez cette situation à any_of, ou retirez le rôle"
            faults.add(place, f"a un rôle dans « {situation} » mais n'y est jamais demandée", remedy)


def _serves_otherwise(theme: Theme, question: Question) -> bool:
    """Screening, closing, exposure, words, scope of other questions, or a heading of the theme's own table."""
    if question.kind is not Kind.YES_PARTLY_NO and not question.levels:
        return True
    parents = {condition.question for other in theme.questions for condition in other.visible_if}
    rows = (*theme.block.rows, *theme.block.notes) if theme.block else ()
    return question.id in parents or any(question.id in row.questions for row in rows)


def _check_fact(theme: Theme, fact: AggravatingFact, faults: FaultList) -> None:
    for flag in sorted({*fact.unit_flags} - UNIT_FLAGS):
        faults.add(fact.id, f"unit_flags cite « {flag} »", f"Caractères d'une unité : {', '.join(sorted(UNIT_FLAGS))}")
    for count in sorted({*fact.unit_counts} - UNIT_COUNTS):
        faults.add(
            fact.id, f"unit_counts cite « {count} »", f"Effectifs d'une unité : {', '.join(sorted(UNIT_COUNTS))}"
        )
    codes = {option.code for option in theme.question(theme.screening).options if option.fact == fact.id}
    if not (codes or fact.unit_flags or fact.unit_counts):
        remedy = f"Ajoutez une option dans {theme.screening}, ou unit_flags, ou unit_counts"
        faults.add(fact.id, "rien ne dit que ce fait existe", remedy)
    opens = any(codes & set(c.any_of) for q in theme.questions for c in q.visible_if if c.question == theme.screening)
    if not opens and not any(question.essential_when == fact.id for question in theme.questions):
        remedy = "Citez-le dans un essential_when, ou faites-en la condition d'une question"
        faults.add(fact.id, "ce fait ne change rien", remedy)


def _check_fine_situations(theme: Theme, faults: FaultList) -> None:
    covers = [situation.covers for situation in theme.situations] + [fact.covers for fact in theme.facts]
    placed = Counter(code for codes in covers for code in codes)
    for code, times in placed.items():
        if times > 1:
            faults.add(code, f"situation fine placée {times} fois", "Gardez-la dans un seul « covers »")
    listed = FINE_SITUATIONS.get(theme.theme)
    if listed is None:
        return
    for code in sorted(listed.to_place - placed.keys()):
        faults.add(code, "situation fine placée nulle part", "Ajoutez-la au « covers » d'une situation ou d'un fait")
    for code in sorted(placed.keys() - listed.to_place):
        faults.add(code, "n'est pas une situation fine à placer", "Retirez-la de « covers »")
