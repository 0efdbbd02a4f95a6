"""What the service may read of an establishment, now: the one place where its right to read is worked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BindParameter, Subquery, bindparam, literal, null, select, union_all
from sqlalchemy.orm import Session

from app.domain.acts import FactKind
from app.models.document import DocumentVersion
from app.models.exchange import HelpRequest, Transmission
from app.models.fact import Fact

SUBMISSION = "soumission"
"""Kind of a frozen dossier submitted for advice; its `reason` holds the code of its theme, and it has no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What was submitted last on a theme, and still is."""

    theme: str
    version_id: UUID
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """An open request for help on a theme."""

    theme: str
    words: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A version of the document that was handed over."""

    version_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """What the service may read of an establishment, now: nothing that its employer did not open."""

    submitted: tuple[Submitted, ...]
    """Frozen dossiers submitted for advice, one a theme at most."""
    helps: tuple[Help, ...] = ()
    """Themes whose answers are open as they stand, because help was asked for."""
    handed: tuple[Handed, ...] = ()
    """Versions of the document that were handed over, oldest first."""
    former: tuple[Submitted, ...] = ()
    """Frozen dossiers submitted before those, which the service could read then: what a change is shown against."""

    @property
    def helped(self) -> tuple[str, ...]:
        """Themes that help is asked on."""
        return tuple(sorted({each.theme for each in self.helps}))

    @property
    def received(self) -> tuple[UUID, ...]:
        """Versions of the document that were handed over."""
        return tuple(each.version_id for each in self.handed)

    @property
    def themes(self) -> frozenset[str]:
        """Every theme of which something may be read."""
        return frozenset(each.theme for each in self.submitted) | frozenset(self.helped)

    def may_read_answers(self, theme: str) -> bool:
        """Whether the answers of the draft itself are open."""
        return theme in self.helped

    def may_read_dossier(self, version_id: UUID) -> bool:
        """Whether a frozen dossier may be read: a version handed over, or what was submitted last."""
        return version_id in self.received or any(each.version_id == version_id for each in self.submitted)


_OWNED: BindParameter[UUID] = bindparam("establishment_id")


def _rights() -> Subquery:
    submitted = select(
        literal("soumis").label("what"),
        DocumentVersion.id.label("version_id"),
        DocumentVersion.reason.label("words"),
        DocumentVersion.recorded_at.label("at"),
        DocumentVersion.author_role.label("said"),
    ).where(DocumentVersion.establishment_id == _OWNED, DocumentVersion.kind == SUBMISSION)
    withdrawn = select(literal("retire"), null(), Fact.subject, Fact.recorded_at, Fact.words).where(
        Fact.establishment_id == _OWNED, Fact.kind == FactKind.THEME_WITHDRAWN.value
    )
    received = select(
        literal("recu"),
        Transmission.document_version_id,
        Transmission.receipt,
        Transmission.recorded_at,
        Transmission.author_role,
    ).where(Transmission.establishment_id == _OWNED)
    helped = select(literal("aide"), null(), HelpRequest.theme, HelpRequest.opened_at, HelpRequest.words).where(
        HelpRequest.establishment_id == _OWNED, HelpRequest.closed_at.is_(None)
    )
    return union_all(submitted, withdrawn, received, helped).subquery()


_all = _rights()
RIGHTS: Final = select(_all).order_by(_all.c.at, _all.c.version_id)
"""Every row the right to read rests on, oldest first; takes `establishment_id`."""


def readable_themes(session: Session, establishment_id: UUID) -> Readable:
    """What the service may read of an establishment now, in one statement; nothing of an unknown one."""
    frozen: list[Submitted] = []
    withdrawn: set[str] = set()
    helps: list[Help] = []
    handed: list[Handed] = []
    rows: list[tuple[Any, ...]] = [*map(tuple, session.execute(RIGHTS, {"establishment_id": establishment_id}))]
    for what, version_id, words, at, said in rows:
        match what:
            case "soumis":
                frozen.append(Submitted(theme=words, version_id=version_id, sent_at=at))
            case "recu":
                handed.append(Handed(version_id=version_id, at=at))
            case "retire":
                withdrawn.add(words)
            case _:
                helps.append(Help(theme=words, words=said, opened_at=at))
    last = {each.theme: each for each in frozen}
    open_ones = [each for each in frozen if str(each.version_id) not in withdrawn]
    return Readable(
        submitted=tuple(each for _, each in sorted(last.items()) if str(each.version_id) not in withdrawn),
        helps=tuple(helps),
        handed=tuple(handed),
        former=tuple(each for each in open_ones if last[each.theme] is not each),
    )
