"""The typed shape of a theme: what a file of `questionnaires/themes/` holds once it has been read.

Every class mirrors one table of the TOML file, field by field and under the same name; `reader.py` turns a file into
a `Theme` or into the list of all its faults. Nothing here knows Flask, a database or a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar


class Kind(StrEnum):
    """How a question is answered; one form field, one partial and one printed form each."""

    YES_PARTLY_NO = "yes_partly_no"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    TABLE = "table"


class Level(StrEnum):
    """The five stored answers of a control question (glossary: « réponse de contrôle »)."""

    YES = "oui"
    PARTLY = "partiellement"
    NO = "non"
    UNKNOWN = "ne_sait_pas"
    NOT_APPLICABLE = "sans_objet"


class Role(StrEnum):
    """What a control does for one situation (design: roles, never weights)."""

    ESSENTIAL = "essentiel"
    SUPPORT = "appui"
    PAPER = "papier"


class Duty(StrEnum):
    """How far the law goes: nothing, a duty of means, or a precise and checkable thing."""

    NONE = "none"
    GENERAL = "general"
    PRECISE = "precise"


class Rank(StrEnum):
    """Type of a measure, in the order of article L4121-2: collective before individual."""

    SUPPRESSION = "SUPP"
    SUBSTITUTION = "SUBST"
    TECHNICAL = "TECH"
    ORGANISATION = "ORGA"
    TRAINING = "FORM"
    INDIVIDUAL = "INDIV"


class Delay(StrEnum):
    """Delay of a measure: under 15 days, under 3 months, longer."""

    IMMEDIATE = "immediat"
    SHORT = "court"
    LONG = "long"


class Cost(StrEnum):
    """Cost band of a measure for a small firm; an order of size, worded by `app.domain.words.COST_NAMES`."""

    C0 = "C0"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"


RANK_ORDER: tuple[Rank, ...] = tuple(Rank)
DELAY_ORDER: tuple[Delay, ...] = tuple(Delay)
COST_ORDER: tuple[Cost, ...] = tuple(Cost)

COLLECTIVE_AT_SOURCE: frozenset[Rank] = frozenset({Rank.SUPPRESSION, Rank.SUBSTITUTION, Rank.TECHNICAL})
"""Ranks that suppress the danger, replace it or protect everybody at once (L4121-2, 1° to 8°)."""

NEVER_ESSENTIAL: frozenset[Rank] = frozenset({Rank.TRAINING, Rank.INDIVIDUAL})
"""Instructions, training and personal equipment cannot carry a situation alone (L4121-2, 8° and 9°)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of visibility; a question shows when all of its conditions hold.

    Exactly one of the three forms is filled: `question` with `any_of` (answer codes), `sectors`, or a head count
    bound in persons (`headcount_min` included, `headcount_max` included).
    """

    question: str | None = None
    any_of: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    headcount_min: int | None = None
    headcount_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A hazardous work situation: one line of the rating, one row of the DUERP per unit where the work exists."""

    id: str
    label: str
    family: int
    gravity: int
    gravity_reason: str
    gravity_locked: bool
    damage: str
    factor: str | None
    """Code of the L4161-1 factor it belongs to (`temperatures_extremes`...), None when there is none."""
    examples: tuple[str, ...]
    starter: str
    """Question that helps the employer put the real situation in words (D04)."""
    frequency_prompt: str
    covers: tuple[str, ...]
    """Fine situations of the fact base it stands for (`S-CH-01`...)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AggravatingFact:
    """A fact that turns a support into an essential control in the units where it holds."""

    id: str
    label: str
    unit_flags: tuple[str, ...]
    """Flags of a work unit that tell it already, so it is not asked (`isole`)."""
    unit_counts: tuple[str, ...]
    """Head counts of a work unit that tell it already (`temps`, `apprentices`)."""
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A page of the questionnaire: a few questions on one subject."""

    id: str
    title: str
    intro: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice; the code is stored, the label is shown.

    `situation` and `fact` are filled on the screening question only: ticking the option retains that situation or
    that aggravating fact. `exclusive` clears the others (« aucune »).
    """

    code: str
    label: str
    help: str = ""
    situation: str | None = None
    fact: str | None = None
    exclusive: bool = False
    often_in: tuple[str, ...] = ()
    """Sectors where it is often so: shown first on the screening page, never ticked."""
    often_with: tuple[str, ...] = ()
    """Flags of a work unit that make it likely (`exterieur`): shown first too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """How an answer that is not yes/partly/no reads as a level, for all situations or for those named.

    The first rule that fits wins: `options` for a choice, `at_least` (in the question's unit) for a number.
    An answer that fits no rule reads as unknown.
    """

    level: Level
    situations: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    at_least: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table question; `options` empty means free text."""

    id: str
    label: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; asked once per theme, with an exception per unit where one differs."""

    id: str
    section: str
    kind: Kind
    text: str
    why: str
    short: str
    """Short noun phrase that names the control in a sentence: « eau fraîche », « lieu de repos »."""
    in_place: str
    """What a « oui » means, printed in « mesures existantes »; empty when the answer is not a protection."""
    verify: str
    """What to do when nobody knows: the text of the action « Vérifier : … »; empty when unknown changes nothing."""
    control: Rank | None
    """Type of protection the question speaks of; None for papers, exposure and words."""
    roles: tuple[tuple[str, Role], ...]
    """(situation id, role) pairs, in file order; at most one role per situation."""
    essential_when: str | None
    """Aggravating fact that turns this question's supports into essentials."""
    always: bool
    """Asked even when the theme is closed as « sans objet », because the duty binds everybody."""
    not_applicable: bool
    """« Sans objet » is offered (a reason is then asked)."""
    duty: Duty
    duty_sectors: tuple[str, ...]
    """Sectors where the precise duty applies; empty means everywhere."""
    duty_situations: tuple[str, ...] = ()
    """Situations where the precise duty applies (a rule for building sites says nothing of a workshop); empty: all."""
    obligations: tuple[str, ...]
    visible_if: tuple[Condition, ...]
    options: tuple[Option, ...]
    levels: tuple[LevelRule, ...]
    columns: tuple[Column, ...]
    unit: str
    """Unit of a number, as printed (« litres par jour et par personne »); empty otherwise."""
    minimum: Decimal | None
    maximum: Decimal | None
    help: str
    example: str

    def role_in(self, situation: str) -> Role | None:
        """Role of the question in a situation, None when it has none."""
        for known, role in self.roles:
            if known == situation:
                return role
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A proposed action: answers a bad answer of one question."""

    id: str
    question: str
    answers: tuple[Level, ...]
    """Levels that call for it; non and partiellement unless the file says otherwise."""
    text: str
    principles: tuple[int, ...]
    """Numbers of the nine principles of L4121-2 it serves."""
    rank: Rank
    delay: Delay
    cost: Cost
    indicator: str
    """Result to look at, not the means (D14)."""
    helps: tuple[str, ...]
    sectors: tuple[str, ...]
    """Sectors it is proposed to; empty means everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One checkable statement of the law, with the articles it rests on."""

    id: str
    text: str
    articles: tuple[str, ...]
    sectors: tuple[str, ...]
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key figure with its year, perimeter and source; printed only when `shown`."""

    id: str
    fact: str
    value: str
    year: str
    perimeter: str
    source: str
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A document worth opening, with its publisher and date."""

    id: str
    title: str
    publisher: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRow:
    """One heading of a theme's own table in the document (heat: one of the eight of R4463-3)."""

    id: str
    label: str
    article: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A theme's own table in the document: what is in place, what changes at each level, what is planned."""

    title: str
    intro: str
    table_question: str
    """Table question whose first column picks the row and whose other columns are the levels."""
    rows: tuple[BlockRow, ...]
    notes: tuple[BlockRow, ...]
    """Headings printed under the table as paragraphs (water, vulnerable workers, alert and rescue)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartlyCovered:
    """A family of risks the theme assesses in part only: it stays in the list of what is left to assess."""

    family: int
    left: str
    """What remains, in words: « travail au froid »."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A whole theme file, checked."""

    theme: str
    version: str
    title: str
    short_title: str
    prefix: str
    families: tuple[int, ...]
    intro: str
    screening: str
    """Id of the `choices` question that retains situations and facts."""
    closing: str | None
    """Id of the question asked when nothing is retained; its option `ne_sait_pas` leaves the theme open."""
    closing_words: str
    """Sentence printed when the theme is closed as « sans objet »."""
    check_prompt: str
    accident_prompt: str
    season_start: tuple[int, int] | None
    """(month, day) the theme gets urgent; due dates of P1 and P2 come no later."""
    situations: tuple[Situation, ...]
    facts: tuple[AggravatingFact, ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    measures: tuple[Measure, ...]
    obligations: tuple[Obligation, ...]
    figures: tuple[Figure, ...]
    references: tuple[Reference, ...]
    block: Block | None
    sha256: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    source: str
    """The file's text, kept so that a version stays readable once its file is gone."""
    partly: tuple[PartlyCovered, ...] = ()

    def question(self, question_id: str) -> Question:
        """The question of that id; raises KeyError when the theme has none."""
        return _by_id(self.questions, question_id)

    def situation(self, situation_id: str) -> Situation:
        """The situation of that id; raises KeyError when the theme has none."""
        return _by_id(self.situations, situation_id)

    def measure(self, measure_id: str) -> Measure:
        """The measure of that id; raises KeyError when the theme has none."""
        return _by_id(self.measures, measure_id)

    def obligation(self, obligation_id: str) -> Obligation:
        """The obligation of that id; raises KeyError when the theme has none."""
        return _by_id(self.obligations, obligation_id)

    def fact(self, fact_id: str) -> AggravatingFact:
        """The aggravating fact of that id; raises KeyError when the theme has none."""
        return _by_id(self.facts, fact_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One cited article, with the version that was read (`laws.toml`)."""

    article: str
    """Number as cited, without dots or spaces: `R4463-3`, `L4121-3-1`, `CSS L441-2`, or an arrêté's short name."""
    label: str
    """As printed: « art. R. 4463-3 du code du travail »."""
    version_id: str | None
    """LEGIARTI identifier of the version read; None when it was not read in the consolidated text."""
    in_force_since: date | None
    read_on: date
    to_check: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """One help or subsidy, dated and printed « sous réserve » (`help.toml`)."""

    code: str
    name: str
    who: str
    condition: str
    verified_on: date
    valid_until: date | None
    sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A group of NAF codes that content may speak to (`sectors.toml`)."""

    id: str
    label: str
    prefixes: tuple[str, ...]
    """Beginnings of NAF rév. 2 codes written without dot: `43`, `8810A`."""


class RemarkKind(StrEnum):
    """What a remark is meant to be sent as."""

    ADVICE = "conseil"
    QUESTION = "question"
    CHANGE = "demande"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedRemark:
    """One remark that advisers make often (`remarques.toml`)."""

    id: str
    title: str
    words: str
    """Text with its variables between double braces: `{{entreprise}}`."""
    kind: RemarkKind
    theme: str
    """Theme it serves; empty for any."""
    question: str
    """Question it is made for; empty for none in particular."""


_Item = TypeVar("_Item", Question, Situation, Measure, Obligation, AggravatingFact)


def _by_id(items: tuple[_Item, ...], wanted: str) -> _Item:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)
