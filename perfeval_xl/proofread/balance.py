"""Sums: parts and their whole, changes of parts and the change of the whole, last year's figures that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from perfeval_xl.finding import Finding, Passage
from perfeval_xl.proofread.calculation import addition, amount, percent, printed, slack, terms
from perfeval_xl.proofread.figures import MONEY, PEOPLE, Figure
from perfeval_xl.proofread.groups import Group
from perfeval_xl.proofread.index import Index, elsewhere
from perfeval_xl.proofread.rules import finding
from perfeval_xl.proofread.statements import Fact, Measure
from perfeval_xl.proofread.subjects import is_known, partitions
from perfeval_xl.proofread.verdict import Verdict

_NEAR = Decimal("0.15")
"""How close a list of parts comes to its whole when it is probably meant to be complete."""
_UNEXPLAINED, _SINGLE_UNEXPLAINED = Decimal("0.75"), Decimal("0.9")
"""Shares of a whole that nobody explains: above the first with a list of parts, above the second with one part."""


def balances(index: Index) -> Iterator[Verdict]:
    """Try every whole whose parts are given."""
    done = set()
    for group in (*_settled(index), *_declared(index)):
        key = (group.whole.position, frozenset(part.position for part in group.parts))
        if key not in done and _calculable(group):
            done.add(key)
            yield from _balance(group, index)


def _calculable(group: Group) -> bool:
    return group.whole.figure.exact and all(part.figure.exact for part in group.parts)


def _settled(index: Index) -> Iterator[Group]:
    for group in index.narrative.groups:
        found = replace(group, parts=_until_full(group), complete=group.complete or _covers(group))
        yield replace(found, whole=_fitting_whole(found, index))


def _fitting_whole(group: Group, index: Index) -> Fact:
    """Return the whole, or an earlier amount of the paragraph that the parts add up to: 其中 may mean either."""
    if _calculable(group) and _gap(group.whole, group.parts):
        for fact in index.beside(group.whole):
            if (
                fact.figure.start < group.whole.figure.start
                and fact.measure is Measure.LEVEL
                and fact.figure.dimension == group.whole.figure.dimension
                and not _gap(fact, group.parts)
            ):
                return fact
    return group.whole


def _gap(whole: Fact, parts: tuple[Fact, ...]) -> Decimal:
    """Return by how much a whole exceeds its parts; 0 where rounding explains it."""
    gap = whole.value - _total(parts)
    return gap if abs(gap) > slack(_figures(whole, parts)) else Decimal(0)


def _until_full(group: Group) -> tuple[Fact, ...]:
    """Drop what follows once the parts have reached the whole: the sentence has gone on to something else."""
    for count in range(2, len(group.parts)):
        parts = group.parts[:count]
        if not _gap(group.whole, parts):
            return parts
    return group.parts


def _covers(group: Group) -> bool:
    named = [part.subject for part in group.parts]
    return any(
        group.whole.subject == partition.whole
        and all(any(len(name) > 1 and name in part for name in named) for part in partition.parts)
        for partition in partitions()
    )


def _declared(index: Index) -> Iterator[Group]:
    """Yield wholes with parts that belong together by their names, though the text gives them apart."""
    for partition in partitions():
        for whole in index.narrative.facts:
            if whole.subject != partition.whole or whole.measure is not Measure.LEVEL or elsewhere(whole):
                continue
            parts = [index.level(name, whole, whole.basis) for name in partition.parts]
            more = [index.level(name, whole, whole.basis) for name in partition.more]
            given = tuple(part for part in (*parts, *more) if part)
            if all(parts) and _one_place(whole, given):
                yield Group(whole, tuple(sorted(given, key=lambda part: part.position)), complete=True)


def _one_place(whole: Fact, parts: tuple[Fact, ...]) -> bool:
    alike = all(part.figure.dimension == whole.figure.dimension and not elsewhere(part) for part in parts)
    return alike and len({part.position for part in parts}) == len(parts)


def _total(parts: tuple[Fact, ...]) -> Decimal:
    return sum((part.value for part in parts), Decimal(0))


def _figures(whole: Fact, parts: tuple[Fact, ...]) -> list[Figure]:
    return [whole.figure, *(part.figure for part in parts)]


def _balance(group: Group, index: Index) -> Iterator[Verdict]:
    whole, parts = group.whole, group.parts
    gap = _gap(whole, parts)
    facts = (whole, *parts)
    if not gap:
        yield Verdict(facts)
        yield from _changes(group, index)
        return
    mixed = _mixed_units(group)
    if mixed:
        yield Verdict(facts, mixed, abs(gap))
    elif _must_agree(group, gap):
        yield Verdict(facts, _sum_finding("P01", group), abs(gap))
        if _covers(group):
            yield from _changes(group, index)
    elif _nearly(group, gap):
        yield Verdict(facts, _sum_finding("P02", group), abs(gap))
    elif _hardly_explained(group, gap):
        yield Verdict((), _unexplained(group, gap))


def _hardly_explained(group: Group, gap: Decimal) -> bool:
    if group.whole.figure.dimension != MONEY or group.whole.value <= 0 or group.aside:
        return False
    if len(group.parts) == 1:
        return is_known(group.whole.subject) and gap > group.whole.value * _SINGLE_UNEXPLAINED
    return gap > group.whole.value * _UNEXPLAINED


def _must_agree(group: Group, gap: Decimal) -> bool:
    if group.complete and len(group.parts) > 1:
        return True
    return gap < 0 and group.whole.figure.dimension == MONEY


def _nearly(group: Group, gap: Decimal) -> bool:
    if len(group.parts) == 1:
        return gap < 0
    near = abs(group.whole.value) * _NEAR
    return abs(gap) <= (near if group.whole.figure.dimension == MONEY else max(Decimal(1), near))


def _mixed_units(group: Group) -> Finding | None:
    """Return a finding where the bare numbers add up and only the units do not."""
    whole, parts = group.whole, group.parts
    odd = [fact for fact in (whole, *parts) if fact.figure.unit != _usual_unit((whole, *parts))]
    written = sum((part.figure.written for part in parts), Decimal(0))
    if whole.figure.dimension != MONEY or len(odd) != 1 or whole.figure.written != written:
        return None
    right = _usual_unit((whole, *parts))
    return finding(
        "P12",
        odd[0].place,
        value=odd[0].figure.written,
        label=odd[0].subject,
        subject=odd[0].subject,
        said=odd[0].text,
        evidence=f"“{whole.subject}”与各部分的数字相加",
        right=right,
    )


def _usual_unit(facts: tuple[Fact, ...]) -> str:
    units = [fact.figure.unit for fact in facts]
    return max(dict.fromkeys(units), key=units.count)


def _place(group: Group) -> Passage:
    """Return where to point: at the whole, or at the parts where they stand in another paragraph."""
    first = group.parts[0]
    return (group.whole if group.whole.paragraph.number == first.paragraph.number else first).place


def _sum_finding(rule: str, group: Group) -> Finding:
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


def _unexplained(group: Group, gap: Decimal) -> Finding:
    whole, parts = group.whole, group.parts
    every = _figures(whole, parts)
    return finding(
        "P03",
        _place(group),
        value=printed(whole.value, whole.figure),
        expected=printed(_total(parts), whole.figure),
        label=whole.subject,
        whole=whole.subject or whole.text,
        said=whole.text,
        calculation=terms(parts)
        if len(parts) == 1
        else addition([part.value for part in parts], whole.figure, every),
        difference=amount(gap, whole.figure, every),
        share=percent(gap / whole.value, 1),
    )


def _changes(group: Group, index: Index) -> Iterator[Verdict]:
    """Try the changes of a whole and of all its parts, where the text gives each."""
    change = index.change(group.whole, Measure.CHANGE)
    changes = tuple(found for part in group.parts if (found := index.change(part, Measure.CHANGE)))
    if not change or len(changes) != len(group.parts) or group.whole.figure.dimension not in (MONEY, PEOPLE):
        return
    every = _figures(change, changes)
    total = _total(changes)
    if abs(change.value - total) <= slack(every):
        yield Verdict((change, *changes))
        return
    weight = abs(change.value - total)
    said, difference = amount(change.value, change.figure, every), amount(weight, change.figure, every)
    yield Verdict(
        (change, *changes),
        finding(
            "N03",
            change.place,
            value=printed(change.value, change.figure),
            expected=printed(total, change.figure),
            label=group.whole.subject,
            whole=group.whole.subject,
            calculation=addition([item.value for item in changes], change.figure, every),
            said=said,
            difference=difference,
            terms=terms((change, *changes)),
        ),
        weight,
    )
    yield _implied(group, change, changes)


def _implied(group: Group, change: Fact, changes: tuple[Fact, ...]) -> Verdict:
    whole, parts = group.whole, group.parts
    every = [*_figures(whole, parts), *_figures(change, changes)]
    before = [part.value - item.value for part, item in zip(parts, changes, strict=True)]
    said = whole.value - change.value
    return Verdict(
        (change, *changes),
        finding(
            "P07",
            change.place,
            value=printed(said, whole.figure),
            expected=printed(sum(before, Decimal(0)), whole.figure),
            label=whole.subject,
            whole=whole.subject,
            said=amount(said, whole.figure, every),
            calculation=addition(before, whole.figure, every),
            difference=amount(abs(said - sum(before, Decimal(0))), whole.figure, every),
        ),
    )
