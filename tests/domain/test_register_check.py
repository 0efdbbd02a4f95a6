"""The register against what was done to it: every attack that must show, and those that cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.canonical import sha256_hex
from app.domain.register import (
    Head,
    heads_of,
    line_hash,
    make_seal,
    next_line,
)
from app.domain.register_check import (
    Finding,
    FindingKind,
    Severity,
    StoredFile,
    check_register,
    limits,
)
from tests.domain.register_database import (
    FIRST_DAY,
    KEY,
    SERVICE,
    WHOLE,
    Database,
    body,
    chain,
    facts,
    seal_days,
)


def test_an_untouched_register_gives_no_finding_in_any_order() -> None:
    assert WHOLE.findings() == ()
    assert WHOLE.findings(key=None) == ()
    turned = Database(
        lines=WHOLE.lines[::-1], payloads=WHOLE.payloads[::-1], files=WHOLE.files[::-1], seals=WHOLE.seals[::-1]
    )
    assert turned.findings() == ()


def test_a_seal_names_only_what_moved_and_a_quiet_day_nothing() -> None:
    assert [len(seal.heads) for seal in WHOLE.seals] == [3, 3, 3, 3, 0]
    assert heads_of(WHOLE.lines) == WHOLE.seals[3].heads
    full = make_seal(heads_of(WHOLE.lines), service=SERVICE, sealed_on=FIRST_DAY, previous=None, key=KEY)
    assert replace(WHOLE, seals=(full,)).findings() == ()


def test_bodies_may_come_one_by_one() -> None:
    assert (
        check_register(
            iter(WHOLE.lines), payloads=iter(WHOLE.payloads), files=iter(WHOLE.files), seals=iter(WHOLE.seals), key=KEY
        )
        == ()
    )


def test_an_altered_payload_shows() -> None:
    payloads = tuple(
        replace(p, body=p.body + b" ") if (p.establishment, p.seq) == ("E2", 3) else p for p in WHOLE.payloads
    )
    (finding,) = replace(WHOLE, payloads=payloads).findings()
    assert finding == Finding(
        kind=FindingKind.PAYLOAD_ALTERED,
        establishment="E2",
        seq=3,
        words="Établissement E2, ligne 3 : le contenu stocké n'est plus celui que le registre a inscrit.",
        severity=Severity.GRAVE,
    )


def test_altered_file_bytes_show() -> None:
    files = (replace(WHOLE.files[0], body=b"PK"), *WHOLE.files[1:])
    (finding,) = replace(WHOLE, files=files).findings()
    assert (finding.kind, finding.establishment, finding.seq) == (FindingKind.FILE_ALTERED, "E1", 1)
    assert finding.words == (
        "Établissement E1, ligne 1 : le fichier « duerp.docx » n'est plus celui que le registre a inscrit."
    )


def test_a_payload_altered_with_its_line_shows_by_the_line() -> None:
    forged = b'{"firm":"E1","seq":"forged"}'
    payloads = tuple(replace(p, body=forged) if (p.establishment, p.seq) == ("E1", 2) else p for p in WHOLE.payloads)
    database = replace(WHOLE.with_line("E1", 2, content_sha256=sha256_hex(forged)), payloads=payloads)
    assert database.kinds() == {FindingKind.LINE_ALTERED}


def test_a_line_altered_with_its_own_hash_breaks_the_chain_and_the_seal() -> None:
    line = replace(WHOLE.line("E1", 2), drafted_on=date(2020, 1, 1))
    database = WHOLE.with_line("E1", 2, drafted_on=line.drafted_on, line_sha256=line_hash(line))
    found = database.findings()
    assert [(f.kind, f.seq) for f in found] == [(FindingKind.RECOMPUTED, 2), (FindingKind.CHAIN_BROKEN, 3)]
    assert "elle ne suit pas la ligne d'avant" in found[1].words


def test_an_altered_hash_of_a_line_does_not_accuse_its_seal() -> None:
    found = WHOLE.with_line("E1", 2, line_sha256="0" * 64).findings()
    assert [(f.kind, f.seq) for f in found] == [(FindingKind.LINE_ALTERED, 2), (FindingKind.CHAIN_BROKEN, 3)]


def test_a_removed_middle_version_shows() -> None:
    found = WHOLE.without("E3", 2).findings()
    assert [(f.kind, f.establishment, f.seq) for f in found] == [
        (FindingKind.LINE_REMOVED, "E3", 2),
        (FindingKind.SEALED_REMOVED, "E3", 2),
    ]
    assert found[0].words == "Établissement E3, ligne 2 : elle a été retirée du registre."


def test_two_removed_middle_versions_are_told_together() -> None:
    found = WHOLE.without("E3", 2).without("E3", 3).findings(key=None)
    assert found[0].words == "Établissement E3, ligne 2 : les lignes 2 à 3 ont été retirées du registre."


def test_a_removed_last_version_shows_by_its_seal() -> None:
    (finding,) = WHOLE.without("E1", 4).findings()
    assert (finding.kind, finding.establishment, finding.seq) == (FindingKind.SEALED_REMOVED, "E1", 4)
    assert finding.words == "Établissement E1, ligne 4 : elle a été scellée, puis retirée du registre."


def test_a_whole_register_removed_shows() -> None:
    database = WHOLE
    for seq in range(1, 5):
        database = database.without("E2", seq)
    assert {(f.kind, f.establishment, f.seq) for f in database.findings()} == {
        (FindingKind.SEALED_REMOVED, "E2", seq) for seq in range(1, 5)
    }


def test_a_line_removed_alone_leaves_its_payload_and_files_behind() -> None:
    lines = tuple(line for line in WHOLE.lines if (line.establishment, line.seq) != ("E1", 4))
    assert replace(WHOLE, lines=lines, seals=()).kinds() == {FindingKind.PAYLOAD_EXTRA, FindingKind.FILE_EXTRA}


def test_a_payload_or_a_file_removed_alone_shows() -> None:
    found = replace(WHOLE, payloads=WHOLE.payloads[1:], files=WHOLE.files[1:]).findings()
    assert [(f.kind, f.establishment, f.seq) for f in found] == [
        (FindingKind.PAYLOAD_MISSING, "E1", 1),
        (FindingKind.FILE_MISSING, "E1", 1),
    ]
    assert "« duerp.docx », qui n'est plus stocké" in found[1].words


def test_reordered_lines_show() -> None:
    two, three = WHOLE.line("E1", 2), WHOLE.line("E1", 3)
    kept = tuple(line for line in WHOLE.lines if line not in (two, three))
    swapped = replace(WHOLE, lines=(*kept, replace(two, seq=3), replace(three, seq=2)))
    assert {FindingKind.LINE_ALTERED, FindingKind.CHAIN_BROKEN} <= swapped.kinds()
    # The hand that reorders also redoes each line's own hash, but leaves the links.
    forged_two, forged_three = replace(three, seq=2), replace(two, seq=3)
    lines = {2: replace(forged_two, line_sha256=line_hash(forged_two))}
    lines[3] = replace(forged_three, line_sha256=line_hash(forged_three))
    assert FindingKind.CHAIN_BROKEN in replace(WHOLE, lines=(*kept, *lines.values()), seals=()).kinds()


def test_a_recomputed_register_shows_by_its_seals_only() -> None:
    forged = [(seq, body("E1", seq) if seq != 2 else b'{"forged":true}') for seq in range(1, 5)]
    lines = (*chain("E1", forged), *(line for line in WHOLE.lines if line.establishment != "E1"))
    payloads = tuple(
        replace(p, body=b'{"forged":true}') if (p.establishment, p.seq) == ("E1", 2) else p for p in WHOLE.payloads
    )
    plan = StoredFile(establishment="E1", seq=2, name="plan.xlsx", body=b"plan" + b'{"forged":true}')
    files = (*(f for f in WHOLE.files if (f.establishment, f.seq, f.name) != ("E1", 2, "plan.xlsx")), plan)
    database = replace(WHOLE, lines=lines, payloads=payloads, files=files)
    assert [(f.kind, f.seq) for f in database.findings()] == [(FindingKind.RECOMPUTED, seq) for seq in (2, 3, 4)]
    assert replace(database, seals=()).findings() == ()
    # The footer of the printed version 2 still tells.
    footer = sha256_hex(body("E1", 2))[:12]
    (finding,) = replace(database, seals=()).findings(anchors=[footer])
    assert finding.kind is FindingKind.ANCHOR_UNKNOWN


def test_a_register_recomputed_with_seals_under_another_key_shows() -> None:
    lines = [*chain("E1", [(1, b"{}")]), *(line for line in WHOLE.lines if line.establishment != "E1")]
    forged = replace(WHOLE.without("E1", 4), lines=tuple(lines), seals=seal_days(lines, key=b"x" * 32))
    assert FindingKind.SEAL_ALTERED in forged.kinds()


def test_an_altered_seal_shows_and_does_not_accuse_the_register() -> None:
    seal = WHOLE.seals[2]
    heads = (replace_head(seal.heads[0], line_sha256="0" * 64), *seal.heads[1:])
    altered = replace(WHOLE, seals=(*WHOLE.seals[:2], replace(seal, heads=heads), *WHOLE.seals[3:]))
    (finding,) = altered.findings()
    assert finding.kind is FindingKind.SEAL_ALTERED
    assert finding.words == (
        "Scellé du 23/11/2026 (service sante-travail-exemple) : il a été modifié, ou la clé fournie n'est pas celle "
        "qui l'a fait."
    )


def replace_head(head: Head, **changes: Any) -> Head:
    return head._replace(**changes)


def test_a_removed_seal_shows_unless_it_was_the_last() -> None:
    for rank in range(4):
        seals = WHOLE.seals[:rank] + WHOLE.seals[rank + 1 :]
        assert replace(WHOLE, seals=seals).kinds() == {FindingKind.SEAL_REMOVED}
    assert replace(WHOLE, seals=WHOLE.seals[:4]).findings() == ()


def test_a_second_seal_in_the_same_place_shows() -> None:
    other = make_seal((), service=SERVICE, sealed_on=date(2026, 11, 25), previous=WHOLE.seals[2], key=KEY)
    assert replace(WHOLE, seals=(*WHOLE.seals, other)).kinds() == {FindingKind.SEAL_REMOVED}


def test_a_line_added_twice_shows() -> None:
    found = replace(WHOLE, lines=(*WHOLE.lines, WHOLE.line("E1", 4))).findings()
    assert [(f.kind, f.words) for f in found] == [
        (FindingKind.LINE_TWICE, "Établissement E1, ligne 4 : ce numéro d'ordre est porté par 2 lignes.")
    ]


def test_a_line_cannot_move_to_another_establishment_or_service() -> None:
    moved = WHOLE.with_line("E1", 4, establishment="E4")
    assert FindingKind.LINE_ALTERED in moved.kinds()
    assert FindingKind.LINE_ALTERED in WHOLE.with_line("E1", 4, service="autre").kinds()
    alone = next_line(None, **facts() | {"establishment": "E9"})
    assert alone.line_sha256 != next_line(None, **facts()).line_sha256


def test_two_writings_of_one_name_are_not_one_line() -> None:
    line = next_line(None, **facts() | {"service": "santé"})
    split = replace(line, service="sante\u0301")
    found = check_register([split], payloads=[], files=[], seals=[], key=None)
    assert FindingKind.LINE_ALTERED in {finding.kind for finding in found}


def test_values_no_honest_line_has_are_findings_not_crashes() -> None:
    for changes in (
        {"seq": 0},
        {"seq": -4},
        {"seq": 10**12},
        {"seq": 2**70},
        {"content_sha256": ""},
        {"service": "\ud800"},
    ):
        kinds = WHOLE.with_line("E1", 4, **changes).kinds()
        assert FindingKind.LINE_ALTERED in kinds


@pytest.mark.parametrize("shown", [lambda d: d[:12], lambda d: d, lambda d: f" {d[:6].upper()} {d[6:16]}\n"])
def test_a_hash_typed_from_a_footer_or_a_receipt_is_found(shown: Callable[[str], str]) -> None:
    line = WHOLE.line("E2", 3)
    for digest in (line.content_sha256, line.line_sha256, line.files[0].sha256):
        assert WHOLE.findings(anchors=[shown(digest)]) == ()


def test_a_typed_hash_that_is_nowhere_shows_and_a_mistyped_one_is_a_warning() -> None:
    short, nowhere = WHOLE.findings(anchors=["0123456789ab", WHOLE.lines[0].content_sha256[:11]])
    assert nowhere.kind is FindingKind.ANCHOR_UNKNOWN
    assert nowhere.words == "« 0123456789ab » : aucune ligne du registre ne porte cette empreinte."
    assert (short.kind, short.severity) == (FindingKind.ANCHOR_UNREADABLE, Severity.WARNING)
    assert "de 12 à 64 chiffres" in short.words
    # The link to a removed line is not the line.
    last = WHOLE.line("E1", 3)
    lines = tuple(line for line in WHOLE.lines if line is not last)
    assert FindingKind.ANCHOR_UNKNOWN in replace(WHOLE, lines=lines).kinds(anchors=[last.line_sha256])


# What nothing here can show, said aloud.


def test_a_last_version_removed_before_any_seal_is_not_found_and_that_is_said() -> None:
    before = replace(WHOLE.without("E1", 4), seals=WHOLE.seals[:3])
    assert before.findings() == ()
    words = limits(before.lines, seals=before.seals, key=KEY)
    assert words[0].startswith(
        "Service sante-travail-exemple : dernier scellé le 23/11/2026. Une version faite puis retirée après ce scellé "
        "ne laisse aucune trace ici"
    )
    assert words[1] == (
        "Lignes qu'aucun scellé ne couvre encore : Établissement E2, ligne 4 ; Établissement E3, ligne 4. "
        "Les recalculer ne se verrait pas ici."
    )


def test_the_limits_name_what_is_missing_and_always_the_last_one() -> None:
    bare = " ".join(limits(WHOLE.lines, seals=(), key=None))
    for words in ("Aucun scellé", "Sans la clé", "Qui détient à la fois", "Aucune empreinte", "et 7 de plus", "date"):
        assert words in bare
    best = limits(WHOLE.lines, seals=WHOLE.seals, key=KEY, anchors=["0" * 64])
    assert len(best) == 3
    assert "dernier scellé le 25/11/2026" in best[0]
    assert best[1].startswith("Qui détient à la fois la base et la clé des scellés peut tout recalculer")
    assert "ne prouvent pas la date" in best[2]


def test_a_shortened_hash_is_said_to_be_weaker() -> None:
    short = limits(WHOLE.lines, seals=WHOLE.seals, key=KEY, anchors=["0" * 12])
    assert [words for words in short if words.startswith("Une empreinte abrégée écarte l'erreur")]


def test_without_the_key_a_forged_seal_is_not_found() -> None:
    lines = tuple(line for line in WHOLE.lines if line.establishment != "E1")
    forged = Database(
        lines=lines,
        payloads=tuple(p for p in WHOLE.payloads if p.establishment != "E1"),
        files=tuple(f for f in WHOLE.files if f.establishment != "E1"),
        seals=seal_days(lines, key=b"x" * 32),
    )
    assert forged.findings(key=None) == ()
    assert forged.kinds() == {FindingKind.SEAL_ALTERED}
