"""What a text has kept from elsewhere: the form's own prompts, other years' work, another office as the actor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from perfeval_xl.proofread.characters import fold, sentences
from perfeval_xl.proofread.dates_checked import late, stale
from perfeval_xl.proofread.offices import alike
from perfeval_xl.proofread.report import Paragraph
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.wording import remains
from perfeval_xl.proofread.written_dates import moments
from perfeval_xl.records.finding import Finding

_PROMPT = re.compile(r"^\s*(?:请)?(?:写明|写清|填写|写出|对照[^,。]{1,12}写明|没有可不填)[^,。;]{0,40}")
_ACTOR = re.compile(
    r"(?:^|[。;])\s*(?P<name>[一-鿿]{2,14}?(?:局|委员会|人民政府|法院|检察院|医院|中学|小学))"
    r"(?=(?:全年|全面)?(?:完成|组织|开展|负责|主管|承担|实施|共有|是|系|内设))"
)
_DONE = re.compile(r"完成|验收|建成|竣工|发放|支付|投入使用|实现|新建|修复|维修|举办|改造")
_AFTERWARDS = re.compile(r"公开|自评|决算|评价|审计|报告|批复|前|以前|之前|底前|起|安排|继续|预计|整改|措施")
"""What is done of right after the year, or is only to be done."""


def left_over(paragraph: Paragraph) -> Iterator[Finding]:
    """Find what a form says to those who fill it, or what is still to be filled: the first of these."""
    folded = fold(paragraph.text)
    prompt = _PROMPT.match(folded)
    if prompt and not re.search(r"\d", folded):
        place = paragraph.passage(*prompt.span())
        yield finding("P24", place, value=place.quote, word=place.quote)
    else:
        yield from islice(remains(paragraph, folded), 1)


def of_other_years(paragraph: Paragraph, year: int, *, ahead: bool = False) -> Iterator[Finding]:
    """Find work that is told as done after the evaluated year, and an earlier year's end told as this year's.

    A text that looks `ahead` may speak of later years.
    """
    folded = fold(paragraph.text)
    found = [moment for moment in moments(folded) if moment.year]
    if not year or not found:
        return
    for start, end in sentences(folded):
        inside = [moment for moment in found if start <= moment.start < end and moment.possible]
        told = folded[start:end]
        if inside and not ahead and _DONE.search(told) and not _AFTERWARDS.search(told):
            yield from late(paragraph, told, inside, year)
        yield from stale(paragraph, folded, start, end, inside, year)


def of_another_office(paragraph: Paragraph, unit: str) -> Iterator[Finding]:
    """Find another office as the one that has done the work."""
    match = _ACTOR.search(fold(paragraph.text))
    if unit and match and not alike(match["name"], unit):
        name, place = match["name"], paragraph.passage(*match.span("name"))
        yield finding("P26", place, value=name, expected=unit, word=name, own=unit)
