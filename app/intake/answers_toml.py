"""Reads an answers file: one firm, its answers, its actions, its validation (docs/answers-format.md)."""

from __future__ import annotations

from datetime import date

from app.domain.establishment import WorkUnit
from app.domain.inputs import FirmAssessment, Validation
from app.domain.plain_values import ValueFault, shown_raw
from app.intake.answers_catalogue import AnswersCatalogue
from app.intake.answers_faults import FaultBook
from app.intake.establishment_toml import read_establishment, read_units
from app.intake.per_unit import UnitKeys
from app.intake.plan_toml import read_actions, read_assessed_on, read_validation
from app.intake.table_reader import TableReader
from app.intake.themes_toml import read_themes
from app.intake.toml_lines import index_lines
from app.intake.toml_source import open_toml

FORMAT = 1
"""Number of the answers format; a file of another number is refused."""


def read_answers(data: bytes, *, catalogue: AnswersCatalogue, file: str) -> FirmAssessment:
    """The firm an answers file describes; raises `AnswersFaults` with every fault at once.

    `file` is the name quoted in the messages. Nothing is written and nothing is guessed: a key that is not known is
    a fault, since a slip of the pen would otherwise lose an answer.
    """
    raw, words = open_toml(data, file=file)
    faults = FaultBook(file=file, lines=index_lines(words))
    firm = _firm(TableReader(raw, "", faults), catalogue)
    faults.raise_if_any()
    return firm


def _firm(root: TableReader, catalogue: AnswersCatalogue) -> FirmAssessment:
    root.required("format", _read_format, accepted=str(FORMAT))
    assessed_on = root.required("assessed_on", read_assessed_on, accepted="le jour de l'évaluation, comme 2026-11-21")
    units = read_units(root.tables("work_units"))
    if not root.raw.get("work_units"):
        root.fault("work_units", "aucune unité de travail n'est déclarée", "au moins une table [[work_units]]")
    establishment = read_establishment(
        root.table("establishment"), units=units, catalogue=catalogue, assessed_on=assessed_on
    )
    themes = read_themes(root.table("themes"), units=units, catalogue=catalogue, assessed_on=assessed_on)
    firm = FirmAssessment(
        assessed_on=assessed_on or date.min,
        establishment=establishment,
        books=tuple(book for _, book, _ in themes),
        actions=read_actions(root.tables("actions"), themes=tuple(theme for theme, _, _ in themes)),
        overrides=tuple(override for _, _, overrides in themes for override in overrides),
        validation=_validation(root, units=units, assessed_on=assessed_on),
    )
    root.close()
    return firm


def _validation(root: TableReader, *, units: tuple[WorkUnit, ...], assessed_on: date | None) -> Validation | None:
    if not root.has("validation"):
        return None
    keys = UnitKeys.of(units)
    return read_validation(root.table("validation"), units=keys, assessed_on=assessed_on)


def _read_format(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and raw == FORMAT:
        return FORMAT
    raise ValueFault(f"le format {shown_raw(raw)} n'est pas connu", f"{FORMAT}")
