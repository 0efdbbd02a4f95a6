"""The environment of the templates, with globals that are quick to read."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class PortalEnvironment(Environment):
    """Flask's environment, whose templates each have their globals in one dictionary.

    Jinja chains two dictionaries and compares the chain with the values of the page at each `{% from … import … %}`:
    some twenty times a page, in Python. Globals are therefore to be given before the first page is drawn.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of one template over those of the environment."""
        return {**self.globals, **(d or {})}
