"""Wording: what a template left behind, meanings turned round, stock reasons, claims that contradict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from perfeval_xl.proofread.calculation import percent
from perfeval_xl.proofread.characters import fold, sentences
from perfeval_xl.proofread.figures import MONEY, figures
from perfeval_xl.proofread.mentions import Mention, Role
from perfeval_xl.proofread.mentions.grammar import COMPARISON
from perfeval_xl.proofread.relations import Index
from perfeval_xl.proofread.report import Kind, Paragraph, Report
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.subjects import partitions
from perfeval_xl.proofread.word_lists import words
from perfeval_xl.records.finding import Finding

_ASSURED = re.compile(r"(?:未|没有|尚未|不能|确保|力争|保证|为了|为|将|争取|推动|促进)\s*$")
_HALF_COMMA = re.compile(r"(?<=[一-鿿]),\d{3}(?:\.\d+)?(?=\s*(?:万|亿)?元)")
_REACH = 200
"""Characters before and behind a change in which its reason is looked for."""
_SCOPE = re.compile(r"[^,。;]{0,14}(?:任务|目标|指标|工作|项目|计划)")
_REASON_GIVEN = re.compile(r"原因|由于|因为|系|主要是|用于|因")

_REASON_FOLLOWS = re.compile(
    r"\s*(?:(?:增加|减少|增长|下降|变动|变化|增减)[^,]{0,6})?(?:的)?(?:主要)?(?:原因|由于|因为|是|系)"
)


def wording(report: Report, index: Index) -> Iterator[Finding]:
    """Find wording that betrays copying, haste or contradiction."""
    for paragraph in report.paragraphs:
        folded = fold(paragraph.text)
        yield from remains(paragraph, folded)
        yield from _broken(paragraph, folded)
        yield from _corrected("P39", "characters", paragraph, folded)
        if paragraph.kind is not Kind.CELL and "\t" not in folded.strip():
            yield from _corrected("P34", "reversed", paragraph, folded)
            yield from _corrected("P35", "slips", paragraph, folded)
            yield from _stock_reasons(paragraph, folded)
    yield from _unreasoned(index)
    yield from _contradiction(report)


@cache
def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def remains(paragraph: Paragraph, folded: str) -> Iterator[Finding]:
    """Find what a model form left behind: its prompts, and places that are still open."""
    in_table = paragraph.kind is Kind.CELL or "\t" in paragraph.text.strip()
    for match in _remaining(in_table=in_table).finditer(folded):
        place = paragraph.passage(*match.span())
        yield finding("P24", place, value=place.quote, word=place.quote)


@cache
def _remaining(*, in_table: bool) -> re.Pattern[str]:
    """Return what a model form leaves behind; in a table, places of blanks are none of it."""
    lists = words("wording")["remains"]
    return _any(*lists["patterns"], *(() if in_table else lists["blanks"]))


def _broken(paragraph: Paragraph, folded: str) -> Iterator[Finding]:
    """Find figures with a stop, a comma or a nought too many."""
    lists = words("wording")["numbers"]
    for match in _any(*lists["broken"]).finditer(folded):
        parted = "," in match[0] and re.search(
            lists["several"], folded[max(0, match.start() - 50) : match.start()]
        )
        if not parted:
            place = paragraph.passage(*match.span())
            yield finding("P38", place, value=place.quote, word=place.quote)
    if "，" in paragraph.text:  # where commas are full-width, a half-width one before digits belongs to a number
        for match in _HALF_COMMA.finditer(paragraph.text):
            place = paragraph.passage(*match.span())
            yield finding("P38", place, value=place.quote, word=place.quote)


def _corrected(rule: str, name: str, paragraph: Paragraph, folded: str) -> Iterator[Finding]:
    for item in words("wording")[name]["patterns"]:
        for match in _any(item["wrong"]).finditer(folded):
            place = paragraph.passage(*match.span())
            yield finding(rule, place, value=place.quote, word=place.quote, right=match.expand(item["right"]))


def _stock_reasons(paragraph: Paragraph, folded: str) -> Iterator[Finding]:
    reasons = words("wording")["reasons"]
    for start, end in sentences(folded):
        begin = _any(reasons["begin"]).search(folded, start, end)
        if not begin:
            continue
        reason = folded[begin.start() : end].split(";", maxsplit=1)[0]
        changed = COMPARISON.search(folded, start, begin.start())
        stock = _any(*reasons["stock"], *(reasons["of_change"] if changed else ())).search(reason)
        if stock and not any(figure.dimension == MONEY for figure in figures(reason)):
            place = paragraph.passage(begin.start(), begin.start() + len(reason.rstrip("。")))
            yield finding("P31", place, value=place.quote, word=place.quote)


def _unreasoned(index: Index) -> Iterator[Finding]:
    """Find changes above the limit in whose paragraph nothing is said of why."""
    limit = Decimal(str(words("wording")["reasons"]["large_change"]))
    wholes = {partition.whole for partition in partitions()}
    for item in index.mentions:
        if item.role is not Role.CHANGE or item.against != item.period - 1 or item.subject in wholes:
            continue
        level = index.level(item.subject, item)
        before = (
            level.value - item.value
            if level and level.figure.dimension == item.figure.dimension == MONEY
            else None
        )
        if before and before > 0 and abs(item.value) / before > limit and not _explained(item, index):
            yield finding(
                "P32",
                item.place,
                label=item.subject,
                subject=item.subject,
                direction="增加" if item.sign > 0 else "减少",
                rate=percent(abs(item.value) / before, 1),
            )


def _explained(item: Mention, index: Index) -> bool:
    folded = fold(item.paragraph.text)
    if _REASON_GIVEN.search(folded, max(item.sentence, item.figure.start - _REACH), item.figure.start):
        return True  # the change is itself a reason
    if any(group.whole is item.owner for group in index.telling.lists) and _REASON_GIVEN.search(
        folded, item.figure.end
    ):
        return True  # the reasons stand at the parts
    own, *following = re.split("[;。]", folded[item.figure.end : item.figure.end + _REACH])
    return bool(_REASON_GIVEN.search(own) or (following and _REASON_FOLLOWS.match(following[0])))


def _contradiction(report: Report) -> Iterator[Finding]:
    claims = words("wording")["claims"]
    done = next(_said(report, claims["done"], scope=True), None)
    open_ones = list(_said(report, claims["open"], scope=False))
    if done and open_ones:
        paragraph, start, end = done
        later = [item for item in open_ones if item[0].number > paragraph.number]
        other, begin, stop = (later or open_ones)[0]
        yield finding(
            "P33",
            paragraph.passage(start, end),
            word=paragraph.text[start:end],
            paragraph=other.number,
            other=other.text[begin:stop],
        )


def _said(report: Report, patterns: list[str], *, scope: bool) -> Iterator[tuple[Paragraph, int, int]]:
    for paragraph in report.body:
        folded = fold(paragraph.text)
        for match in _any(*patterns).finditer(folded):
            reach = _SCOPE.match(folded, match.end()) if scope and "完成" in match[0] else None
            if _ASSURED.search(folded[max(0, match.start() - 8) : match.start()]) and scope:
                continue
            yield paragraph, match.start(), reach.end() if reach else match.end()
