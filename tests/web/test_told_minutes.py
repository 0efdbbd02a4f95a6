"""The time of a theme nobody has begun is the same wherever it is told, with or without work units."""

from __future__ import annotations

import re

import pytest

from tests.web.people import UNITS, Portal


@pytest.mark.parametrize("units", [(), UNITS])
def test_every_page_tells_the_same_minutes(portal: Portal, units: tuple[tuple[str, str, int], ...]) -> None:
    firm = portal.establishment(units=units)
    client = portal.person(establishment_id=firm)
    home = f"/{portal.slug}/e/{firm}"
    told = {
        minutes
        for address in (f"{home}/", f"{home}/themes", f"{home}/themes/chaleur")
        for minutes in re.findall(r"Environ (\d+)\u00a0minutes", client.get(address).text)
    }
    assert len(told) == 1, told
    assert 4 <= int(told.pop()) <= 12
