"""Where somebody of the service lands: an adviser on the queue, a pilot on the figures, anybody else on the firms."""

from __future__ import annotations

from flask import current_app, url_for

from app.domain.roles import Role
from app.web.scope import scope

_FIRST = ((Role.ADVISER, "queue.index"), (Role.PILOT, "pilot.index"))


def staff_address(slug: str) -> str:
    """The first page of the staff for who is signed in."""
    roles = scope().staff_roles
    own = (endpoint for role, endpoint in _FIRST if role in roles and endpoint in current_app.view_functions)
    return url_for(next(own, "staff.home"), slug=slug)
