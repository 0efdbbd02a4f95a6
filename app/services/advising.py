"""What an adviser says on the case of an establishment: remark, question, request for a change, measure, internal note.

Each is one transaction: the message, bound to the frozen dossier it speaks of; the fact that is counted; a mail to
the employers, none for a note; the case. The adviser speaks of what the employer opened to the service, and of nothing
else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.dossier_json import from_json
from app.domain.remark_words import left_to_fill
from app.domain.workflow import Move, Refusal, State, advance
from app.models.document import DocumentVersion
from app.models.draft import ThemeDraft
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.exchange import Exchange
from app.models.service import Service
from app.models.tenancy import service_of
from app.services.advice_mails import Told, advice_mail, employers_of
from app.services.authors import Author
from app.services.cases import refresh_case
from app.services.establishments import UnknownEstablishment, known_establishment
from app.services.facts import Act, FactKind, note_fact
from app.services.once import key_of, mark_done, refuse_twice
from app.services.outbox import post_mail
from app.services.readable import Readable, readable_themes
from forms.words import say
from questionnaires.catalogue import Catalogue

ADD = "dossier.ajouter"
"""Purpose of the one-use key of the form « Ajouter »."""


class Saying(StrEnum):
    """What an adviser may add to a case; codes are those of exchanges."""

    ADVICE = "conseil"
    QUESTION = "question"
    CHANGE = "demande"
    PROPOSAL = "proposition"
    NOTE = "note"


FACTS: Mapping[Saying, FactKind] = {
    Saying.ADVICE: FactKind.ADVISED,
    Saying.QUESTION: FactKind.ASKED,
    Saying.CHANGE: FactKind.CHANGE_ASKED,
    Saying.PROPOSAL: FactKind.MEASURE_PROPOSED,
}
"""What each counts as; an internal note counts for nothing."""


class ActRefused(ValueError):
    """What was asked cannot be done now; `words` says why and what to do, in French, for the adviser."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviserSeat:
    """An adviser at the case of an establishment."""

    database: Database
    service_id: UUID
    establishment_id: UUID
    author: Author
    on: date
    """Local day in the service's zone."""
    at: datetime
    catalogue: Catalogue
    profession: str = ""
    entrance: str = ""
    """Public address of the entrance, without a trailing slash, for the links of mails; empty: no mail leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the adviser says."""

    kind: Saying
    words: str
    theme: str = ""
    """Only a note may bear on none."""
    question: str = ""
    """Question it points at; empty for the whole theme."""
    due_on: date | None = None
    measure: str = ""
    """Measure of the theme that is proposed; empty for one in the adviser's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenThemes:
    """What the service may speak of in an establishment, and the frozen dossier each theme is read in."""

    bases: Mapping[str, UUID | None]
    """Theme -> what was submitted last, or the last version handed over; None where answers are open as they stand."""
    submitted: Mapping[str, UUID]
    """Themes submitted for advice, and what was submitted last."""


def open_case(session: Session, establishment_id: UUID, *, lock: bool = False) -> EstablishmentRow:
    """An establishment that is a case of the service: no try-out, no refused claim. Raises UnknownEstablishment."""
    row = known_establishment(session, establishment_id, lock=lock)
    if row.attachment == "essai" or row.claim_state:
        raise UnknownEstablishment(str(establishment_id))
    return row


def open_themes(session: Session, establishment_id: UUID, *, readable: Readable | None = None) -> OpenThemes:
    """What the employer opened to the service: submitted, handed over in a version, or by a request for help."""
    found = readable or readable_themes(session, establishment_id)
    bases: dict[str, UUID | None] = {}
    if found.received:
        received = select(DocumentVersion.id, DocumentVersion.payload).where(DocumentVersion.id.in_(found.received))
        last = session.execute(received.order_by(DocumentVersion.number.desc()).limit(1)).first()
        if last is not None:
            bases |= {card.theme: last.id for card in from_json(last.payload.encode("utf-8")).themes}
    submitted = {each.theme: each.version_id for each in found.submitted}
    return OpenThemes(bases={**bases, **dict.fromkeys(found.helped), **submitted}, submitted=submitted)


def add_to_case(seat: AdviserSeat, said: Said, *, key: str) -> UUID:
    """Adds a message to the case, and returns it.

    Raises ActRefused in words, UnknownEstablishment, AlreadyDone at the second tap.
    """
    words, key = _checked_words(seat, said), key_of(key, said)
    with seat.database.unit_of_work(service_id=seat.service_id) as uow:
        # Locked before the key is looked for: of two taps at once, the second one waits here, then finds the key.
        place = open_case(uow, seat.establishment_id, lock=True)
        refuse_twice(uow, key, purpose=ADD)
        basis = _basis(uow, seat, said)
        if said.kind is Saying.CHANGE:
            _ask_for_change(uow, seat, said.theme)
        row = Exchange(
            establishment_id=place.id,
            document_version_id=basis,
            answers_id=None,
            kind=said.kind.value,
            theme=said.theme,
            question=said.question,
            unit="*",
            words=words,
            due_on=said.due_on if said.kind is Saying.CHANGE else None,
            actor=seat.author.actor.value,
            author_role=seat.author.words,
            account_id=seat.author.account_id,
            created_at=seat.at,
            settled_at=None,
            measure=said.measure if said.kind is Saying.PROPOSAL else "",
        )
        uow.add(row)
        uow.flush()
        if said.kind is not Saying.NOTE:
            note_fact(uow, place.id, _fact(seat, FACTS[said.kind], row))
            tell(uow, seat, kind=said.kind.value, theme=said.theme, message=row.id, due_on=row.due_on)
        refresh_case(uow, place.id, on=seat.on)
        mark_done(uow, key, purpose=ADD, outcome=str(row.id), at=seat.at)
        return row.id


def tell(
    uow: Session, seat: AdviserSeat, *, kind: str, theme: str, message: UUID | None = None, due_on: date | None = None
) -> None:
    """Leaves a mail to each employer of the establishment; nothing where the seat has no public address."""
    if not seat.entrance:
        return
    thread = f"{seat.entrance}/e/{seat.establishment_id}/echanges"
    told = Told(
        kind=kind,
        service_name=uow.get_one(Service, service_of(uow)).name,
        author_role=seat.author.words,
        firm=known_establishment(uow, seat.establishment_id).name,
        about=theme_title(seat.catalogue, theme),
        link=f"{thread}/{message}" if message else thread,
        due_on=due_on,
    )
    for recipient in employers_of(uow, seat.establishment_id, on=seat.on):
        post_mail(uow, advice_mail(told, recipient), at=seat.at)


def theme_title(catalogue: Catalogue, theme: str) -> str:
    """Short title of a theme; its code once the portal ships it no more."""
    return catalogue.theme(theme).short_title if theme in catalogue.codes else theme


def _checked_words(seat: AdviserSeat, said: Said) -> str:
    """The words to keep: those of the measure come first when one is proposed. Raises ActRefused."""
    words = said.words
    if said.kind is Saying.PROPOSAL and said.measure:
        theme = seat.catalogue.theme(said.theme) if said.theme in seat.catalogue.codes else None
        measure = next((each for each in theme.measures if each.id == said.measure), None) if theme else None
        if measure is None:
            raise ActRefused(say("Cette mesure n'est pas de ce thème : choisissez-en une autre, ou écrivez la vôtre."))
        words = f"{measure.text}.\n{words}" if words else measure.text
    if not words:
        raise ActRefused(say("Écrivez ce que vous voulez dire."))
    if left_to_fill(words):
        raise ActRefused(say("Il reste un passage « à compléter » entre crochets : écrivez-le, ou retirez-le."))
    if said.kind is Saying.CHANGE and (said.due_on is None or said.due_on <= seat.on):
        raise ActRefused(say("Une demande porte une date à venir : écrivez le jour où vous attendez la réponse."))
    return words


def _basis(uow: Session, seat: AdviserSeat, said: Said) -> UUID | None:
    if said.kind is Saying.NOTE and not said.theme:
        return None
    themes = open_themes(uow, seat.establishment_id)
    if said.theme not in themes.bases:
        raise ActRefused(
            say("L'employeur n'a pas ouvert ce thème au service, ou l'a repris : vous pouvez laisser une note interne.")
        )
    return themes.bases[said.theme]


def _ask_for_change(uow: Session, seat: AdviserSeat, theme: str) -> None:
    """Moves the draft of the theme; raises ActRefused with what the workflow says."""
    draft = draft_of_theme(uow, seat.establishment_id, theme)
    state = State(draft.state) if draft else State.TO_DO
    after = advance(state, Move.REQUEST_CHANGE, seat.author.actor)
    if isinstance(after, Refusal) or draft is None:
        said = after.words if isinstance(after, Refusal) else say("Ce thème n'est pas commencé.")
        raise ActRefused(say("{reason} Posez plutôt une question.", reason=said))
    draft.state = after.value


def draft_of_theme(session: Session, establishment_id: UUID, theme: str) -> ThemeDraft | None:
    """The draft of a theme; None while it is not begun."""
    query = select(ThemeDraft).where(ThemeDraft.establishment_id == establishment_id, ThemeDraft.theme == theme)
    return session.scalar(query)


def _fact(seat: AdviserSeat, kind: FactKind, row: Exchange) -> Act:
    return Act(
        kind=kind,
        on=seat.on,
        at=seat.at,
        actor_role=seat.author.words,
        subject=str(row.id),
        theme=row.theme,
        profession=seat.profession,
        account_id=seat.author.account_id,
    )
