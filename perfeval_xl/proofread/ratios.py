"""Quotients: shares, growth, execution and completion rates; and changes against the two figures they join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from perfeval_xl.finding import Finding, Level
from perfeval_xl.proofread.calculation import (
    amount,
    decimals,
    division,
    number,
    percent,
    places,
    printed,
    ratio_slack,
    slack,
)
from perfeval_xl.proofread.data import words
from perfeval_xl.proofread.figures import MONEY, PERCENT, POINTS
from perfeval_xl.proofread.index import Index
from perfeval_xl.proofread.narrative import Transition
from perfeval_xl.proofread.rules import finding
from perfeval_xl.proofread.statements import Basis, Fact, Measure
from perfeval_xl.proofread.subjects import partitions
from perfeval_xl.proofread.verdict import Verdict

_ALL = {"", "全部", "总数", "其", "总", "全部支出", "总量"}
_PAIR = 2
_BUDGETS = (Basis.ADJUSTED, Basis.BUDGET, Basis.INITIAL)


def ratios(index: Index) -> Iterator[Verdict]:
    """Try every share, growth and rate whose terms the text gives."""
    for fact in index.narrative.facts:
        if fact.figure.exact:
            yield from _tried(fact, index)
    for transition in index.narrative.transitions:
        yield from _transition(transition, index)
    yield from _share_lists(index)


def _tried(fact: Fact, index: Index) -> Iterator[Verdict]:
    if fact.measure is Measure.SHARE and fact.figure.dimension == PERCENT:
        yield from _of_budget(fact, index) if fact.whole == "预算" else _share(fact, index)
    elif fact.measure is Measure.GROWTH:
        yield from _growth(fact, index)
    elif fact.measure is Measure.CHANGE and fact.figure.dimension not in (POINTS, PERCENT):
        yield from _difference(fact, index)
    elif fact.measure is Measure.LEVEL and fact.figure.dimension == PERCENT and fact.subject:
        yield from _rate(fact, index)


def _quotient(rule: str, stated: Fact, upper: Fact, lower: Fact, **names: str) -> Verdict:
    """Try stated = upper ÷ lower."""
    facts = (stated, upper, lower)
    if upper.figure.dimension != lower.figure.dimension or not lower.value:
        return Verdict(())
    right = upper.value / lower.value
    off = abs(abs(stated.figure.value) - abs(right))
    if off <= ratio_slack(stated.figure, upper.figure, lower.figure):
        return Verdict(facts)
    found = finding(
        rule,
        stated.place,
        value=stated.figure.value,
        expected=right.quantize(Decimal("0.0001")),
        label=names.get("part", stated.subject),
        calculation=division(upper.value, lower.value, [upper.figure, lower.figure], places(stated.figure)),
        said=stated.text,
        **names,
    )
    return Verdict(facts, found, off * abs(lower.value))


def _share(fact: Fact, index: Index) -> Iterator[Verdict]:
    part = index.level(fact.subject, fact)
    whole = _whole_of(fact, part, index) if part else None
    if part and whole and whole.position != part.position:
        yield _quotient("N02", fact, part, whole, part=fact.subject, whole=whole.subject)


def _whole_of(share: Fact, part: Fact, index: Index) -> Fact | None:
    group = index.group_of(part)
    if share.whole in _ALL:
        if group:
            return group.whole if group.whole.figure.exact else None
        wholes = [partition.whole for partition in partitions() if part.subject in partition.parts]
        return index.level(wholes[0], part, part.basis) if wholes else None
    if group and group.whole.subject == share.whole:
        return group.whole
    return index.level(share.whole, share, part.basis) or index.level(share.whole, share)


def _of_budget(fact: Fact, index: Index) -> Iterator[Verdict]:
    """Try 完成年初预算的98%."""
    spent = index.level(fact.subject, fact, Basis.FINAL)
    wanted = (fact.against,) if fact.against is not Basis.BUDGET else _BUDGETS
    budgets = [
        found for basis in wanted if isinstance(basis, Basis) and (found := index.level(fact.subject, fact, basis))
    ]
    if spent and budgets:
        tried = [
            _quotient("P10", fact, spent, budget, subject=f"{fact.subject}完成预算的比例") for budget in budgets
        ]
        yield next((verdict for verdict in tried if not verdict.finding), tried[0])


def _growth(fact: Fact, index: Index) -> Iterator[Verdict]:
    level = index.level(fact.subject, fact)
    change = _change_beside(fact, index)
    if not level or fact.against != level.period - 1 or level.figure.dimension != MONEY:
        return
    before = index.level(fact.subject, fact, level.basis, level.period - 1)
    tried = []
    if before and before.value > 0:
        tried.append(_growth_verdict(fact, (fact, level, before), level.value - before.value, before.value))
    if change and level.value > change.value:
        tried.append(_growth_verdict(fact, (fact, level, change), change.value, level.value - change.value))
    if tried:
        yield next((verdict for verdict in tried if not verdict.finding), tried[-1])


def _growth_verdict(fact: Fact, facts: tuple[Fact, ...], difference: Decimal, base: Decimal) -> Verdict:
    right = difference / base
    figures = [item.figure for item in facts[1:]]
    loose = slack(figures) / base + fact.figure.step
    if abs(fact.value - right) <= loose:
        return Verdict(facts)
    level = facts[1].figure
    exact = decimals(figures, level.scale)
    turned = -1 if difference < 0 and fact.value < 0 else 1
    shown = percent(right * turned, places(fact.figure))
    moved = number(difference * turned, level.scale, exact)
    found = finding(
        "P05",
        fact.place,
        value=fact.value,
        expected=right.quantize(Decimal("0.0001")),
        label=fact.subject,
        subject=fact.subject,
        calculation=f"{moved}÷{number(base, level.scale, exact)}={shown}",
        said=fact.paragraph.text[max(fact.figure.start - 2, 0) : fact.figure.end].strip(),
    )
    return Verdict(facts, found, abs(fact.value - right) * base)


def _change_beside(growth: Fact, index: Index) -> Fact | None:
    """Return the amount of change in the same sentence as a growth rate."""
    found = [
        fact
        for fact in index.beside(growth)
        if fact.measure is Measure.CHANGE
        and fact.subject == growth.subject
        and fact.sentence == growth.sentence
        and fact.figure.dimension == MONEY
        and fact.against == growth.against
        and fact.figure.exact
    ]
    return min(found, key=lambda fact: abs(fact.figure.start - growth.figure.start), default=None)


def _difference(fact: Fact, index: Index) -> Iterator[Verdict]:
    """Try change = this year − last year, or = final − budget."""
    now = index.level(fact.subject, fact)
    if not now or fact.against is None:
        return
    if isinstance(fact.against, Basis):
        before = index.level(fact.subject, fact, fact.against)
    else:
        before = index.level(fact.subject, fact, now.basis, fact.against)
    if before and now.position != before.position:
        dimensions = {fact.figure.dimension, now.figure.dimension, before.figure.dimension}
        if len(dimensions) == 1:
            yield _difference_verdict(fact, now, before)


def _difference_verdict(change: Fact, now: Fact, before: Fact) -> Verdict:
    facts, figures = (change, now, before), [change.figure, now.figure, before.figure]
    right = now.value - before.value
    off = abs(change.value - right)
    if off <= slack(figures):
        return Verdict(facts)
    exact = decimals(figures, now.figure.scale)
    calculation = "-".join(number(fact.value, now.figure.scale, exact) for fact in (now, before))
    found = finding(
        "P04",
        change.place,
        value=printed(change.value, change.figure),
        expected=printed(right, change.figure),
        label=change.subject,
        subject=change.subject,
        calculation=f"{calculation}={amount(right, now.figure, figures)}",
        said=amount(change.value, change.figure, figures),
        difference=amount(off, change.figure, figures),
    )
    return Verdict(facts, found, off)


def _rate(fact: Fact, index: Index) -> Iterator[Verdict]:
    lists = words("subjects")["rates"]
    if fact.subject.endswith(tuple(lists["execution"])):
        yield from _execution(fact, index)
    elif fact.subject.endswith("控制率") and ("在职" in fact.subject or "人员" in fact.subject):
        staff, posts = index.level("在职人员", fact), index.level("编制", fact)
        if staff and posts:
            yield _quotient("P10", fact, staff, posts, subject=fact.subject)
    elif fact.subject.endswith(("率", "度")):
        yield from _counted(fact, index)


def _before(fact: Fact, index: Index) -> list[Fact]:
    """Return the exact amounts and counts that stand before a rate in its paragraph, the last one last."""
    return [
        item
        for item in index.beside(fact)
        if item.figure.start < fact.figure.start
        and item.measure is Measure.LEVEL
        and item.period == fact.period
        and item.figure.exact
    ]


def _execution(fact: Fact, index: Index) -> Iterator[Verdict]:
    money = [item for item in _before(fact, index) if item.figure.dimension == MONEY]
    spent = next((item for item in reversed(money) if item.basis is Basis.FINAL), None)
    if not spent or spent.sentence != fact.sentence:
        return
    budgets = [
        item
        for basis in _BUDGETS
        for item in reversed(money)
        if item.basis is basis and item.subject == spent.subject and item.sentence == fact.sentence
    ]
    tried = [_quotient("P10", fact, spent, budget, subject=fact.subject) for budget in budgets]
    if tried:
        yield next((verdict for verdict in tried if not verdict.finding), tried[0])


def _counted(fact: Fact, index: Index) -> Iterator[Verdict]:
    """Try 抽检120批次，合格118批次，合格率98.33%: two counts, and the second carries the word of the rate."""
    nearby = [item for item in _before(fact, index) if item.sentence == fact.sentence]
    if not nearby or nearby[-1].figure.dimension == PERCENT:
        return
    alike = [item for item in nearby if item.figure.dimension == nearby[-1].figure.dimension]
    if len(alike) != _PAIR or alike[0].figure.dimension == MONEY or not all(item.value for item in alike):
        return
    whole, part = alike
    between = set(fact.paragraph.text[whole.figure.end : part.figure.start])
    stem = set(fact.subject[:-1][-2:])
    if stem & between:
        tried = [_quotient("P10", fact, *pair, subject=fact.subject) for pair in ((part, whole), (whole, part))]
        best = next((verdict for verdict in tried if not verdict.finding), tried[0])
        yield best if stem <= between else _softened(best)


def _softened(verdict: Verdict) -> Verdict:
    """Return a verdict on terms that are only probably the right ones."""
    found = verdict.finding
    return replace(verdict, finding=replace(found, level=Level.WARNING)) if found else verdict


def _transition(transition: Transition, index: Index) -> Iterator[Verdict]:
    before, after = transition.before, transition.after
    moved = after.value - before.value
    if transition.sign * moved < 0:
        yield Verdict((before, after), _turned(transition), abs(moved))
    follow = next((fact for fact in index.beside(after) if fact.position > after.position), None)
    if not follow or follow.subject != after.subject or follow.sentence != after.sentence:
        return
    if follow.measure is Measure.SHARE:
        return
    if after.figure.dimension == PERCENT and follow.figure.dimension in (PERCENT, POINTS):
        yield _points(follow, after, before)
    elif follow.measure is Measure.CHANGE and follow.figure.dimension == after.figure.dimension:
        yield _difference_verdict(follow, after, before)
    elif follow.measure is Measure.GROWTH and before.value > 0:
        yield _growth_verdict(follow, (follow, after, before), moved, before.value)


def _turned(transition: Transition) -> Finding:
    before, after = transition.before, transition.after
    return finding(
        "P06",
        before.paragraph.passage(before.figure.start, after.figure.end),
        label=after.subject,
        subject=after.subject,
        before=before.text,
        after=after.text,
        right="减少" if transition.sign > 0 else "增加",
        said="增加" if transition.sign > 0 else "减少",
    )


def _points(change: Fact, after: Fact, before: Fact) -> Verdict:
    facts = (change, after, before)
    right = after.value - before.value
    exact = decimals([after.figure, before.figure], after.figure.scale)
    points = number(abs(right), after.figure.scale, exact)
    if change.figure.dimension == PERCENT:
        if abs(abs(change.figure.value) - abs(right)) > change.figure.step:
            return Verdict(())
        said = {"before": before.text, "after": after.text, "right": points, "said": change.text}
        return Verdict(
            (),
            finding("P36", change.place, value=change.value, label=change.subject, subject=change.subject, **said),
        )
    if abs(change.value - right) <= change.figure.step:
        return Verdict(facts)
    found = finding(
        "P04",
        change.place,
        value=change.value,
        expected=right,
        label=change.subject,
        subject=change.subject,
        calculation=f"{after.text}-{before.text}={number(right, after.figure.scale, exact)}个百分点",
        said=change.text,
        difference=f"{number(abs(change.value - right), after.figure.scale, exact)}个百分点",
    )
    return Verdict(facts, found)


def _share_lists(index: Index) -> Iterator[Verdict]:
    """Try shares of one whole in one sentence that are given without amounts."""
    lists: dict[tuple[int, int, str], list[Fact]] = {}
    for fact in index.narrative.facts:
        if fact.measure is Measure.SHARE and fact.whole not in ("", "预算") and fact.figure.exact:
            lists.setdefault((fact.paragraph.number, fact.sentence, fact.whole), []).append(fact)
    for (_, _, whole), shares in lists.items():
        total = sum((fact.figure.value for fact in shares), Decimal(0))
        loose = sum((fact.figure.step for fact in shares), Decimal(0))
        stated = any(index.level(fact.subject, fact) for fact in shares)
        if (
            len(shares) > 1
            and total > 1 + loose
            and not stated
            and len({fact.subject for fact in shares}) == len(shares)
        ):
            calculation = "+".join(fact.text for fact in shares) + f"={percent(total)}"
            yield Verdict(
                tuple(shares),
                finding(
                    "N09",
                    shares[-1].place,
                    value=total,
                    expected=Decimal(1),
                    label=whole,
                    whole=whole,
                    calculation=calculation,
                ),
            )
