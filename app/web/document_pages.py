"""What the pages of the document share: their addresses, and the words of a version."""

from __future__ import annotations

from datetime import date

from flask import current_app, url_for

from app.domain.inputs import Trigger
from app.services.transmissions import LATE_AFTER, SHARED
from app.services.version_views import VersionLine
from app.web.desk import Desk
from app.web.language import month_words
from app.web.scope import Scope
from forms.words import say

FIRM = "/<slug>/e/<uuid:establishment_id>"
DOCUMENT = f"{FIRM}/document"
VERSION = f"{DOCUMENT}/versions/<int(max=99999):number>"
THEME = f"{FIRM}/themes/<theme>"

TRIGGER_WORDS = {
    Trigger.YEARLY.value: say("mise à jour annuelle"),
    Trigger.CHANGE.value: say("décision d'aménagement important"),
    Trigger.INFORMATION.value: say("information nouvelle sur un risque"),
}
"""Trigger of R4121-2 -> its short words."""


def firm_address(endpoint: str, here: Scope, **more: object) -> str:
    """The address of a page of the establishment; empty while that page does not exist on this installation."""
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, slug=here.slug, establishment_id=here.establishment_id, **more)  # type: ignore[arg-type]  # values of an address


def version_words(here: Scope) -> dict[str, object]:
    """What the templates need to speak of versions."""
    return {
        "scope": here,
        "zone": here.face.zone,
        "trigger_words": TRIGGER_WORDS,
        "late_after": LATE_AFTER,
        "month": _month,
        "shared": _shared,
        "shown": _shown,
    }


def days_waiting(line: VersionLine | None, desk: Desk) -> int:
    """Days since a version was decided and not handed over; 0 when it was, or when there is none."""
    if line is None or line.receipt:
        return 0
    return max(0, (desk.today() - line.validated_on).days)


def _month(day: date) -> str:
    return month_words(f"{day:%Y-%m}")


def _shared(line: VersionLine) -> bool:
    return line.receipt.startswith(SHARED)


def _shown(line: VersionLine) -> str:
    return line.receipt.removeprefix(SHARED)
