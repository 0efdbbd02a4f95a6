"""Roles a person may hold, in an establishment or in the service that advises it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a membership lets its account do (glossary: employeur, contributeur, lecteur, préventeur, pilote, admin)."""

    EMPLOYER = "employeur"
    CONTRIBUTOR = "contributeur"
    READER = "lecteur"
    ADVISER = "preventeur"
    PILOT = "pilote"
    ADMIN = "admin"


FIRM_ROLES: tuple[Role, ...] = (Role.EMPLOYER, Role.CONTRIBUTOR, Role.READER)
"""Roles held in one establishment."""

STAFF_ROLES: tuple[Role, ...] = (Role.ADVISER, Role.PILOT, Role.ADMIN)
"""Roles held in the service: they sign in with a password and a second factor."""

ROLE_WORDS: dict[Role, str] = {
    Role.EMPLOYER: "employeur",
    Role.CONTRIBUTOR: "contributeur",
    Role.READER: "lecture seule",
    Role.ADVISER: "préventeur",
    Role.PILOT: "pilote du CPOM",
    Role.ADMIN: "administrateur",
}
