"""What must hold in a database whatever the instant the server was killed at: every act whole, or not there at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.acts import FactKind
from app.models.document import DocumentFile, DocumentVersion, RegisterLine
from app.models.draft import AnswerRow, ChosenActionRow
from app.models.engine import Database
from app.models.exchange import Exchange, HelpRequest, Transmission
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.once import UsedKey
from app.models.rating import Rating
from app.services.verification import verify_database
from tests.robustness.people import QUESTION, Employer, Writer
from tests.robustness.server import SEAL

_advice = (Exchange.kind == "conseil") & Exchange.words.startswith("mot-")
"""Advice given by those who write here; that of the demonstration is older than its fact."""
_REASON = "check what a crash left"


def half_acts(database: Database) -> list[str]:
    """Every act of which something is missing, the damage of the file itself, and what `jalon verify` finds."""
    with database.across_services(_REASON) as session:
        found = [
            *_versions(session),
            *_submissions(session),
            *_pairs(session, FactKind.HELP_ASKED, session.scalars(select(HelpRequest.id))),
            *_pairs(session, FactKind.ACTION_CHOSEN, session.scalars(select(ChosenActionRow.id)), extra=True),
            *_transmissions(session),
            *_pairs(session, FactKind.ADVISED, session.scalars(select(Exchange.id).where(_advice)), extra=True),
            *_keys(session),
        ]
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            found += [
                f"integrity: {row}"
                for row in connection.exec_driver_sql("PRAGMA integrity_check").scalars()
                if row != "ok"
            ]
            found += [f"reference: {row}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    found += [finding.words for finding in verify_database(database, key=SEAL.encode()).findings]
    return found


def _versions(session: Session) -> Iterator[str]:
    """Each version with its line of the register, its two files, its fact, its ratings; and nothing without one."""
    query = select(DocumentVersion.id, DocumentVersion.establishment_id, DocumentVersion.number)
    versions = {
        (place, number or 0): key
        for key, place, number in session.execute(query.where(DocumentVersion.kind == "version"))
    }
    files = Counter(session.scalars(select(DocumentFile.document_version_id)))
    lines = Counter(
        (place, number)
        for place, number in session.execute(select(RegisterLine.establishment_id, RegisterLine.version_number))
    )
    made = select(Fact.establishment_id, Fact.subject).where(Fact.kind == FactKind.VERSION_MADE)
    facts = Counter((place, int(subject.split()[-1])) for place, subject in session.execute(made) if place)
    rated = {(place, at) for place, at in session.execute(select(Rating.establishment_id, Rating.recorded_at))}
    at = {row.id: row.recorded_at for row in session.execute(select(DocumentVersion.id, DocumentVersion.recorded_at))}
    for place, key in versions.items():
        if (files[key], lines[place], facts[place]) != (2, 1, 1):
            yield f"version {place}: {files[key]} files, {lines[place]} lines, {facts[place]} facts"
        if (place[0], at[key]) not in rated:
            yield f"version {place}: no rating"
    for name, others in (("line", lines), ("fact", facts)):
        yield from (f"{name} without version: {place}" for place in set(others) - set(versions))
    yield from (f"file without version: {key}" for key in set(files) - set(versions.values()))
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for place_id, number in versions:
        numbers[place_id].append(number)
    yield from (
        f"numbers of {each}: {sorted(kept)}"
        for each, kept in numbers.items()
        if sorted(kept) != list(range(1, len(kept) + 1))
    )


def _submissions(session: Session) -> Iterator[str]:
    submitted = set(session.scalars(select(DocumentVersion.id).where(DocumentVersion.kind == "soumission")))
    yield from _pairs(session, FactKind.THEME_SUBMITTED, submitted)
    withdrawn = session.scalars(select(Fact.subject).where(Fact.kind == FactKind.THEME_WITHDRAWN))
    yield from (f"withdrawn, never submitted: {each}" for each in withdrawn if UUID(each) not in submitted)


def _pairs(session: Session, kind: FactKind, rows: Iterable[UUID], *, extra: bool = False) -> Iterator[str]:
    """One fact per row, and one row per fact; `extra` facts are allowed where rows may be deleted since."""
    facts, known = Counter(session.scalars(select(Fact.subject).where(Fact.kind == kind))), {str(each) for each in rows}
    yield from (f"{kind}: {facts[each]} facts for {each}" for each in known if facts[each] != 1)
    if not extra:
        yield from (f"{kind}: fact without its row: {each}" for each in set(facts) - known)


def _transmissions(session: Session) -> Iterator[str]:
    kept = Counter(session.scalars(select(Transmission.establishment_id)))
    handed = session.scalars(select(Fact.establishment_id).where(Fact.kind == FactKind.TRANSMITTED))
    facts = Counter(place for place in handed if place)
    for place in set(kept) | set(facts):
        if kept[place] != facts[place]:
            yield f"transmissions of {place}: {kept[place]} rows, {facts[place]} facts"


def _keys(session: Session) -> Iterator[str]:
    """A key that served has its effect: the row its outcome names."""
    there: set[UUID] = set()
    for table in (DocumentVersion, HelpRequest, ChosenActionRow, Exchange, Fact):
        there |= set(session.scalars(select(table.id)))
    for purpose, outcome in session.execute(select(UsedKey.purpose, UsedKey.outcome)):
        with suppress(ValueError):
            if UUID(outcome) not in there:
                yield f"key of {purpose}: nothing has the identity {outcome}"
    versions = select(UsedKey.id).where(UsedKey.purpose == "version")
    made = select(DocumentVersion.id).where(
        DocumentVersion.kind == "version", DocumentVersion.reason.startswith("mot-")
    )
    keys, rows = len(session.scalars(versions).all()), len(session.scalars(made).all())
    if keys != rows:
        yield f"{keys} keys of versions, {rows} versions"


def broken_promises(database: Database, writers: Iterable[Writer]) -> list[str]:
    """What somebody was told is done and is not there, or is there twice."""
    with database.across_services(_REASON) as session:
        words = Counter[str]()
        for column in (ChosenActionRow.words, DocumentVersion.reason, HelpRequest.words, Exchange.words, Fact.words):
            words.update(str(each) for each in session.scalars(select(column)))
        answers = select(AnswerRow.establishment_id, AnswerRow.value)
        query = answers.where(AnswerRow.question == QUESTION, AnswerRow.unit == "*")
        stored = {row.establishment_id: row.value for row in session.execute(query)}
    found = []
    for writer in writers:
        found += [f"{words[each]} times instead of once: {each}" for each in sorted(writer.told) if words[each] != 1]
        if writer.pending and words[writer.pending.words] > 1 and writer.pending.words:
            found.append(f"done twice: {writer.pending.words}")
        if isinstance(writer, Employer) and "" not in writer.answers and writer.place:
            said = stored.get(writer.place, "")
            if not any(f'"{each}"' in said for each in writer.answers):
                found.append(f"answer of {writer.email}: {said} instead of one of {writer.answers}")
    return found


def waiting_mails(database: Database) -> int:
    """Mails nobody sent: the worker does not run here."""
    with database.across_services(_REASON) as session:
        return len(session.scalars(select(OutboxMail.id)).all())
