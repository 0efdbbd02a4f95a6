"""What the reader of an answers file asks of the content: the themes and the nomenclature of activities."""

from __future__ import annotations

from typing import Protocol

from questionnaires.schema import Theme


class AnswersCatalogue(Protocol):
    """The part of `questionnaires.catalogue.Catalogue` used here."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the themes."""

    def theme(self, code: str) -> Theme:
        """The theme of that code; raises KeyError when there is none."""

    def sectors_of(self, code: str) -> frozenset[str]:
        """Sector ids of a NAF code written with its dot."""

    def naf_label(self, code: str) -> str | None:
        """Words of a NAF code written with its dot; None when it does not exist."""
