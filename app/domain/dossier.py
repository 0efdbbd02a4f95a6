"""The frozen document: everything a reader needs in 40 years, in one value with no reference to anything live.

A `Dossier` holds sentences, not codes to look up: the renderer needs no theme file, no database and no clock.
`dossier_json.py` turns it into canonical JSON and back; docs/dossier-format.md describes that format.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FORMAT = 1
"""Number of the dossier format; a reader refuses a number it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleStep:
    """One step of a scale, as it was worded when the document was made."""

    value: str
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """The rating method in force: scales and the two look-up tables."""

    gravity_question: str
    gravity: tuple[ScaleStep, ...]
    frequency_question: str
    frequency: tuple[ScaleStep, ...]
    mastery_question: str
    mastery: tuple[ScaleStep, ...]
    priority: tuple[ScaleStep, ...]
    gross_table: tuple[tuple[str, ...], ...]
    """4 rows (gravity 1 to 4) of 4 words (frequency 1 to 4)."""
    priority_table: tuple[tuple[str, ...], ...]
    """4 rows (faible, modéré, élevé, très élevé) of 4 codes (mastery 1 to 4)."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishmentCard:
    """The establishment as printed."""

    name: str
    siret: str
    """14 digits, or empty."""
    naf: str
    naf_label: str
    naf_nomenclature: str
    headcount: int
    headcount_on: date
    cse: str
    cse_words: str
    employer_role: str
    address: str
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCard:
    """A work unit as printed."""

    key: str
    name: str
    activities: str
    places: str
    total: int
    women: int | None
    men: int | None
    temps: int
    apprentices: int
    flags: tuple[str, ...]
    women_men: str
    """Text of « impact différencié selon le sexe »; a sentence saying it is not filled in when it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipationCard:
    """A moment of participation as printed."""

    on: date
    form: str
    roles: tuple[str, ...]
    units: tuple[str, ...]
    contribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCard:
    """Why and by whom the version was made; absent from a project."""

    number: int
    validated_on: date
    trigger: str
    trigger_words: str
    reason: str
    author_role: str
    participants: tuple[ParticipationCard, ...]
    cse_line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCard:
    """A key figure as printed."""

    fact: str
    value: str
    year: str
    perimeter: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCard:
    """A theme of the document and the content version it was assessed with."""

    theme: str
    version: str
    sha256: str
    title: str
    short_title: str
    families: tuple[int, ...]
    figures: tuple[FigureCard, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InPlace:
    """A protection that exists today; `partly` when it does only in part."""

    text: str
    kind: str
    """« protection collective », « organisation », « formation », « individuel »..."""
    partly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFlag:
    """A legal duty found unmet on a row."""

    obligation: str
    text: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideCard:
    """A value set by hand beside the computed one."""

    field: str
    computed: str
    human: str
    reason: str
    author_role: str
    made_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """One row of the inventory: a situation in a unit."""

    key: str
    """`UT1-R03`: unit key and a number that stays with the situation in that unit."""
    theme: str
    situation: str
    unit: str
    family: int
    family_label: str
    label: str
    """Name of the situation in the content."""
    words: str
    """The real situation in the employer's words; empty when he wrote none."""
    examples: tuple[str, ...]
    damage: str
    people: int
    people_words: str
    in_place: tuple[InPlace, ...]
    in_place_words: str
    checked_on: str
    """`2026-06`, `non` or empty when nobody knows."""
    gravity: int
    gravity_reason: str
    frequency: int | None
    gross: str
    """Gross level in words; « à évaluer » when the frequency is unknown and changes it."""
    mastery: int | None
    """1 to 4; None when unknowns leave it open."""
    priority: str
    """`P1` to `P4`, or `a_evaluer`."""
    at_best: str
    at_worst: str
    """Bounds of the priority over every completion of the unknowns; equal to `priority` for a firm row."""
    priority_words: str
    """« P1 : agir sans attendre », « À évaluer (au pire P1) »."""
    sentence: str
    """The sentence that explains the rating and names the weak point."""
    unknowns: tuple[str, ...]
    """Short names of the answers still missing; the document says « n réponses à compléter »."""
    duties: tuple[DutyFlag, ...]
    overrides: tuple[OverrideCard, ...]
    first: bool
    """The employer treats it first."""
    actions: tuple[str, ...]
    """Keys of the actions that answer it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTheme:
    """A theme or a question of scope closed as « sans objet », with its reason."""

    theme: str
    title: str
    words: str
    reason: str
    author_role: str
    closed_on: date
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTheme:
    """A theme that nothing could be concluded of yet, with why."""

    theme: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerRow:
    """A row of an earlier version that is no longer there; its key is never given to another."""

    key: str
    theme: str
    situation: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLine:
    """One action, taken on by the employer or still a proposal."""

    key: str
    """`A01`, `A02`... in the order of the plan."""
    chosen: bool
    """True when the employer took it on; a proposal otherwise."""
    own_words: bool
    measure: str
    theme: str
    text: str
    why: str
    """What it answers: « Eau fraîche : non », « À vérifier : température »."""
    rank: str
    """Code `SUPP` to `INDIV`, or `VERIF` for a check; `rank_words` is printed."""
    rank_words: str
    principles: tuple[int, ...]
    priority: str
    priority_words: str
    rows: tuple[str, ...]
    factor: str
    """L4161-1 factor in words, empty when there is none."""
    duties: tuple[DutyFlag, ...]
    owner: str
    start: date | None
    due: date | None
    proposed_due: date
    delay_words: str
    cost: str
    indicator: str
    conditions: str
    resources: str
    helps: tuple[str, ...]
    """Names of helps, each with « sous réserve » and the date it was read."""
    collective_sought: str
    individual: bool
    """Personal equipment or instruction only: the document prints the question of L4121-2 8°."""
    status: str
    status_words: str
    done_on: date | None
    first_step: bool
    """One of « Vos deux premiers pas »."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawPoint:
    """A point of law to settle, outside the P scale: a paper or a duty of the whole firm."""

    obligation: str
    text: str
    articles: tuple[str, ...]
    what: str
    """What is missing and what to do."""
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLine:
    """One line of a theme's own table."""

    label: str
    article: str
    usual: tuple[str, ...]
    """What is in place all year, from the answers."""
    levels: tuple[str, ...]
    """What changes at each level, in the employer's words; empty when not said."""
    actions: tuple[str, ...]
    """Keys of the chosen actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockCard:
    """A theme's own table (heat: the eight headings of R4463-3)."""

    theme: str
    title: str
    intro: str
    level_labels: tuple[str, ...]
    lines: tuple[BlockLine, ...]
    notes: tuple[BlockLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One answer as given, with the words of its question (W10: the elements used)."""

    theme: str
    question: str
    text: str
    unit: str
    """Unit key, or `*`."""
    code: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LawCited:
    """An article cited by the document, with the version read."""

    article: str
    label: str
    version_id: str
    in_force_since: date | None
    read_on: date
    to_check: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRules:
    """What the head count asks of the document (thresholds 11 and 50)."""

    annual_update: bool
    next_due: date | None
    program: bool
    """True from 50 employees: annual programme; else the list of actions inside the document."""
    actions_title: str
    cse_rule: str
    update_rule: str
    missing: tuple[str, ...]
    """What makes the programme « INCOMPLET » (D14), in words; empty when nothing is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The whole document, frozen."""

    format: int
    kind: str
    """`projet` or `version`."""
    title: str
    language: str
    assessed_on: date
    establishment: EstablishmentCard
    version: VersionCard | None
    themes: tuple[ThemeCard, ...]
    units: tuple[UnitCard, ...]
    method: Method
    rows: tuple[RiskRow, ...]
    former_rows: tuple[FormerRow, ...]
    closed: tuple[ClosedTheme, ...]
    open_themes: tuple[OpenTheme, ...]
    actions: tuple[ActionLine, ...]
    law_points: tuple[LawPoint, ...]
    blocks: tuple[BlockCard, ...]
    size: SizeRules
    families_left: tuple[str, ...]
    """Families of ED 840 not assessed by this document, as printed."""
    answers: tuple[AnswerLine, ...]
    laws: tuple[LawCited, ...]
