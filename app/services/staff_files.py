"""Word files an adviser opens: what a firm submitted or opened, as a project; a version it handed over, as frozen.

Every opening is kept before the bytes leave: who of the service read which file, and when.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.canonical import sha256_hex
from app.domain.dossier import Dossier
from app.domain.dossier_builder import Edition
from app.domain.dossier_json import clean_dossier, from_json, to_json
from app.models.access_record import AccessRecord
from app.models.document import DocumentFile, DocumentVersion
from app.services.advising import AdviserSeat, open_case
from app.services.assessments import load_assessment
from app.services.documents import UnknownTheme, built, library_of, one_theme, only_theme
from app.services.readable import readable_themes
from app.services.version_rows import DOCX
from exports.section_docx import write_section


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFile:
    """A file to hand out, and the name of the firm it is about."""

    body: bytes
    firm: str


def draft_file(seat: AdviserSeat, theme: str) -> WordFile:
    """The section of a theme that the service may read, marked « PROJET »; raises UnknownTheme, UnknownEstablishment.

    What was submitted is printed as it was frozen; answers opened by a request for help, as they stand.
    """
    with seat.database.read(service_id=seat.service_id) as session:
        firm = open_case(session, seat.establishment_id).name
        dossier = _dossier(session, seat, theme)
    body = _word(dossier)
    _record(seat, what="brouillon_word", subject=theme)
    return WordFile(body=body, firm=firm)


def version_file(seat: AdviserSeat, number: int) -> WordFile | None:
    """The bytes of a version that was handed over; None when the service received none of that number."""
    with seat.database.read(service_id=seat.service_id) as session:
        firm = open_case(session, seat.establishment_id).name
        received = readable_themes(session, seat.establishment_id).received
        query = (
            select(DocumentFile.content)
            .join(DocumentVersion, DocumentVersion.id == DocumentFile.document_version_id)
            .where(
                DocumentVersion.establishment_id == seat.establishment_id,
                DocumentVersion.number == number,
                DocumentVersion.id.in_(received),
                DocumentFile.kind == DOCX,
            )
        )
        body = session.scalar(query)
    if body is None:
        return None
    _record(seat, what="version_word", subject=f"version {number}")
    return WordFile(body=body, firm=firm)


def _dossier(session: Session, seat: AdviserSeat, theme: str) -> Dossier:
    readable = readable_themes(session, seat.establishment_id)
    submitted = next((each.version_id for each in readable.submitted if each.theme == theme), None)
    if submitted is not None:
        payload = session.scalars(select(DocumentVersion.payload).where(DocumentVersion.id == submitted)).one()
        return replace(from_json(payload.encode("utf-8")), kind="projet")
    if not readable.may_read_answers(theme):
        raise UnknownTheme(theme)
    library = library_of(session, seat.establishment_id, seat.catalogue)
    firm = one_theme(load_assessment(session, seat.establishment_id, assessed_on=seat.on), library, theme)
    firm = replace(firm, actions=())  # help opens the answers and not the plan, here as on the page of the case
    # Without an earlier version: it may hold rows that were never handed over.
    return only_theme(built(firm, library, edition=Edition(previous=None)), theme)


def _word(dossier: Dossier) -> bytes:
    cleaned = clean_dossier(dossier)
    made = BytesIO()
    write_section(cleaned, made, content_hash=sha256_hex(to_json(cleaned)), register_head="")
    return made.getvalue()


def _record(seat: AdviserSeat, *, what: str, subject: str) -> None:
    with seat.database.unit_of_work(service_id=seat.service_id) as uow:
        uow.add(
            AccessRecord(
                establishment_id=seat.establishment_id,
                what=what,
                subject=subject,
                account_id=seat.author.account_id,
                author_role=seat.author.words,
                recorded_at=seat.at,
            )
        )
