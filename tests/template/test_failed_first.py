"""What fails stands on top of the board and on the cover, moves up as it is mended, and leads to its cell."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from examples import sample_of

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import BOARD
from perfeval_xl.template.source.board import COLUMNS, FIRST_ROW, LIST_FIRST, LIST_ROWS
from perfeval_xl.workbook.engine import Engine

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

TOTAL: Key = ("基本支出_上年决算", 0)
STAFF: Key = ("人员_在职人数", 0)


class Book:
    """A template that is typed into."""

    def __init__(self, template: Template, today: date) -> None:
        self.template, self.engine = template, Engine(template.package, today)

    def typed(self, values: dict[Key, Value]) -> None:
        fill = {**sample_of(self.template), **values}
        self.engine.put({self.template.address(key): value for key, value in fill.items()})

    def line(self, number: int, *names: str) -> tuple[object, ...]:
        row = LIST_FIRST + number - 1
        return tuple(self.engine.value(Address(BOARD, row, COLUMNS[name])) for name in names)

    def at(self, reference: str) -> object:
        sheet, _, cell = reference.rpartition("!")
        return self.engine.evaluate(f"'{sheet}'!{cell}")


@pytest.fixture(scope="module")
def book(hunan: Template, today: date) -> Book:
    return Book(hunan, today)


def test_what_fails_stands_first_in_plain_figures_and_moves_up_when_mended(book: Book) -> None:
    book.typed({TOTAL: Decimal("1171.04"), STAFF: Decimal(90)})
    figures = ("编号", "级别", "左", "关系", "右", "差额")
    assert book.line(1, *figures) == (1, "核实", "113.92%", "≤", "100.00%", "13.92%")
    assert book.line(2, *figures) == (2, "错误", "1,171.04", "=", "1,161.04", "10.00")
    assert book.line(2, "定位") == ("→ 去改",)
    book.typed({TOTAL: Decimal("1171.04")})
    assert book.line(1, "级别", "左") == ("错误", "1,171.04")
    assert "基本支出等于人员经费与日常公用经费之和" in str(book.at("封面!B19"))
    book.typed({})
    assert book.line(1, *figures) == ("",) * len(figures)
    assert book.at("封面!B19") == ""


def test_more_than_the_lines_hold_are_counted(book: Book) -> None:
    book.typed(
        {key: Decimal(900000 + number) for number, key in enumerate(sample_of(book.template)) if "决算" in key[0]}
    )
    failing = [
        number
        for number in range(FIRST_ROW, FIRST_ROW + len(book.template.checks))
        if book.engine.value(Address(BOARD, number, COLUMNS["结果"])) in ("✘", "无法计算")
    ]
    assert len(failing) > LIST_ROWS
    assert book.line(LIST_ROWS + 1, "编号") == (f"还有{len(failing) - LIST_ROWS}项不符，在下面的“全部核对”里",)


def test_a_form_that_nobody_has_begun_and_nobody_must_is_not_called_done(hunan: Template, today: date) -> None:
    engine = Engine(hunan.package, today)
    engine.put({})
    assert engine.value(Address("表4 项目支出", 2, 2)) == "本表还没有填；没有这些内容的可以不填"
    engine.put({hunan.address(key): value for key, value in sample_of(hunan).items()})
    assert engine.value(Address("表4 项目支出", 2, 2)) == "✔ 本表已填完，核对没有错误"
