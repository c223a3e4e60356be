"""How a file's time from outside becomes ours: a moment that every calendar here and every archive can hold."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from perfeval_xl.records.times import BEIJING

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
LATEST = datetime(2107, 12, 31, tzinfo=UTC)
"""The years that a zip archive can write; no file of a bureau has another, but by a clock that is wrong."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 10**9
_BITS = 63


def moment(nanoseconds: int) -> datetime:
    """Return the whole second of a file's time, counted from 1970; one out of range becomes the nearest in it."""
    first, last = (_seconds(bound) for bound in (EARLIEST, LATEST))
    return _EPOCH + timedelta(seconds=min(max(nanoseconds // _SECOND, first), last))


def _seconds(of: datetime) -> int:
    return int((of - _EPOCH).total_seconds())


def stamp(nanoseconds: int) -> int:
    """Return a file's time as a number of 63 bits to know it again by; another time hardly ever has the same."""
    return nanoseconds if abs(nanoseconds) < 2**_BITS else nanoseconds % 2**_BITS


def zip_time(nanoseconds: int) -> tuple[int, int, int, int, int, int]:
    """Return a file's time as a zip archive writes it, on the clock of this machine."""
    at = time.localtime(moment(nanoseconds).timestamp())
    return (min(max(at.tm_year, EARLIEST.year), LATEST.year), *at[1:5], min(at.tm_sec, 59))


def archived(time: int, date: int, seconds: int | None) -> datetime | None:
    """Return the moment that an archive gives a member; None where it gives none, or none that a calendar has.

    `seconds` are since 1970 where it has them; else there are the two numbers of DOS, on the bureau's clock.
    """
    if seconds is not None:
        return moment(seconds * _SECOND) if seconds > 0 else None
    day = (1980 + (date >> 9), date >> 5 & 15, date & 31)
    clock = (time >> 11, time >> 5 & 63, 2 * (time & 31))
    try:
        found = datetime(*day, *clock, tzinfo=BEIJING)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.date() > EARLIEST.date() else None


def told(of: object) -> int:
    """Return the nanoseconds of what a store calls a file's time: a moment, seconds, an ISO text; else 0."""
    try:
        if isinstance(of, str):
            of = datetime.fromisoformat(of)
        seconds = of.timestamp() if isinstance(of, datetime) else float(of)  # type: ignore[arg-type]  # it may fail
        return int(seconds * _SECOND)
    except (ValueError, TypeError, OverflowError, OSError):
        return 0
