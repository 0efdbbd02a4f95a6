"""What the pages of the log share: who writes, the choices they offer and their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from app.domain.activity import CATEGORIES, FORMATS, ORIGINS, PARTNERS, PROFESSIONS, SESSION_CATEGORIES
from app.domain.activity_rules import duration
from app.domain.calendar import add_months
from app.domain.roles import STAFF_ROLES, Role
from app.services.activity_log import LogWriter
from app.web.desk import Desk
from app.web.language import _, current, month_words, word
from app.web.scope import scope
from forms.activity import LENGTHS, OTHER

Option = tuple[str, str]
"""Code and words in the language of the request."""

MONTHS_OFFERED = 25


def writer(desk: Desk) -> LogWriter:
    """Who writes in the log by this request."""
    here = scope()
    return LogWriter(
        database=desk.database,
        service_id=here.face.service_id,
        author=here.author,
        on=desk.today(),
        at=desk.now(),
        anybodys=Role.ADMIN in here.staff_roles,
    )


def own_profession() -> str:
    """The trade of who is signed in, as the administrator set it; empty when nobody did."""
    staff = (member for member in scope().members if member.role in STAFF_ROLES)
    return next((member.profession for member in staff if member.profession), "")


def options(words: Mapping[str, str], codes: Iterable[str] | None = None) -> list[Option]:
    """Codes with their words in the language of the request."""
    return [(code, word(words[code], current())) for code in (words if codes is None else codes)]


def day_options(today: date) -> list[Option]:
    """Today, yesterday, another day."""
    yesterday = today - timedelta(days=1)
    return [(today.isoformat(), _("Aujourd'hui")), (yesterday.isoformat(), _("Hier")), (OTHER, _("Autre jour"))]


def length_options() -> list[Option]:
    """The lengths offered as buttons, then another one."""
    return [*((str(minutes), duration(minutes)) for minutes in LENGTHS), (OTHER, _("Autre durée"))]


def month_options(today: date) -> list[Option]:
    """The months of the log, this one first."""
    months = (add_months(today.replace(day=1), -back) for back in range(MONTHS_OFFERED))
    return [(f"{month:%Y-%m}", month_words(f"{month:%Y-%m}")) for month in months]


def vocabulary(desk: Desk) -> dict[str, object]:
    """The lists every form and every list of the log prints."""
    return {
        "categories": dict(options(CATEGORIES)),
        "session_categories": options(CATEGORIES, SESSION_CATEGORIES),
        "formats": dict(options(FORMATS)),
        "origins": dict(options(ORIGINS)),
        "partners": dict(options(PARTNERS)),
        "professions": options(PROFESSIONS),
        "themes": themes_of(desk),
        "duration": duration,
    }


def themes_of(desk: Desk) -> dict[str, str]:
    """Short titles of the themes, by their codes."""
    return {code: desk.catalogue.theme(code).short_title for code in desk.catalogue.codes}
