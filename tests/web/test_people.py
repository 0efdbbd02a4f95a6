"""The people of the tests of pages can be made, and their requests are seen."""

from __future__ import annotations

from app.domain.roles import Role
from tests.web.people import Portal


def test_a_person_can_be_made_signed_in(portal: Portal) -> None:
    firm = portal.establishment()
    client = portal.person(establishment_id=firm)
    staff = portal.person(role=Role.ADVISER, function="ergonome")
    with portal.statements() as sent:
        client.get("/")
        staff.get("/accessibilite")
    assert not [statement for statement in sent if "account_session" in statement], "open pages ask for nobody"


def test_time_is_moved_by_hand(portal: Portal) -> None:
    before = portal.clock()
    portal.clock.forward(minutes=31)
    assert (portal.clock() - before).total_seconds() == 31 * 60
