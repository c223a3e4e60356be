"""Changes: against last year or the budget, their rates, and 由……到……; each against the figures that it joins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from perfeval_xl.proofread.calculation import (
    ROUNDED_UP,
    WITHIN_A_STEP,
    amount,
    decimals,
    number,
    percent,
    places,
    printed,
    rounding,
    slack,
)
from perfeval_xl.proofread.figures import MONEY, PERCENT, POINTS, TIMES
from perfeval_xl.proofread.mentions import Basis, Mention, Role, Transition
from perfeval_xl.proofread.mentions.grammar import REMAINS
from perfeval_xl.proofread.relations.index import PLANS, Index
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.verdict import Verdict, settled, softened
from perfeval_xl.records.finding import Finding

_ANYTHING = frozenset({"收入", "支出"})
"""What is called so is another thing in each paragraph."""
_ON = 3
"""Mentions behind 由 a 到 b in which its change is looked for."""


def changes(index: Index) -> Iterator[Verdict]:
    """Try every change and growth whose terms the text gives."""
    for mention in index.mentions:
        if mention.aside and mention.role is not Role.DIFFERENCE:
            continue  # a reason, or a comparison with another month
        if mention.figure.exact and mention.role is Role.CHANGE:
            yield from _change(mention, index)
        elif mention.figure.exact and mention.role is Role.GROWTH:
            yield from _growth(mention, index)
        elif mention.figure.exact and mention.role is Role.DIFFERENCE:
            yield from _apart(mention, index)
        elif mention.figure.exact and mention.level and mention.counted and REMAINS.search(mention.head):
            yield from _left(mention, index)
    for transition in index.telling.transitions:
        yield from _transition(transition, index)


def _now(mention: Mention, index: Index) -> Mention | None:
    """Return the level that a change is of."""
    if mention.owner and (mention.owner.level or mention.owner.role in (Role.RATE, Role.EACH)):
        return mention.owner if mention.owner.figure.exact else None
    if mention.base and mention.owner is None and mention.base.level:
        return None  # only last year's figure is given
    return (
        index.level(mention.subject, mention, dimension=None if mention.counted else MONEY)
        if mention.subject
        else None
    )


def bases(mention: Mention, now: Mention, index: Index) -> list[tuple[Mention, bool]]:
    """Return what a change can be measured from, the likeliest first; with whether the sentence says so."""
    if mention.base and mention.base.figure.exact:
        return [(mention.base, True)]
    wanted = _accounts(mention, now)
    found = [
        item
        for item in index.levels(now.subject, mention, now.figure.dimension)
        if item is not now
        and (item.period, item.basis) in wanted
        and item.number != now.number
        and (now.subject not in _ANYTHING or item.paragraph.number == now.paragraph.number)
    ]
    if not found and isinstance(mention.against, Basis) and not now.basis.planned:
        beside = [
            item
            for item in index.sentence(mention)
            if item.level and item.basis.planned and item.number < now.number
        ]
        found = [item for item in beside if item.figure.dimension == now.figure.dimension][-1:]
    return [(item, item.beside(mention)) for item in sorted(found, key=lambda item: not item.beside(mention))[:6]]


def _accounts(mention: Mention, now: Mention) -> set[tuple[int, Basis]]:
    """Return the years and accounts that a change may start from."""
    against = mention.against
    if isinstance(against, Basis):
        return {(now.period, basis) for basis in PLANS if basis is not now.basis}
    if isinstance(against, int):
        return {(against, mention.of_account or now.basis)}
    plans = {(now.period, basis) for basis in PLANS} if not now.basis.planned else set()
    return {(now.period - 1, now.basis), *plans}


def _change(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try change = this year − last year, or = final − budget."""
    if mention.figure.dimension == POINTS:
        yield from _points_of(mention, index)
        return
    now = _now(mention, index)
    if not now:
        yield from (softened(_difference_verdict(mention, *pair)) for pair in _behind(mention, index))
    if not now or now.figure.dimension == PERCENT:
        return
    readings = []
    for before, explicit in bases(mention, now, index):
        verdict = _difference_verdict(mention, now, before)
        sure = explicit and mention.against is not None and now.beside(mention)
        readings.append(verdict if sure else softened(verdict))
    if mention.against is None:  # only a base of the sentence itself may be meant
        beside = [before for before, explicit in bases(mention, now, index) if explicit]
        readings = [softened(_difference_verdict(mention, now, before)) for before in beside]
    yield from settled(readings)


def _behind(mention: Mention, index: Index) -> list[tuple[Mention, Mention]]:
    """Return the two amounts that a change is told before: 减少3.6万元，年初预算24万元，实际支出20.4万元."""
    levels = [
        item
        for item in index.sentence(mention)
        if item.level and item.figure.exact and item.number > mention.number and item.figure.dimension == MONEY
    ]
    against = mention.against
    if len(levels) != 2 or against is None:
        return []
    before = [
        item
        for item in levels
        if (item.basis.planned if isinstance(against, Basis) else item.period == against) and item.value > 0
    ]
    return [(next(item for item in levels if item is not before[0]), before[0])] if len(before) == 1 else []


def _rate_behind(mention: Mention, index: Index) -> Mention | None:
    """Return last year's rate that is told behind: 高出上年1.4个百分点（上年97.2%）."""
    following = index.around(mention)
    at = next((at for at, item in enumerate(following) if item is mention), len(following))
    behind = following[at + 1 : at + 2]
    told = behind and behind[0].beside(mention) and behind[0].named and behind[0].figure.dimension == PERCENT
    return behind[0] if told and behind[0].period == mention.against and behind[0].figure.exact else None


def _points_of(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 占46.5%，较上年的51.3%回落4.8个百分点."""
    now, before = mention.owner, mention.base or _rate_behind(mention, index)
    if now and before and now.figure.dimension == before.figure.dimension == PERCENT:
        yield _points(mention, now, before)


def _left(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 共62个，报送57个，未报送5个: what is left of two that stand before it."""
    before = [
        item
        for item in index.sentence(mention)
        if (item.level or item.base_of)
        and item.number < mention.number
        and item.figure.dimension == mention.figure.dimension
    ]
    if len(before) < 2 or not all(item.figure.exact for item in before):
        return
    rest = replace(mention, sign=0)
    pairs = [
        (one, other)
        for one in before[-6:]
        for other in before[-6:]
        if one is not other and one.value >= other.value
    ]
    verdicts = [_difference_verdict(rest, one, other) for one, other in pairs]
    holds = [verdict for verdict in verdicts if not verdict.finding]
    together = not re.search("[;；]", mention.paragraph.text[before[0].figure.end : mention.figure.start])
    if holds or (len(before) == 2 and together):
        yield from settled(holds or [softened(verdict) for verdict in verdicts[:1]])


def _difference_verdict(change: Mention, now: Mention, before: Mention) -> Verdict:
    terms, figures = (change, now, before), [change.figure, now.figure, before.figure]
    right = now.value - before.value
    said = change.value if change.sign else abs(change.value)
    off = abs(said - (right if change.sign else abs(right)))
    if off <= slack(figures):
        return Verdict(terms)
    exact = decimals(figures, now.figure.scale)
    calculation = "-".join(number(item.value, now.figure.scale, exact) for item in (now, before))
    found = finding(
        "P04" if change.sign else "P41",
        change.place,
        value=printed(change.value, change.figure),
        expected=printed(right, change.figure),
        label=change.subject,
        subject=change.subject or now.subject or now.text,
        calculation=f"{calculation}={amount(right, now.figure, figures)}",
        said=amount(change.value, change.figure, figures),
        difference=amount(off, change.figure, figures),
    )
    return Verdict(terms, found, off)


def _apart(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 相差, 超编: how far the two levels before it are apart."""
    before = [
        item
        for item in index.sentence(mention)
        if (item.level or item.role is Role.BASE)
        and item.number < mention.number
        and item.figure.dimension == mention.figure.dimension
    ]
    if re.search("最高|最大", mention.lead) and re.search("最低|最小", mention.lead):
        yield from _widest(mention, index)
        return
    if len(before) < 2 or not all(item.figure.exact for item in before):
        return
    one, other = before[-2:]
    pairs = [
        (one, other),
        *((first, second) for first in before[-6:] for second in before[-6:] if first is not second),
    ]
    yield from settled([_difference_verdict(mention, now, then) for now, then in pairs])


def _widest(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try 最高分与最低分相差27.10分."""
    here = [
        item for item in index.paragraphs[mention.paragraph.number] if item.level and item.number < mention.number
    ]
    alike = [item for item in here if item.figure.dimension == mention.figure.dimension and item.figure.exact]
    if len(alike) >= 2:
        high, low = max(alike, key=lambda item: item.value), min(alike, key=lambda item: item.value)
        yield softened(_difference_verdict(mention, high, low))


def _growth(mention: Mention, index: Index) -> Iterator[Verdict]:
    now = _now(mention, index)
    if not now:
        base = mention.base or _base_behind(mention, index)
        yield from _of_base(mention, base, index) if base else _of_both(mention, index)
    elif now.figure.dimension not in (PERCENT, POINTS):
        yield from _of_level(mention, now, index)


def _base_behind(mention: Mention, index: Index) -> Mention | None:
    """Return last year's figure that is told behind a rate: 减少126万元，降低12%，去年同期为1050万元."""
    behind = [
        item
        for item in index.sentence(mention)
        if item.level and item.named and item.counted and item.figure.exact and item.number > mention.number
    ]
    return behind[0] if len(behind) == 1 and behind[0].period == mention.against else None


def _of_both(mention: Mention, index: Index) -> Iterator[Verdict]:
    """Try a rate that is told before both of its amounts."""
    for now, before in _behind(mention, index):
        yield softened(_growth_verdict(mention, (mention, now, before), now.value - before.value, before.value))


def _of_level(mention: Mention, now: Mention, index: Index) -> Iterator[Verdict]:
    change = _change_beside(mention, now, index)
    sources = bases(change or mention, now, index)
    readings = []
    years = isinstance(mention.against, int) and mention.period - mention.against > 1
    if change and not isinstance(mention.against, Basis) and now.value > change.value and not years:
        readings.append(_growth_verdict(mention, (mention, now, change), change.value, now.value - change.value))
    for before, explicit in sources:
        if before.value > 0:
            verdicts = [_growth_verdict(mention, (mention, now, before), now.value - before.value, before.value)]
            if change:
                verdicts.append(_growth_verdict(mention, (mention, change, before), change.value, before.value))
            readings += verdicts if explicit else [softened(verdict) for verdict in verdicts]
    if change and isinstance(mention.against, Basis) and now.value > change.value:
        readings.append(_growth_verdict(mention, (mention, now, change), change.value, now.value - change.value))
    told = any(
        before.number == mention.number - 1 or (now.named and before.named and now.number == mention.number - 1)
        for before, _ in sources
        if before.period == now.period - 1
    )
    if mention.against is None and not change and not told:
        readings = [verdict for verdict in readings if not verdict.finding]
    yield from settled(readings)


def _of_base(mention: Mention, base: Mention, index: Index) -> Iterator[Verdict]:
    """Try change ÷ last year's figure, where this year's is not given: 上年22.80万元，压减1.30万元，幅度5.70%."""
    change = _change_beside(mention, base, index)
    if change and base.value > 0 and base.figure.exact:
        yield _growth_verdict(mention, (mention, change, base), change.value, base.value)


def _change_beside(growth: Mention, now: Mention, index: Index) -> Mention | None:
    """Return the amount of change in the same sentence as a growth rate."""
    found = [
        item
        for item in index.sentence(growth)
        if item.role is Role.CHANGE
        and item.figure.exact
        and item.figure.dimension == now.figure.dimension
        and (item.owner is now or item.subject == growth.subject)
        and item.against == growth.against
    ]
    return min(found, key=lambda item: abs(item.number - growth.number), default=None)


def _growth_verdict(growth: Mention, terms: tuple[Mention, ...], difference: Decimal, base: Decimal) -> Verdict:
    right = difference / base
    figures = [item.figure for item in terms[1:]]
    loose = sum(map(rounding, figures), Decimal(0)) / 2 / base * (1 + abs(right))
    loose += growth.figure.step * (ROUNDED_UP if abs(growth.value) > abs(right) else WITHIN_A_STEP)
    if abs(growth.value - right) <= loose or (growth.sign < 0 <= -right and abs(growth.value) <= loose):
        return Verdict(terms)
    scale = terms[1].figure.scale
    exact = decimals(figures, scale)
    turned = -1 if difference < 0 and growth.value < 0 else 1
    shown = (
        percent(right * turned, places(growth.figure))
        if growth.figure.dimension != TIMES
        else number(right * turned, Decimal(1), 2) + "倍"
    )
    moved = number(difference * turned, scale, exact)
    found = finding(
        "P05",
        growth.place,
        value=growth.value,
        expected=right.quantize(Decimal("0.0001")),
        label=growth.subject,
        subject=growth.subject or terms[1].text,
        calculation=f"{moved}÷{number(base, scale, exact)}={shown}",
        said=growth.paragraph.text[max(growth.figure.start - 2, 0) : growth.figure.end].strip(),
    )
    return Verdict(terms, found, abs(growth.value - right) * base)


def _transition(transition: Transition, index: Index) -> Iterator[Verdict]:
    before, after = transition.before, transition.after
    moved = after.value - before.value
    if transition.sign * moved < 0:
        yield Verdict((before, after), _turned(transition), abs(moved))
    for follow in _following(after, index):
        yield from _followed(follow, after, before)


def _following(after: Mention, index: Index) -> Sequence[Mention]:
    place = next((item.number for item in index.around(after) if item.position == after.position), after.number)
    behind = index.mentions[place + 1 : place + 1 + _ON]
    kept = [item for item in behind if item.beside(after) and item.role in (Role.CHANGE, Role.GROWTH)]
    return [item for item in kept if item.subject == after.subject or item.carried][:2]


def _followed(follow: Mention, after: Mention, before: Mention) -> Iterator[Verdict]:
    if not follow.figure.exact:
        return
    if after.figure.dimension == PERCENT and follow.figure.dimension in (PERCENT, POINTS):
        yield _points(follow, after, before)
    elif follow.role is Role.CHANGE and follow.figure.dimension == after.figure.dimension:
        yield _difference_verdict(follow, after, before)
    elif follow.role is Role.GROWTH and before.value > 0:
        yield _growth_verdict(follow, (follow, after, before), after.value - before.value, before.value)


def _turned(transition: Transition) -> Finding:
    before, after = transition.before, transition.after
    rising = transition.sign > 0
    return finding(
        "P06",
        before.paragraph.passage(before.figure.start, after.figure.end),
        label=after.subject,
        subject=after.subject,
        before=before.text,
        after=after.text,
        right="减少" if rising else "增加",
        said="增加" if rising else "减少",
    )


def _points(change: Mention, after: Mention, before: Mention) -> Verdict:
    terms = (change, after, before)
    right = after.value - before.value
    exact = decimals([after.figure, before.figure], after.figure.scale)
    points = number(abs(right), after.figure.scale, exact)
    if change.figure.dimension == PERCENT:
        if abs(abs(change.figure.value) - abs(right)) > change.figure.step:
            return Verdict(())
        said = {"before": before.text, "after": after.text, "right": points, "said": change.text}
        found = finding(
            "P36", change.place, value=change.value, label=change.subject, subject=change.subject, **said
        )
        return Verdict((), found)
    if abs(change.value - right) <= change.figure.step:
        return Verdict(terms)
    off = f"{number(abs(change.value - right), after.figure.scale, exact)}个百分点"
    found = finding(
        "P04",
        change.place,
        value=change.value,
        expected=right,
        label=change.subject,
        subject=change.subject,
        calculation=f"{after.text}-{before.text}={number(right, after.figure.scale, exact)}个百分点",
        said=change.text,
        difference=off,
    )
    return Verdict(terms, found)
