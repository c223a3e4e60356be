"""How days and times are told: in the bureau's own time, which is Beijing's, wherever the program runs."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def day_of(moment: datetime) -> date:
    """Return the bureau's day at a moment."""
    return moment.astimezone(BEIJING).date()


def short(moment: datetime) -> str:
    """Return `2024-03-15 09:30`, for tables."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def long_day(day: date) -> str:
    """Return `2024年3月15日`, for letters."""
    return f"{day.year}年{day.month}月{day.day}日"


def long(moment: datetime) -> str:
    """Return `2024年3月15日09:30`, for letters."""
    return f"{long_day(day_of(moment))}{moment.astimezone(BEIJING):%H:%M}"
