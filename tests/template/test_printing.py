"""What comes out of the printer: few pages, no unused rows, and the program's own sheets stay on the screen."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import libreoffice
from examples import sample_of
from shipped import TEMPLATES, TODAY

from perfeval_xl import reading
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import BOARD, GUIDE, OPINIONS
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load
from perfeval_xl.workbook.front_sheet import brought_forward
from perfeval_xl.workbook.patch import Original

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.records.contract import Table, Template

PAGES = {"hunan-2023": 10, "mof-project": 4, "yunnan-dept": 5}
"""The most that a return as the samples are may take: 5 projects, 13 indicators and 4 专项 in Hunan's."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


@cache
def template_of(name: str) -> Template:
    return load((TEMPLATES / name / f"{name}.xlsx").read_bytes())


@cache
def filled(name: str) -> bytes:
    return Filler(template_of(name), TODAY).fill(sample_of(template_of(name)))


def folded(package: bytes, table: Table) -> list[int]:
    """Return the hidden rows of a table, counted from 1."""
    hidden = Original(package).hidden_rows(table.sheet)
    return [row for row in range(1, table.rows + 1) if table.first_row + row - 1 in hidden]


def listed(package: bytes) -> list[tuple[str, str]]:
    """Return the sheets of a workbook in order, each with its state."""
    return [
        (sheet.get("name", ""), sheet.get("state", "visible")) for sheet in _book(package).iter(f"{_MAIN}sheet")
    ]


def of_sheets(package: bytes) -> dict[tuple[str, str], str]:
    """Return the names that are of one sheet, print areas and titles among them, by sheet and name."""
    sheets = listed(package)
    return {
        (sheets[int(local)][0], name.get("name", "")): name.text or ""
        for name in _book(package).iter(f"{_MAIN}definedName")
        if (local := name.get("localSheetId"))
    }


def _book(package: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(Original(package).read("xl/workbook.xml"))  # noqa: S314 - our own file


@libreoffice.needed
def test_a_typical_return_prints_on_few_pages(tmp_path: Path) -> None:
    books = [tmp_path / f"{name}.xlsx" for name in PAGES]
    for book in books:
        book.write_bytes(filled(book.stem))
    made = libreoffice.convert(books, tmp_path, "pdf")
    pages = {pdf.stem: len(_PAGE.findall(pdf.read_bytes())) for pdf in made}
    assert all(pages[name] <= most for name, most in PAGES.items()), pages


def test_unused_rows_are_folded_and_two_more_shown_than_are_filled() -> None:
    for form in PAGES:
        template, used = template_of(form), dict[str, int]()
        for name, row in sample_of(template):
            table = template.field[name].table
            used[table] = max(used.get(table, 0), row)
        for one in template.tables:
            hidden = folded(filled(form), one)
            assert hidden == list(range(one.rows - len(hidden) + 1, one.rows + 1)), one.name
            assert one.rows - len(hidden) >= min(one.rows, used.get(one.name, 0) + 2), one.name
        assert any(folded(filled(form), one) for one in template.tables)


def test_a_table_that_is_filled_beyond_its_open_rows_shows_them_all(hunan: Template) -> None:
    values = {("专项_名称", row): f"专项{row}" for row in range(1, 13)}
    assert folded(hunan.package, hunan.table["专项"]) == list(range(9, 31))
    assert folded(Filler(hunan, TODAY).fill(values), hunan.table["专项"]) == list(range(15, 31))


def test_rows_can_be_unfolded_under_protection_and_a_line_says_how(hunan: Template) -> None:
    package, table = Original(hunan.package), hunan.table["专项"]
    sheet = package.read(package.part(table.sheet)).decode("utf-8")
    (protection,) = re.findall("<sheetProtection[^>]*>", sheet)
    assert 'formatRows="0"' in protection
    assert "selectLockedCells" not in protection
    assert [int(row) for row in re.findall(r'<c r="I(\d+)"[^>]*><f>[^<]*取消隐藏', sheet)] == [table.first_row + 7]


def test_what_is_typed_into_rows_that_stayed_folded_is_told(hunan: Template) -> None:
    table = hunan.table["专项"]
    place = Address(table.sheet, table.first_row + 11, 2)
    data = Original(filled("hunan-2023")).rewritten({place.sheet: {(place.row, place.column): "消防站建设"}})
    _, findings = reading.read(data, "一.xlsx", {hunan.id: hunan})
    (told,) = (finding for finding in findings if finding.rule == "R30")
    assert told.place == place
    assert f"第 {place.row} 行" in told.message


def test_the_programs_own_sheets_are_not_printed() -> None:
    for form in PAGES:
        package = template_of(form).package
        areas = {sheet: area for (sheet, name), area in of_sheets(package).items() if name == "_xlnm.Print_Area"}
        assert {areas[name].rpartition("!")[2] for name in (GUIDE, BOARD)} == {"$A$1"}
        assert dict(listed(package))[OPINIONS] == "hidden"


def test_a_sheet_comes_second_and_opens_and_every_area_stays_with_its_sheet(hunan: Template) -> None:
    before, after = hunan.package, brought_forward(hunan.package, OPINIONS)
    first, *others = (sheet for sheet in listed(before) if sheet[0] != OPINIONS)
    assert listed(after) == [first, (OPINIONS, "visible"), *others]
    assert of_sheets(after) == of_sheets(before)
    (view,) = _book(after).iter(f"{_MAIN}workbookView")
    assert (view.get("activeTab"), view.get("firstSheet")) == ("1", None)
    package = Original(after)
    selected = [name for name in package.sheets if b'tabSelected="1"' in package.read(package.part(name))]
    assert selected == [OPINIONS]


def test_a_workbook_without_the_sheet_stays_as_it_is(hunan: Template) -> None:
    assert brought_forward(hunan.package, "没有这张表") == hunan.package
