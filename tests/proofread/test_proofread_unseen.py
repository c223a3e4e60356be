"""How much is found in texts that the engine was not made on, and how little that is not there."""

from __future__ import annotations

import json
import os
import random
from functools import cache
from pathlib import Path

from perfeval_xl.proofread import load, proofread
from perfeval_xl.records.finding import Finding, Level, Passage

UNSEEN = Path(__file__).with_name("unseen")
CLEAN = {path.name: path.read_text("utf-8") for path in sorted((UNSEEN / "clean").glob("*.txt"))}
CHARACTERS_A_PAGE = 700
EVERY = 4 if os.environ.get("PERFEVAL_EVERY") == "1" else 16
"""Of how many changed figures one is tried; `make proof` tries a quarter."""


@cache
def found(text: str) -> tuple[Finding, ...]:
    return proofread(load(text.encode(), "报告.txt"))


def lines(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (UNSEEN / name).read_text("utf-8").splitlines()]


def grave(text: str) -> set[tuple[str, str]]:
    return {(item.rule, item.message) for item in found(text) if item.level is not Level.NOTICE}


def test_right_texts_have_less_than_a_false_finding_on_ten_pages() -> None:
    wrong = [str(item) for text in CLEAN.values() for item in found(text) if item.level is not Level.NOTICE]
    pages = sum(map(len, CLEAN.values())) / CHARACTERS_A_PAGE
    assert len(CLEAN) == 20
    assert len(wrong) <= pages * 0.1, wrong


def _hit(case: dict[str, object]) -> bool:
    before = {(item.rule, item.message) for item in found(str(case["right"]))}
    words = case["wrong"]
    assert isinstance(words, list)
    for item in found(str(case["text"])):
        quote = item.place.quote if isinstance(item.place, Passage) else ""
        if (item.rule, item.message) not in before and any(
            word in quote or word in item.message for word in words
        ):
            return True
    return False


def test_nine_of_ten_planted_faults_are_found_and_nothing_in_the_right_wording() -> None:
    cases = lines("planted.jsonl")
    missed = [str(case["text"]) for case in cases if not _hit(case)]
    assert len(cases) >= 80
    assert len(missed) <= len(cases) // 10, missed
    assert [finding for case in cases for finding in grave(str(case["right"]))] == []


def _changed(case: dict[str, object], chance: random.Random) -> str | None:
    """Return a clean text with one digit of a figure changed, if a relation depends on it."""
    digits, figure, offset = case["digits"], str(case["figure"]), case["offset"]
    assert isinstance(digits, list)
    assert isinstance(offset, int)
    if not digits or not case["near"]:
        return None
    at = chance.choice(digits)
    if not figure[at].isdigit():
        return None
    digit = chance.choice([other for other in "0123456789" if other != figure[at] and (at or other != "0")])
    text = CLEAN[str(case["file"])]
    return text[: offset + at] + digit + text[offset + at + 1 :]


def test_seven_of_ten_changed_figures_are_noticed() -> None:
    chance = random.Random(3)  # noqa: S311 - a fixed seed is the point
    tried = [(CLEAN[str(case["file"])], _changed(case, chance)) for case in lines("relations.jsonl")]
    sample = [(right, wrong) for right, wrong in tried if wrong][::EVERY]
    noticed = [1 for right, wrong in sample if wrong and grave(wrong) - grave(right)]
    assert len(sample) > 50
    assert len(noticed) >= len(sample) * 0.7
