"""A file of members made on purpose: as many as asked for, some of them wrong in known ways, always the same.

`members_file()` is the file of the acceptance: 500 members, 20 bad rows.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook

HEADER = (
    "siret",
    "raison_sociale",
    "code_naf",
    "effectif",
    "date_effectif",
    "code_postal",
    "num_adherent",
    "secteur",
    "medecin_equipe",
    "date_adhesion",
    "date_radiation",
    "email_contact",
    "date_fiche_entreprise",
    "date_dernier_duerp",
    "idcc",
    "risque_at",
)
TRADES = (
    ("10.71C", "Boulangerie", "158AA"),
    ("43.91B", "Couverture", "452JA"),
    ("43.99C", "Maçonnerie", "452BA"),
    ("56.10A", "Restaurant", "553AC"),
    ("49.41A", "Transports", "602MG"),
    ("88.10A", "Aide à domicile", "853AD"),
    ("47.11B", "Épicerie", "522AA"),
    ("81.21Z", "Nettoyage", "747ZF"),
)
PLACES = ("du Port", "des Halles", "de la Gare", "du Pont-Vieux", "des Micoculiers", "du Lavoir", "de l'Église")
SECTORS = (("Gignac", "34150"), ("Lodève", "34700"), ("Béziers", "34500"), ("Sète", "34200"))

BAD_WAYS = (
    ("siret", lambda row: {"siret": row["siret"][:-1] + str((int(row["siret"][-1]) + 1) % 10)}),
    ("siret", lambda row: {"siret": "7,32829E+13"}),
    ("siret", lambda row: {"siret": row["siret"][:9]}),
    ("raison_sociale", lambda row: {"raison_sociale": ""}),
    ("code_naf", lambda row: {"code_naf": "99.99X"}),
    ("code_naf", lambda row: {"code_naf": "boulangerie"}),
    ("effectif", lambda row: {"effectif": "six"}),
    ("effectif", lambda row: {"effectif": "-2"}),
    ("date_effectif", lambda row: {"date_effectif": "31/02/2026"}),
    ("code_postal", lambda row: {"code_postal": "Gignac"}),
    ("email_contact", lambda row: {"email_contact": "contact@"}),
    ("date_adhesion", lambda row: {"date_adhesion": "jamais"}),
    ("secteur", lambda row: {"secteur": "contact@exemple.fr"}),
)
"""Column at fault, and what it does to a right row; the last bad row of a file repeats the SIRET of the first one."""


@dataclass(frozen=True)
class Sample:
    """A file, and what is true of it."""

    rows: tuple[dict[str, str], ...]
    bad: dict[int, str]
    """Line of a bad row -> column at fault."""

    @property
    def good(self) -> list[dict[str, str]]:
        return [row for line, row in enumerate(self.rows, start=2) if line not in self.bad]

    def csv(self, *, separator: str = ";", codec: str = "utf-8-sig", columns: tuple[str, ...] = HEADER) -> bytes:
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=separator)
        writer.writerow(columns)
        writer.writerows([row[name] for name in columns] for row in self.rows)
        return stream.getvalue().encode(codec)

    def xlsx(self) -> bytes:
        return workbook([list(HEADER), *([row[name] for name in HEADER] for row in self.rows)])


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """An .xlsx whose first sheet holds these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def members_file(*, members: int = 500, bad: int = 20, seed: int = 4) -> Sample:
    """That many rows, `bad` of them wrong; the same seed gives the same bytes."""
    draw = random.Random(seed)
    sirets = _sirets(draw, members)
    rows = [_member(draw, number, siret) for number, siret in enumerate(sirets, start=1)]
    wrong = sorted(draw.sample(range(1, members), bad)) if bad else []
    columns: dict[int, str] = {}
    for turn, place in enumerate(wrong):
        if turn == len(wrong) - 1 and len(wrong) > 1:
            rows[place], column = {**rows[place], "siret": rows[0]["siret"]}, "siret"
        else:
            column, spoil = BAD_WAYS[turn % len(BAD_WAYS)]
            rows[place] = {**rows[place], **spoil(rows[place])}
        columns[place + 2] = column
    return Sample(rows=tuple(rows), bad=columns)


def siret_of(siren: str, nic: int) -> str:
    """The SIRET of that SIREN and number of establishment, with its key."""
    start = f"{siren}{nic:04d}"
    return start + _key(start)


def siren_of(number: int) -> str:
    """The SIREN of eight digits, with its key."""
    return f"{number:08d}" + _key(f"{number:08d}")


def _key(start: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(start)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _sirets(draw: random.Random, count: int) -> list[str]:
    """Different SIRET, some of which share a SIREN; none of La Poste."""
    found: dict[str, None] = {}
    while len(found) < count:
        siren = siren_of(draw.randrange(10_000_000, 89_999_999))
        for nic in range(1, draw.choice((2, 2, 2, 3))):
            if len(found) < count and siren != "356000000":
                found[siret_of(siren, nic)] = None
    return list(found)


def _member(draw: random.Random, number: int, siret: str) -> dict[str, str]:
    naf, trade, risk = draw.choice(TRADES)
    sector, postal = draw.choice(SECTORS)
    return {
        "siret": siret,
        "raison_sociale": f"{trade} {draw.choice(PLACES)} {number}",
        "code_naf": naf,
        "effectif": str(draw.choice((1, 2, 3, 4, 6, 8, 9, 12, 18, 35, 60))),
        "date_effectif": "01/01/2026",
        "code_postal": postal,
        "num_adherent": f"A-{number:05d}",
        "secteur": sector,
        "medecin_equipe": f"Équipe {draw.randrange(1, 5)}",
        "date_adhesion": f"{draw.randrange(1, 28):02d}/{draw.randrange(1, 13):02d}/{draw.randrange(1985, 2025)}",
        "date_radiation": "",
        "email_contact": f"contact{number}@exemple.fr" if draw.random() < 0.8 else "",
        "date_fiche_entreprise": f"15/06/{draw.randrange(2018, 2026)}" if draw.random() < 0.6 else "",
        "date_dernier_duerp": f"20/11/{draw.randrange(2019, 2026)}" if draw.random() < 0.3 else "",
        "idcc": draw.choice(("843", "1596", "")),
        "risque_at": risk,
    }
