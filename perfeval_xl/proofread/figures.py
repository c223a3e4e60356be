"""Figures in running text: how amounts, percentages and counts are written, and how exactly each is printed."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from perfeval_xl.proofread.data import measure_words
from perfeval_xl.proofread.moments import Moment
from perfeval_xl.proofread.text import NUMERAL, chinese_number

MONEY, PERCENT, POINTS, PEOPLE = "元", "%", "百分点", "人"
"""Dimensions that have a name here; a count's dimension is its measure word."""

_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_ALIKE = {"名": PEOPLE, "位": PEOPLE, "m2": "平方米", "㎡": "平方米", "千米": "公里", "公里": "公里"}
_ABOUT_BEFORE = re.compile(r"(?:约|近|超过|超|逾|大约|将近|不少于|不低于|至少|不超过|低于|高于|突破|[≥≤><])\s*$")
_ABOUT_AFTER = re.compile(r"\s*(?:左右|以上|以下|以内|上下)")
_SPAN_BEFORE = re.compile(r"[\d%元]\s*[-~—至到]\s*$")
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `value` in 元, as a fraction, or as a count; `step` is one unit of its last printed place.

    `written` is the number in the unit that is printed beside it. `about` marks 约, 超过, 左右; `span` marks the
    ends of a range; neither takes part in arithmetic. `spelled` marks a Chinese numeral.
    """

    value: Decimal
    dimension: str
    written: Decimal
    unit: str
    step: Decimal
    start: int
    end: int
    about: bool = False
    span: bool = False
    spelled: bool = False

    @property
    def exact(self) -> bool:
        """Whether one may calculate with it."""
        return not (self.about or self.span)

    @property
    def scale(self) -> Decimal:
        """What one printed unit is worth: 10000 for 万元, 0.01 for %."""
        return _scale(self.unit, self.dimension)


def _scale(unit: str, dimension: str) -> Decimal:
    if dimension in (PERCENT, POINTS):
        return Decimal("0.001") if unit == "‰" else Decimal("0.01")
    prefix = re.match(r"万亿|百万|千万|[百千万亿]?", unit)
    return Decimal(_SCALES[prefix[0] if prefix and unit != "千米" else ""])


@cache
def _pattern() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, measure_words()), key=len, reverse=True))
    numerals = f"{NUMERAL}+(?:[万亿]{NUMERAL}*)*(?:点{NUMERAL}+)?"
    return re.compile(
        rf"(?P<percent>百分之(?:{numerals}|{_NUMBER}))"
        rf"|(?<![A-Za-z\d.第])(?P<number>(?:(?<![\d%元)a-zA-Z])[-+])?(?:{_NUMBER})|(?<!第){numerals})\s*"
        rf"(?:余|多)?(?P<unit>(?:万亿|百万|千万|[百千万亿])?(?:余|多)?(?:元|个?百分点|[%‰]|(?:{words})))"
    )


def figures(folded: str, moments: tuple[Moment, ...] = ()) -> tuple[Figure, ...]:
    """Return the figures of a folded text in order; those inside a date are not figures."""
    starts = [moment.start for moment in moments]
    found = []
    for match in _pattern().finditer(folded):
        if not _inside(match.start(), moments, starts):
            figure = _figure(match, folded)
            if figure:
                found.append(figure)
    return tuple(found)


def _inside(position: int, moments: tuple[Moment, ...], starts: list[int]) -> bool:
    index = bisect_left(starts, position + 1) - 1
    return index >= 0 and position < moments[index].end


def _figure(match: re.Match[str], folded: str) -> Figure | None:
    if match["percent"]:
        text, unit = match["percent"].removeprefix("百分之"), PERCENT
    else:
        text, unit = match["number"], match["unit"]
    printed = unit.replace("余", "").replace("多", "")
    spelled = not text.lstrip("+-")[0].isdigit()
    number = chinese_number(text) if spelled else Decimal(text.replace(",", ""))
    if number is None:
        return None
    dimension = _dimension(printed)
    scale = _scale(printed, dimension)
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    before, after = folded[max(0, match.start() - 6) : match.start()], folded[match.end() : match.end() + 3]
    return Figure(
        value=number * scale,
        dimension=dimension,
        written=number,
        unit=printed,
        step=scale.scaleb(-decimals),
        start=match.start(),
        end=match.end(),
        about=bool(
            printed != unit
            or folded[match.start("unit") - 1 : match.start("unit")] in ("余", "多")
            or _ABOUT_BEFORE.search(before)
            or _ABOUT_AFTER.match(after)
        ),
        span=bool(_SPAN_BEFORE.search(before) or re.match(r"\s*[-~—至到]\s*\d", after)),
        spelled=spelled,
    )


def _dimension(unit: str) -> str:
    if unit.endswith(POINTS):
        return POINTS
    if unit in (PERCENT, "‰"):
        return PERCENT
    if unit.endswith("元"):
        return MONEY
    word = re.sub(r"^(?:万亿|百万|千万|[百千万亿])(?=.)", "", unit) if unit != "千米" else unit
    return _ALIKE.get(word, word)
