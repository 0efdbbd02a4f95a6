"""How a number of the pilot reads: its value, its unit and grain in words, the perimeter it was counted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from app.domain.activity import SIZE_BANDS
from app.domain.indicator_specs import SPECS
from app.domain.indicators import (
    NOT_SAID,
    Attendance,
    Axis,
    Cell,
    Counted,
    DoneByDue,
    Events,
    Grain,
    IndicatorQuery,
    MedianDelay,
    PairShare,
    Spec,
    Spread,
    ThemesPerUnit,
    Units,
)
from app.domain.typography import NARROW
from app.services.pilot_choices import PilotChoices
from app.web.language import FRENCH, _, current
from forms.words import say
from questionnaires.naf import section_words

GRAINS: Final = {
    Grain.EVENT: say("Grain : événement"),
    Grain.UNIT: say("Grain : établissement distinct"),
    Grain.WORKER: say("Grain : travailleur"),
    Grain.ATTENDANCE: say("Grain : participation, et non personne"),
}
RATES: Final = {
    PairShare: say("% des questionnaires"),
    DoneByDue: say("% des actions échues"),
}
"""What a rate is a share of, when it is not of establishments."""
BIG: Final = ("POR-04", "POR-14", "POR-16", "POR-09")
"""The four figures on top of the dashboard."""
AXES: Final = {
    Axis.SECTION: say("Par activité (section NAF)"),
    Axis.BAND: say("Par tranche d'effectif"),
    Axis.SECTOR: say("Par secteur du service"),
    Axis.THEME: say("Par thème"),
}
GROUPS: Final = {
    "section": say("Par activité (section NAF)"),
    "band": say("Par tranche d'effectif"),
    "sector": say("Par secteur du service"),
    "theme": say("Par thème"),
    "total": say("En tout"),
    "inscrites": say("Inscrites, par niveau de prévention"),
    "en_cours": say("Commencées, par niveau de prévention"),
    "realisees": say("Réalisées, par niveau de prévention"),
    "abandonnees": say("Abandonnées, par niveau de prévention"),
    "category": say("Par catégorie"),
    "format": say("Par format"),
}
"""Groups of the parts of a number; parts of two groups never add up."""
PORTAL: Final = tuple(spec.code for spec in SPECS if spec.code.startswith("POR-"))
LOG: Final = tuple(spec.code for spec in SPECS if spec.code.startswith("JOU-"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as a page shows it."""

    spec: Spec
    value: str
    """Never empty: « sans objet » when it does not apply."""
    applies: bool
    detail: str
    """« 162 sur 311 » for a rate; empty otherwise."""
    unit: str
    grain: str
    link: str
    """Words of the link to its rows; empty when there are none to open."""


def figure(counted: Counted) -> Figure:
    """A number with everything that is said of it."""
    spec = counted.spec
    return Figure(
        spec=spec,
        value=value_words(spec, counted.value),
        applies=counted.value is not None,
        detail=_detail(counted),
        unit=unit_words(spec),
        grain=GRAINS[spec.grain],
        link=_link(counted),
    )


def unit_words(spec: Spec) -> str:
    """What the value is a number of; a rate says of what it is a share."""
    if not spec.is_rate:
        return spec.unit
    return RATES.get(type(spec.aggregate), say("% des établissements (SIRET)"))


def value_words(spec: Spec, value: Decimal | None) -> str:
    """The value with its sign, never blank."""
    if value is None:
        return _("sans objet")
    if spec.is_rate:
        return f"{number(value)} %" if current() == FRENCH else f"{number(value)}%"
    if isinstance(spec.aggregate, MedianDelay):
        return _("{n} jour", n=number(value)) if value < 2 else _("{n} jours", n=number(value))
    return number(value)


def number(value: Decimal | int) -> str:
    """A number by thousands, to one decimal at most, in the language of the page."""
    text = f"{Decimal(value):,.1f}".removesuffix(".0")
    return text.replace(",", NARROW).replace(".", ",") if current() == FRENCH else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a breakdown, for its table and its bar."""

    code: str
    words: str
    value: str
    detail: str
    """« 3 sur 12 » for a rate; empty otherwise."""
    share: float
    """Length of the bar, from 0 to 100: of a rate itself, of a number beside the largest one."""


def lines(spec: Spec, cells: Sequence[Cell], titles: Mapping[str, str]) -> list[Line]:
    """The cells of a breakdown as a page shows them."""
    top = 100 if spec.is_rate else max((cell.value or 0 for cell in cells), default=0) or 1
    return [
        Line(
            code=cell.code,
            words=titles.get(cell.code, cell.words),
            value=value_words(spec, cell.value),
            detail=_part_of(cell) if spec.is_rate else "",
            share=float(100 * (cell.value or 0) / top),
        )
        for cell in cells
    ]


def _part_of(counted: Cell | Counted) -> str:
    if counted.numerator is None or counted.denominator is None:
        return ""
    return _("{part} sur {whole}", part=number(counted.numerator), whole=number(counted.denominator))


def _detail(counted: Counted) -> str:
    if counted.value is None:
        return ""
    if isinstance(counted.spec.aggregate, MedianDelay) and counted.denominator is not None:
        if counted.denominator == 1:
            return _("sur 1 relecture")
        return _("sur {n} relectures", n=number(counted.denominator))
    return _part_of(counted) if counted.spec.is_rate else ""


def _link(counted: Counted) -> str:
    if not counted.value and not counted.denominator:
        return ""
    if isinstance(counted.spec.aggregate, Units | ThemesPerUnit | Spread | Events) and counted.value:
        return _("Voir la ligne") if counted.value == 1 else _("Voir les {n}", n=number(counted.value))
    if isinstance(counted.spec.aggregate, Attendance):
        return _("Voir les présences")
    return _("Voir les lignes")


def perimeter(query: IndicatorQuery, choices: PilotChoices, titles: Mapping[str, str]) -> list[str]:
    """What the numbers are counted on besides the period; says it when nothing is left out."""
    bands = {code: words for code, _first, _last, words in SIZE_BANDS}
    campaign = choices.campaign(query.campaign)
    said = [
        _filter(query.theme, titles.get(query.theme, query.theme), _("thème non renseigné")),
        _filter(query.section, section_words(query.section), _("activité non renseignée")),
        _filter(query.band, _("effectif : {band}", band=bands.get(query.band, "")), _("effectif non renseigné")),
        _filter(query.sector, _("secteur {name}", name=query.sector), _("secteur non renseigné")),
        _("campagne « {name} »", name=campaign.name) if campaign else "",
    ]
    return [words for words in said if words] or [_("tous les établissements du service, tous les thèmes")]


def _filter(code: str, words: str, unsaid: str) -> str:
    return unsaid if code == NOT_SAID else words if code else ""


def period_words(query: IndicatorQuery) -> str:
    """« année 2026 », or the two days."""
    first, last = query.first, query.last
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return _("année {year}", year=str(first.year))
    return _("du {first} au {last}", first=first, last=last)


def is_over(query: IndicatorQuery, today: date) -> bool:
    """Whether the last day of the period is past."""
    return query.last < today
