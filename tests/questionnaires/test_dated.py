"""Laws, helps and sectors: read as dated rows, with all their faults at once."""

from __future__ import annotations

from datetime import date

import pytest

from questionnaires.dated import read_helps, read_laws, read_sectors
from questionnaires.reader import ContentFaults

LAW = b"""
[[laws]]
article = "R4463-3"
label = "art. R. 4463-3 du code du travail"
version_id = "LEGIARTI000051680001"
in_force_since = 2025-07-01
read_on = 2026-11-01
"""


def test_law_keeps_its_dates() -> None:
    (law,) = read_laws(LAW, file="laws.toml")

    assert (law.article, law.in_force_since, law.read_on) == ("R4463-3", date(2025, 7, 1), date(2026, 11, 1))
    assert (law.to_check, law.note) == (False, "")


def test_help_may_have_no_end() -> None:
    text = '[[helps]]\ncode = "A"\nname = "A"\nwho = "tous"\ncondition = "aucune"\nverified_on = 2026-11-01\n'

    (read,) = read_helps(text.encode(), file="help.toml")

    assert (read.valid_until, read.sectors) == (None, ())


def test_faults_of_a_dated_file_come_at_once() -> None:
    text = (
        LAW.replace(b"2026-11-01", b'"hier"') + LAW + b'[[laws]]\nlabel = "x"\nread_on = 2026-11-01T10:00:00\n[autre]\n'
    )

    with pytest.raises(ContentFaults) as caught:
        read_laws(text, file="laws.toml")

    assert [(fault.file, fault.place, fault.what) for fault in caught.value.faults] == [
        ("laws.toml", "fichier", "table inconnue « autre »"),
        ("laws.toml", "R4463-3", "« read_on » n'est pas une date"),
        ("laws.toml", "R4463-3", "est deux fois dans le fichier"),
        ("laws.toml", "laws, n° 3", "« article » manque"),
        ("laws.toml", "laws, n° 3", "« read_on » n'est pas une date"),
    ]


@pytest.mark.parametrize("text", [b"", b"sectors = 3", b"sectors = []", b"[sectors]\nid = 'a'"])
def test_file_without_its_tables_is_refused(text: bytes) -> None:
    with pytest.raises(ContentFaults) as caught:
        read_sectors(text, file="sectors.toml")

    assert [fault.what for fault in caught.value.faults] == ["aucune table [[sectors]]"]
