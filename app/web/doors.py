"""What an endpoint declares: who it lets in. `app.web.access` checks it before every view."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

_View = TypeVar("_View", bound=Callable[..., Any])


class Door(StrEnum):
    """Who an endpoint lets in."""

    OPEN = "ouvert à tous"
    SIGNED_IN = "personne connectée"
    FIRM_READ = "membre de l'établissement, ou son essai"
    FIRM_WRITE = "employeur ou contributeur, ou l'essai"
    FIRM_DECIDE = "employeur avec un compte"
    STAFF = "membre du service, second facteur donné"
    ADVISE = "préventeur du service, second facteur donné"
    COUNT = "pilote du service, second facteur donné"
    ADMIN = "administrateur du service, second facteur donné"


FIRM_DOORS = frozenset({Door.FIRM_READ, Door.FIRM_WRITE, Door.FIRM_DECIDE})


def access(door: Door) -> Callable[[_View], _View]:
    """Declares who a view lets in; a view without it stops the start."""

    def declare(view: _View) -> _View:
        view.__dict__["door"] = door
        return view

    return declare


def door_of(app: Flask, endpoint: str) -> Door | None:
    """The door an endpoint declares; None when it declares none."""
    found = getattr(app.view_functions[endpoint], "door", None)
    return found if isinstance(found, Door) else None
