"""The plan as a workbook: real dates and numbers, texts that stay texts, ready to sort, filter and print.

Sheets: « Plan d'actions » (columns of the size, as in the Word file), « Lignes de risque », « Points de droit » when
there are some, « À propos ».
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, BinaryIO, Final

import xlsxwriter

from app.domain.dossier import ActionLine, Dossier, LawPoint, RiskRow
from app.domain.typography import french_date, french_month, french_siret
from exports import style
from exports.sheet import PROJECT, article
from exports.voice import Voice, identity

FIRST_DAY = date(1900, 3, 1)
"""First day a workbook counts right; an older one is written in words."""

Value = str | int | date | None

_CELL_LIMIT: Final = 32_000
"""Excel refuses a cell over 32,767 characters; what is cut is said."""
_CUT: Final = " […]"
_A4: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its title, its width in characters, and how a line fills it."""

    title: str
    width: int
    value: Callable[[Any, Voice], Value]


def _articles(action: ActionLine) -> str:
    return ", ".join(article(name) for flag in action.duties for name in flag.articles)


def _means(action: ActionLine, _voice: Voice) -> str:
    return " ; ".join(part for part in (action.resources, action.cost) if part)


def _state(action: ActionLine, voice: Voice) -> str:
    return action.status_words if action.chosen else voice.say("proposée, non retenue à ce jour")


def _collective(action: ActionLine, voice: Voice) -> str:
    if not (action.individual and action.chosen):
        return ""
    return action.collective_sought or voice.say("non renseignée à ce jour")


_MORE: Final = (
    Column(title="Pourquoi", width=30, value=lambda action, _: action.why),
    Column(title="Échéance proposée", width=12, value=lambda action, _: action.proposed_due),
    Column(title="Obligation non remplie", width=24, value=lambda action, _: _articles(action)),
    Column(title="Mesure collective recherchée", width=26, value=_collective),
    Column(title="Aides", width=40, value=lambda action, _: " ; ".join(action.helps)),
)
"""On screen only: printed too, they would leave three-point letters on a page."""

LIST_COLUMNS: Final = (
    Column(title="N°", width=6, value=lambda action, _: action.key),
    Column(title="Action", width=42, value=lambda action, _: action.text),
    Column(title="Risque visé", width=12, value=lambda action, _: ", ".join(action.rows)),
    Column(title="Type", width=16, value=lambda action, _: action.rank_words),
    Column(title="Priorité", width=16, value=lambda action, _: action.priority_words),
    Column(title="Responsable (fonction)", width=15, value=lambda action, _: action.owner),
    Column(title="Échéance", width=11, value=lambda action, _: action.due),
    Column(title="Moyens et coût estimé", width=20, value=_means),
    Column(title="Comment on saura que ça marche", width=26, value=lambda action, _: action.indicator),
    Column(title="État", width=11, value=_state),
    Column(title="Fait le", width=11, value=lambda action, _: action.done_on),
)
"""Columns of the list of actions, under 50 employees."""

PROGRAM_COLUMNS: Final = (
    Column(title="N°", width=6, value=lambda action, _: action.key),
    Column(title="Mesure", width=38, value=lambda action, _: action.text),
    Column(title="Risque", width=12, value=lambda action, _: ", ".join(action.rows)),
    Column(title="Facteur de risque professionnel", width=15, value=lambda action, _: action.factor),
    Column(title="Priorité", width=16, value=lambda action, _: action.priority_words),
    Column(title="Conditions d'exécution", width=28, value=lambda action, _: action.conditions),
    Column(title="Indicateur de résultat", width=26, value=lambda action, _: action.indicator),
    Column(title="Estimation du coût", width=14, value=lambda action, _: action.cost),
    Column(title="Début", width=11, value=lambda action, _: action.start),
    Column(title="Fin", width=11, value=lambda action, _: action.due),
    Column(title="Responsable", width=15, value=lambda action, _: action.owner),
    Column(title="État", width=11, value=_state),
    Column(title="Fait le", width=11, value=lambda action, _: action.done_on),
    Column(title="Ressources", width=20, value=lambda action, _: action.resources),
)
"""Columns of the annual programme, from 50 employees (L4121-3-1 III 1°)."""


def _in_place(row: RiskRow, _voice: Voice) -> str:
    texts = [f"{held.text} (en partie)" if held.partly else held.text for held in row.in_place]
    return " ; ".join(text for text in (*texts, row.in_place_words) if text)


def _checked(row: RiskRow, voice: Voice) -> str:
    if row.checked_on == "non":
        return voice.say("pas encore fait")
    return french_month(row.checked_on) or voice.say("non connu")


ROW_COLUMNS: Final = (
    Column(title="N°", width=9, value=lambda row, _: row.key),
    Column(title="Unité", width=14, value=lambda row, _: row.unit),
    Column(title="Situation de travail réelle", width=34, value=lambda row, _: row.words),
    Column(title="Dommages possibles", width=26, value=lambda row, _: row.damage),
    Column(title="Personnes exposées", width=9, value=lambda row, _: row.people or None),
    Column(title="Mesures existantes", width=38, value=_in_place),
    Column(title="Gravité", width=8, value=lambda row, _: row.gravity),
    Column(title="Fréquence", width=9, value=lambda row, _: row.frequency),
    Column(title="Niveau brut", width=10, value=lambda row, _: row.gross),
    Column(title="Maîtrise", width=8, value=lambda row, _: row.mastery),
    Column(title="Priorité", width=16, value=lambda row, _: row.priority_words),
    Column(title="Explication", width=34, value=lambda row, _: row.sentence),
)
_MORE_ON_ROWS: Final = (
    Column(title="Situation du questionnaire", width=30, value=lambda row, _: row.label),
    Column(title="Famille", width=30, value=lambda row, _: f"{row.family} {row.family_label}"),
    Column(title="Contrôle sur place", width=16, value=_checked),
    Column(title="Réponses à compléter", width=11, value=lambda row, _: len(row.unknowns)),
    Column(title="Actions", width=18, value=lambda row, _: ", ".join(row.actions)),
)


def _point_articles(point: LawPoint, _voice: Voice) -> str:
    return ", ".join(map(article, point.articles))


LAW_COLUMNS: Final = (
    Column(title="Ce que demande le texte", width=50, value=lambda point, _: point.text),
    Column(title="Ce qui manque et ce qu'il faut faire", width=60, value=lambda point, _: point.what),
    Column(title="Articles", width=34, value=_point_articles),
    Column(title="Échéance", width=11, value=lambda point, _: point.due),
)
"""Columns of the points of law, which stand outside the priorities."""


class _Book:
    """An open workbook with its formats."""

    def __init__(self, out: BinaryIO, voice: Voice) -> None:
        self.book = xlsxwriter.Workbook(
            out,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self.voice = voice
        base = {"font_name": style.FONT, "font_size": 9, "valign": "top", "border": 1, "border_color": style.SHEET_LINE}
        self.text = self.book.add_format({**base, "text_wrap": True})
        self.number = self.book.add_format({**base, "num_format": "0"})
        self.day = self.book.add_format({**base, "num_format": "dd/mm/yyyy", "align": "left"})
        self.head = self.book.add_format(
            {**base, "bold": True, "text_wrap": True, "bg_color": style.SHEET_HEAD_FILL, "color": style.SHEET_HEAD_INK}
        )

    def write_cell(self, page: Any, row: int, column: int, value: Value) -> None:
        """A date stays a date, a number a number, and every text a text, whatever its first character."""
        if isinstance(value, date) and value < FIRST_DAY:
            value = french_date(value)
        if isinstance(value, date):
            page.write_datetime(row, column, value, self.day)
        elif isinstance(value, int):
            page.write_number(row, column, value, self.number)
        elif value:
            page.write_string(row, column, self.cut(self.voice.tell(value)), self.text)
        else:
            page.write_blank(row, column, None, self.text)

    @staticmethod
    def cut(text: str) -> str:
        """The text, cut where a cell ends."""
        return text if len(text) <= _CELL_LIMIT else text[:_CELL_LIMIT] + _CUT

    def add_table(
        self, name: str, printed: Sequence[Column], more: Sequence[Column], lines: Iterable[object], *, footer: str
    ) -> None:
        """A sheet: frozen header, filter, widths; print in landscape, as wide as a page, header on each page."""
        columns = (*printed, *more)
        page = self.book.add_worksheet(self.voice.label(name))
        for number, column in enumerate(columns):
            page.set_column(number, number, column.width)
            page.write_string(0, number, self.voice.say(column.title), self.head)
        last = 0
        for last, line in enumerate(lines, start=1):
            for number, column in enumerate(columns):
                self.write_cell(page, last, number, column.value(line, self.voice))
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, last, len(columns) - 1)
        page.repeat_rows(0)
        page.print_area(0, 0, last, len(printed) - 1)
        self._set_print(page, footer)

    def add_about(self, facts: Sequence[tuple[str, Value]], *, footer: str) -> None:
        """The sheet that says whose plan it is, of what day and of which version."""
        page = self.book.add_worksheet(self.voice.label("À propos"))
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 90)
        for row, (label, value) in enumerate(facts):
            page.write_string(row, 0, self.voice.say(label), self.head)
            self.write_cell(page, row, 1, value)
        self._set_print(page, footer)

    @staticmethod
    def _set_print(page: Any, footer: str) -> None:
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.set_footer(f"&L&8{footer}&R&8&P / &N")


def write_plan(dossier: Dossier, out: BinaryIO, *, translate: Callable[[str], str] = identity) -> None:
    """Write the plan of a dossier as a workbook to `out`; same dossier, same bytes."""
    voice = Voice(translate=translate, language=dossier.language)
    book = _Book(out, voice)
    project = dossier.kind == PROJECT
    card = dossier.establishment
    book.book.set_properties(
        {
            "title": voice.tell(dossier.title),
            "author": voice.tell(", ".join(part for part in (card.name, card.employer_role) if part)),
            "created": datetime.combine(dossier.assessed_on, time(), tzinfo=UTC),
        }
    )
    footer = _footer(dossier, voice)
    columns = PROGRAM_COLUMNS if dossier.size.program else LIST_COLUMNS
    actions = [action for action in dossier.actions if action.chosen or project]
    book.add_table("Plan d'actions", columns, _MORE, actions, footer=footer)
    book.add_table("Lignes de risque", ROW_COLUMNS, _MORE_ON_ROWS, _rows(dossier, actions), footer=footer)
    if dossier.law_points:
        book.add_table("Points de droit", LAW_COLUMNS, (), dossier.law_points, footer=footer)
    book.add_about(_about(dossier), footer=footer)
    book.book.close()


def _rows(dossier: Dossier, actions: Sequence[ActionLine]) -> list[RiskRow]:
    """The rows with the name of their unit, and only the actions this workbook holds."""
    names = {unit.key: f"{unit.key} {unit.name}".strip() for unit in dossier.units}
    held = {action.key for action in actions}
    return [
        replace(row, unit=names.get(row.unit, row.unit), actions=tuple(key for key in row.actions if key in held))
        for row in dossier.rows
    ]


def _footer(dossier: Dossier, voice: Voice) -> str:
    """Foot of the pages; an ampersand is a command there and is doubled."""
    state = voice.say("version {number}", number=dossier.version.number) if dossier.version else voice.say("PROJET")
    words = f"{voice.tell(dossier.establishment.name)[:80]} — {state} — {voice.day(dossier.assessed_on)}"
    return words.replace("&", "&&")


def _about(dossier: Dossier) -> list[tuple[str, Value]]:
    card, version = dossier.establishment, dossier.version
    return [
        ("Document", dossier.title),
        ("Établissement", card.name),
        ("SIRET", french_siret(card.siret)),
        ("Effectif", card.headcount),
        ("Effectif au", card.headcount_on),
        ("Employeur (fonction)", card.employer_role),
        ("Service de prévention et de santé au travail", card.service),
        ("Date de l'évaluation", dossier.assessed_on),
        (
            "État",
            f"version {version.number} du {french_date(version.validated_on)}" if version else "PROJET, sans numéro",
        ),
        ("Plan", dossier.size.actions_title),
        ("À compléter", " ; ".join(dossier.size.missing)),
        (
            "Lecture",
            "La cotation est une aide au classement des actions ; aucun texte ne l'impose. Le document de référence est"
            " le fichier Word conservé avec son empreinte.",
        ),
    ]
