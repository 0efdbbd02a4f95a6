"""A backup taken from one engine comes back in the other, row for row; a damaged one writes nothing."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.models.affiliation import MemberImport
from app.models.dumps import Row, snapshot
from app.models.engine import Database, open_database
from app.models.fact import Fact
from app.models.frozen import known_triggers
from app.models.migrate import current_revision, head_revision, upgrade
from app.models.tables import schema
from app.services.backup_format import FORMAT_NUMBER, MANIFEST, BackupFault
from app.services.backups import Backup, make_backup
from app.services.demo import demo_files, load_demo
from app.services.restoring import NotEmpty, open_backup, restore_backup
from app.services.verification import verify_database
from questionnaires import catalogue
from tests.engines import ENGINES, NOON, MakeService, PostgresServer
from tests.models.filling import filled_rows, put_rows, read_rows

KEY = b"z" * 40
Rebuild = Callable[[dict[str, bytes]], None]


@pytest.fixture
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Gives the address of a database without tables, of the engine named."""
    made: list[str] = []

    def give(engine: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{tmp_path / f'{uuid4().hex}.db'}"
        server: PostgresServer = request.getfixturevalue("postgres_server")
        made.append(server.create())
        return server.address(made[-1])

    yield give
    for name in made:
        request.getfixturevalue("postgres_server").drop(name)


def demo(database: Database) -> None:
    load_demo(database, demo_files(), catalogue=catalogue.load(), seal_key=KEY, at=NOON)


def save(database: Database, path: Path, *, replace: bool = False) -> Backup:
    return make_backup(database, path, replace=replace, at=NOON)


def everything(address: str) -> dict[str, list[Row]]:
    with closing(open_database(address)) as database, snapshot(database.engine) as taken:
        return {
            shape.name: [
                tuple(value for _, value in sorted(zip((c.name for c in shape.columns), row, strict=True)))
                for row in taken.rows(shape.name)
            ]
            for shape in taken.tables
        }


@pytest.mark.parametrize("target", ENGINES)
def test_a_full_database_comes_back_row_for_row_and_verified(
    database: Database, address: str, target: str, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    demo(database)
    made = save(database, tmp_path / "b.zip")
    there = fresh(target)
    restore_backup(open_backup(tmp_path / "b.zip"), there)

    before, after = everything(address), everything(there)
    assert after == before
    assert set(after) == {table.name for table in schema().sorted_tables}
    assert made.manifest.rows == sum(map(len, after.values())) > 500
    with closing(open_database(there)) as restored:
        result = verify_database(restored, key=KEY)
        assert (result.findings, result.lines > 5, result.seals > 0) == ((), True, True)
        with pytest.raises(IntegrityError, match="frozen row: fact"), restored.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE fact SET theme = 'x'")


def test_the_file_of_sqlite_is_the_same_to_the_last_byte(sqlite_database: Database, tmp_path: Path) -> None:
    demo(sqlite_database)
    save(sqlite_database, tmp_path / "b.zip")
    restore_backup(open_backup(tmp_path / "b.zip"), f"sqlite:///{tmp_path / 'r.db'}")
    assert raw(tmp_path / "r.db") == raw(tmp_path / "jalon.db")


def raw(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Values and their storage class, as SQLite itself tells them; and every trigger."""
    with closing(sqlite3.connect(path)) as base:
        kinds = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        found = {"triggers": base.execute(kinds).fetchall()}
        for table in schema().sorted_tables:
            columns = ", ".join(f'"{column.name}", typeof("{column.name}")' for column in table.columns)
            found[table.name] = base.execute(f"SELECT {columns} FROM {table.name} ORDER BY id").fetchall()
    return found


def test_what_is_written_meanwhile_is_not_in_the_snapshot(database: Database, make_service: MakeService) -> None:
    make_service("avant")
    with snapshot(database.engine) as taken:
        first = list(taken.rows("account"))
        make_service("pendant")
        assert (first, len(list(taken.rows("service")))) == ([], 1)
    with snapshot(database.engine) as taken:
        assert len(list(taken.rows("service"))) == 2


def fact(number: int, voids: int | None) -> Fact:
    names = ("actor_role", "profession", "theme", "campaign", "contract_action", "pathway_step", "unit", "format")
    return Fact(
        id=UUID(int=number),
        establishment_id=None,
        kind="acte_note",
        subject="",
        happened_on=date(2026, 11, 21),
        recorded_at=NOON,
        source="saisie",
        voids_id=None if voids is None else UUID(int=voids),
        **dict.fromkeys(names, ""),
    )


@pytest.mark.parametrize("target", ENGINES)
def test_rows_that_refer_to_one_another_come_back_in_an_order_that_holds(
    database: Database,
    make_service: MakeService,
    address: str,
    target: str,
    fresh: Callable[[str], str],
    tmp_path: Path,
) -> None:
    service = make_service("ast")
    for number, voids in ((9, None), (5, 9), (7, 5), (1, 7), (3, None)):  # a chain, against the order of identities
        with database.unit_of_work(service_id=service.id) as uow:
            uow.add(fact(number, voids))
    save(database, tmp_path / "b.zip")
    there = fresh(target)
    restore_backup(open_backup(tmp_path / "b.zip"), there)
    assert everything(there) == everything(address)


@pytest.mark.parametrize("revision", ["0001", "0003"])
def test_a_backup_of_an_older_schema_comes_back_at_the_present_one(
    empty_address: str, revision: str, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    upgrade(empty_address, revision)
    with closing(open_database(empty_address)) as old:
        with old.engine.begin() as connection:
            put_rows(connection, filled_rows())
        assert save(old, tmp_path / "b.zip").manifest.revision == revision
    for engine in ENGINES:
        there = fresh(engine)
        restore_backup(open_backup(tmp_path / "b.zip"), there)
        with closing(open_database(there)) as restored, restored.engine.connect() as connection:
            assert current_revision(connection) == head_revision()
            assert read_rows(connection, filled_rows()) == filled_rows()
            assert_frozen(connection)
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []


def assert_frozen(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        assert {name for name in known_triggers(connection) if "_seal_" in name or "_access_record_" in name} >= {
            "frozen_seal_update",
            "frozen_access_record_delete",
        }
    with pytest.raises(IntegrityError, match="frozen row: seal"):
        connection.exec_driver_sql("DELETE FROM seal")


def test_a_backup_is_noted_in_each_service_and_readable_by_its_owner_alone(
    database: Database, make_service: MakeService, address: str, tmp_path: Path
) -> None:
    make_service("nord")
    make_service("sud")
    path = tmp_path / "b.zip"
    save(database, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []
    assert len(everything(address)["access_record"]) == 2
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read(MANIFEST))
        assert {table["name"]: table["rows"] for table in manifest["tables"]}["access_record"] == 2
        assert "jalon restore" in archive.read("LISEZMOI.txt").decode("ascii")


def test_a_file_that_is_there_stays_unless_asked(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"precious")
    with pytest.raises(BackupFault, match="existe déjà"):
        save(sqlite_database, path)
    assert path.read_bytes() == b"precious"
    save(sqlite_database, path, replace=True)
    assert zipfile.is_zipfile(path)

    def refuse(*_: object, **__: object) -> bytes:
        raise OSError("disk full")

    good = path.read_bytes()
    monkeypatch.setattr("app.services.backups.write_manifest", refuse)
    with pytest.raises(OSError, match="disk full"):
        save(sqlite_database, path, replace=True)
    assert path.read_bytes() == good
    assert [each.name for each in tmp_path.iterdir() if "part" in each.name] == []


def test_files_pass_through_one_at_a_time(
    database: Database, make_service: MakeService, address: str, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    service, size, number = make_service("ast"), 1_000_000, 40
    for each in range(number):
        body = bytes([each]) * size
        with database.unit_of_work(service_id=service.id) as uow:
            uow.add(
                MemberImport(
                    file_name=f"{each}.csv",
                    content=body,
                    content_sha256=sha256(body).hexdigest(),
                    state="propose",
                    report="{}",
                    created_at=NOON,
                )
            )
    there = fresh(database.engine.dialect.name)
    tracemalloc.start()
    save(database, tmp_path / "b.zip")
    restore_backup(open_backup(tmp_path / "b.zip"), there)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < size * 20 < size * number, peak
    assert everything(there) == everything(address)


@pytest.mark.parametrize("target", ENGINES)
def test_a_database_in_use_is_left_as_it_is(
    sqlite_database: Database, target: str, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    save(sqlite_database, tmp_path / "b.zip")
    there = fresh(target)
    upgrade(there)
    with closing(open_database(there)) as used, used.engine.begin() as connection:
        put_rows(connection, {"service": filled_rows()["service"]})
    before = everything(there)
    with pytest.raises(NotEmpty):
        restore_backup(open_backup(tmp_path / "b.zip"), there)
    assert everything(there) == before


def test_tables_of_another_program_are_left_alone(
    sqlite_database: Database, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    save(sqlite_database, tmp_path / "b.zip")
    for engine in ENGINES:
        there = fresh(engine)
        with closing(open_database(there)) as other, other.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
        with pytest.raises(NotEmpty):
            restore_backup(open_backup(tmp_path / "b.zip"), there)


@pytest.fixture
def backup(sqlite_database: Database, tmp_path: Path) -> Path:
    """A backup of a few rows."""
    with sqlite_database.engine.begin() as connection:
        put_rows(connection, filled_rows())
    save(sqlite_database, tmp_path / "b.zip")
    return tmp_path / "b.zip"


def test_a_file_cut_anywhere_is_refused(backup: Path) -> None:
    whole = backup.read_bytes()
    for kept in (0, 1, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        backup.write_bytes(whole[:kept])
        with pytest.raises(BackupFault):
            open_backup(backup)


def test_a_changed_byte_of_a_table_is_refused(backup: Path) -> None:
    whole = backup.read_bytes()
    with zipfile.ZipFile(backup) as archive:
        entries = [each for each in archive.infolist() if each.filename.startswith("tables/") and each.file_size]
    for entry in entries:
        body = bytearray(whole)
        start = entry.header_offset + 30 + len(entry.filename) + 20  # the extra field of 64-bit sizes
        body[start + entry.compress_size // 2] ^= 0x55
        backup.write_bytes(bytes(body))
        with pytest.raises(BackupFault):
            open_backup(backup)
    backup.write_bytes(whole)
    open_backup(backup)


def rewrite(path: Path, change: Rebuild) -> None:
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)


def say(files: dict[str, bytes], **values: object) -> None:
    files[MANIFEST] = json.dumps({**json.loads(files[MANIFEST]), **values}).encode()


FACTS = "tables/fact.jsonl"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.update({FACTS: f[FACTS].replace(b"chaleur", b"chutes_")}), "fact a été modifiée"),
        (lambda f: f.update({FACTS: f[FACTS].partition(b"\n")[2]}), "fact a été modifiée"),
        (lambda f: f.update({FACTS: f[FACTS] * 2}), "fact a été modifiée"),
        (lambda f: f.update({FACTS: f[FACTS][:-1]}), "fact a été modifiée"),
        (lambda f: f.update({FACTS: b"[]\n"}), "une ligne de la table fact"),
        (lambda f: f.update({FACTS: b"[" * 100_000 + b"\n"}), "une ligne de la table fact"),
        (lambda f: f.update({FACTS: f[FACTS].replace(b'"kind":', b'"sort":')}), "une ligne de la table fact"),
        (lambda f: f.pop(FACTS), "ne sont pas ceux"),
        (lambda f: f.update({"tables/autre.jsonl": b""}), "ne sont pas ceux"),
        (lambda f: f.pop(MANIFEST), "manifest.json"),
        (lambda f: f.update({MANIFEST: b"{}"}), "pas une sauvegarde"),
        (lambda f: f.update({MANIFEST: b"\xff"}), "pas une sauvegarde"),
        (lambda f: say(f, format_number=FORMAT_NUMBER + 1), "plus récent"),
        (lambda f: say(f, format_number=True), "pas une sauvegarde"),
        (lambda f: say(f, schema="9999"), "version plus récente"),
        (lambda f: say(f, schema="../x"), "ne se lit pas"),
        (lambda f: say(f, tables=[{"name": "x; DROP TABLE fact"}]), "ne se lit pas"),
        (lambda f: say(f, tables=json.loads(f[MANIFEST])["tables"] * 2), "ne se lit pas"),
        (lambda f: say(f, made_at="hier"), "ne se lit pas"),
    ],
)
def test_a_file_somebody_touched_is_refused_in_words(backup: Path, change: Rebuild, words: str) -> None:
    rewrite(backup, change)
    with pytest.raises(BackupFault, match=words):
        open_backup(backup)


def forge(files: dict[str, bytes], name: str, body: bytes) -> None:
    """Changes a table and its hash together, as somebody who knows the format would."""
    manifest = json.loads(files[MANIFEST])
    for table in manifest["tables"]:
        if table["name"] == name:
            table["sha256"], table["rows"] = sha256(body).hexdigest(), body.count(b"\n")
    files[f"tables/{name}.jsonl"] = body
    files[MANIFEST] = json.dumps(manifest).encode()


FORGED = (
    ("fact", b'"voids_id":null', b'"voids_id":"00000000-0000-0000-0000-00000000abcd"'),  # refers to nothing
    ("service", b'"slug":"nord"', b'"slug":"sud"'),  # twice
    ("theme_draft", b'"state":"', b'"state":"x'),  # no known code
)
FORGED_ON_POSTGRESQL = (
    ("answer", b'"row_version":', b'"row_version":9999999999'),  # out of bounds, where the engine has bounds
    ("company", b'"name":"Couverture', b'"name":"\\u0000Couverture'),  # a letter it cannot hold
)


@pytest.mark.parametrize(
    ("target", "table", "old", "new"),
    [
        *(("sqlite", *each) for each in FORGED),
        *(("postgresql", *each) for each in (*FORGED, *FORGED_ON_POSTGRESQL)),
    ],
)
def test_a_forged_row_that_the_database_refuses_leaves_no_row(
    backup: Path, fresh: Callable[[str], str], target: str, table: str, old: bytes, new: bytes
) -> None:
    rewrite(backup, lambda files: forge(files, table, files[f"tables/{table}.jsonl"].replace(old, new, 1)))
    there = fresh(target)
    with pytest.raises(BackupFault, match=f"une ligne de la table {table} n'est pas acceptée"):
        restore_backup(open_backup(backup), there)
    assert {name: len(rows) for name, rows in everything(there).items() if rows} == {}


def test_a_backup_at_another_schema_than_an_empty_database_says_so(
    empty_address: str, backup: Path, tmp_path: Path
) -> None:
    upgrade(empty_address, "0003")
    with pytest.raises(BackupFault, match="donnez une base sans table"):
        restore_backup(open_backup(backup), empty_address)


def test_instants_keep_their_microseconds_and_their_zone(
    database: Database, make_service: MakeService, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    at = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC)
    service = make_service("ast")
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(
            MemberImport(
                file_name="« é » \u2028 ligne\nsuite",
                content=b"\x00\xff",
                content_sha256="0" * 64,
                state="propose",
                report='{"a":"\\u00e9"}',
                created_at=at,
            )
        )
    save(database, tmp_path / "b.zip")
    for engine in ENGINES:
        there = fresh(engine)
        restore_backup(open_backup(tmp_path / "b.zip"), there)
        (row,) = everything(there)["member_import"]
        assert {at, b"\x00\xff", "« é » \u2028 ligne\nsuite", '{"a":"\\u00e9"}'} <= set(row)
