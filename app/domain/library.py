"""The dated content a dossier quotes from, as plain mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.schema import Help, Law, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Themes, articles and helps by their codes."""

    themes: Mapping[str, Theme]
    laws: Mapping[str, Law]
    helps: Mapping[str, Help]

    def label(self, article: str) -> str:
        """An article as printed; its key when the library does not know it."""
        law = self.laws.get(article)
        return law.label if law else article
