"""Sums: parts and their whole, changes of parts and the change of the whole, last year's figures that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from perfeval_xl.proofread.calculation import addition, amount, percent, printed, slack, terms
from perfeval_xl.proofread.figures import MONEY, PEOPLE, SCORE, Figure
from perfeval_xl.proofread.mentions import List, Mention, Role
from perfeval_xl.proofread.relations.index import Index, elsewhere
from perfeval_xl.proofread.relations.slips import one_slip
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.subjects import is_known, partitions
from perfeval_xl.proofread.verdict import Verdict
from perfeval_xl.records.finding import Finding, Passage

_SHORT, _SHORT_COUNT, _SHORT_AT_MOST = Decimal("0.25"), Decimal("0.15"), Decimal("0.5")
"""By how much of a whole its parts may fall short when they are probably meant to be complete: money, counts, and
what is wrong by one digit."""
_UNEXPLAINED, _SINGLE_UNEXPLAINED = Decimal("0.75"), Decimal("0.9")
"""Shares of a whole that nobody explains: above the first with a list of parts, above the second with one part."""
_MOST_TERMS, _GUARDED_DIGITS = 13, 4
_NEAR, _LONGEST, _SHORT_LEAD = Decimal("0.15"), 200, 7
_TOTAL_SCORE = re.compile("总分|总得分|合计得分|综合得分|自评得分|合计$")
_PERIOD = re.compile(
    r"(?:^|[,;。:、])[^,;。:、]{0,4}(?:(?<!\d)\d{1,2}月份?|(?<!前)(?:第)?[一二三四]季度|[上下]半年)(?![底末初前累至—-])[^,;。:、]{0,8}$"
)
_OTHER_TIME = re.compile("^(?:年初|上年|去年|期初|原有?|上年末|年初数)(?:为|是)?$")
"""年末6辆（年初8辆）: no part, but the same at another time."""
_CHANGED_DIMENSIONS = frozenset({MONEY, PEOPLE})
_PAIR, _PAIR_OF_DIGITS = 2, 10
_STOCK = re.compile("余额|存量|总量|规模")
_NO_PARTS = re.compile(r"[一二三]级(?:绩效)?指标|女性|女职工|党员|学历|本科|硕士|博士|职称|少数民族")
"""Counts that overlap, or lie at different levels."""


def sums(index: Index) -> Iterator[Verdict]:
    """Try every whole whose parts are given."""
    done = set()
    yield from _by_months(index)
    fitting = {_lines(group) for group in index.telling.lists if not _gap(group.whole, group.parts)}
    for group in (*index.telling.lists, *_declared(index), *_scores(index)):
        key = (group.whole.position, frozenset(part.position for part in group.parts))
        if key not in done and _calculable(group):
            done.add(key)
            complete = group.complete or _covers(group) or _lines(group) in fitting
            yield from _tried(replace(group, complete=complete), index)


def _lines(group: List) -> tuple[tuple[str, ...], int, int]:
    """Return the lines of a list: two lists of the same lines, counts and money, are complete both or neither."""
    return tuple(part.subject for part in group.parts), group.whole.sentence, group.whole.paragraph.number


def _calculable(group: List) -> bool:
    if any(_OTHER_TIME.search(part.head) and not _OTHER_TIME.search(group.whole.head) for part in group.parts):
        return False
    if "均" in group.whole.head or any(_NO_PARTS.search(part.subject) for part in group.parts):
        return False
    return group.whole.figure.exact and all(part.figure.exact for part in group.parts)


def _tried(group: List, index: Index) -> Iterator[Verdict]:
    fitting = next(_fitting(group), None)
    if fitting:
        yield Verdict((fitting.whole, *fitting.parts))
        yield from _changes(fitting, index)
        return
    largest = max(part.value for part in group.parts)
    likely = [whole for whole in group.wholes[:_PAIR] if whole.value >= largest] or group.wholes[:1]
    group = replace(group, wholes=(min(likely, key=lambda whole: abs(_gap(whole, group.parts))),))
    if len(group.parts) > 1 and _another_selection(group):
        return
    gap = _gap(group.whole, group.parts)
    mentions = (group.whole, *group.parts)
    mixed = _mixed_units(group)
    if mixed:
        yield Verdict(mentions, mixed, abs(gap))
    elif _must_agree(group, gap):
        yield Verdict(mentions, _sum_finding("P01", group), abs(gap))
        if _covers(group):
            yield from _changes(group, index)
    elif _nearly(group, gap):
        yield Verdict(mentions, _sum_finding("P02", group), abs(gap))
    elif _hardly_explained(group, gap):
        yield Verdict((), _unexplained(group, gap))


def _fitting(group: List) -> Iterator[List]:
    """Yield the readings that come out right: all parts or the first, of the nearest whole or an earlier."""
    for whole in group.wholes:
        if whole.figure.exact and not _gap(whole, group.parts):
            yield replace(group, wholes=(whole,))
    for count in range(_PAIR, len(group.parts)):  # the sentence has gone on to something else
        parts = group.parts[:count]
        if not _gap(group.whole, parts):
            yield replace(group, parts=parts)


def _gap(whole: Mention, parts: tuple[Mention, ...]) -> Decimal:
    """Return by how much a whole exceeds its parts; 0 where rounding explains it."""
    gap = whole.value - _total(parts)
    return gap if abs(gap) > slack(_figures(whole, parts)) else Decimal(0)


def _another_selection(group: List) -> bool:
    """Whether some of the parts add up: one that is left out may be a part of a part. Never a proof."""
    digits = len(str(group.whole.figure.written).replace(".", "").strip("0"))
    if len(group.parts) > _MOST_TERMS or digits < _GUARDED_DIGITS:
        return False
    loose = slack(_figures(group.whole, group.parts))
    totals = {Decimal(0): 0}
    for part in group.parts:
        totals |= {
            total + part.value: count + 1 for total, count in totals.items() if total + part.value not in totals
        }
    return any(count >= _PAIR and abs(total - group.whole.value) <= loose for total, count in totals.items())


def _covers(group: List) -> bool:
    named = [part.subject for part in group.parts]
    return any(
        group.whole.subject == partition.whole
        and all(any(len(name) > 1 and name in part for name in named) for part in partition.parts)
        for partition in partitions()
    )


def _declared(index: Index) -> Iterator[List]:
    """Yield wholes with parts that belong together by their names, though the text gives them apart."""
    known = {partition.whole: partition for partition in partitions()}
    for whole in index.mentions:
        partition = known.get(whole.subject)
        if partition is None or not whole.level or elsewhere(whole) or not whole.counted or whole.aside:
            continue
        parts = [index.level(name, whole, whole.basis) for name in partition.parts]
        if all(parts):
            if any(_of_another(part, whole, index) for part in parts if part):
                continue
            more = [index.level(name, whole, whole.basis) for name in partition.more]
            given = tuple(part for part in (*parts, *more) if part)
            if _one_place(whole, given):
                yield List((whole,), tuple(sorted(given, key=lambda part: part.position)), complete=True)


def _of_another(part: Mention, whole: Mention, index: Index) -> bool:
    """Whether the text itself makes an amount a part of something else."""
    group = index.list_of(part)
    return group is not None and group.whole.subject != whole.subject


def _scores(index: Index) -> Iterator[List]:
    """Yield 自评总分 with the scores of the paragraph that were 得."""
    for mentions in index.paragraphs.values():
        scores = [
            item
            for item in mentions[:_LONGEST]
            if (item.level or item.role is Role.ADJUSTMENT)
            and item.figure.dimension == SCORE
            and item.figure.exact
        ]
        for total in (item for item in scores if _TOTAL_SCORE.search(item.head) and not index.list_of(item)):
            parts = tuple(
                item for item in scores if item.number < total.number and re.search(r"得分?\s*$", item.head)
            )
            if len(parts) > _PAIR and sum((item.value for item in parts), Decimal(0)) > total.value / 2:
                yield List((total,), parts)


def _by_months(index: Index) -> Iterator[Verdict]:
    """Try months or quarters that are told one after another against the year's figure in their paragraph."""
    for mentions in index.paragraphs.values():
        for dimension in dict.fromkeys(item.figure.dimension for item in mentions[:_LONGEST]):
            alike = [
                item
                for item in mentions[:_LONGEST]
                if item.level and item.figure.dimension == dimension and item.figure.exact
            ]
            parts = tuple(item for item in alike if _of_period(item, mentions))
            wholes = [item for item in alike if item not in parts and not index.list_of(item)]
            if len(parts) > _PAIR and wholes:
                yield from _of_year(parts, wholes)


def _of_period(item: Mention, mentions: Sequence[Mention]) -> bool:
    if _PERIOD.search(item.lead):
        return True
    at = item.number - mentions[0].number  # the mentions of a paragraph are numbered without a gap
    before = mentions[at - 1] if 0 < at < len(mentions) else None
    return (
        before is not None
        and bool(_PERIOD.search(before.lead))
        and before.subject == item.subject
        and len(item.lead) <= _SHORT_LEAD
    )


def _of_year(parts: tuple[Mention, ...], wholes: Sequence[Mention]) -> Iterator[Verdict]:
    groups = [List((whole,), parts, complete=True) for whole in wholes]
    fitting = [group for group in groups if not _gap(group.whole, parts)]
    if fitting:
        yield Verdict((fitting[0].whole, *parts))
        return
    nearest = min(groups, key=lambda group: abs(_gap(group.whole, parts)))
    gap = _gap(nearest.whole, parts)
    if abs(gap) <= abs(nearest.whole.value) * _NEAR:
        yield Verdict((nearest.whole, *parts), _sum_finding("P02", nearest), abs(gap))


def _one_place(whole: Mention, parts: tuple[Mention, ...]) -> bool:
    alike = all(part.scope == whole.scope and part.level for part in parts)
    return alike and len({part.position for part in parts}) == len(parts)


def _total(parts: tuple[Mention, ...]) -> Decimal:
    return sum((part.value for part in parts), Decimal(0))


def _figures(whole: Mention, parts: tuple[Mention, ...]) -> list[Figure]:
    return [whole.figure, *(part.figure for part in parts)]


def _hardly_explained(group: List, gap: Decimal) -> bool:
    if group.whole.figure.dimension != MONEY or group.whole.value <= 0 or group.aside:
        return False
    if _STOCK.search(group.whole.head) and group.parts[0].number != group.whole.number + 1:
        return False  # 债务余额12.65亿元，较年初增加1.2亿元，其中新增…: the parts are of what was added
    if len(group.parts) == 1:
        return is_known(group.whole.subject) and gap > group.whole.value * _SINGLE_UNEXPLAINED
    return gap > group.whole.value * _UNEXPLAINED


def _must_agree(group: List, gap: Decimal) -> bool:
    if len(group.parts) < _PAIR:
        return False
    return group.complete or (gap < 0 and group.whole.figure.dimension == MONEY)


def _nearly(group: List, gap: Decimal) -> bool:
    if len(group.parts) == 1 or gap < 0:
        return gap < 0
    short = _SHORT if group.whole.figure.dimension == MONEY else _SHORT_COUNT
    by_a_digit = gap <= abs(group.whole.value) * _SHORT_AT_MOST and _slipped(group, gap)
    return by_a_digit or gap <= max(abs(group.whole.value) * short, Decimal(1))


def _slipped(group: List, gap: Decimal) -> bool:
    """Whether one digit of a figure of several digits, put right, makes the parts complete."""
    off = [(group.whole, -gap), *((part, gap) for part in group.parts)]
    return any(
        item.figure.written >= _PAIR_OF_DIGITS and one_slip(item.figure, item.value + by) for item, by in off
    )


def _mixed_units(group: List) -> Finding | None:
    """Return a finding where the bare numbers add up and only the units do not."""
    whole, parts = group.whole, group.parts
    usual = _usual_unit((whole, *parts))
    odd = [item for item in (whole, *parts) if item.figure.unit != usual]
    written = sum((part.figure.written for part in parts), Decimal(0))
    if whole.figure.dimension != MONEY or len(odd) != 1 or whole.figure.written != written:
        return None
    return finding(
        "P12",
        odd[0].place,
        value=odd[0].figure.written,
        label=odd[0].subject,
        subject=odd[0].subject,
        said=odd[0].text,
        evidence=f"“{whole.subject}”与各部分的数字相加",
        right=usual,
    )


def _usual_unit(mentions: tuple[Mention, ...]) -> str:
    units = [item.figure.unit for item in mentions]
    return max(dict.fromkeys(units), key=units.count)


def _place(group: List) -> Passage:
    """Return where to point: at the whole, or at the parts where they stand in another paragraph."""
    first = group.parts[0]
    return (group.whole if group.whole.paragraph.number == first.paragraph.number else first).place


def _sum_finding(rule: str, group: List) -> Finding:
    whole, parts = group.whole, group.parts
    every, total = _figures(whole, parts), _total(parts)
    return finding(
        rule,
        _place(group),
        value=printed(whole.value, whole.figure),
        expected=printed(total, whole.figure),
        label=whole.subject,
        whole=whole.subject or whole.text,
        calculation=addition([part.value for part in parts], whole.figure, every),
        said=whole.text,
        difference=amount(abs(whole.value - total), whole.figure, every),
        terms=terms((whole, *parts)),
    )


def _unexplained(group: List, gap: Decimal) -> Finding:
    whole, parts = group.whole, group.parts
    every = _figures(whole, parts)
    one = len(parts) == 1
    return finding(
        "P03",
        _place(group),
        value=printed(whole.value, whole.figure),
        expected=printed(_total(parts), whole.figure),
        label=whole.subject,
        whole=whole.subject or whole.text,
        said=whole.text,
        calculation=terms(parts) if one else addition([part.value for part in parts], whole.figure, every),
        difference=amount(gap, whole.figure, every),
        share=percent(gap / whole.value, 1),
    )


def _changes(group: List, index: Index) -> Iterator[Verdict]:
    """Try the changes of a whole and of all its parts, where the text gives each."""
    change = index.change(group.whole, Role.CHANGE)
    changes = tuple(moved for part in group.parts if (moved := index.change(part, Role.CHANGE)))
    if not change or len(changes) != len(group.parts) or group.whole.figure.dimension not in _CHANGED_DIMENSIONS:
        return
    every = _figures(change, changes)
    total = _total(changes)
    if abs(change.value - total) <= slack(every):
        yield Verdict((change, *changes))
        return
    weight = abs(change.value - total)
    found = finding(
        "N03",
        change.place,
        value=printed(change.value, change.figure),
        expected=printed(total, change.figure),
        label=group.whole.subject,
        whole=group.whole.subject,
        calculation=addition([item.value for item in changes], change.figure, every),
        said=amount(change.value, change.figure, every),
        difference=amount(weight, change.figure, every),
        terms=terms((change, *changes)),
    )
    yield Verdict((change, *changes), found, weight)
    yield _implied(group, change, changes)


def _implied(group: List, change: Mention, changes: tuple[Mention, ...]) -> Verdict:
    whole, parts = group.whole, group.parts
    every = [*_figures(whole, parts), *_figures(change, changes)]
    before = [part.value - item.value for part, item in zip(parts, changes, strict=True)]
    said = whole.value - change.value
    found = finding(
        "P07",
        change.place,
        value=printed(said, whole.figure),
        expected=printed(sum(before, Decimal(0)), whole.figure),
        label=whole.subject,
        whole=whole.subject,
        said=amount(said, whole.figure, every),
        calculation=addition(before, whole.figure, every),
        difference=amount(abs(said - sum(before, Decimal(0))), whole.figure, every),
    )
    return Verdict((change, *changes), found)
