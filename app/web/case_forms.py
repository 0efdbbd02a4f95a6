"""The two forms of a case, as the case page and their own pages draw them: « Ajouter » and « Clore ».

The case page hands over what it read already (`CaseBasis`), and nothing is read from the database here.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import session, url_for

from app.domain.remark_words import filled
from app.domain.typography import french_date
from app.services.advising import OpenThemes, Saying, theme_title
from app.services.clock import local_day
from app.services.remarks import RemarkLine
from app.services.reviews import ClosedReview, suggested_minutes
from app.web.desk import Desk
from app.web.language import _
from app.web.scope import scope
from forms.advice import KINDS, WAYS, AddForm, CloseForm
from questionnaires.schema import Measure, Question, Theme

DELAY = timedelta(days=21)
"""Proposed for a request; ours, no text sets it."""
OPENED = "dossiers"
"""Where the signed cookie keeps when each case was first opened, to suggest the minutes spent."""
MOST_OPENED = 12
SHOWN = 110
"""Characters of a measure in a list of choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBasis:
    """What the forms of a case rest on."""

    firm_id: UUID
    name: str
    units: Mapping[str, str]
    """Key -> name of the work units in use."""
    open: OpenThemes
    closed: Mapping[UUID, ClosedReview]
    """Frozen dossiers whose reading is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddView:
    """The form « Ajouter »."""

    form: AddForm
    kinds: tuple[tuple[str, str], ...]
    subjects: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]
    key: str
    action: str
    library: str
    """Address of the library, from where a remark comes back here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseView:
    """The form « Clore » of one theme that was submitted."""

    form: CloseForm
    theme: str
    title: str
    version_id: UUID
    closed: ClosedReview | None
    """By whom it is closed already; the form is then not drawn."""
    suggested: int
    ways: tuple[tuple[str, str], ...]
    key: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of a page says to fill the form with."""

    about: str = ""
    """A theme, a question, or both with a full stop between them."""
    kind: str = ""
    unit: str = ""
    situation: str = ""


def add_view(desk: Desk, basis: CaseBasis, *, asked: Asked | None = None, remark: RemarkLine | None = None) -> AddView:
    """The form, empty or filled with what the address asks for and with a remark of the library."""
    wanted = asked or Asked()
    subject = _subject(desk, basis, wanted, remark)
    kind = _kind(wanted, remark, basis)
    due = desk.today() + DELAY
    data = {
        "genre": kind,
        "sujet": subject,
        "mots": filled(remark.words, _values(desk, basis, wanted, subject)) if remark else "",
        "pour_le": due if kind == Saying.CHANGE else None,
    }
    return sent_view(desk, basis, AddForm(data=data), subject=subject, wanted=wanted)


def sent_view(
    desk: Desk, basis: CaseBasis, form: AddForm, *, subject: str = "", wanted: Asked | None = None
) -> AddView:
    """The form with what was typed in it; measures of the question it is about come first."""
    subjects, measures = subjects_of(desk, basis), measures_of(desk, basis, subject)
    form.offer(subjects=[code for code, _words in subjects], measures=[code for code, _words in measures])
    asked = wanted or Asked()
    carried = {"sur": subject, "genre": asked.kind, "unite": asked.unit, "situation": asked.situation}
    more: dict[str, Any] = {name: value for name, value in carried.items() if value}
    slug = scope().slug
    return AddView(
        form=form,
        kinds=KINDS if basis.open.bases else tuple(each for each in KINDS if each[0] == Saying.NOTE),
        subjects=subjects,
        measures=measures,
        key=secrets.token_urlsafe(16),
        action=url_for("case_acts.add", slug=slug, firm_id=basis.firm_id),
        library=url_for("remarks.index", slug=slug, dossier=basis.firm_id, **more),
    )


def close_view(desk: Desk, basis: CaseBasis, theme: str, *, form: CloseForm | None = None) -> CloseView | None:
    """The form that closes the review of a theme; None when nothing of it is submitted."""
    version_id = basis.open.submitted.get(theme)
    if version_id is None:
        return None
    suggested = suggested_minutes(opened_first(desk, basis.firm_id), at=desk.now())
    return CloseView(
        form=form or CloseForm(data={"minutes": suggested, "echange": "non"}),
        theme=theme,
        title=theme_title(desk.catalogue, theme),
        version_id=version_id,
        closed=basis.closed.get(version_id),
        suggested=suggested,
        ways=WAYS,
        key=secrets.token_urlsafe(16),
        action=url_for("case_acts.close", slug=scope().slug, firm_id=basis.firm_id, theme=theme),
    )


def opened_first(desk: Desk, firm_id: UUID) -> datetime:
    """When this browser first opened the case today; kept in its signed cookie, for the minutes that are suggested."""
    now, zone = desk.now(), scope().face.zone
    known = session.get(OPENED)
    kept = {str(key): str(each) for key, each in known.items()} if isinstance(known, dict) else {}
    try:
        first = datetime.fromisoformat(kept.get(firm_id.hex, ""))
    except ValueError:
        first = now
    if first.tzinfo is not None and firm_id.hex in kept and local_day(first, zone) == local_day(now, zone):
        return first
    kept.pop(firm_id.hex, None)
    session[OPENED] = {**dict(list(kept.items())[-MOST_OPENED + 1 :]), firm_id.hex: now.isoformat(timespec="seconds")}
    return now


def subjects_of(desk: Desk, basis: CaseBasis) -> tuple[tuple[str, str], ...]:
    """(code, words) of what a message may be about: a theme that is open, or one of its questions."""
    return tuple(_subjects(desk, basis))


def _subjects(desk: Desk, basis: CaseBasis) -> Iterator[tuple[str, str]]:
    several = len(basis.open.bases) > 1
    for code in sorted(basis.open.bases):
        title = theme_title(desk.catalogue, code)
        yield code, _("Tout le thème « {theme} »", theme=title)
        for question in _questions(desk, code):
            yield f"{code}.{question.id}", f"{title} : {question.short}" if several else _capital(question.short)


def measures_of(desk: Desk, basis: CaseBasis, subject: str) -> tuple[tuple[str, str], ...]:
    """(code, words) of the measures that may be proposed, those of the question it is about first."""
    question = subject.partition(".")[2]
    found = [(code, each) for code in sorted(basis.open.bases) for each in _measures(desk, code)]
    ordered = sorted(found, key=lambda pair: pair[1].question != question)
    return tuple((f"{code}.{each.id}", _short(each.text)) for code, each in ordered)


def _subject(desk: Desk, basis: CaseBasis, wanted: Asked, remark: RemarkLine | None) -> str:
    """Code of the subject that is asked for, or that the remark is made for; the only open theme otherwise."""
    known = {code for code, _words in subjects_of(desk, basis)}
    tail = {code.partition(".")[2]: code for code in known if "." in code}
    made_for = f"{remark.theme}.{remark.question}" if remark and remark.question else remark.theme if remark else ""
    for each in (wanted.about, made_for):
        if each in known or each in tail:
            return each if each in known else tail[each]
    return next(iter(basis.open.bases)) if len(basis.open.bases) == 1 else ""


def _kind(wanted: Asked, remark: RemarkLine | None, basis: CaseBasis) -> str:
    if not basis.open.bases:
        return Saying.NOTE.value
    if wanted.kind in set(Saying):
        return wanted.kind
    return remark.kind if remark else Saying.ADVICE.value


def _values(desk: Desk, basis: CaseBasis, wanted: Asked, subject: str) -> dict[str, str]:
    """What is known of the variables of a remark."""
    code, _dot, question = subject.partition(".")
    theme = _theme(desk, code)
    units = [basis.units.get(wanted.unit, "")] if wanted.unit else list(basis.units.values())
    situations = {each.id: each.label for each in theme.situations} if theme else {}
    short = next((each.short for each in _questions(desk, code) if each.id == question), "")
    return {
        "entreprise": basis.name,
        "unite": units[0] if len(units) == 1 else "",
        "situation": situations.get(wanted.situation, ""),
        "question": short,
        "date": french_date(desk.today() + DELAY),
    }


def _theme(desk: Desk, code: str) -> Theme | None:
    return desk.catalogue.theme(code) if code in desk.catalogue.codes else None


def _questions(desk: Desk, code: str) -> tuple[Question, ...]:
    theme = _theme(desk, code)
    return theme.questions if theme else ()


def _measures(desk: Desk, code: str) -> Iterator[Measure]:
    theme = _theme(desk, code)
    yield from theme.measures if theme else ()


def _short(words: str) -> str:
    return words if len(words) <= SHOWN else words[:SHOWN].rpartition(" ")[0] + "…"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
