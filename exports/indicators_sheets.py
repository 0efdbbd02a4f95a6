"""The figures of a year as tables: the same sheets for the workbook and for the CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.indicator_report import InternalRow, PartLine, Report
from app.domain.indicator_specs import SPECS
from app.domain.suppression import DOMINANCE, EXTREME_UNITS, Shown
from app.domain.typography import french_date

Value = Decimal | int | str | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet: its name, its titles, its rows."""

    name: str
    titles: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Sequence[tuple[Value, ...]]


def sheets_of(report: Report) -> tuple[Table, ...]:
    """Every sheet, in order."""
    return (
        _read_me(report),
        _summary(report),
        _parts("Ventilation_NAF", "Section NAF", report.by_section),
        _parts("Ventilation_Effectif", "Tranche d'effectif", report.by_band),
        _parts("Ventilation_Territoire", "Secteur du service", report.by_sector),
        _parts("Detail", "Modalité", report.parts),
        _acts(report),
        _dictionary(),
        Table(
            name="Controle",
            titles=("Anomalie", "Nombre"),
            widths=(90, 12),
            rows=[(check.words, check.number) for check in report.checks],
        ),
    )


def internal_sheet(rows: Sequence[InternalRow]) -> Table:
    """The rows behind the numbers, with SIRET: for the service alone."""
    return Table(
        name="Lignes internes",
        titles=(
            *("Code", "Indicateur", "Établissement", "SIRET", "Jour", "Thème", "Acte", "Minutes", "Quantité", "Unité"),
        ),
        widths=(9, 40, 40, 16, 12, 14, 30, 9, 9, 14),
        rows=[
            (
                *(row.code, row.label, row.establishment, row.siret, row.day, row.theme, row.act),
                *(row.minutes, row.quantity, row.unit),
            )
            for row in rows
        ],
    )


def _read_me(report: Report) -> Table:
    said: tuple[tuple[str, Value], ...] = (
        ("Service", report.service),
        ("Premier jour compté", report.first),
        ("Dernier jour compté", report.last),
        ("Fichier du", report.made_on),
        ("État", "provisoire : chiffres du jour, non gelés"),
        ("Logiciel", report.software),
        (
            "Secret",
            f"s : nombre masqué, parce qu'il repose sur moins de {report.units} établissements, parce qu'un seul en "
            f"fait plus de {DOMINANCE} %, ou parce qu'il permettrait d'en retrouver un autre. Un taux de 0 % ou de "
            f"100 % est masqué en dessous de {EXTREME_UNITS} établissements.",
        ),
        (
            "Sans objet",
            "so : l'indicateur ne s'applique pas, par exemple un taux sans dénominateur. 0 est un vrai zéro.",
        ),
        ("Unité", "L'établissement (SIRET), compté une fois par période. Une participation n'est pas une personne."),
        (
            "Totaux",
            "Les lignes d'une ventilation ne s'additionnent pas toujours : un établissement peut y être deux fois.",
        ),
        (
            "Deux blocs",
            "POR : ce que le portail compte seul. JOU : les actes du journal d'activité. Ils ne s'additionnent pas.",
        ),
        ("Noms", "Aucun établissement n'est nommé dans ce fichier."),
        ("Périmètre", report.perimeter),
        ("Période", f"du {french_date(report.first)} au {french_date(report.last)}"),
    )
    return Table(name="Lisez-moi", titles=("Rubrique", "Contenu"), widths=(24, 110), rows=said)


def _summary(report: Report) -> Table:
    return Table(
        name="Synthese",
        titles=("Code", "Indicateur", "Unité", "Résultat", "Numérateur", "Dénominateur", "Source", "Définition n°"),
        widths=(9, 60, 40, 12, 12, 14, 20, 12),
        rows=[
            (
                *(line.spec.code, line.spec.label, line.spec.unit, line.value, line.numerator, line.denominator),
                *(line.spec.source, line.spec.version),
            )
            for line in report.lines
        ],
    )


def _parts(name: str, title: str, lines: Sequence[PartLine]) -> Table:
    return Table(
        name=name,
        titles=("Code", "Indicateur", title, "Résultat", "Établissements"),
        widths=(9, 60, 48, 12, 15),
        rows=[(line.code, line.label, line.words, line.value, line.establishments) for line in lines],
    )


def _acts(report: Report) -> Table:
    return Table(
        name="Actions_menees",
        titles=("Mois", "Catégorie", "Thème", "Format", "Actes", "Établissements", "Participants"),
        widths=(10, 36, 20, 20, 10, 15, 13),
        rows=[
            (each.month, each.category, each.theme, each.format, each.acts, each.establishments, each.participants)
            for each in report.acts
        ],
    )


def _dictionary() -> Table:
    return Table(
        name="Dictionnaire",
        titles=("Code", "Indicateur", "Définition", "Formule", "Unité", "Grain", "Fréquence", "Source", "Version"),
        widths=(9, 40, 80, 50, 34, 16, 14, 20, 9),
        rows=[
            (
                *(spec.code, spec.label, spec.definition, spec.formula, spec.unit, spec.grain.value),
                *("à la demande", spec.source, spec.version),
            )
            for spec in SPECS
        ],
    )


def shown(value: Shown) -> Value:
    """A printed number: whole ones without decimals."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
