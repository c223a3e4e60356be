"""One thing, one figure: a subject with different figures in different places, mixed units, odd magnitudes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from perfeval_xl.finding import Finding
from perfeval_xl.proofread.calculation import amount, number, places, printed
from perfeval_xl.proofread.data import words
from perfeval_xl.proofread.figures import MONEY, PEOPLE, PERCENT, POINTS
from perfeval_xl.proofread.index import Index, agreed, elsewhere
from perfeval_xl.proofread.rules import finding
from perfeval_xl.proofread.statements import Basis, Fact, Measure
from perfeval_xl.proofread.subjects import is_known
from perfeval_xl.proofread.verdict import Verdict

_MYRIAD = 10**4
_FAR_ABOVE = 10
_NAMED = 4
"""A subject that is not declared must be this long before two places are taken to mean the same thing."""

_Key = tuple[str, str, int, str, str, str]


def sameness(index: Index) -> Iterator[Verdict]:
    """Try every subject that has a figure in several places."""

    def key(fact: Fact) -> _Key:
        against = "" if fact.against is None else str(fact.against)
        said = f"{fact.measure}{fact.whole}{against}"
        return fact.subject, said, fact.period, fact.basis, fact.figure.dimension, index.scope(fact)

    comparable = sorted((fact for fact in index.narrative.facts if _comparable(fact)), key=key)
    for _, facts in groupby(comparable, key):
        yield from _compared(sorted(facts, key=lambda fact: fact.position))
    yield from _magnitudes(index)


def _comparable(fact: Fact) -> bool:
    if not fact.figure.exact or elsewhere(fact) or fact.figure.spelled:
        return False
    if fact.measure is not Measure.LEVEL:
        return is_known(fact.subject) and (fact.against is not None or bool(fact.whole))
    if fact.carried or fact.aside:
        return False
    return is_known(fact.subject) or (len(fact.subject) >= _NAMED and fact.figure.dimension in (MONEY, PERCENT))


def _compared(facts: list[Fact]) -> Iterator[Verdict]:
    first = _usual(facts)
    if agreed(facts):
        if len({fact.paragraph.number for fact in facts}) > 1:
            yield Verdict(tuple(facts))
        return
    for fact in facts:
        if fact is not first and not agreed((fact, first)) and fact.paragraph.number != first.paragraph.number:
            yield Verdict((fact, first), _difference(fact, first), abs(fact.value - first.value))


def _usual(facts: list[Fact]) -> Fact:
    """Return the fact whose figure most of them have; the first where they are even."""
    times = Counter(fact.value for fact in facts)
    return max(facts, key=lambda fact: times[fact.value])


def _difference(fact: Fact, other: Fact) -> Finding:
    if fact.figure.written == other.figure.written or fact.value in (other.value * _MYRIAD, other.value / _MYRIAD):
        return finding(
            "P12",
            fact.place,
            value=fact.figure.written,
            label=fact.subject,
            subject=fact.subject,
            said=fact.text,
            evidence=f"第{other.paragraph.number}段的{other.text}",
            right=other.figure.unit,
        )
    sure = is_known(fact.subject) and fact.figure.dimension != PEOPLE
    both = [fact.figure, other.figure]
    gap = abs(fact.value - other.value)
    percent = fact.figure.dimension in (PERCENT, POINTS)
    return finding(
        "P08" if sure else "P09",
        fact.place,
        value=printed(fact.value, fact.figure),
        expected=printed(other.value, fact.figure),
        label=fact.subject,
        subject=_described(fact),
        said=fact.text,
        paragraph=other.paragraph.number,
        other=other.text,
        difference=number(gap, Decimal("0.01"), places(fact.figure)) + "个百分点"
        if percent
        else amount(gap, fact.figure, both),
    )


def _described(fact: Fact) -> str:
    measure = {
        Measure.LEVEL: "",
        Measure.CHANGE: "的增减额",
        Measure.GROWTH: "的增减幅度",
        Measure.SHARE: "的占比",
    }
    basis = {Basis.FINAL: "", Basis.INITIAL: "年初预算", Basis.ADJUSTED: "调整后预算", Basis.BUDGET: "预算"}
    return fact.subject + basis[fact.basis] + measure[fact.measure]


def _magnitudes(index: Index) -> Iterator[Verdict]:
    """Find an amount many times what was spent in all."""
    totals = [fact for fact in index.narrative.facts if _spent(fact) and fact.subject == "部门整体支出"]
    if not totals:
        return
    whole = totals[0]
    for fact in index.narrative.facts:
        if _spent(fact) and is_known(fact.subject) and fact.value > whole.value * _FAR_ABOVE:
            times = number(fact.value / whole.value, Decimal(1), 0)
            case = {"subject": fact.subject, "said": fact.text, "whole": whole.subject, "other": whole.text}
            yield Verdict((fact,), finding("P13", fact.place, label=fact.subject, times=times, **case), fact.value)


def _spent(fact: Fact) -> bool:
    return fact.measure is Measure.LEVEL and fact.figure.dimension == MONEY and fact.basis is Basis.FINAL


def limits(index: Index) -> Iterator[Verdict]:
    """Find rates above 100 % that cannot be, and those that need a reason."""
    rates = words("subjects")["rates"]
    for fact in index.narrative.facts:
        if fact.figure.dimension != PERCENT or fact.figure.span or fact.figure.value <= 1:
            continue
        if fact.measure is Measure.SHARE and fact.whole != "预算":
            yield Verdict((), _above("P14", fact, f"{fact.subject}占比"))
        elif fact.measure is Measure.LEVEL and fact.subject.endswith(tuple(rates["never"])):
            yield Verdict((), _above("P14", fact, fact.subject))
        elif fact.measure is Measure.LEVEL and fact.subject.endswith(tuple(rates["rarely"])):
            yield Verdict((), _above("P15", fact, fact.subject))


def _above(rule: str, fact: Fact, name: str) -> Finding:
    return finding(rule, fact.place, value=fact.value, label=name, subject=name, said=fact.text)
