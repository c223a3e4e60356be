"""A large year: the board and a unit's page answer at once, and clicking all day takes no more memory."""

from __future__ import annotations

import gc
import os
import statistics
import time
import tracemalloc

import pytest
from browsing import Browser, year_of
from reviewing_office import WRONG, make, taken
from two_years import submit

import perfeval_xl as px

UNITS = int(os.environ.get("PERFEVAL_DESK", "20"))
"""`make proof` says 3000."""
CLICKS = 1_000 if UNITS > 1_000 else 10
BOARD, PAGE = 0.3, 0.2
"""Seconds of the processor that an answer may take."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Browser, str]:
    root = tmp_path_factory.mktemp("large")
    units = tuple(
        px.Unit(f"{100000 + number}", f"第{number}局", "区政府", f"股室{number % 8}") for number in range(UNITS)
    )
    campaign = make(root / "2023", units=units)
    submit(campaign, units[0], WRONG)
    taken(campaign)
    return Browser(root), year_of(campaign.folder)


def median(desk: Browser, *parts: str, **words: object) -> float:
    taken_: list[float] = []
    for _ in range(21):
        began = time.process_time()
        assert desk.get(*parts, **words).status_code == 200
        taken_.append(time.process_time() - began)
    return statistics.median(taken_[1:])


def test_the_pages_of_a_large_year_answer_at_once(large: tuple[Browser, str]) -> None:
    desk, year = large
    assert f"{UNITS}个单位" in desk.get("year", year).text
    assert median(desk, "year", year, order="errors") < BOARD
    assert median(desk, "year", year, q="9局", stage="未报") < BOARD
    assert median(desk, "year", year, "unit", key="100000") < PAGE


def test_clicking_all_day_takes_no_more_memory(large: tuple[Browser, str]) -> None:
    desk, year = large
    click(desk, year, 10)
    tracemalloc.start()
    try:
        click(desk, year, 5)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        click(desk, year, CLICKS)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 500_000


def click(desk: Browser, year: str, times: int) -> None:
    for number in range(times):
        desk.get("year", year, page=number)
        desk.get("year", year, "unit", key="100000")
