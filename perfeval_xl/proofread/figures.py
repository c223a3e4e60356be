"""Figures in running text: how amounts, percentages and counts are written, and how exactly each is printed.

A number without a unit takes the one that stands beside it: 较上年2.40减少0.30万元.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from perfeval_xl.proofread.characters import NUMERAL, chinese_number
from perfeval_xl.proofread.word_lists import measure_words
from perfeval_xl.proofread.written_dates import Moment

MONEY, PERCENT, POINTS, PEOPLE, SCORE, TIMES, BARE = "元", "%", "百分点", "人", "分", "倍", ""
"""Dimensions that have a name here; a count's dimension is its measure word, a number's without any is BARE."""

_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_ALIKE = {"名": PEOPLE, "位": PEOPLE, "m2": "平方米", "㎡": "平方米", "千米": "公里", "公里": "公里"}
_ABOUT_BEFORE = re.compile(
    r"(?:(?<![节集制公])约|(?<![临接])近|超过|超|逾|大约|将近|不少于|不低于|至少|不超过|低于|高于|突破|[≥≤><])\s*$"
)
_ABOUT_AFTER = re.compile(r"\s*(?:左右|[及含]?以上|[及含]?以下|以内|上下|余|多(?!\s*[元次人项个\d]))")
_BARE = re.compile(
    r"(?<![A-Za-z\d.,第〔\[表图件号/~—:+×*·-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d.])|\d+(?:\.\d+)?(?![\d.]))"
    r"(?=\s*(?:[;。)]|,(?!\d{3}\D)|$|增|减|下降|上升|完成|实[到际现]|满意|合格|到位|占|的\d|[、和与及]\s*\d))"
)
_BEFORE_BARE = re.compile(r"[一-鿿)“”〕]\s*$")
_BORROWED_FROM = 24
"""Characters within which a number without a unit finds one."""
_SPAN_BEFORE = re.compile(r"(?:[\d%元]\s*[-~—至到]|\d(?:分|岁|周岁)\s*[-~—至])\s*$")
_KEPT = 256
"""Of how many texts the figures are kept: one text is read by several rules, one after the other."""
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


@cache
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
        rf"(?:余|多)?(?P<unit>(?:万亿|百万|千万|[百千万亿])?(?:余|多)?(?:元|个?百分点|[%‰]|倍|(?:{words})))"
    )


@lru_cache(maxsize=_KEPT)
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


@lru_cache(maxsize=_KEPT)
def quantities(folded: str, moments: tuple[Moment, ...] = ()) -> tuple[Figure, ...]:
    """Return the figures of a folded text in order; numbers without a unit take their neighbour's."""
    whole = figures(folded, moments)
    spans = sorted([*((item.start, item.end) for item in whole), *((item.start, item.end) for item in moments)])
    bare = [figure for figure in _bare(folded) if not _covered(figure, spans)]
    ordered = sorted([*whole, *bare], key=lambda figure: figure.start)
    return tuple(_lent(figure, ordered, at, folded) for at, figure in enumerate(ordered))


def _covered(figure: Figure, spans: list[tuple[int, int]]) -> bool:
    index = bisect_left(spans, (figure.end, 0)) - 1
    return index >= 0 and spans[index][1] > figure.start


def _bare(folded: str) -> Iterator[Figure]:
    for match in _BARE.finditer(folded):
        if _BEFORE_BARE.search(folded[max(0, match.start() - 3) : match.start()]):
            number = Decimal(match["number"].replace(",", ""))
            step = Decimal(1).scaleb(-_decimals(number))
            yield Figure(number, BARE, number, "", step, match.start(), match.end())


def _lent(figure: Figure, ordered: list[Figure], at: int, folded: str) -> Figure:
    """Return a number with the unit of the next figure of its clause, else of the one before."""
    if figure.dimension != BARE:
        return figure
    after, before = ordered[at + 1 : at + 3], reversed(ordered[max(0, at - 2) : at])
    for other in (*after, *before):
        between = folded[min(figure.end, other.end) : max(figure.start, other.start)]
        lends = other.dimension not in (BARE, PERCENT, POINTS, TIMES) and (
            other.dimension == MONEY or other.start > figure.start
        )
        if lends and len(between) <= _BORROWED_FROM and not re.search("[。;]", between):
            scale = other.scale
            return replace(
                figure,
                value=figure.value * scale,
                dimension=other.dimension,
                unit=other.unit,
                step=figure.step * scale,
            )
    return figure


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


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
    decimals = _decimals(number)
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
            or (_ABOUT_AFTER.match(after) and "控制在" not in folded[max(0, match.start() - 10) : match.start()])
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
