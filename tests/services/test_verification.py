"""`jalon verify` against somebody who owns the database: every attack the issue names, on both engines."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.canonical import encode, sha256_hex
from app.domain.dossier_json import from_json
from app.domain.register import next_line
from app.domain.register_check import FindingKind
from app.models.document import DocumentVersion, RegisterLine
from app.models.engine import Database
from app.models.service import Service
from app.services.registers import line_of, register_key
from app.services.verification import Verification, verify_database
from tests.engines import NOON, MakeService
from tests.services.issuing import KEY, example, issue, record, seal, tamper


@dataclass(frozen=True)
class Scene:
    """Two establishments, two versions of the first, everything sealed."""

    database: Database
    service: Service
    place: UUID

    def verify(self, *anchors: str) -> Verification:
        return verify_database(self.database, key=KEY, anchors=anchors)

    def kinds(self) -> set[FindingKind]:
        return {finding.kind for finding in self.verify().findings}

    def lines(self) -> list[RegisterLine]:
        query = select(RegisterLine).where(RegisterLine.establishment_id == self.place).order_by(RegisterLine.seq)
        with self.database.read(service_id=self.service.id) as session:
            return list(session.scalars(query))

    def where(self, column: str = "establishment_id") -> str:
        place = self.place.hex if self.database.engine.dialect.name == "sqlite" else str(self.place)
        return f"{column} = '{place}'"


@pytest.fixture
def scene(database: Database, make_service: MakeService) -> Scene:
    service = make_service("ast")
    firm = example("couverture-9")
    place = record(database, service, firm)
    issue(database, service, place, firm)
    issue(database, service, place, firm)
    baker = example("boulangerie-4")
    issue(database, service, record(database, service, baker), baker)
    seal(database, service)
    return Scene(database, service, place)


def test_an_untouched_database_is_clean_and_says_what_it_cannot_show(scene: Scene) -> None:
    result = scene.verify()
    assert result.findings == ()
    assert (result.lines, result.seals) == (3, 1)
    assert any("dernier scellé" in words for words in result.limits)


def test_an_altered_payload(scene: Scene) -> None:
    tamper(
        scene.database,
        f"UPDATE document_version SET payload = replace(payload, 'P1', 'P3') WHERE {scene.where()} AND number = 1",
    )
    assert scene.kinds() == {FindingKind.PAYLOAD_ALTERED}


def test_an_altered_payload_with_its_hash_mended(scene: Scene) -> None:
    with scene.database.read(service_id=scene.service.id) as session:
        query = select(DocumentVersion).where(DocumentVersion.establishment_id == scene.place)
        version = session.scalars(query.order_by(DocumentVersion.number)).first()
        assert version is not None
        payload = version.payload.replace("P1", "P3")
    tamper(
        scene.database,
        f"UPDATE document_version SET payload = replace(payload, 'P1', 'P3') WHERE {scene.where()} AND number = 1",
        f"UPDATE document_version SET content_sha256 = '{sha256_hex(payload.encode())}' "
        f"WHERE {scene.where()} AND number = 1",
        f"UPDATE register_line SET content_sha256 = '{sha256_hex(payload.encode())}' WHERE {scene.where()} AND seq = 1",
    )
    assert FindingKind.LINE_ALTERED in scene.kinds()


def test_an_altered_word_file(scene: Scene) -> None:
    tamper(scene.database, "UPDATE document_file SET content = content || content WHERE kind = 'docx'")
    assert scene.kinds() == {FindingKind.FILE_ALTERED}


def test_a_removed_last_version(scene: Scene) -> None:
    tamper(
        scene.database,
        "DELETE FROM document_file WHERE document_version_id IN "
        f"(SELECT id FROM document_version WHERE {scene.where()} AND number = 2)",
        f"DELETE FROM register_line WHERE {scene.where()} AND seq = 2",
        f"DELETE FROM document_version WHERE {scene.where()} AND number = 2",
    )
    assert scene.kinds() == {FindingKind.SEALED_REMOVED}
    (finding,) = scene.verify().findings
    assert finding.seq == 2


def test_a_removed_first_version(scene: Scene) -> None:
    tamper(scene.database, f"DELETE FROM register_line WHERE {scene.where()} AND seq = 1")
    assert {FindingKind.LINE_REMOVED, FindingKind.PAYLOAD_EXTRA} <= scene.kinds()


def test_a_reordered_register(scene: Scene) -> None:
    tamper(
        scene.database,
        f"UPDATE register_line SET seq = 99 WHERE {scene.where()} AND seq = 1",
        f"UPDATE register_line SET seq = 1 WHERE {scene.where()} AND seq = 2",
        f"UPDATE register_line SET seq = 2 WHERE {scene.where()} AND seq = 99",
    )
    assert {FindingKind.LINE_ALTERED, FindingKind.CHAIN_BROKEN} <= scene.kinds()


def test_a_register_recomputed_from_an_altered_version_on(scene: Scene) -> None:
    """The whole chain is made coherent again: only the seal, whose key is not in the database, tells."""
    recompute(scene)
    assert scene.kinds() == {FindingKind.RECOMPUTED}


def test_a_recomputed_register_without_seals_is_found_by_a_printed_footer_only(scene: Scene) -> None:
    printed = scene.lines()[0].content_sha256[:12]
    assert scene.verify(printed).findings == ()
    recompute(scene)
    tamper(scene.database, "DELETE FROM seal")
    assert scene.verify().findings == ()
    assert any("Aucun scellé" in words for words in scene.verify().limits)
    (finding,) = scene.verify(printed).findings
    assert finding.kind is FindingKind.ANCHOR_UNKNOWN


def test_an_altered_seal(scene: Scene) -> None:
    tamper(scene.database, "UPDATE seal SET heads = '[]'")
    assert FindingKind.SEAL_ALTERED in scene.kinds()


def test_a_seal_that_is_no_json_is_a_finding_and_not_a_crash(scene: Scene) -> None:
    tamper(scene.database, "UPDATE seal SET heads = 'x'", "UPDATE register_line SET files = '{'")
    assert {FindingKind.SEAL_ALTERED, FindingKind.LINE_ALTERED} <= scene.kinds()


def test_sealing_twice_adds_only_what_changed(scene: Scene) -> None:
    seal(scene.database, scene.service, days=1)
    assert scene.verify().seals == 1
    issue(scene.database, scene.service, scene.place, example("couverture-9"), at=NOON)
    seal(scene.database, scene.service, days=1)
    result = scene.verify()
    assert (result.seals, result.findings) == (2, ())


def recompute(scene: Scene) -> None:
    """Rewrites version 1 and every hash after it, files apart, as somebody patient would."""
    key = register_key(scene.service.id)
    with scene.database.read(service_id=scene.service.id) as session:
        query = select(DocumentVersion).where(DocumentVersion.establishment_id == scene.place)
        versions = {each.number: each for each in session.scalars(query)}
    previous, statements = None, []
    for row in scene.lines():
        payload = versions[row.version_number].payload
        if row.seq == 1:
            payload = payload.replace("P1", "P3")
            from_json(payload.encode())
            statements.append(
                "UPDATE document_version SET payload = replace(payload, 'P1', 'P3'), "
                f"content_sha256 = '{sha256_hex(payload.encode())}' WHERE {scene.where()} AND number = 1"
            )
        line = line_of(row, key)
        previous = next_line(
            previous,
            service=line.service,
            establishment=line.establishment,
            version=line.version,
            drafted_on=line.drafted_on,
            content_sha256=sha256_hex(payload.encode()),
            files=line.files,
        )
        files = encode([[name, digest] for name, digest in previous.files]).decode()
        statements.append(
            f"UPDATE register_line SET content_sha256 = '{previous.content_sha256}', files = '{files}', "
            f"previous_sha256 = '{previous.previous}', line_sha256 = '{previous.line_sha256}' "
            f"WHERE {scene.where()} AND seq = {previous.seq}"
        )
    tamper(scene.database, *statements)
