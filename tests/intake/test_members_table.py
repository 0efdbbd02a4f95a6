"""Files of members as spreadsheets write them: read, mended when it can be proved, or refused in words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.intake.member_columns import COLUMNS, about_a_person, folded
from app.intake.members_table import FileRefused, MembersFile, read_members
from app.intake.sheet_rows import MAX_BYTES, TableFault, sheet_rows
from questionnaires import catalogue
from tests.intake.members_file import HEADER, Sample, members_file, siren_of, siret_of, workbook

TODAY = date(2026, 11, 25)
SIRET = "73282932000074"
GOOD = {
    "siret": SIRET,
    "raison_sociale": "Boulangerie du port",
    "code_naf": "10.71C",
    "effectif": "6",
    "date_effectif": "01/01/2026",
    "code_postal": "34150",
}
LABELS = catalogue.load().naf_label


def read(content: bytes) -> MembersFile:
    return read_members(content, label_of=LABELS, today=TODAY)


def csv_of(*rows: dict[str, str], separator: str = ";", codec: str = "utf-8") -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "\r\n".join(separator.join(line) for line in lines).encode(codec)


def with_(**cells: str) -> dict[str, str]:
    return {**GOOD, **cells}


def refusal(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        read(content)
    return str(refused.value)


def only_fault(**cells: str) -> str:
    found = read(csv_of(with_(**cells)))
    assert found.rows == ()
    assert found.rejected == 1
    assert len(found.faults) == 1, found.faults
    return f"{found.faults[0].column}: {found.faults[0].words} ({found.faults[0].remedy})"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_in_every_usual_dress(separator: str, codec: str) -> None:
    found = read(csv_of(with_(raison_sociale="Café de l'Église"), separator=separator, codec=codec))
    assert [(row.line, row.siret, row.name) for row in found.rows] == [(2, SIRET, "Café de l'Église")]
    assert found.faults == ()


def test_the_line_by_which_excel_announces_its_separator_is_no_row() -> None:
    found = read(b"sep=,\r\n" + csv_of(GOOD, separator=","))
    assert [row.line for row in found.rows] == [2]


def test_columns_are_found_whatever_their_case_accents_spaces_and_order() -> None:
    content = (
        'Code  Postal;EFFECTIF;"Date d\'effectif";"Raison Sociale";Code NAF (APE);N° SIRET;Centre;Téléphone\r\n'
        f"34150;6;2026-01-01;Boulangerie;1071c;{SIRET};Gignac;0467000000"
    )
    found = read(content.encode())
    assert found.faults == ()
    assert (found.rows[0].naf, found.rows[0].sector, found.ignored) == ("10.71C", "Gignac", ("Téléphone",))


def test_every_optional_column_is_read() -> None:
    row = read(
        csv_of(
            with_(
                num_adherent="A-12",
                secteur="Gignac",
                medecin_equipe="Équipe 3",
                date_adhesion="01/09/1962",
                date_radiation="31/12/2027",
                email_contact=" contact@exemple.fr ",
                date_fiche_entreprise="14/03/2024",
                date_dernier_duerp="2025-05-01",
                idcc="843",
                risque_at="15.8aa",
            )
        )
    ).rows[0]
    assert (row.member_number, row.sector, row.team, row.email) == ("A-12", "Gignac", "Équipe 3", "contact@exemple.fr")
    assert (row.since, row.until) == (date(1962, 9, 1), date(2027, 12, 31))
    assert (row.record_on, row.duerp_on) == (date(2024, 3, 14), date(2025, 5, 1))
    assert (row.idcc, row.risk_code) == ("0843", "158AA")


def test_an_empty_optional_cell_says_nothing() -> None:
    row = read(csv_of(with_(secteur="", email_contact=" "))).rows[0]
    assert (row.sector, row.email, row.since) == (None, None, None)


@pytest.mark.parametrize(
    "written",
    [
        "732 829 320 00074",
        "732\u00a0829\u00a0320\u00a000074",
        "732.829.320.00074",
        "'73282932000074",
        "73282932000074,00",
        "7.3282932000074E+13",
        "7,3282932000074e13",
        " 73282932000074 ",
    ],
)
def test_a_siret_is_read_as_it_is_written(written: str) -> None:
    found = read(csv_of(with_(siret=written)))
    assert found.faults == ()
    assert found.rows[0].siret == SIRET
    assert found.remarks == ()


def test_a_siret_that_lost_its_zeros_is_completed_when_its_key_agrees_and_that_is_told() -> None:
    siret = siret_of(siren_of(512_345), 3)
    assert siret.startswith("00")
    found = read(csv_of(with_(siret=siret.lstrip("0"))))
    assert found.rows[0].siret == siret
    assert siret in found.remarks[0].words
    wrong = str(int(siret.lstrip("0")) + 1)
    assert "chiffres au lieu de 14" in only_fault(siret=wrong)


def test_the_establishments_of_la_poste_have_their_own_key() -> None:
    assert read(csv_of(with_(siret="35600000049837"))).rows[0].siret == "35600000049837"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"siret": "7,32829E+13"}, "a perdu ses derniers chiffres"),
        ({"siret": "3.4E+13"}, "format Texte"),
        ({"siret": "732829320"}, "est un SIREN"),
        ({"siret": "73282932000075"}, "clé du SIRET"),
        ({"siret": "néant"}, "siret"),
        ({"siret": ""}, "la case est vide"),
        ({"raison_sociale": ""}, "la case est vide"),
        ({"raison_sociale": "contact@exemple.fr"}, "email_contact"),
        ({"raison_sociale": "a" * 300}, "300 caractères"),
        ({"code_naf": "99.99Z"}, "NAF 2025"),
        ({"code_naf": "boulanger"}, "n'est pas un code NAF"),
        ({"effectif": "six"}, "n'est pas un nombre"),
        ({"effectif": "-1"}, "hors des bornes"),
        ({"effectif": "200001"}, "hors des bornes"),
        ({"date_effectif": "31/02/2026"}, "n'existe pas"),
        ({"date_effectif": "01/01/2099"}, "dans l'avenir"),
        ({"date_effectif": "1er janvier"}, "n'est pas une date"),
        ({"code_postal": "00150"}, "n'est pas un code postal"),
        ({"code_postal": "Gignac"}, "5 chiffres"),
        ({"email_contact": "contact"}, "adresse"),
        ({"secteur": "jean@exemple.fr"}, "email_contact"),
        ({"idcc": "boulangerie"}, "4 chiffres"),
        ({"risque_at": "!"}, "158AA"),
        ({"date_adhesion": "01/01/2020", "date_radiation": "01/01/2019"}, "précède l'adhésion"),
    ],
)
def test_a_wrong_cell_is_told_with_its_column_and_what_to_do(cells: dict[str, str], said: str) -> None:
    told = only_fault(**cells)
    assert said in told
    assert told.split(":")[0] in cells


def test_every_fault_of_every_row_is_told_at_its_line() -> None:
    other = siret_of(siren_of(12_345_678), 1)
    found = read(csv_of(GOOD, with_(siret="1", effectif="x", code_postal="y"), {}, with_(siret=other, code_naf="?")))
    assert [(fault.line, fault.column) for fault in found.faults] == [
        (3, "siret"),
        (3, "effectif"),
        (3, "code_postal"),
        (5, "code_naf"),
    ]
    assert (found.lines, found.rejected, len(found.rows)) == (3, 2, 1)


def test_a_line_is_the_one_a_spreadsheet_shows_even_after_a_cell_of_two_lines() -> None:
    names = ";".join(GOOD)
    content = (
        f'{names}\n{SIRET};"Boulangerie\ndu port";10.71C;6;01/01/2026;34150\n\n{SIRET};x;10.71C;6;01/01/2026;34150'
    )
    found = read(content.encode())
    assert [(row.line, row.name) for row in found.rows] == [(2, "Boulangerie du port")]
    assert [(fault.line, fault.words) for fault in found.faults] == [(4, "ce SIRET est déjà à la ligne 2")]


def test_head_counts_with_a_comma_count_persons() -> None:
    found = read(csv_of(with_(effectif="12,5")))
    assert (found.rows[0].headcount, found.remarks[0].line) == (13, 2)
    assert "12,5 lu comme 13 personnes" in found.remarks[0].words
    assert read(csv_of(with_(effectif="12,00"))).rows[0].headcount == 12
    assert read(csv_of(with_(effectif="1 200"))).rows[0].headcount == 1200
    assert read(csv_of(with_(effectif="0"))).rows[0].headcount == 0


def test_a_postal_code_and_a_naf_code_get_back_the_zero_a_spreadsheet_dropped() -> None:
    row = read(csv_of(with_(code_postal="1000", code_naf="1.11Z"))).rows[0]
    assert (row.postal_code, row.naf) == ("01000", "01.11Z")


def test_a_farm_is_taken_and_told() -> None:
    assert "MSA" in read(csv_of(with_(code_naf="01.11Z"))).remarks[0].words


def test_a_formula_in_a_csv_is_a_text() -> None:
    found = read(csv_of(with_(raison_sociale="=1+1")))
    assert found.rows[0].name == "=1+1"
    assert "n'est pas un nombre" in only_fault(effectif="=1+1")


def test_a_team_named_after_a_person_is_not_kept() -> None:
    for name in ("Dr Martin", "Docteur Martin", "Mme Martin"):
        found = read(csv_of(with_(medecin_equipe=name)))
        assert found.rows[0].team is None
        assert "Martin" not in found.remarks[0].words


@pytest.mark.parametrize(
    "name",
    [
        "NIR",
        "N° Sécurité sociale",
        "Nom",
        "nom_salarie",
        "Prénom",
        "PRENOMS",
        "Date de naissance",
        "date_naissance",
        "Sexe",
        "Civilité",
        "Nom du dirigeant",
        "Nom et prénom",
    ],
)
def test_a_column_about_persons_refuses_the_whole_file(name: str) -> None:
    said = refusal(csv_of({**GOOD, name: "x"}))
    assert name in said
    assert "Supprimez-la" in said


@pytest.mark.parametrize(
    "name", ["nom_entreprise", "Nom de l'établissement", "Nb salariés", "Nombre de salariés", "Ville"]
)
def test_a_column_about_the_firm_does_not(name: str) -> None:
    assert not about_a_person(name)


def test_a_social_security_number_refuses_the_file_wherever_it_stands() -> None:
    said = refusal(csv_of({**GOOD, "code interne": "1 85 05 78 006 084 91"}))
    assert "sécurité sociale" in said
    assert "Ligne 2" in said
    assert "78 006" not in said
    assert read(csv_of({**GOOD, "code interne": "185057800608492"})).faults == ()


def test_missing_and_doubled_columns_are_all_told() -> None:
    row = {name: value for name, value in GOOD.items() if name not in {"siret", "effectif"}}
    said = refusal(csv_of({**row, "Truc": "x"}))
    assert "« siret », « effectif »" in said
    assert "Truc" in said
    assert "deux fois" in refusal(csv_of({**GOOD, "N° SIRET": SIRET}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b" \r\n\t ", "vide"),
        (b"\xef\xbb\xbf", "vide"),
        (b"a" * (MAX_BYTES + 1), "5 Mo"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "ni un CSV ni un classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, ".xlsx"),
        (b"siret;effectif\n1\x002;3", "ni un CSV ni un classeur"),
        (b"PK\x03\x04 not a package", "abîmé"),
        (csv_of(GOOD).split(b"\r\n")[0], "aucun adhérent"),
        (csv_of(GOOD) + b'\r\n"' + b"\n" * 40, "guillemet"),
        (csv_of(GOOD) + b'\r\n"' + b"x" * 200_000, "guillemet"),
        (b";".join(b"c%d" % n for n in range(100)), "80 colonnes"),
        (csv_of(GOOD) + b"\r\n" * 100_001 + b"x", "100 000 lignes"),
    ],
)
def test_what_is_no_table_of_members_is_refused_in_words(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_a_workbook_is_read_like_a_csv() -> None:
    book = workbook(
        [
            list(GOOD),
            [73282932000074, "Boulangerie du port", "10.71C", 6.0, datetime(2026, 1, 1), 34150],  # noqa: DTZ001 (what a cell holds)
            [],
            [float(siret_of(siren_of(512_345), 3)), "Autre", "10.71C", 2.5, 46023, "01000"],
            ["73282932000082", "Autre", "10.71C", "deux", "01/01/2026", 1000],
        ]
    )
    found = read(book)
    assert [(row.line, row.siret, row.headcount, row.headcount_on, row.postal_code) for row in found.rows] == [
        (2, SIRET, 6, date(2026, 1, 1), "34150"),
        (4, siret_of(siren_of(512_345), 3), 3, date(2026, 1, 1), "01000"),
    ]
    assert [(fault.line, fault.column) for fault in found.faults] == [(5, "effectif")]


def test_the_first_visible_sheet_is_read() -> None:
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.sheet_state = "hidden"
    shown = book.create_sheet("Adhérents")
    shown.append(list(GOOD))
    shown.append(list(GOOD.values()))
    stream = io.BytesIO()
    book.save(stream)
    assert len(read(stream.getvalue()).rows) == 1


def repacked(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A right workbook, some parts of which were changed."""
    with zipfile.ZipFile(io.BytesIO(workbook([list(GOOD), list(GOOD.values())]))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def _bomb(parts: dict[str, bytes]) -> None:
    parts["xl/media/zeros.xml"] = b"0" * 30_000_000


def _macro(parts: dict[str, bytes]) -> None:
    parts["xl/vbaProject.bin"] = b"x"


def _links(parts: dict[str, bytes]) -> None:
    parts["xl/externalLinks/externalLink1.xml"] = b"<x/>"


def _entities(parts: dict[str, bytes]) -> None:
    parts[SHEET] = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + parts[SHEET]


def _cut(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET][: len(parts[SHEET]) // 2]


def _far_row(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(b'<row r="2"', b'<row r="99999999999"')


def _many_columns(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(b'r="F2"', b'r="ZZ2"')


def _no_workbook(parts: dict[str, bytes]) -> None:
    for name in [name for name in parts if name.startswith("xl/")]:
        del parts[name]


def _huge_number(parts: dict[str, bytes]) -> None:
    parts[SHEET] = parts[SHEET].replace(
        b"</sheetData>", b'<row r="3"><c r="A3"><v>' + b"9" * 9000 + b"</v></c></row></sheetData>"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_bomb, "trop lourd"),
        (_macro, "macros"),
        (_links, "d'autres classeurs"),
        (_entities, "abîmé"),
        (_cut, "abîmé"),
        (_far_row, "100 000 lignes"),
        (_no_workbook, "n'est pas un classeur"),
        (_huge_number, "abîmé"),
    ],
)
def test_a_hostile_workbook_is_refused_in_words(change: Callable[[dict[str, bytes]], None], said: str) -> None:
    assert said in refusal(repacked(change))


def test_a_cell_far_to_the_right_is_no_column() -> None:
    assert "effectif" not in {fault.column for fault in read(repacked(_many_columns)).faults}


def test_a_bomb_of_zeros_is_refused_before_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr(SHEET, b"0" * 60_000_000)
    with pytest.raises(TableFault, match="trop lourd"):
        list(sheet_rows(stream.getvalue()))


def test_the_sample_holds_what_it_says() -> None:
    sample = members_file()
    assert sample == members_file()
    for content in (sample.csv(), sample.csv(separator=",", codec="utf-8"), sample.xlsx()):
        found = read(content)
        assert (found.lines, len(found.rows), found.rejected) == (500, 480, 20)
        assert {fault.line: fault.column for fault in found.faults} == sample.bad


def test_too_many_members_are_refused() -> None:
    rows = Sample(rows=members_file(members=20_001, bad=0).rows, bad={}).csv(columns=HEADER[:6])
    assert "20 000" in refusal(rows)


def test_the_documentation_names_every_column() -> None:
    text = (Path(__file__).parents[2] / "docs" / "members-import.md").read_text(encoding="utf-8")
    assert [column.key for column in COLUMNS if f"`{column.key}`" not in text] == []


def test_the_names_of_columns_are_folded_once_for_all() -> None:
    names = [name for column in COLUMNS for name in (column.key, *column.also)]
    assert names == [folded(name) for name in names]
    assert len(set(names)) == len(names)


CELLS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "732 829 320 00074", "1E400", "-1", "9" * 400, "31/02/2026", "=A1", "\u202e", "²", "١٢٣", "1e99"]
    ),
    st.from_regex(r"[0-9]{1,15}([.,][0-9]{1,14})?([eE][+]?[0-9]{1,3})?", fullmatch=True),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(CELLS, min_size=len(HEADER), max_size=len(HEADER)))
def test_no_cell_of_a_csv_breaks_the_reader(cells: list[str]) -> None:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    content = f"{';'.join(HEADER)}\n{';'.join(quoted)}".encode(errors="surrogatepass")
    try:
        found = read(content)
    except FileRefused:
        return
    assert len(found.rows) + found.rejected == found.lines == 1
    assert all(fault.words and len(fault.read) < 100 for fault in found.faults)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(10**18), 10**18),
            st.floats(allow_nan=False, allow_infinity=False),
            st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 (what a cell holds)
            st.text(st.characters(exclude_categories=["C"]), max_size=20),
        ),
        min_size=len(HEADER),
        max_size=len(HEADER),
    )
)
def test_no_cell_of_a_workbook_breaks_the_reader(cells: list[object]) -> None:
    try:
        found = read(workbook([list(HEADER), list(GOOD.values()), cells]))
    except FileRefused:
        return
    assert len(found.rows) + found.rejected == found.lines
