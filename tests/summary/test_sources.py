"""Whether the places beside a sentence hold the figures that it tells."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from openpyxl import Workbook
from summary_cases import FINE, OK, SAID, Case, errors, settled
from summary_units import spending

from perfeval_xl.summary import bound, published

REPORT, BRIEF = "汇总报告", "一页概览"


@pytest.fixture(scope="module")
def books() -> tuple[Workbook, Workbook]:
    computed = settled(OK, Case(spending(700, 0.5)), Case(FINE, (SAID, *errors(2))), Case())
    return tuple(  # type: ignore[return-value]  # two of them
        openpyxl.load_workbook(io.BytesIO(data), data_only=True) for data in (bound(computed), published(computed))
    )


def told(book: Workbook, sheet: str, column: int, words: str) -> tuple[str, str]:
    """Return the sentence that holds some words, and what stands beside it."""
    page = book[sheet]
    row = next(row for row in range(1, page.max_row + 1) if words in str(page.cell(row, column).value))
    beside = page.cell(row, 3 if sheet == REPORT else 4).value
    return str(page.cell(row, column).value), str(beside or "")


def cells(book: Workbook, beside: str, what: str) -> list[object]:
    """Return the values of the cells that a figure is said to rest on."""
    match = re.search(f"(?:^|；){what}：([^；]+)", beside)
    assert match, beside
    areas = [place.split("!") for place in match[1].split("、")]
    found = [book[sheet][area] for sheet, area in areas]
    return [
        cell.value
        for area in found
        for row in (area if isinstance(area, tuple) else ((area,),))
        for cell in (row if isinstance(row, tuple) else (row,))
    ]


def test_the_cells_of_an_amount_add_up_to_what_is_said(books: tuple[Workbook, Workbook]) -> None:
    book, _ = books
    text, beside = told(book, REPORT, 1, "计入汇总的2户")
    assert sum(cells(book, beside, "全年预算")) == 800  # type: ignore[arg-type]  # figures
    assert "全年预算800.00万元" in text
    text, beside = told(book, BRIEF, 2, "计入汇总的2户")
    left = [value for value in cells(book, beside, "没有计入汇总的单位报来的预算") if value]
    assert left == [100]
    assert "报来全年预算100.00万元" in text


def test_a_list_leads_to_its_names_and_to_why_they_are_on_it(books: tuple[Workbook, Workbook]) -> None:
    book, _ = books
    _, beside = told(book, BRIEF, 2, "应报4户")
    assert {"第4局", "未报"} <= set(cells(book, beside, "未报送的单位（户数和名称）"))
    _, beside = told(book, BRIEF, 2, "执行率低于")
    held = cells(book, beside, "预算执行率偏低的单位（户数和名称）")
    assert {"第2局", 0.5} <= set(held)


@pytest.mark.parametrize(("sheet", "column"), [(REPORT, 1), (BRIEF, 2)])
def test_no_sentence_with_a_figure_is_without_a_place(
    sheet: str, column: int, books: tuple[Workbook, Workbook]
) -> None:
    page = books[0][sheet]
    spoken = [
        row
        for row in range(2, page.max_row + 1)
        if re.search("[0-9](户|处|项|万元|%)", str(page.cell(row, column).value))
    ]
    assert len(spoken) > 5
    assert [row for row in spoken if "!" not in str(page.cell(row, 3 if sheet == REPORT else 4).value)] == []


def test_it_is_folded_away_and_the_copy_for_others_has_none(books: tuple[Workbook, Workbook]) -> None:
    book, others = books
    assert book[REPORT].column_dimensions["C"].hidden
    assert book[BRIEF].column_dimensions["D"].hidden
    for sheet in (REPORT, BRIEF):
        assert not [
            cell for row in others[sheet].iter_rows(min_col=3) for cell in row if "!" in str(cell.value or "")
        ]
