"""Column types that behave the same on SQLite and PostgreSQL: UTC instants, exact quantities, printable words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

_THOUSAND = 1000


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; always written and read in UTC. Raises ValueError on a date and time without zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """The instant in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without zone cannot be stored: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """The instant with its zone, which SQLite does not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Thousandths(TypeDecorator[Decimal]):
    """A quantity kept as a whole number of thousandths: exact, and SQL can add it up on both engines.

    Raises ValueError when the quantity has more than three decimals or is not a number.
    """

    impl = BigInteger()
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> int | None:
        """The quantity times 1,000, as an integer."""
        if value is None:
            return None
        if not value.is_finite() or value * _THOUSAND != int(value * _THOUSAND):
            raise ValueError(f"a quantity holds at most three decimals: {value}")
        return int(value * _THOUSAND)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> Decimal | None:
        """The quantity back from its thousandths."""
        return None if value is None else Decimal(value) / _THOUSAND


class Words(TypeDecorator[str]):
    """Words typed by somebody. Raises ValueError on what PostgreSQL cannot hold, so that SQLite refuses it too."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """The same words, checked."""
        if value is not None and ("\x00" in value or any("\ud800" <= char <= "\udfff" for char in value)):
            raise ValueError("a text holds a null character or half of a surrogate pair")
        return value
