"""What there is of something for each: a total by a count, both in the sentence or in those before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl.proofread.calculation import amount
from perfeval_xl.proofread.figures import BARE, MONEY
from perfeval_xl.proofread.mentions import Mention, Role
from perfeval_xl.proofread.relations.slips import variants
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.verdict import Verdict, settled, softened

if TYPE_CHECKING:
    from perfeval_xl.proofread.relations.index import Index

_PAIR = 2
_NOUN = re.compile(
    "(?:均|每(?:平方米|公里|[人户个年月亩套台辆名吨次位批件场篇期村所项])?)([^均每]*?)(?:为|约|达到?|是|共)?\\s*$"
)
_COST = re.compile("造价|投资|成本|费|支出|补助|补贴|发放|投入|标准|资金|金额|价|运行|维护|奖|给|需|按|用")
_MOVED = re.compile("增|减|节|降|省")
"""What there is each of is money spent; what it was more or less by is another."""
_PER_WHAT = re.compile(
    "([人户批亩辆车台场生村校项个次])(?:均|平均)|(?:平均|每)(?:每)?(?:个)?([人户批亩辆台场名村校项次]|单位|项目)"
)
_UNITS = {
    "人": frozenset({"人", "人次", "人天"}),
    "名": frozenset({"人", "人次"}),
    "生": frozenset({"人"}),
    "户": frozenset({"户", "户次"}),
    "批": frozenset({"批次", "批"}),
    "亩": frozenset({"亩"}),
    "辆": frozenset({"辆", "台"}),
    "车": frozenset({"辆", "台"}),
    "台": frozenset({"台", "辆"}),
    "场": frozenset({"场"}),
    "村": frozenset({"个"}),
    "校": frozenset({"所"}),
    "项": frozenset({"项", "个"}),
    "个": frozenset({"个"}),
    "次": frozenset({"次", "人次"}),
    "单位": frozenset({"个", "家"}),
    "项目": frozenset({"个", "项"}),
}
"""In which units that is counted of which there is so much each."""


def averages(index: Index) -> Iterator[Verdict]:
    """Try every 户均, 每辆 and 单价 whose terms the text gives."""
    for mention in index.mentions:
        if mention.role is Role.EACH and mention.figure.exact:
            yield from _each(mention, index)


def _each(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 户均3万元: a total by a count."""
    near = [
        item
        for item in index.sentence(mention)
        if item.level and item.counted and item.figure.exact and item.value
    ]
    if mention.figure.dimension not in {item.figure.dimension for item in near} or len(_kinds(near)) < _PAIR:
        yield from _each_of_before(mention, index)
        return
    totals = [item for item in near if item.figure.dimension == mention.figure.dimension]
    counts = [item for item in near if item.figure.dimension not in (mention.figure.dimension, MONEY, BARE)]
    heads = re.search(r"([人户批亩辆台])均|[每单]([人户批辆车台亩])", mention.head)
    if heads:
        wanted = (heads[1] or heads[2]).replace("车", "辆")
        counts = [item for item in counts if item.figure.dimension.startswith(wanted)] or counts
    readings = [_average(mention, total, count) for total in totals for count in counts]
    if len(readings) > 1 and all(verdict.finding for verdict in readings):
        readings = [
            _average(mention, total, count)
            for total in totals[-1:]
            for count in counts[-1:]
            if _close(mention, count)
        ]
    if any(not verdict.finding for verdict in readings):
        yield next(verdict for verdict in readings if not verdict.finding)
    elif len(readings) == 1 and _is_of(mention, readings[0].facts[1]):
        yield softened(readings[0])


def _kinds(items: Sequence[Mention]) -> set[str]:
    return {item.figure.dimension for item in items}


def _each_of_before(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 现有车辆19台。全年运行维护51.3万元，车均2.7万元: a total or a count of the sentences before."""
    by = _PER_WHAT.search(mention.head) or _PER_WHAT.search(mention.lead)
    units = _UNITS.get(next(filter(None, by.groups()))) if by else None
    if units is None:
        return
    before = [
        item
        for item in index.around(mention)
        if item.paragraph.number == mention.paragraph.number
        and item.number < mention.number
        and item.level
        and item.figure.exact
        and item.value
    ]
    counts = [item for item in before if item.figure.dimension in units]
    totals = [item for item in before if item.figure.dimension == mention.figure.dimension]
    readings = [_average(mention, total, count) for total in totals[::-1] for count in counts[::-1]]
    holds = [verdict for verdict in readings if not verdict.finding]
    likely = len(counts) == 1 and totals and _is_of(mention, totals[-1])
    likely = likely and _slipped_average(mention, totals[-1], counts[-1])
    yield from settled(holds or ([softened(readings[0])] if likely else []))


def _slipped_average(mention: Mention, total: Mention, count: Mention) -> bool:
    """Whether an average comes right when one digit of it or of one of its terms is another."""
    for item in (mention, total, count):
        for value in variants(item.figure):
            changed = replace(item, figure=replace(item.figure, value=value))
            each, whole, of = (changed if term is item else term for term in (mention, total, count))
            if of.value and not _average(each, whole, of).finding:
                return True
    return False


def _is_of(mention: Mention, total: Mention) -> bool:
    """Whether an average is of that total: 每公里造价 of 投资, and 户均增收 of no 补贴."""
    noun = _NOUN.search(mention.head)
    if noun is None or not noun[1]:
        return True
    if _MOVED.search(noun[1]):
        return noun[1] in total.head
    return bool(set(noun[1]) & set(total.head) or _COST.search(noun[1]))


def _close(mention: Mention, other: Mention) -> bool:
    """Whether nothing but a comma or two stands between two figures."""
    between = sorted((mention.figure.start, other.figure.start))
    return abs(mention.number - other.number) <= _PAIR and not re.search(
        "[;；。]", mention.paragraph.text[slice(*between)]
    )


def _average(mention: Mention, total: Mention, count: Mention) -> Verdict:
    right = total.value / count.value
    terms = (mention, total, count)
    if abs(right - mention.value) <= mention.figure.step + total.figure.step / count.value:
        return Verdict(terms)
    figures = [mention.figure, total.figure]
    found = finding(
        "P10",
        mention.place,
        label=mention.subject,
        subject=mention.head.strip() or mention.subject,
        calculation=f"{total.text}÷{count.text}={amount(right, mention.figure, figures)}",
        said=mention.text,
    )
    return Verdict(terms, found, abs(right - mention.value) * count.value)
