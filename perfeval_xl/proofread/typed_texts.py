"""What is surely wrong in a text typed beside figures: digits twisted, directions turned, years of elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from perfeval_xl.proofread.against_workbook import compared
from perfeval_xl.proofread.characters import fold
from perfeval_xl.proofread.dates_checked import impossible
from perfeval_xl.proofread.figures import POINTS, quantities
from perfeval_xl.proofread.kept_from_elsewhere import left_over, of_another_office, of_other_years
from perfeval_xl.proofread.mentions import Mention, Role, told
from perfeval_xl.proofread.mentions.grammar import DOWN, UP
from perfeval_xl.proofread.offices import misnamed
from perfeval_xl.proofread.relations import Index, tried
from perfeval_xl.proofread.relations.sameness import swapped
from perfeval_xl.proofread.report import Paragraph, Report, StatedField
from perfeval_xl.proofread.results_quoted import Results, misquoted
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.subjects import is_known, names_a_subject, subject
from perfeval_xl.proofread.verdict import rooted
from perfeval_xl.proofread.written_dates import moments
from perfeval_xl.records.finding import Finding, Level

_WORTH = re.compile(
    r"[\d０-９]|我[县区局院校]|全[县区]|同比|[较比](?:上|去)年|^\s*(?:增|减|上升|下降)|[一-鿿](?:局|委员会|人民政府|院|学)|[X×xＸ*＊_]{2}|填写|写[明清出]|参考|某某|等级|优秀"
)
_FIGURED = re.compile(
    r"\d[\d,.，．]*\s*(?:万元|亿元|元|%|％)|\d{4}|我[县区局院校]|全[县区]|[较比](?:上|去)年|同比|^\s*(?:增|减|上升|下降)|\d月\d"
)
"""What has figures, or a direction, that the amounts of the workbook could contradict."""
_SPEAKS = re.compile(
    rf"(?:^|[,;。])(?P<subject>[^,;。\d]{{0,12}}?)(?:(?:较|比)(?:上年|去年)|同比)(?:略有|有所|大幅|小幅)?(?P<word>(?P<up>{UP})|(?:{DOWN}))"
)
_REASON = re.compile(rf"^\s*(?P<word>(?P<up>{UP})|(?:{DOWN}))(?:的)?(?:主要)?(?:原因|是因)")
_OPENING_YEAR = re.compile(
    r"(?:^|[。;])\s*(?P<year>(?:19|20)\d\d)年(?!以来|起|来|至|到|\s*[-~—])[^,;。]{0,30}?(?:完成|新建|建成|实现|开展|举办|支出|新增)"
)
_AMOUNT = re.compile(r"[\d０-９]\s*(?:万元|亿元|元|%|％)")
_COUNT = re.compile(r"[\d０-９][\d０-９.,]*\s*(?P<unit>[^\d０-９.,;，；。、\s])")
_QUOTIENT = frozenset("倍分")
"""Units of what is worked out from figures of another unit."""
_LONG_NUMBER = re.compile(r"\d[\d.,]{3}")
_DIGITS = 4
_SELF = re.compile("[我全]")
_FEWEST_MENTIONS = 3
_MOST = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """What a typed text stands beside.

    `figures` are the workbook's own, by name; `near` the values that the text most likely speaks of; `row` is the
    subject of its row; `changes` say by how much each subject changed against last year; `results` are what the
    text may quote; one that looks `ahead` may speak of later years.
    """

    year: int
    unit: str
    figures: Mapping[str, StatedField]
    near: Collection[Decimal] = ()
    row: str = ""
    changes: Mapping[str, Decimal] = field(default_factory=dict)
    results: Results = field(default_factory=Results)
    ahead: bool = False


def worth_reading(text: str) -> bool:
    """Whether a text has anything in it that could be held against figures."""
    return bool(_WORTH.search(text))


_SIZE = 10
"""From what quotient on two figures are hardly two spellings of one."""


def sure(text: str, beside: Beside) -> tuple[Finding, ...]:
    """Return what is surely wrong in a typed text, all as matters to be looked at."""
    paragraph = Paragraph(1, text)
    folded = fold(text)
    found = (
        *(_of_amounts(paragraph, folded, beside) if _FIGURED.search(text) else ()),
        *_figures(paragraph, beside),
        *misquoted(paragraph, folded, beside.results),
        *left_over(paragraph),
        *of_other_years(paragraph, beside.year, ahead=beside.ahead),
        *of_another_office(paragraph, beside.unit),
    )
    at_once: dict[tuple[int, int], Finding] = {}
    for item in found:
        place = item.place
        at_once.setdefault((getattr(place, "start", 0), getattr(place, "end", 0)), item)
    return tuple(replace(item, level=Level.WARNING) for item in list(at_once.values())[:_MOST])


def _of_amounts(paragraph: Paragraph, folded: str, beside: Beside) -> Iterator[Finding]:
    yield from _twisted(paragraph, folded, beside)
    yield from _turned(paragraph, folded, beside)
    yield from _of_elsewhere(paragraph, folded, beside)


def _figures(paragraph: Paragraph, beside: Beside) -> Iterator[Finding]:
    if not _may_be_compared(paragraph.text) and not _may_be_related(paragraph.text):
        return
    telling = told([paragraph], beside.year)
    named = tuple(item for item in telling.mentions if _sure_of(item))
    verdicts = list(compared(named, beside.figures, beside.year))
    if len(telling.mentions) >= _FEWEST_MENTIONS:
        verdicts += tried(Index(telling), [paragraph], declared=True)
    yield from (
        item
        for item in rooted(verdicts)
        if (item.rule == "N01" and _of_one_size(item)) or (item.rule != "N01" and item.level is Level.ERROR)
    )


def _may_be_compared(text: str) -> bool:
    """Whether an amount of a text may be one that the workbook has, or one of several; it only has to be cheap."""
    if not _AMOUNT.search(text):
        return False
    return names_a_subject(text) or sum(1 for _ in _COUNT.finditer(text)) >= _FEWEST_MENTIONS


def _may_be_related(text: str) -> bool:
    """Whether counts of a text can hang together: three at least, and two of them of one unit or one a quotient.

    It only has to be cheap: 公里 and 公斤 may pass for one unit, what passes is read with care.
    """
    units = [count["unit"] for count in _COUNT.finditer(text)]
    return len(units) >= _FEWEST_MENTIONS and (len(set(units)) < len(units) or not _QUOTIENT.isdisjoint(units))


def _of_one_size(item: Finding) -> bool:
    """Whether a figure may be a slip of the workbook's: one of another size is more likely of another thing."""
    stated, known = item.value, item.expected
    if not isinstance(stated, Decimal) or not isinstance(known, Decimal) or not stated or not known:
        return True
    return 1 / _SIZE < abs(stated / known) < _SIZE


def _sure_of(item: Mention) -> bool:
    """Whether a figure says itself what it is of."""
    return (
        is_known(item.subject) and not item.carried and not item.aside and item.role in (Role.LEVEL, Role.CHANGE)
    )


def _twisted(paragraph: Paragraph, folded: str, beside: Beside) -> Iterator[Finding]:
    """Find 72.24 where the workbook has 27.24: the same digits, two of them changed over."""
    if not beside.near:
        return
    if not _LONG_NUMBER.search(folded):
        return
    plain = {f"{abs(value).normalize():f}" for value in beside.near}
    for figure in quantities(folded, moments(folded)):
        said = f"{figure.written.copy_abs().normalize():f}"
        if len(said.replace(".", "")) < _DIGITS or said in plain or figure.dimension == POINTS or not figure.exact:
            continue
        meant = next((value for value in sorted(plain) if swapped(said, value)), None)
        if meant:
            place = paragraph.passage(figure.start, figure.end)
            yield finding(
                "P44", place, value=figure.written, expected=Decimal(meant), said=place.quote, right=meant
            )


def _turned(paragraph: Paragraph, folded: str, beside: Beside) -> Iterator[Finding]:
    """Find 减少 where the workbook's figures increased."""
    for match in (*_REASON.finditer(folded), *_SPEAKS.finditer(folded)):
        name = match.groupdict().get("subject") or ""
        of = subject(name) if name.strip() else beside.row
        change = beside.changes.get(of)
        if not change or (name.strip() and not is_known(of)):
            continue
        rising = match["up"] is not None
        if rising is not (change > 0):
            place = paragraph.passage(match.start("word"), match.end("word"))
            right = "增加" if change > 0 else "减少"
            yield finding("P45", place, value=place.quote, expected=right, label=of, said=place.quote, right=right)


def _of_elsewhere(paragraph: Paragraph, folded: str, beside: Beside) -> Iterator[Finding]:
    """Find years far off where the year's work is told, dates that do not exist, another kind of place."""
    for match in _OPENING_YEAR.finditer(folded):
        year = int(match["year"])
        if beside.year and abs(year - beside.year) > 1:
            place = paragraph.passage(*match.span("year"))
            word = f"{place.quote}年"
            yield finding("P18", place, value=str(year), expected=str(beside.year), word=word, year=beside.year)
    if "月" in folded:
        yield from impossible(paragraph)
    if beside.unit and _SELF.search(folded):
        yield from misnamed(Report("", (paragraph,)), beside.unit)


def changes_of(figures: Mapping[str, StatedField]) -> dict[str, Decimal]:
    """Return by how much each row changed against last year, by the subject of the row."""
    changes: dict[str, Decimal] = {}
    for name, stated in figures.items():
        row, _, column = name.rpartition("_")
        before = figures.get(f"{row}_上年决算") if column == "本年决算" else None
        if before and before.value is not None and stated.value is not None:
            changes[subject(row) or row] = stated.value - before.value
    return changes
