"""A workbook that the bureau filled, as sheets of cells: values, what is seen, and every fault at once."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from drafts import FIGURES, Raw, filled, packed

from perfeval_xl.workbook.grids import _REMEDIES, BLANK, Filled, ReadError, read_grids
from perfeval_xl.workbook.rules_of_files import RULES


def written() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        shown = {code: book.add_format({"num_format": code}) for code in ("0%", "000000", "yyyy-mm-dd", "h:mm")}
        sheet = book.add_worksheet("复核表")
        sheet.write_row(1, 1, [" 甲 ", 1.5, True])
        sheet.write_number(2, 1, 0.6, shown["0%"])
        sheet.write_number(2, 2, 42, shown["000000"])
        sheet.write_number(2, 3, 45000, shown["yyyy-mm-dd"])
        sheet.write_number(2, 4, 0.25, shown["h:mm"])
        sheet.write_formula(5, 0, "=1+1", None, 2)
        sheet.write_formula(5, 1, "=A99", None, "")
        sheet.write_formula(5, 2, "=1/0", None, "#DIV/0!")
        sheet.write_string(5, 3, "   ")
        book.add_worksheet("隐藏").hide()
    return buffer.getvalue()


def test_cells_have_a_value_and_the_text_that_is_seen() -> None:
    grids = read_grids(written(), "汇总.xlsx")
    assert [(sheet.name, sheet.hidden) for sheet in grids.sheets] == [("复核表", False), ("隐藏", True)]
    sheet = grids.sheet("复核表")
    assert sheet is not None
    assert list(sheet.rows()) == [
        (2, {2: Filled("甲", "甲"), 3: Filled(Decimal("1.5"), "1.5"), 4: Filled(True, "TRUE")}),
        (3, {2: Filled(Decimal("0.6"), "60%"), 3: Filled(Decimal(42), "000042"),
             4: Filled(date(2023, 3, 15), "2023-03-15"), 5: Filled(Decimal("0.25"), "06:00")}),
        (6, {1: Filled(Decimal(2), "2"), 3: Filled("#DIV/0!", "#DIV/0!", error=True)}),
    ]  # fmt: skip
    assert sheet.at(3, 2).percent
    assert sheet.at(99, 99) is BLANK
    assert grids.sheet("没有") is None


def test_what_was_only_cleaned_is_a_notice_and_what_is_lost_an_error() -> None:
    notices = read_grids(filled({("节约措施", 0): "减少_x0000_会议"}).bytes(), "a.xlsx").notices
    assert [(notice.rule, str(notice.place)) for notice in notices] == [("R65", filled().place("节约措施"))]
    draft = filled({("节约措施", 0): "减少_xD800_会议", ("公车_本年决算", 0): Raw('<c r="@"><v>1e999</v></c>')})
    with pytest.raises(ReadError) as caught:
        read_grids(draft.bytes(), "a.xlsx")
    assert len(caught.value.faults) == 2
    assert f"{FIGURES}!E6" in str(caught.value)


def test_one_fault_is_one_sentence_that_speaks_to_the_bureau() -> None:
    with pytest.raises(ReadError, match=re.escape("“a.xlsx”读不了：文件缺少必要的内容")) as caught:
        read_grids(packed({"[Content_Types].xml": b"<Types/>"}), "a.xlsx")
    assert "重新报送" not in str(caught.value)
    assert str(caught.value).endswith("后再试。")


def test_the_remedies_that_are_replaced_are_fixed_texts() -> None:
    handed_up = ("G18", "G19")  # said of what a department hands up, which the bureau never fills
    for code, rule in RULES.items():
        if (code.startswith(("G0", "G1")) and code not in handed_up) or code in _REMEDIES or code == "R60":
            assert "{" not in rule.remedy
