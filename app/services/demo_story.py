"""The story of one firm of the demonstration: each act is made through the service that makes it in the portal.

The acts of the adviser have no service yet: their rows are written here as that service will write them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.closing import DropReason, RiskChange
from app.domain.inputs import Validation
from app.domain.roles import Role
from app.domain.workflow import Actor, Move, Refusal, State, advance
from app.models.document import DocumentVersion
from app.models.draft import ChosenActionRow, ThemeDraft
from app.models.exchange import Exchange
from app.models.membership import Membership
from app.services.action_plans import (
    ActionDetails,
    PlanWriter,
    change_action,
    choose_actions,
    drop_action,
    finish_action,
    start_action,
)
from app.services.assessments import record_assessment
from app.services.authors import Author
from app.services.demo_cast import Stage, account_of
from app.services.demo_people import STAFF
from app.services.documents import validate_document
from app.services.exchanges import Reply, answer
from app.services.facts import Act, FactKind, note_fact
from app.services.firms import NewFirm, open_firm
from app.services.readable import SUBMISSION
from app.services.submissions import ThemeAct, ask_help, submit_theme
from app.services.transmissions import Handover, transmit

THEME = "chaleur"
_ADVISER_EMAIL, _, _ADVISER_WORDS = STAFF[0]
_BETWEEN = timedelta(minutes=7)
"""Time between two acts of one day."""


class UnlikelyStory(ValueError):
    """The story asks for something the portal would refuse."""


class Story:
    """Plays the acts of one firm in their order; a day is the local day of the act."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._last: datetime | None = None
        self._place: UUID | None = None
        self._author = Author(words="", actor=Actor.EMPLOYER, account_id=None)
        self._validation: Validation | None = None

    @property
    def place(self) -> UUID:
        """The establishment, once it is opened."""
        if self._place is None:
            raise UnlikelyStory("nothing is opened yet")
        return self._place

    def opened(self, firm: NewFirm, on: date, *, attachment: str = "rattache") -> None:
        """The establishment is known to the service, or claimed by its author."""
        with self._stage.database.unit_of_work(service_id=self._stage.service.id) as uow:
            self._place = open_firm(uow, firm, attachment=attachment, at=self._at(on), on=on).id
        self._author = replace(self._author, words=firm.employer_role)

    def invited(self, on: date) -> None:
        """The service sends its invitation."""
        self._note(FactKind.INVITED, on, by=self._stage.service.name)

    def joined(self, email: str, function: str, on: date, *, role: Role = Role.EMPLOYER) -> None:
        """Somebody becomes a member; the first employer is who acts from then on."""
        at = self._at(on)
        with self._stage.database.unit_of_work(service_id=self._stage.service.id) as uow:
            account_id = account_of(uow, email, password_hash=self._stage.password_hash, at=at)
            uow.add(
                Membership(
                    account_id=account_id,
                    establishment_id=self.place,
                    role=role.value,
                    function=function,
                    from_on=on,
                    to_on=None,
                    created_at=at,
                )
            )
        if self._author.account_id is None and role is Role.EMPLOYER:
            self._author = Author(words=function, actor=Actor.EMPLOYER, account_id=account_id)
            self._note(FactKind.ACCOUNT_OPENED, on)

    def answered(self, file: str, on: date) -> None:
        """The firm says what its answers file says; the first time begins the theme."""
        stage = self._stage
        firm = stage.firms[file]
        counted = min(firm.establishment.headcount_on, on)
        place = replace(firm.establishment, service=stage.service.name, headcount_on=counted)
        said = replace(firm, assessed_on=on, establishment=place)
        themes = [stage.catalogue.theme(book.theme) for book in said.books]
        content = {theme.theme: (theme.version, theme.sha256, theme.source) for theme in themes}
        at = self._at(on)
        with stage.database.unit_of_work(service_id=stage.service.id) as uow:
            known = {row.measure for row in self._actions(uow)}
            begun = self._draft(uow) is not None
            record_assessment(uow, said, service=stage.service, content=content, at=at, establishment_id=self.place)
            fresh = [row for row in self._actions(uow) if row.measure is None or row.measure not in known]
        if begun:
            self._move(Move.ANSWER, on)
        else:
            self._note(FactKind.THEME_STARTED, on, theme=THEME)
        for row in fresh:
            rank = stage.catalogue.theme(row.theme or THEME).measure(row.measure).rank if row.measure else row.rank
            self._note(FactKind.ACTION_CHOSEN, on, theme=row.theme, subject=str(row.id), format_=rank or "")
        self._validation = firm.validation

    def finished(self, on: date) -> None:
        """« J'ai terminé ce thème »."""
        self._move(Move.FINISH, on)
        self._note(FactKind.THEME_FINISHED, on, theme=THEME)

    def set_aside(self, on: date) -> None:
        """« Ce thème est sans objet chez nous »."""
        self._move(Move.SET_ASIDE, on)
        self._note(FactKind.THEME_SET_ASIDE, on, theme=THEME)

    def submitted(self, on: date) -> None:
        """The employer asks for advice."""
        submit_theme(self._stage.database, self._act(on), catalogue=self._stage.catalogue)

    def asked_help(self, on: date, words: str) -> None:
        """« Demander de l'aide sur ce thème »."""
        ask_help(self._stage.database, self._act(on), words=words)

    def asked_to_change(self, on: date, words: str, *, question: str, due: date) -> None:
        """The adviser asks for a change, for a day."""
        self._move(Move.REQUEST_CHANGE, on, actor=Actor.ADVISER)
        self._exchange("demande", on, words, question=question, due=due)

    def advised(self, on: date, words: str, *, question: str = "") -> None:
        """The adviser makes a remark."""
        self._exchange("conseil", on, words, question=question)

    def asked(
        self, on: date, words: str, *, question: str = "", reply: str = "", replied_on: date | None = None
    ) -> None:
        """The adviser asks something, and the firm answers when `reply` says how."""
        asked = self._exchange("question", on, words, question=question)
        if replied_on is not None:
            answer(
                self._stage.database,
                service_id=self._stage.service.id,
                establishment_id=self.place,
                reply=Reply(exchange_id=asked, words=reply, settled=True),
                author=self._author,
                key="",
                at=self._at(replied_on),
            )

    def reviewed(self, on: date) -> None:
        """The adviser closes the reading."""
        self._move(Move.CLOSE_REVIEW, on, actor=Actor.ADVISER)
        self._note(FactKind.THEME_REVIEWED, on, theme=THEME, by=_ADVISER_WORDS)

    def validated(self, on: date) -> None:
        """The employer makes a version, as the last answers file says it was decided."""
        if self._validation is None:
            raise UnlikelyStory("the answers file says nothing of a validation")
        validate_document(
            self._stage.database,
            self._stage.service,
            self.place,
            validation=replace(self._validation, validated_on=on),
            catalogue=self._stage.catalogue,
            assessed_on=on,
            at=self._at(on),
        )

    def transmitted(self, on: date, *, number: int) -> None:
        """A version is handed to the service, with its receipt."""
        service = self._stage.service
        transmit(
            self._stage.database,
            Handover(
                service_id=service.id,
                service_name=service.name,
                reception=service.reception,
                establishment_id=self.place,
                number=number,
                author=self._author,
                at=self._at(on),
                on=on,
            ),
        )

    def took(self, measure: str, on: date, details: ActionDetails) -> None:
        """A proposed measure is taken on, with who and when."""
        by = self._writer(on)
        if not choose_actions(by, [measure], with_dates=False, key="").count:
            raise UnlikelyStory(f"{measure} is not proposed here")
        row = self._action(measure)
        change_action(by, row.id, details, version=row.row_version)

    def started(self, measure: str, on: date) -> None:
        """« Je commence »."""
        start_action(self._writer(on), self._action(measure).id)

    def did(self, measure: str, on: date, *, risk: RiskChange) -> None:
        """« C'est fait »."""
        finish_action(self._writer(on), self._action(measure).id, change_of_risk=risk, done_on=on)

    def dropped(self, measure: str, on: date, *, reason: DropReason, words: str) -> None:
        """« J'abandonne », with the reason."""
        drop_action(self._writer(on), self._action(measure).id, reason=reason, words=words)

    def _at(self, on: date) -> datetime:
        """An instant of that local day, after whatever happened before."""
        at = datetime.combine(on, time(9, 12), tzinfo=ZoneInfo(self._stage.service.zone))
        if self._last is not None:
            if on < self._last.date():
                raise UnlikelyStory(f"{on} comes before what happened last")
            at = max(at, self._last + _BETWEEN)
        self._last = at
        return at

    def _note(
        self, kind: FactKind, on: date, *, theme: str = "", subject: str = "", format_: str = "", by: str = ""
    ) -> None:
        with self._stage.database.unit_of_work(service_id=self._stage.service.id) as uow:
            draft = self._draft(uow) if theme else None
            note_fact(
                uow,
                self.place,
                Act(
                    kind=kind,
                    on=on,
                    at=self._at(on),
                    actor_role=by or self._author.words,
                    subject=subject,
                    theme=theme,
                    format=format_,
                    content_version_id=draft.content_version_id if draft and kind is FactKind.THEME_STARTED else None,
                ),
            )

    def _move(self, move: Move, on: date, *, actor: Actor = Actor.EMPLOYER) -> None:
        with self._stage.database.unit_of_work(service_id=self._stage.service.id) as uow:
            draft = self._draft(uow)
            after = advance(State(draft.state), move, actor) if draft else None
            if draft is None or after is None or isinstance(after, Refusal):
                raise UnlikelyStory(f"{move} is refused")
            draft.state = after.value
            if move in {Move.FINISH, Move.SET_ASIDE}:
                draft.finished_on = on

    def _exchange(self, kind: str, on: date, words: str, *, question: str, due: date | None = None) -> UUID:
        at = self._at(on)
        with self._stage.database.unit_of_work(service_id=self._stage.service.id) as uow:
            frozen = select(DocumentVersion.id).where(
                DocumentVersion.establishment_id == self.place, DocumentVersion.kind == SUBMISSION
            )
            row = Exchange(
                establishment_id=self.place,
                document_version_id=uow.scalars(frozen.order_by(DocumentVersion.recorded_at.desc())).first(),
                answers_id=None,
                kind=kind,
                theme=THEME,
                question=question,
                unit="*",
                words=words,
                due_on=due,
                actor=Actor.ADVISER.value,
                author_role=_ADVISER_WORDS,
                account_id=account_of(uow, _ADVISER_EMAIL, password_hash=self._stage.password_hash, at=at),
                created_at=at,
                settled_at=None,
            )
            uow.add(row)
            uow.flush()
            return row.id

    def _act(self, on: date) -> ThemeAct:
        return ThemeAct(
            service_id=self._stage.service.id,
            establishment_id=self.place,
            theme=THEME,
            author=self._author,
            at=self._at(on),
            on=on,
        )

    def _writer(self, on: date) -> PlanWriter:
        return PlanWriter(
            database=self._stage.database,
            service_id=self._stage.service.id,
            establishment_id=self.place,
            catalogue=self._stage.catalogue,
            author=self._author,
            on=on,
            at=self._at(on),
        )

    def _draft(self, session: Session) -> ThemeDraft | None:
        query = select(ThemeDraft).where(ThemeDraft.establishment_id == self.place, ThemeDraft.theme == THEME)
        return session.scalar(query)

    def _actions(self, session: Session) -> list[ChosenActionRow]:
        query = select(ChosenActionRow).where(ChosenActionRow.establishment_id == self.place)
        return list(session.scalars(query.order_by(ChosenActionRow.position)))

    def _action(self, measure: str) -> ChosenActionRow:
        with self._stage.database.read() as session:
            found = next((row for row in self._actions(session) if row.measure == measure), None)
        if found is None:
            raise UnlikelyStory(f"{measure} was not taken on")
        return found
