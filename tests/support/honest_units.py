"""Honest returns of any size, from 8 to 120,000 万元, and the same in 元: every sum right, drawn from a seed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TYPE_CHECKING

from examples import sample_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

SMALLEST, LARGEST = 8, 120_000
"""What the smallest and the largest unit spends in a year, in 万元."""
_CENT = Decimal("0.01")
_YEARS = ("上年决算", "年初预算", "全年预算", "本年决算")
_Line = tuple[Decimal, Decimal, Decimal, Decimal]
"""An account by `_YEARS`."""


def _cents(amount: float) -> Decimal:
    return Decimal(amount).quantize(_CENT, ROUND_HALF_UP)


def _total(lines: Iterable[_Line]) -> _Line:
    first, *rest = zip(*lines, strict=True)
    return (sum(first, Decimal(0)), *(sum(one, Decimal(0)) for one in rest))  # type: ignore[return-value]  # four


def honest(template: Template, seed: int) -> dict[Key, Value]:
    """Return an honest return of hunan-2023: a unit of a size drawn evenly over the orders of magnitude."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    whole = SMALLEST * (LARGEST / SMALLEST) ** chance.random()
    values = {
        key: value
        for key, value in sample_of(template).items()
        if not _is_money(template, key) and key[0] not in _TABLES
    }
    basic = whole * chance.uniform(0.15, 0.9)
    heads = max(1, round(basic / chance.uniform(9, 32)))
    lines = dict(_accounts(whole, basic, chance))
    values |= {("人员_在职人数", 0): Decimal(heads), ("人员_编制数", 0): Decimal(heads + 2)}
    values |= {("在职总数", 0): Decimal(heads), ("编制总数", 0): Decimal(heads + 2)}
    values |= {("行政编制", 0): Decimal(heads + 2), ("事业编制", 0): Decimal(0)}
    values |= dict(_cells(lines, chance))
    return {key: value for key, value in values.items() if key[0] in template.field and _is_typed(template, key)}


_TABLES = ("专项_名称", "楼堂馆所_批复规模", "楼堂馆所_实际规模")


def _is_money(template: Template, key: Key) -> bool:
    field = template.field[key[0]]
    return field.kind.money or field.table in ("项目", "项目指标", "专项", "楼堂馆所")


def _is_typed(template: Template, key: Key) -> bool:
    return template.field[key[0]].role.value in ("填报", "预填", "设置", "标识")


def _account(final: float, chance: Random) -> _Line:
    """Draw an account that was spent as far as planned, within what need not be explained."""
    budget = final / chance.uniform(0.93, 1)
    return (
        _cents(final * chance.uniform(0.85, 1.15)),
        _cents(budget * chance.uniform(0.95, 1)),
        _cents(budget),
        _cents(final),
    )


def _accounts(whole: float, basic: float, chance: Random) -> Iterator[tuple[str, _Line]]:
    daily = basic * chance.uniform(0.08, 0.3)
    yield "人员经费", _account(basic - daily, chance)
    yield "日常公用经费", _account(daily, chance)
    rest = whole - basic
    for name in ("业务工作", "运行维护", "专项", "其他资金"):
        share = rest * chance.uniform(0.1, 0.6) if chance.random() < 0.8 or name == "业务工作" else 0.0
        rest -= share
        yield name, _account(share, chance)
    yield "公务接待", _account(daily * chance.uniform(0.005, 0.05), chance)
    yield "公车运行", _account(daily * chance.uniform(0.01, 0.1) * (chance.random() < 0.6), chance)
    yield "政府采购", _account(whole * chance.uniform(0.01, 0.2) * (chance.random() < 0.7), chance)


_PARTS = {"业务工作": "业务工作经费", "运行维护": "运行维护经费", "专项": "专项资金", "其他资金": "其他项目"}
"""The lines of 表1 by those of 表2."""
_CATEGORY = {"业务工作": "业务工作经费", "运行维护": "运行维护经费", "专项": "专项资金", "其他资金": "其他"}


def _cells(lines: dict[str, _Line], chance: Random) -> Iterator[tuple[Key, Value]]:
    basic = _total((lines["人员经费"], lines["日常公用经费"]))
    projects = _total(lines[name] for name in _PARTS)
    whole = _total((basic, projects))
    yield from _spending({"基本支出": basic, "项目支出": projects, **lines})
    yield from _base(lines, projects, chance)
    yield ("基本调整_本年预算", 0), basic[2] - basic[1]
    for column, amount in zip(("年初预算", "全年预算", "全年执行"), whole[1:], strict=True):
        yield (f"资金总额_{column}", 0), amount
    for name, amount in (("收入合计", whole[3]), ("支出合计", whole[3]), ("收入_一般预算", whole[3])):
        yield (name, 0), amount
    yield ("支出_基本", 0), basic[3]
    yield ("支出_项目", 0), projects[3]
    yield from _projects(lines)


def _spending(lines: dict[str, _Line]) -> Iterator[tuple[Key, Value]]:
    named = {**{row: lines[row] for row in ("基本支出", "人员经费", "日常公用经费", "项目支出")}}
    named |= {row: lines[name] for name, row in _PARTS.items()}
    for row, line in named.items():
        for column, amount in zip(_YEARS, line, strict=True):
            yield (f"{row}_{column}", 0), amount


def _base(lines: dict[str, _Line], projects: _Line, chance: Random) -> Iterator[tuple[Key, Value]]:
    office = tuple(_cents(float(amount) * 0.9) for amount in lines["日常公用经费"])
    named: dict[str, _Line] = {name: lines[name] for name in ("业务工作", "运行维护", "其他资金")}
    named |= {"公务接待": lines["公务接待"], "公车运行": lines["公车运行"], "公车经费": lines["公车运行"]}
    named |= {"三公经费": _total((lines["公务接待"], lines["公车运行"])), "项目总额": projects}
    named |= {"公用经费": office, "政府采购": lines["政府采购"]}  # type: ignore[dict-item]  # four of them
    for name, share in (("办公经费", 0.3), ("水电差旅", 0.2), ("会议培训", chance.uniform(0.01, 0.1))):
        named[name] = tuple(_cents(float(amount) * share) for amount in office)  # type: ignore[assignment]
    for row, line in named.items():
        yield from _three(row, 0, line)
    for row in ("公车购置", "出国经费"):
        yield from _three(row, 0, (Decimal(0),) * 4)
    if lines["专项"][3]:
        yield ("专项_名称", 1), "专项工作"
        yield from _three("专项", 1, lines["专项"])


def _three(row: str, number: int, line: _Line) -> Iterator[tuple[Key, Value]]:
    for column, amount in zip(("上年决算", "本年预算", "本年决算"), (line[0], line[1], line[3]), strict=True):
        yield (f"{row}_{column}", number), amount


def _projects(lines: dict[str, _Line]) -> Iterator[tuple[Key, Value]]:
    named = [name for name in _PARTS if lines[name][3]]
    for row, name in enumerate(named, 1):
        yield ("项目_名称", row), f"{name}工作"
        yield ("项目_类别", row), _CATEGORY[name]
        for total, part, amount in zip(
            ("年初预算", "全年预算", "全年执行"), ("年初", "全年", "执行"), lines[name][1:], strict=True
        ):
            yield (f"项目_{total}", row), amount
            yield (f"项目_{part}财政拨款", row), amount


def in_yuan(template: Template, values: dict[Key, Value], seed: int, *, rounded: bool) -> dict[Key, Value]:
    """Return the same unit as its books have it: in 元 with 角分, or `rounded` to whole 元."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    return {
        key: _booked(value, chance, rounded=rounded) if _is_amount(template, key, value) else value
        for key, value in values.items()
    }


def amounts_of(template: Template, values: dict[Key, Value]) -> list[Key]:
    """Return the cells that hold an amount of money greater than nothing."""
    return [key for key, value in values.items() if _is_amount(template, key, value)]


def _is_amount(template: Template, key: Key, value: Value) -> bool:
    field = template.field[key[0]]
    return field.kind.money and field.role.value == "填报" and isinstance(value, Decimal) and value > 0


def one_booked(values: dict[Key, Value], key: Key, seed: int) -> dict[Key, Value]:
    """Return the return with one amount as its books have it."""
    return {**values, key: _booked(values[key], Random(seed), rounded=False)}  # noqa: S311 - repeatable


def _booked(value: Value, chance: Random, *, rounded: bool) -> Decimal:
    """Return an amount in 元 that is printed as this one in 万元."""
    if not isinstance(value, Decimal):
        raise TypeError(value)
    exact = value * 10_000 + Decimal(chance.randint(-4900, 4900)) / 100
    return exact.quantize(Decimal(1)) if rounded else exact
