"""From an assessed firm to the frozen dossier: every sentence is written here, none is looked up later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain import words
from app.domain.action_plan import propose
from app.domain.assessment import ThemeAssessment, assess_theme
from app.domain.calendar import add_months
from app.domain.dossier import (
    FORMAT,
    ActionLine,
    ClosedTheme,
    Dossier,
    EstablishmentCard,
    FigureCard,
    LawCited,
    Method,
    OpenTheme,
    ParticipationCard,
    RiskRow,
    ScaleStep,
    ThemeCard,
    UnitCard,
    VersionCard,
)
from app.domain.dossier_actions import action_lines, law_points
from app.domain.dossier_answers import answer_lines, block_card
from app.domain.dossier_rows import former_rows, risk_rows
from app.domain.establishment import SEX_COUNTS_FROM, UNIT_FLAGS, Establishment, WorkUnit
from app.domain.inputs import FirmAssessment, Validation
from app.domain.library import Library
from app.domain.obligations import SIZE_LAWS, cse_line, size_rules
from app.domain.rating import GROSS_TABLE, PRIORITY_TABLE, Priority
from questionnaires.nomenclature import FAMILIES
from questionnaires.schema import Law, Theme

LAW_MONTHS = 12
"""A text read longer ago than this is printed as « règle à vérifier »."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which document is being made: a project, or version `number` made by the employer."""

    number: int | None = None
    validation: Validation | None = None
    previous: Dossier | None = None
    """The last version, whose row keys are kept."""


def assess_firm(firm: FirmAssessment, library: Library) -> tuple[ThemeAssessment, ...]:
    """Every theme the firm answered, rated."""
    return tuple(
        assess_theme(
            library.themes[book.theme],
            book,
            firm.establishment,
            as_of=firm.assessed_on,
            overrides=firm.overrides,
        )
        for book in firm.books
    )


def build_dossier(firm: FirmAssessment, library: Library, *, edition: Edition | None = None) -> Dossier:
    """The dossier of a firm: a project without an edition number, else version n."""
    edition = edition or Edition()
    assessments = assess_firm(firm, library)
    sectors = firm.establishment.sectors
    proposals = [
        proposal
        for assessment in assessments
        for proposal in propose(assessment, sectors=sectors, as_of=firm.assessed_on)
    ]
    rows = risk_rows(assessments, firm.establishment, library=library.label, previous=edition.previous)
    actions = action_lines(firm, assessments, proposals, rows=rows, library=library)
    points = law_points(assessments, sectors=sectors, label=library.label, as_of=firm.assessed_on)
    validated_on = _validated_on(firm, edition)
    return Dossier(
        format=FORMAT,
        kind="version" if edition.number is not None else "projet",
        title=document_title(assessments),
        language="fr-FR",
        assessed_on=firm.assessed_on,
        establishment=_establishment_card(firm.establishment),
        version=_version_card(firm, edition),
        themes=tuple(_theme_card(assessment.theme) for assessment in assessments),
        units=tuple(_unit_card(unit) for unit in firm.establishment.units),
        method=_method(),
        rows=_with_actions(rows, actions),
        former_rows=former_rows(rows, edition.previous),
        closed=_closed(assessments, firm),
        open_themes=tuple(
            OpenTheme(theme=each.theme.theme, title=each.theme.title, reason=each.open_reason)
            for each in assessments
            if each.open_reason
        ),
        actions=actions,
        law_points=points,
        blocks=tuple(
            block_card(assessment, firm.establishment, actions, label=library.label)
            for assessment in assessments
            if assessment.theme.block is not None and assessment.rows
        ),
        size=size_rules(firm.establishment, validated_on=validated_on, as_of=firm.assessed_on, actions=actions),
        families_left=families_left(assessments),
        answers=tuple(line for assessment in assessments for line in answer_lines(assessment, firm.establishment)),
        laws=_laws(assessments, library, sectors=sectors, as_of=firm.assessed_on),
    )


def document_title(assessments: Sequence[ThemeAssessment]) -> str:
    """D01: no document calls itself DUERP while families are left to assess."""
    start = "Contribution au document unique d'évaluation des risques professionnels"
    titles = ", ".join(_inside_a_sentence(assessment.theme.short_title) for assessment in assessments)
    return f"{start} : {titles}" if titles else start


def _inside_a_sentence(title: str) -> str:
    """The title without its capital, unless it is an acronym (« RPS »)."""
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def families_left(assessments: Sequence[ThemeAssessment]) -> tuple[str, ...]:
    """The families of risks that no theme has concluded on, each with what is left of it."""
    concluded = [each.theme for each in assessments if each.rows or each.closed]
    done = {family for theme in concluded for family in theme.families}
    rest = {part.family: part.left for theme in concluded for part in theme.partly}
    return tuple(
        f"{number}. {title} : {rest[number]}" if number in rest else f"{number}. {title}"
        for number, title in FAMILIES.items()
        if number not in done or number in rest
    )


def _validated_on(firm: FirmAssessment, edition: Edition) -> date | None:
    if edition.number is None or edition.validation is None:
        return None
    return edition.validation.validated_on or firm.assessed_on


def _establishment_card(establishment: Establishment) -> EstablishmentCard:
    return EstablishmentCard(
        name=establishment.name,
        siret=establishment.siret or "",
        naf=establishment.naf,
        naf_label=establishment.naf_label,
        naf_nomenclature=establishment.naf_nomenclature,
        headcount=establishment.headcount,
        headcount_on=establishment.headcount_on,
        cse=establishment.cse.value,
        cse_words=words.CSE_NAMES[establishment.cse],
        employer_role=establishment.employer_role,
        address=establishment.address,
        service=establishment.service,
    )


def _unit_card(unit: WorkUnit) -> UnitCard:
    counted = unit.people.total >= SEX_COUNTS_FROM
    return UnitCard(
        key=unit.key,
        name=unit.name,
        activities=unit.activities,
        places=unit.places,
        total=unit.people.total,
        women=unit.people.women if counted else None,
        men=unit.people.men if counted else None,
        temps=unit.people.temps,
        apprentices=unit.people.apprentices,
        flags=tuple(UNIT_FLAGS[flag] for flag in UNIT_FLAGS if flag in unit.flags),
        women_men=unit.women_men,
    )


def _version_card(firm: FirmAssessment, edition: Edition) -> VersionCard | None:
    validation = edition.validation
    if edition.number is None or validation is None:
        return None
    return VersionCard(
        number=edition.number,
        validated_on=validation.validated_on or firm.assessed_on,
        trigger=validation.trigger.value,
        trigger_words=words.TRIGGER_NAMES[validation.trigger],
        reason=validation.reason,
        author_role=firm.establishment.employer_role,
        participants=tuple(
            ParticipationCard(
                on=each.on, form=each.form, roles=each.roles, units=each.units, contribution=each.contribution
            )
            for each in validation.participants
        ),
        cse_line=cse_line(firm.establishment, validation),
    )


def _theme_card(theme: Theme) -> ThemeCard:
    return ThemeCard(
        theme=theme.theme,
        version=theme.version,
        sha256=theme.sha256,
        title=theme.title,
        short_title=theme.short_title,
        families=theme.families,
        figures=tuple(
            FigureCard(
                fact=figure.fact,
                value=figure.value,
                year=figure.year,
                perimeter=figure.perimeter,
                source=figure.source,
            )
            for figure in theme.figures
            if figure.shown
        ),
        references=tuple(
            ", ".join(part for part in (each.publisher, each.title, each.date) if part) for each in theme.references
        ),
    )


def _closed(assessments: Sequence[ThemeAssessment], firm: FirmAssessment) -> tuple[ClosedTheme, ...]:
    return tuple(
        ClosedTheme(
            theme=each.theme.theme,
            title=each.theme.title,
            words=each.theme.closing_words,
            reason=each.closed.reason,
            author_role=firm.establishment.employer_role,
            closed_on=each.closed.closed_on,
            review_on=each.closed.review_on,
        )
        for each in assessments
        if each.closed is not None
    )


def _with_actions(rows: Sequence[RiskRow], actions: Sequence[ActionLine]) -> tuple[RiskRow, ...]:
    return tuple(
        replace(row, actions=tuple(action.key for action in actions if row.key in action.rows)) for row in rows
    )


def _laws(
    assessments: Sequence[ThemeAssessment], library: Library, *, sectors: frozenset[str], as_of: date
) -> tuple[LawCited, ...]:
    cited = dict.fromkeys(SIZE_LAWS)
    for assessment in assessments:
        for obligation in assessment.theme.obligations:
            if not obligation.sectors or sectors.intersection(obligation.sectors):
                cited.update(dict.fromkeys(obligation.articles))
    return tuple(_cited(library.laws[article], as_of=as_of) for article in cited if article in library.laws)


def _cited(law: Law, *, as_of: date) -> LawCited:
    return LawCited(
        article=law.article,
        label=law.label,
        version_id=law.version_id or "",
        in_force_since=law.in_force_since,
        read_on=law.read_on,
        to_check=law.to_check or add_months(law.read_on, LAW_MONTHS) < as_of,
        note=law.note,
    )


def _method() -> Method:
    return Method(
        gravity_question=words.GRAVITY_QUESTION,
        gravity=_scale(words.GRAVITY_STEPS),
        frequency_question=words.FREQUENCY_QUESTION,
        frequency=_scale(words.FREQUENCY_STEPS),
        mastery_question=words.MASTERY_QUESTION,
        mastery=_scale(words.MASTERY_STEPS),
        priority=tuple(
            ScaleStep(value=each.name, label=words.PRIORITY_NAMES[each], words=words.PRIORITY_DELAYS[each])
            for each in Priority
        ),
        gross_table=tuple(tuple(words.GROSS_NAMES[gross] for gross in line) for line in GROSS_TABLE),
        priority_table=tuple(tuple(priority.name for priority in line) for line in PRIORITY_TABLE),
        notes=words.METHOD_NOTES,
    )


def _scale(steps: Sequence[tuple[str, str]]) -> tuple[ScaleStep, ...]:
    return tuple(
        ScaleStep(value=str(number), label=label, words=described) for number, (label, described) in enumerate(steps, 1)
    )
