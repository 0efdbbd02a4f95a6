"""What the pages work with: the database, the content, the settings, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import g

from app.models.engine import Database
from app.services.clock import Clock, local_day
from app.settings import Settings
from questionnaires.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Handed to every blueprint when the application is built; nothing in it changes afterwards."""

    database: Database
    catalogue: Catalogue
    settings: Settings
    clock: Clock

    def now(self) -> datetime:
        """The present instant."""
        return self.clock()

    def today(self) -> date:
        """The day it is in the zone of the entrance asked for; in Paris outside an entrance."""
        face = g.get("face")
        return local_day(self.clock(), face.zone if face else "Europe/Paris")
