"""The times that archives give their members: on the bureau's clock, or in seconds; what is none is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from perfeval_xl.admission import times

NOON = 12 << 11


def dos(year: int, month: int, day: int) -> int:
    return year - 1980 << 9 | month << 5 | day


@pytest.mark.parametrize(
    ("time", "date", "seconds", "moment"),
    [
        (NOON, dos(2024, 3, 5), None, datetime(2024, 3, 5, 4, tzinfo=UTC)),
        (NOON, dos(2024, 3, 5), 1_709_280_000, datetime(2024, 3, 1, 8, tzinfo=UTC)),
        (0, dos(1980, 1, 1), None, None),
        (0, 0, None, None),
        (NOON, dos(2024, 13, 5), None, None),
        (31 << 11, dos(2024, 3, 5), None, None),
        (NOON, dos(2024, 3, 5), 0, None),
    ],
)
def test_an_archive_gives_its_members_moments(
    time: int, date: int, seconds: int | None, moment: datetime | None
) -> None:
    assert times.archived(time, date, seconds) == moment
