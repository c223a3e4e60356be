"""The report beside the workbook: which stated figure is which field's, and whether they agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from perfeval_xl.proofread.calculation import decimals, number, places, printed
from perfeval_xl.proofread.figures import MONEY, PERCENT, POINTS, Figure, figures
from perfeval_xl.proofread.mentions import Basis, Mention, Role
from perfeval_xl.proofread.mentions.grammar import basis
from perfeval_xl.proofread.offices import Identity, alike
from perfeval_xl.proofread.relations import agreed, elsewhere
from perfeval_xl.proofread.report import Context, StatedField
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.subjects import subject
from perfeval_xl.proofread.verdict import Verdict
from perfeval_xl.proofread.written_dates import RELATIVE, offset
from perfeval_xl.records.finding import Finding

_COLUMN = re.compile(
    r"(?:上年|本年|去年|年初|调整后?|全年|年度)?(?:决算|预算|执行|支出|完成|实际|增减|变动|占比|比例|增长)(?:数|额|率|幅度)?$"
    r"|(?:实有|编制)?(?:人数|数)$|[上本]年$"
)
_TOTALS = {"部门整体支出", "年度资金总额", "全年预算", "预算"}
_EXECUTION = {"执行率", "预算执行率", "完成率", "预算完成率", "支出进度"}
_MOVED = (Role.CHANGE, Role.GROWTH)
_MOST_DIGITS = 4
_BUDGETS = {Basis.BUDGET, Basis.ADJUSTED}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a field would be called in a sentence."""

    subjects: frozenset[str]
    rates: frozenset[str]
    """Other names of a rate, which it has without saying what it is of."""
    role: Role
    bases: frozenset[Basis]
    period: int
    unit: Figure
    names: frozenset[str]
    """Its subjects and rates."""


def stranger(report: Identity, known: Context) -> Iterator[Finding]:
    """Find that the workbook beside the report is of another unit or year: then nothing is compared."""
    other = known.unit and report.unit and known.unit != report.unit and not alike(known.unit, report.unit)
    if other or (known.year and report.year and known.year != report.year):
        mine = f"{report.unit}{report.year or ''}{'年' if report.year else ''}"
        theirs = f"{known.unit}{known.year or ''}{'年' if known.year else ''}"
        yield finding("N10", report.place, own=mine, other=theirs)


def compared(mentions: tuple[Mention, ...], fields: Mapping[str, StatedField], year: int) -> Iterator[Verdict]:
    """Try each stated figure that is a field's against the field, as exactly as it is printed.

    Where several fields may be meant (公用经费, 日常公用经费), agreeing with one is enough.
    """
    tried: dict[int, list[Verdict]] = {}
    spoken = {item.subject for item in mentions} | {item.owner.subject for item in mentions if item.owner}
    for field in fields.values() if mentions else ():
        wanted = _wanted(field, year)
        if field.value is None or wanted is None or spoken.isdisjoint(wanted.names):
            continue
        value = field.value * wanted.unit.scale if wanted.unit.dimension == MONEY else field.value
        for item in _stated(mentions, wanted):
            gap = abs(item.value - value)
            agrees = gap * 2 <= item.figure.step
            verdict = Verdict((item,)) if agrees else Verdict((item,), _differs(item, field, value), gap)
            tried.setdefault(id(item), []).append(verdict)
    for verdicts in tried.values():
        yield min(verdicts, key=lambda verdict: verdict.weight)


def assigned(mentions: tuple[Mention, ...], fields: Mapping[str, StatedField], year: int) -> dict[str, Decimal]:
    """Return the figures that can be assigned to fields, in each field's unit; none where the text disagrees."""
    values = {}
    for name, field in fields.items():
        wanted = _wanted(field, year)
        found = list(_stated(mentions, wanted)) if wanted else []
        if found and wanted and agreed(found):
            finest = min(found, key=lambda item: item.figure.step)
            scale = wanted.unit.scale if wanted.unit.dimension == MONEY else Decimal(1)
            values[name] = (finest.value / scale).normalize() + Decimal(0)
    return values


def _wanted(field: StatedField, year: int) -> _Wanted | None:
    """Return what a field would be called; the same for all workbooks of a template."""
    return _named(field.name, field.label, field.unit, field.synonyms, year)


@lru_cache(maxsize=4096)
def _named(name: str, label: str, unit_name: str, synonyms: tuple[str, ...], year: int) -> _Wanted | None:
    unit = next(iter(figures(f"1{unit_name}")), None)
    if unit is None:
        return None
    row, _, column = name.rpartition("_")
    column = column if row else ""
    relative = RELATIVE.search(column or label)
    which, said = basis(column)
    bases = {which} if said or column else set(Basis)
    names = (row or name, _COLUMN.sub("", label), *synonyms)
    subjects = frozenset(one for one in map(subject, names) if one)
    role = _role(column, unit)
    whole = role is Role.RATE and bool(subjects & _TOTALS)
    rates = frozenset(f"{of}{column}" for of in (("预算", "部门预算", "整体支出") if whole else (row,)))
    return _Wanted(
        subjects=subjects,
        rates=rates,
        role=role,
        bases=frozenset(bases | _BUDGETS if bases & _BUDGETS else bases),
        period=year + (offset(relative[0]) if relative else 0),
        unit=unit,
        names=subjects | rates,
    )


def _role(column: str, unit: Figure) -> Role:
    if re.search("占比|比重|比例", column):
        return Role.SHARE
    if re.search("增减|增长|变动|增加", column):
        return Role.GROWTH if unit.dimension == PERCENT else Role.CHANGE
    return Role.RATE if unit.dimension == PERCENT and re.search("率$|进度$", column) else Role.LEVEL


def _stated(mentions: tuple[Mention, ...], wanted: _Wanted) -> Iterator[Mention]:
    for item in mentions:
        if (
            _is_of(item, wanted)
            and (Role.LEVEL if item.base_of else item.role) is wanted.role
            and item.period == wanted.period
            and item.basis in wanted.bases
            and item.figure.dimension == wanted.unit.dimension
            and item.figure.exact
            and not elsewhere(item)
        ):
            yield item


def _is_of(item: Mention, wanted: _Wanted) -> bool:
    """Whether a figure is a field's by its subject; a rate also by the amount before it."""
    if wanted.role is not Role.RATE:
        return item.subject in wanted.subjects
    if item.subject in wanted.rates:
        return True
    owner = item.owner.subject if item.owner else ""
    return item.role is Role.RATE and owner in wanted.subjects and item.subject in _EXECUTION


def _differs(item: Mention, field: StatedField, value: Decimal) -> Finding:
    gap = abs(item.value - value)
    digits = 0
    while digits < _MOST_DIGITS and _shown(item, item.value, digits) == _shown(item, value, digits):
        digits += 1  # what differs must be seen to differ
    rate = item.figure.dimension in (PERCENT, POINTS)
    shown = (
        number(gap, Decimal("0.01"), places(item.figure) + digits) + "个百分点"
        if rate
        else _amount(item, gap, digits)
    )
    return finding(
        "N01",
        item.place,
        value=printed(item.value, item.figure),
        expected=printed(value, item.figure),
        label=field.label,
        field=field.name,
        said=_moved(item, item.value) + item.text,
        right=_shown(item, value, digits),
        difference=shown,
    )


def _shown(item: Mention, value: Decimal, digits: int) -> str:
    """Return a value as the report prints it, with its direction in words where it is a change."""
    plain = abs(value) if item.role in _MOVED else value
    if item.figure.dimension in (PERCENT, POINTS):
        return _moved(item, value) + number(plain, Decimal("0.01"), places(item.figure) + digits) + "%"
    return _moved(item, value) + _amount(item, plain, digits)


def _amount(item: Mention, value: Decimal, digits: int) -> str:
    scale = item.figure.scale
    return number(value, scale, decimals([item.figure], scale) + digits) + item.figure.unit


def _moved(item: Mention, value: Decimal) -> str:
    if item.role not in _MOVED:
        return ""
    return "增加" if value >= 0 else "减少"
