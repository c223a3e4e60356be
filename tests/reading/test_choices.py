"""A choice that was pasted in another spelling is read as meant and told, or refused with the list."""

from __future__ import annotations

import pytest

from perfeval_xl.reading.meaning import understood
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Field, Role
from perfeval_xl.records.kind import KINDS
from perfeval_xl.workbook.cells import TEXT, Book, Cell

PLACE = Address("表3", 16, 6)
SIGNS = ("≥", ">", "=", "≤", "<", "定性")
SORTS = ("业务工作经费", "运行维护经费", "专项资金", "其他")


def read(text: str, options: tuple[str, ...]) -> tuple[object, list[str]]:
    field = Field("性质", "指标性质", KINDS["choice"], "", Role.INPUT, PLACE, options=options)
    answer = understood(field, 0, PLACE, Cell(TEXT, text), Book(()))
    return answer.value, [finding.rule for finding in answer.findings]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (">=", "≥"),
        ("＞＝", "≥"),
        ("=>", "≥"),
        ("≧", "≥"),
        ("> =", "≥"),
        ("<=", "≤"),
        ("≦", "≤"),
        ("＜", "<"),
        ("==", "="),
    ],
)
def test_a_sign_of_comparison_is_read_as_meant(typed: str, meant: str) -> None:
    assert read(typed, SIGNS) == (meant, ["R40"])


@pytest.mark.parametrize("typed", ["<>", "≈", "不少于"])
def test_a_sign_that_may_mean_something_else_is_refused(typed: str) -> None:
    assert read(typed, SIGNS) == (None, ["R53"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("业务工作专项", "业务工作经费"),
        ("运行维护专项经费", "运行维护经费"),
        ("专项", "专项资金"),
        ("其他资金", "其他"),
    ],
)
def test_a_name_of_former_years_is_read_as_todays(typed: str, meant: str) -> None:
    assert read(typed, SORTS) == (meant, ["R40"])


@pytest.mark.parametrize("typed", ["省级专项", "经费", "业务"])
def test_a_name_that_no_option_shares_is_refused(typed: str) -> None:
    assert read(typed, SORTS) == (None, ["R53"])
