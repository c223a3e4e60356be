"""The report beside the workbook: which stated figure is which field's, and whether they agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from perfeval_xl.finding import Finding
from perfeval_xl.proofread.calculation import amount, number, places, printed
from perfeval_xl.proofread.figures import MONEY, PERCENT, POINTS, Figure, figures
from perfeval_xl.proofread.index import agreed, elsewhere
from perfeval_xl.proofread.moments import RELATIVE, offset
from perfeval_xl.proofread.report import StatedField
from perfeval_xl.proofread.rules import finding
from perfeval_xl.proofread.statements import Basis, Fact, Measure, basis
from perfeval_xl.proofread.subjects import subject
from perfeval_xl.proofread.verdict import Verdict

_COLUMN = re.compile(
    r"(?:上年|本年|去年|年初|调整后?|全年|年度)?(?:决算|预算|执行|支出|完成|实际|增减|变动|占比|比例|增长)(?:数|额|率|幅度)?$"
    r"|(?:实有|编制)?(?:人数|数)$|[上本]年$"
)
_BUDGETS = {Basis.BUDGET, Basis.ADJUSTED}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a field would be called in a sentence."""

    subjects: frozenset[str]
    measure: Measure
    bases: frozenset[Basis]
    period: int
    unit: Figure


def compared(facts: tuple[Fact, ...], fields: Mapping[str, StatedField], year: int) -> Iterator[Verdict]:
    """Try each stated figure that is a field's against the field, as exactly as it is printed.

    Where several fields may be meant (公用经费, 日常公用经费), agreeing with one is enough.
    """
    tried: dict[int, list[Verdict]] = {}
    for field in fields.values():
        wanted = _wanted(field, year)
        if field.value is None or wanted is None:
            continue
        value = field.value * wanted.unit.scale if wanted.unit.dimension == MONEY else field.value
        for fact in _stated(facts, wanted):
            gap = abs(fact.value - value)
            agrees = gap * 2 <= fact.figure.step
            verdict = Verdict((fact,)) if agrees else Verdict((fact,), _differs(fact, field, value), gap)
            tried.setdefault(id(fact), []).append(verdict)
    for verdicts in tried.values():
        yield min(verdicts, key=lambda verdict: verdict.weight)


def assigned(facts: tuple[Fact, ...], fields: Mapping[str, StatedField], year: int) -> dict[str, Decimal]:
    """Return the figures that can be assigned to fields, in each field's unit; none where the text disagrees."""
    values = {}
    for name, field in fields.items():
        wanted = _wanted(field, year)
        found = list(_stated(facts, wanted)) if wanted else []
        if found and wanted and agreed(found):
            finest = min(found, key=lambda fact: fact.figure.step)
            scale = wanted.unit.scale if wanted.unit.dimension == MONEY else Decimal(1)
            values[name] = (finest.value / scale).normalize() + Decimal(0)
    return values


def _wanted(field: StatedField, year: int) -> _Wanted | None:
    unit = next(iter(figures(f"1{field.unit}")), None)
    if unit is None:
        return None
    row, _, column = field.name.rpartition("_")
    column = column if row else ""
    relative = RELATIVE.search(column or field.label)
    which, said = basis(column)
    bases = {which} if said or column else set(Basis)
    names = (row or field.name, _COLUMN.sub("", field.label), *field.synonyms)
    return _Wanted(
        subjects=frozenset(name for name in map(subject, names) if name),
        measure=_measure(column, unit),
        bases=frozenset(bases | _BUDGETS if bases & _BUDGETS else bases),
        period=year + (offset(relative[0]) if relative else 0),
        unit=unit,
    )


def _measure(column: str, unit: Figure) -> Measure:
    if re.search("占比|比重|比例", column):
        return Measure.SHARE
    if re.search("增减|增长|变动|增加", column):
        return Measure.GROWTH if unit.dimension == PERCENT else Measure.CHANGE
    return Measure.LEVEL


def _stated(facts: tuple[Fact, ...], wanted: _Wanted) -> Iterator[Fact]:
    for fact in facts:
        if (
            fact.subject in wanted.subjects
            and fact.measure is wanted.measure
            and fact.period == wanted.period
            and fact.basis in wanted.bases
            and fact.figure.dimension == wanted.unit.dimension
            and fact.figure.exact
            and not elsewhere(fact)
        ):
            yield fact


def _differs(fact: Fact, field: StatedField, value: Decimal) -> Finding:
    gap = abs(fact.value - value)
    if fact.figure.dimension in (PERCENT, POINTS):
        right = number(value, Decimal("0.01"), places(fact.figure)) + "%"
        difference = number(gap, Decimal("0.01"), places(fact.figure)) + "个百分点"
    else:
        right, difference = (amount(item, fact.figure, [fact.figure]) for item in (value, gap))
    return finding(
        "N01",
        fact.place,
        value=printed(fact.value, fact.figure),
        expected=printed(value, fact.figure),
        label=field.label,
        field=field.name,
        said=fact.text,
        right=right,
        difference=difference,
    )
