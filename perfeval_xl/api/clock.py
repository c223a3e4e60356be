"""What time it is: the only place that asks the clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment, in the time zone of the machine."""
    return datetime.now(UTC).astimezone()


def at(moment: datetime | None) -> datetime:
    """Return the moment that a caller named, or this one where none is named."""
    return now() if moment is None else moment
