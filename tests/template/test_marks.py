"""Cells turn red and amber by few rules, which look at a grid: one for a form, not one for each cell."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from examples import sample_of
from shipped import TODAY

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import MARK_BLOCK, MARKS, sheets_filled
from perfeval_xl.workbook.engine import Engine
from perfeval_xl.workbook.patch import Original

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template

RULES_BESIDE, RULES_A_TABLE = 5, 3
"""The most rules of a form: for its state, marks and required cells; for each table, beside those of columns."""


def mark_of(template: Template, name: str) -> Address:
    place = template.field[name].address
    number = sheets_filled(template.fields).index(place.sheet)
    return Address(MARKS, number * MARK_BLOCK + place.row, place.column)


def test_a_form_has_rules_for_itself_and_its_tables_not_for_each_cell(hunan: Template) -> None:
    package = Original(hunan.package)
    for sheet in sheets_filled(hunan.fields):
        rules = re.findall(rb"<cfRule .*?</cfRule>", package.read(package.part(sheet)))
        single = [rule for rule in rules if b"FIND(" not in rule]
        tables = [table for table in hunan.tables if table.sheet == sheet]
        assert len(single) <= RULES_BESIDE + RULES_A_TABLE * len(tables), sheet
        assert not any(b"ADDRESS" in rule or b"COUNTIF" in rule for rule in rules), sheet


def test_the_mark_of_a_cell_follows_its_checks(hunan: Template) -> None:
    engine, mark = Engine(hunan.package, TODAY), mark_of(hunan, "基本支出_上年决算")
    right = {hunan.address(key): value for key, value in sample_of(hunan).items()}
    engine.put(right)
    assert engine.value(mark) == 0
    engine.put({**right, hunan.field["基本支出_上年决算"].address: Decimal("321.12")})
    assert engine.value(mark) == 1
    assert engine.value(mark_of(hunan, "人员经费_上年决算")) == 1
    assert engine.value(mark_of(hunan, "人员_编制数")) == 0
