"""The story of one firm of the demonstration: each act is made through the service that makes it in the portal."""

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
from app.models.draft import ChosenActionRow, ThemeDraft
from app.models.membership import Membership
from app.services.action_facts import keep_planned
from app.services.action_plans import (
    ActionDetails,
    PlanWriter,
    change_action,
    choose_actions,
    drop_action,
    finish_action,
    start_action,
)
from app.services.advising import AdviserSeat, Said, Saying, add_to_case, open_themes
from app.services.assessments import record_assessment
from app.services.authors import Author
from app.services.demo_campaign import SECTORS
from app.services.demo_cast import Stage, account_of
from app.services.demo_people import PROFESSIONS_OF, STAFF
from app.services.documents import validate_document
from app.services.exchanges import Reply, answer
from app.services.facts import Act, FactKind, note_fact
from app.services.firms import NewFirm, open_firm
from app.services.proposals import accept_measure, decline_measure
from app.services.reviews import Closing, close_review
from app.services.submissions import ThemeAct, ask_help, submit_theme
from app.services.transmissions import Handover, transmit

THEME = "chaleur"
ADVISER = STAFF[0][0]
"""Who advises, unless it is said otherwise."""
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
            row = open_firm(uow, firm, attachment=attachment, at=self._at(on), on=on)
            if attachment == "rattache":
                row.sector = SECTORS.get(firm.postal_code, "")
            self._place = row.id
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
        with stage.database.unit_of_work(service_id=stage.service.id) as uow:
            by = self._writer(on)
            for row in self._actions(uow):
                keep_planned(uow, by, row)
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

    def asked_to_change(self, on: date, words: str, *, question: str, due: date) -> UUID:
        """The adviser asks for a change, for a day."""
        return self._say(on, Said(kind=Saying.CHANGE, words=words, theme=THEME, question=question, due_on=due))

    def advised(self, on: date, words: str, *, question: str = "", by: str = ADVISER) -> None:
        """The adviser makes a remark."""
        self._say(on, Said(kind=Saying.ADVICE, words=words, theme=THEME, question=question), by=by)

    def asked(
        self, on: date, words: str, *, question: str = "", reply: str = "", replied_on: date | None = None
    ) -> None:
        """The adviser asks something, and the firm answers when `reply` says how."""
        asked = self._say(on, Said(kind=Saying.QUESTION, words=words, theme=THEME, question=question))
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

    def noted(self, on: date, words: str, *, by: str = ADVISER) -> None:
        """The adviser leaves an internal note."""
        self._say(on, Said(kind=Saying.NOTE, words=words, theme=""), by=by)

    def proposed(self, on: date, measure: str, words: str = "", *, question: str = "") -> UUID:
        """The adviser proposes a measure of the theme."""
        said = Said(kind=Saying.PROPOSAL, words=words, theme=THEME, question=question, measure=measure)
        return self._say(on, said)

    def accepted(self, proposal: UUID, on: date) -> None:
        """The employer takes the measure into his plan."""
        accept_measure(self._writer(on), proposal, key="")

    def declined(self, proposal: UUID, on: date, words: str) -> None:
        """The employer declines the measure, with a word."""
        decline_measure(self._writer(on), proposal, words=words, key="")

    def reviewed(self, on: date, *, minutes: int, way: str = "", by: str = ADVISER) -> None:
        """The adviser closes the reading; `way` says how he spoke with the employer, when he did."""
        seat = self._seat(on, by)
        with self._stage.database.read(service_id=self._stage.service.id) as session:
            version = open_themes(session, self.place).submitted[THEME]
        close_review(seat, Closing(theme=THEME, version_id=version, minutes=minutes, way=way), key="")

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

    def _move(self, move: Move, on: date) -> None:
        with self._stage.database.unit_of_work(service_id=self._stage.service.id) as uow:
            draft = self._draft(uow)
            after = advance(State(draft.state), move, Actor.EMPLOYER) if draft else None
            if draft is None or after is None or isinstance(after, Refusal):
                raise UnlikelyStory(f"{move} is refused")
            draft.state = after.value
            if move in {Move.FINISH, Move.SET_ASIDE}:
                draft.finished_on = on

    def _say(self, on: date, said: Said, *, by: str = ADVISER) -> UUID:
        return add_to_case(self._seat(on, by), said, key="")

    def _seat(self, on: date, email: str) -> AdviserSeat:
        """Somebody of the service at the case of the firm; without an address, so that no mail leaves."""
        words = next(function for known, _role, function in STAFF if known == email)
        stage, at = self._stage, self._at(on)
        with stage.database.unit_of_work(service_id=stage.service.id) as uow:
            account_id = account_of(uow, email, password_hash=stage.password_hash, at=at)
        return AdviserSeat(
            database=stage.database,
            service_id=stage.service.id,
            establishment_id=self.place,
            author=Author(words=words, actor=Actor.ADVISER, account_id=account_id),
            on=on,
            at=at,
            catalogue=stage.catalogue,
            profession=PROFESSIONS_OF.get(email, ""),
        )

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
