"""A row's own cells stand where their names are marked, and nowhere else."""

from __future__ import annotations

import pytest

from perfeval_xl.workbook.row_formula import cells_of, is_own_cell, row_formula, row_names, without_marks

COLUMNS = {"项_得分": 3, "项_得分2": 28, "项_得分.甲": 5}


@pytest.mark.parametrize(
    ("formula", "over_cells"),
    [
        ("@项_得分2-@项_得分", "$AB7-$C7"),
        ("@项_得分-@项_得分2", "$C7-$AB7"),
        ("SUM(项_得分)+@项_得分.甲", "SUM(项_得分)+$E7"),
        ('IF(@项_得分="@项_得分2","""@项_得分""",1)', 'IF($C7="@项_得分2","""@项_得分""",1)'),
        ("项_得分", "项_得分"),
    ],
)
def test_names_are_taken_whole_and_texts_left_alone(formula: str, over_cells: str) -> None:
    assert row_formula(formula, cells_of(7, COLUMNS)) == over_cells


def test_a_name_that_is_no_column_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        row_formula("@项_分", cells_of(7, COLUMNS))


def test_names_and_marks() -> None:
    assert row_names('@甲+@乙2+@甲&"@丙"') == ("甲", "乙2")
    assert without_marks('@甲+@乙2&"@丙"') == '甲+乙2&"@丙"'


def test_only_a_mark_with_a_name_is_an_own_cell() -> None:
    assert is_own_cell("@甲_本年")
    assert not any(map(is_own_cell, ("甲", "@甲+1", '"@甲"', "@", "")))
