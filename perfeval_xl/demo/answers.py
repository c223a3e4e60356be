"""What a department hands in when it makes no mistake: every cell of its workbook, consistent throughout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from perfeval_xl.demo import figures, reasons, scores
from perfeval_xl.demo.county import officers
from perfeval_xl.demo.figures import Accounts, Line
from perfeval_xl.demo.scores import Marked
from perfeval_xl.demo.texts import Office
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Key
from perfeval_xl.records.unit import Unit

_FIRST_DAY = date(2024, 3, 4)
_DAYS = 18


def seeded(code: str) -> Random:
    """Return a department's own source of figures, the same in every run."""
    return Random(f"hunan 2023 {code}")  # noqa: S311  # plausible figures, not a secret


def drawn_accounts(office: Office) -> Accounts:
    """Return the accounts of a department that has no real ones."""
    random = seeded(office.code)
    return figures.drawn(office, scores.points(scores.marked(office, random)), random)


def clean(unit: Unit, office: Office, accounts: Accounts) -> dict[Key, Value]:
    """Return every value that the department fills in."""
    marks = scores.marked(office, seeded(office.code))
    values: dict[Key, Value] = dict(_cover(unit))
    values |= figures.cells(accounts)
    values |= reasons.wording(accounts, Random(f"wording {office.code}"))  # noqa: S311  # a choice of words
    values |= dict(_organisation(office))
    values |= dict(_indicators(marks, accounts))
    values |= dict(_performance(office))
    return {key: value for key, value in values.items() if value not in (None, "")}


def day_filled(code: str) -> date:
    """Return the day on which a department finished its workbook."""
    return _FIRST_DAY + timedelta(days=Random(f"day {code}").randrange(_DAYS))  # noqa: S311  # an invented day


def _cover(unit: Unit) -> Iterator[tuple[Key, Value]]:
    people = officers()[unit.code]
    yield ("填报日期", 0), day_filled(unit.code)
    yield ("联系人", 0), people.contact
    yield ("联系电话", 0), unit.phone
    yield ("单位负责人", 0), people.head
    yield ("财务负责人", 0), people.accountant


def _organisation(office: Office) -> Iterator[tuple[Key, Value]]:
    yield ("机构个数", 0), Decimal(len(office.sections))
    yield ("单位性质", 0), office.nature
    yield from _column("职能_内容", office.duties)
    yield from _column("机构_名称", office.sections)


def _performance(office: Office) -> Iterator[tuple[Key, Value]]:
    yield ("预期目标", 0), office.goal
    yield ("实际完成情况", 0), office.done
    yield ("其他说明", 0), office.other
    yield from _columns("成效", ("标题", "内容"), office.achievements)
    yield from _columns("问题", ("标题", "内容", "原因"), office.problems)
    yield from _columns("措施", ("标题", "内容"), office.measures)
    for check, text in office.explanations.items():
        yield (f"说明_{check}", 0), text


def _indicators(marks: tuple[Marked, ...], accounts: Accounts) -> Iterator[tuple[Key, Value]]:
    for row, mark in enumerate(marks, 1):
        indicator = mark.indicator
        yield ("指标_一级", row), mark.first
        yield ("指标_二级", row), indicator.second
        yield ("指标_三级", row), indicator.third
        yield ("指标_性质", row), indicator.sign
        yield ("指标_指标值", row), mark.target
        yield ("指标_单位", row), indicator.uom
        yield ("指标_完成值", row), _result(mark, accounts)
        yield ("指标_分值", row), mark.weight
        yield ("指标_得分", row), mark.score
        yield ("指标_偏差原因", row), indicator.reason


def _result(mark: Marked, accounts: Accounts) -> Value:
    if not isinstance(mark.result, str) or not mark.result.startswith("@"):
        return mark.result
    lines: dict[str, Line] = {
        "@三公": accounts.three_public,
        "@公用": accounts.office,
        "@项目": accounts.project_total,
        "@基本": accounts.basic,
    }
    return figures.execution(lines[mark.result])


def _column(name: str, texts: tuple[str, ...]) -> Iterator[tuple[Key, Value]]:
    for row, text in enumerate(texts, 1):
        yield (name, row), text


def _columns(table: str, names: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Iterator[tuple[Key, Value]]:
    for row, texts in enumerate(rows, 1):
        for name, text in zip(names, texts, strict=True):
            yield (f"{table}_{name}", row), text
