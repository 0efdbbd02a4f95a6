"""The people of the tests of pages can be made, and their requests are seen."""

from __future__ import annotations

from tests.web.people import Portal


def test_a_person_can_be_made_signed_in(portal: Portal) -> None:
    client = portal.person(establishment_id=portal.establishment())
    with portal.statements() as sent:
        client.get("/accessibilite")
    assert len([statement for statement in sent if "account_session" in statement]) == 1


def test_time_is_moved_by_hand(portal: Portal) -> None:
    before = portal.clock()
    portal.clock.forward(minutes=31)
    assert (portal.clock() - before).total_seconds() == 31 * 60
