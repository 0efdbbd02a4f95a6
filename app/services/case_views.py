"""The page of a case: who, what deserves a look, what the employer opened and how it changed, the thread.

Everything of the employer's comes through `readable_themes`; a theme that is not open shows its state and its dates.
Ten statements with those of access, whatever is open.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.alerts import Alert, AlertCode, Opened, alerts_of
from app.domain.case_diff import ThemeDiff, diff_of
from app.domain.dossier import Dossier
from app.domain.dossier_answers import answer_code
from app.domain.dossier_builder import Edition
from app.domain.dossier_json import from_json
from app.domain.inputs import FirmAssessment
from app.domain.workflow import State
from app.models.document import DocumentVersion
from app.models.draft import AnswerRow, SituationFactRow
from app.models.stored_values import read_value
from app.services import assessment_rows as rows
from app.services.assessments import books_of
from app.services.case_page import HANDED, HELPED, SHUT, SUBMITTED, CaseTheme, CaseView, ShownTheme, Signed
from app.services.case_rows import DraftRows, draft_rows, payloads, who
from app.services.case_sources import CaseSources, facts_of, thread_of
from app.services.case_waiting import pending_of
from app.services.documents import built, one_theme
from app.services.plan_sources import contents_from
from app.services.readable import readable_themes
from questionnaires.catalogue import Catalogue


def case_view(session: Session, establishment_id: UUID, *, theme: str, catalogue: Catalogue, on: date) -> CaseView:
    """The case of an establishment, one theme of it shown; raises UnknownEstablishment for what is no case.

    A theme that is not open, or no theme at all, gives the one that was opened last.
    """
    desk = _Reading(session, establishment_id, catalogue=catalogue, on=on)
    sources = desk.sources
    return CaseView(
        who=desk.who,
        readable=desk.readable,
        themes=desk.themes(),
        shown=desk.shown(theme),
        thread=sources.exchanges,
        facts=sources.facts,
        pending=pending_of(sources),
        visited_on=sources.visited_by(on),
        bases=desk.bases(),
    )


class _Reading:
    """One reading of a case; each statement is sent once."""

    def __init__(self, session: Session, establishment_id: UUID, *, catalogue: Catalogue, on: date) -> None:
        self._session, self._id, self._catalogue, self._on = session, establishment_id, catalogue, on
        self.who = who(session, establishment_id, on=on)
        self.readable = readable_themes(session, establishment_id)
        self.sources = CaseSources(
            readable=self.readable,
            facts=facts_of(session, establishment_id),
            exchanges=thread_of(session, establishment_id),
            record_on=self.who.record_on,
        )
        self._drafts: DraftRows = draft_rows(session, establishment_id)
        self._frozen = payloads(session, self.readable)
        self._themes_in = {row.id: _theme_codes(row) for row in self._frozen}

    def bases(self) -> dict[str, UUID | None]:
        """What is open, and where each theme is read."""
        found: dict[str, UUID | None] = {}
        received = self.readable.received[-1:]
        for version_id in received:
            found |= dict.fromkeys(self._themes_in.get(version_id, ()), version_id)
        found |= dict.fromkeys(self.readable.helped)
        return found | {each.theme: each.version_id for each in self.readable.submitted}

    def themes(self) -> tuple[CaseTheme, ...]:
        """Every theme the firm has begun, or asked help on, in its order."""
        drafts = {draft.theme: draft for draft, _ in self._drafts.drafts}
        open_by = self._open_by()
        helps = {each.theme: each for each in self.readable.helps}
        return tuple(
            CaseTheme(
                theme=code,
                title=self._title(code),
                state=State(drafts[code].state) if code in drafts else State.TO_DO,
                assessed_on=drafts[code].assessed_on if code in drafts else None,
                finished_on=drafts[code].finished_on if code in drafts else None,
                open_by=open_by.get(code, SHUT),
                help=helps.get(code),
            )
            for code in dict.fromkeys((*drafts, *open_by))
        )

    def _open_by(self) -> dict[str, str]:
        found = {code: HANDED for code, version_id in self.bases().items() if version_id is not None}
        found |= dict.fromkeys(self.readable.helped, HELPED)
        return found | {each.theme: SUBMITTED for each in self.readable.submitted}

    def _title(self, theme: str) -> str:
        return self._catalogue.theme(theme).short_title if theme in self._catalogue.codes else theme

    def shown(self, theme: str) -> ShownTheme | None:
        """The theme asked for when it is open, else the one opened last; None when none is, or none is known."""
        bases = {code: base for code, base in self.bases().items() if code in self._catalogue.codes}
        if not bases:
            return None
        code = theme if theme in bases else max(bases, key=self._opened_at)
        if bases[code] is None:
            return self._live(code)
        return self._kept(code, next(row for row in self._frozen if row.id == bases[code]))

    def _opened_at(self, theme: str) -> float:
        submitted = [each.sent_at for each in self.readable.submitted if each.theme == theme]
        helped = [each.opened_at for each in self.readable.helps if each.theme == theme]
        return max((at.timestamp() for at in (*submitted, *helped)), default=0.0)

    def _kept(self, theme: str, row: DocumentVersion) -> ShownTheme:
        before = next(
            (
                each
                for each in reversed(self._frozen)
                if each.recorded_at < row.recorded_at and theme in self._themes_in[each.id]
            ),
            None,
        )
        dossier = _read(row)
        return ShownTheme(
            theme=theme,
            title=self._title(theme),
            open_by=self._open_by()[theme],
            at=row.recorded_at,
            number=row.number,
            author_role=row.author_role,
            diff=diff_of(dossier, _read(before) if before else None, theme),
            before_at=before.recorded_at if before else None,
            before_number=before.number if before else None,
            alerts=self._alerts(dossier, theme, self.sources.seconds.get(row.id)),
            signed=_signed(dossier, theme, self._answers(), by=row.recorded_at),
            version_id=row.id,
        )

    def _live(self, theme: str) -> ShownTheme | None:
        """The answers as they stand: help opens them, and not the plan."""
        answers = [row for row in self._answers() if row.theme == theme]
        facts = list(
            self._session.scalars(
                select(SituationFactRow).where(
                    SituationFactRow.establishment_id == self._id, SituationFactRow.theme == theme
                )
            )
        )
        drafts = [pair for pair in self._drafts.drafts if pair[0].theme == theme]
        kept, library = contents_from(self._session, drafts, self._catalogue)
        firm = FirmAssessment(
            assessed_on=self._on,
            establishment=rows.read_establishment(self.who.place, self.who.state, self.who.units),
            books=books_of(kept, answers, facts),
            actions=(),
            overrides=tuple(rows.read_override(each) for each in self._drafts.overrides if each.theme == theme),
            validation=None,
        )
        dossier = built(one_theme(firm, library, theme), library, edition=Edition()) if kept else None
        if dossier is None:
            return self._nothing_yet(theme)
        return replace(
            self._nothing_yet(theme),
            diff=replace(diff_of(dossier, None, theme), actions=()),
            alerts=self._alerts(dossier, theme, None),
            signed=_signed(dossier, theme, answers, by=None),
        )

    def _nothing_yet(self, theme: str) -> ShownTheme:
        return ShownTheme(
            theme=theme,
            title=self._title(theme),
            open_by=HELPED,
            at=None,
            number=None,
            author_role="",
            diff=ThemeDiff(answers=(), situations=(), actions=(), compared=False),
            before_at=None,
            before_number=None,
            alerts=self._overdue(theme),
            signed={},
            version_id=None,
        )

    def _alerts(self, dossier: Dossier, theme: str, seconds: int | None) -> tuple[Alert, ...]:
        opened = Opened(
            dossier=dossier,
            content=self._catalogue.theme(theme),
            sectors=self._catalogue.sectors_of(dossier.establishment.naf),
            seconds=seconds,
        )
        return (*self._overdue(theme), *alerts_of(opened))

    def _overdue(self, theme: str) -> tuple[Alert, ...]:
        """The request of the theme that is most overdue today."""
        asks = [each for each in self.sources.exchanges if each.kind == "demande" and each.theme == theme]
        days = [each.due_on for each in asks if each.settled_at is None and each.due_on and each.due_on < self._on]
        return tuple(
            Alert(code=AlertCode.OVERDUE, theme=theme, count=(self._on - day).days) for day in sorted(days)[:1]
        )

    def _answers(self) -> Sequence[AnswerRow]:
        return self._session.scalars(select(AnswerRow).where(AnswerRow.establishment_id == self._id)).all()


def _read(row: DocumentVersion) -> Dossier:
    return from_json(row.payload.encode("utf-8"))


def _theme_codes(row: DocumentVersion) -> frozenset[str]:
    """The themes of a frozen dossier, without reading the rest of it."""
    return frozenset(card["theme"] for card in json.loads(row.payload)["themes"])


def _signed(
    dossier: Dossier, theme: str, answers: Sequence[AnswerRow], *, by: datetime | None
) -> dict[tuple[str, str], Signed]:
    """Who gave the answers that are shown: only where the stored one is the same, and was given before the freeze."""
    codes = {(line.question, line.unit): line.code for line in dossier.answers if line.theme == theme}
    return {
        (row.question, row.unit): Signed(role=row.author_role, at=row.answered_at)
        for row in answers
        if row.theme == theme
        and (by is None or row.answered_at <= by)
        and codes.get((row.question, row.unit)) == answer_code(read_value(row.value))
    }
