"""Multiples: 是上年的3倍, 前者为后者的2.8倍."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from perfeval_xl.proofread.calculation import amount, number
from perfeval_xl.proofread.mentions import Basis, Mention
from perfeval_xl.proofread.relations.index import Index
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.verdict import Verdict, settled

_MOST_WHOLES = 4
_PAIR = 2
_FORMER = re.compile("原来|原先|以前|之前|当初|改造前")


def multiple(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 是上年的3倍."""
    if "后者" in mention.head:
        yield from _of_two(mention, index)
        return
    now = mention.owner
    if not now or not now.level or not now.counted or not now.figure.exact:
        return
    if mention.base:
        found = [mention.base]
    elif _FORMER.search(mention.whole):
        risen = [item.before for item in index.telling.transitions if item.after.position == now.position]
        found = risen[:1]
    elif mention.whole.startswith("年初"):
        found = [item for item in index.levels(now.subject, now) if item.basis is Basis.INITIAL][:_MOST_WHOLES]
        found += [item for item in index.sentence(now) if item.level and item.basis is Basis.INITIAL]
    elif mention.whole:
        found = [item for item in index.levels(mention.whole, now) if item.period == now.period][:_MOST_WHOLES]
    else:
        found = [item for item in index.levels(now.subject, now) if item.period == now.period - 1][:_MOST_WHOLES]
    yield from settled([_times(mention, now, base) for base in found if base.value])


def _of_two(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 前者为后者的2.8倍."""
    before = [
        item for item in index.sentence(mention) if item.level and item.counted and item.number < mention.number
    ]
    if len(before) == _PAIR and before[1].value and before[0].figure.dimension == before[1].figure.dimension:
        yield _times(mention, *before)


def _times(mention: Mention, now: Mention, base: Mention) -> Verdict:
    right = now.value / base.value
    if abs(right - mention.figure.value) <= mention.figure.step * Decimal("0.51"):
        return Verdict((mention, now, base))
    shown = amount(now.value, now.figure, [now.figure, base.figure])
    other = amount(base.value, now.figure, [now.figure, base.figure])
    found = finding(
        "P10",
        mention.place,
        value=mention.figure.value,
        expected=right.quantize(Decimal("0.01")),
        label=now.subject,
        subject=f"{now.subject}的倍数",
        calculation=f"{shown}÷{other}={number(right, Decimal(1), 2)}倍",
        said=mention.text,
    )
    return Verdict((mention, now, base), found, abs(right - mention.figure.value) * base.value)
