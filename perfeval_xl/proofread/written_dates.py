"""Dates and years in running text: how they are written, which exist, and which year a word such as 上年 means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from perfeval_xl.proofread.characters import chinese_number

_YEAR = r"(?P<year>(?:19|20)\d{2}|[一二][〇零九][〇零一二三四五六七八九]{2})"
_MOMENT = re.compile(
    rf"(?P<since>(?:19|20)\d{{2}}\s*年?\s*[-~—至到]\s*)?(?<!\d){_YEAR}\s*年(?P<suffix>度|末|底|初)?"
    r"(?:\s*(?P<month>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})\s*[日号])?)?"
    r"|(?<![\d.])(?P<year2>(?:19|20)\d{2})[-./](?P<month2>\d{1,2})[-./](?P<day2>\d{1,2})(?![\d.])"
    r"|(?<![\d.])(?P<month3>\d{1,2})\s*月(?:\s*(?P<day3>\d{1,2})\s*[日号]|份|底|末|初|[上中下]旬)?"
)
_KEPT = 256
"""Of how many texts what was read is kept: one text is read by several rules, one after the other."""
RELATIVE = re.compile(r"(?:上一?年度?(?:同期)?|去年(?:同期)?|前年|下一?年度?|明年|来年|本年度?|今年|当年|本期)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or year as written; parts that are not written are None. `since` marks the end of 2021-2023年."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    suffix: str = ""
    since: bool = False

    @property
    def possible(self) -> bool:
        """Whether the calendar has it."""
        if self.month is None:
            return True
        try:
            date(self.year or 2000, self.month, self.day or 1)
        except ValueError:
            return False
        return True


@lru_cache(maxsize=_KEPT)
def moments(folded: str) -> tuple[Moment, ...]:
    """Return the dates and years of a folded text in order."""
    return tuple(_moment(match) for match in _MOMENT.finditer(folded))


def _moment(match: re.Match[str]) -> Moment:
    groups = match.groupdict()
    month, day = groups["month"] or groups["month2"] or groups["month3"], None
    day = groups["day"] or groups["day2"] or groups["day3"]
    return Moment(
        start=match.start(),
        end=match.end(),
        year=_year(groups["year"] or groups["year2"]),
        month=int(month) if month else None,
        day=int(day) if day else None,
        suffix=groups["suffix"] or "",
        since=bool(groups["since"]),
    )


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    number = int(text) if text.isdigit() else chinese_number(text)
    return None if number is None else int(number)


def offset(word: str) -> int:
    """Return how many years after the report's year a word such as 上年 is."""
    if word.startswith(("上", "去")):
        return -1
    if word.startswith("前"):
        return -2
    return 1 if word.startswith(("下", "明", "来")) else 0
