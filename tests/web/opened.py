"""What an employer opens to his service, for tests of the staff's pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.domain.workflow import Actor, State
from app.models.draft import ThemeDraft
from app.services.authors import Author
from app.services.cases import refresh_case
from app.services.submissions import ThemeAct, submit_theme
from questionnaires import catalogue
from tests.services.issuing import example, record
from tests.web.people import Portal

OWNER = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)
CONTENT = catalogue.load()


def plain(text: str) -> str:
    """A text of a page with ordinary spaces."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def roofer(portal: Portal) -> UUID:
    """A firm that answered everything on heat, and opened nothing."""
    return record(portal.database, portal.service, example("couverture-9"), at=portal.clock.now - timedelta(days=1))


def theme_act(portal: Portal, firm: UUID, **more: Any) -> ThemeAct:
    values: dict[str, Any] = {"at": portal.clock.now, "on": portal.today, "theme": "chaleur", **more}
    return ThemeAct(service_id=portal.service.id, establishment_id=firm, author=OWNER, **values)


def submitted(portal: Portal, firm: UUID, **more: Any) -> UUID:
    """Submits heat for advice as it stands."""
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        for draft in uow.scalars(select(ThemeDraft).where(ThemeDraft.establishment_id == firm)):
            draft.state = State.FINISHED.value
    return submit_theme(portal.database, theme_act(portal, firm, **more), catalogue=CONTENT)


def refreshed(portal: Portal, firm: UUID) -> None:
    """Works the case of a firm out anew, after rows were written by hand."""
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        refresh_case(uow, firm, on=portal.today)
