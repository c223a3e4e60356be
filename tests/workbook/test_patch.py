"""Rewriting single cells of a package: they change, everything else keeps its bytes."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest

from perfeval_xl.workbook.cell_text import LONGEST, units
from perfeval_xl.workbook.patch import Original, OriginalError


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表1"
    sheet["B2"], sheet["D2"], sheet["B5"] = 1, "文字", "=B2*2"
    sheet["B2"].number_format = "0.00"
    sheet["C3"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("别的")["A1"] = "不变"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_cells_are_replaced_inserted_and_emptied() -> None:
    changes = {(2, 2): 3.5, (2, 3): "新", (2, 4): None, (3, 3): True, (4, 1): "新行", (9, 9): 7.0, (2, 1): "前"}
    sheet = opened(Original(workbook()).rewritten({"表1": changes}))["表1"]
    assert {position: sheet.cell(*position).value for position in changes} == changes
    assert sheet["B2"].number_format == "0.00"
    assert sheet["C3"].font.bold


def test_a_formula_shared_down_a_column_keeps_its_text_and_is_no_part_of_the_value() -> None:
    """As Excel writes it: the formula once, then only its number, in an element that closes itself."""
    source, target = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    shared = (
        b'<c r="B5"><f t="shared" ref="B5:B6" si="0">B2*2</f><v /></c></row>'
        b'<row r="6"><c r="B6"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            archive.writestr(name, re.sub(rb'<c r="B5".*?</c></row>', shared, part) if "sheet1" in name else part)
    package = Original(target.getvalue())
    assert package.formula_cells("表1") == ((5, 2), (6, 2))
    changed = Original(package.rewritten({"表1": {(6, 2): 4.0}}))
    assert b'<c r="B6"><f t="shared" si="0"/><v>4</v></c>' in changed.read("xl/worksheets/sheet1.xml")


def test_a_formula_keeps_its_text_and_gets_a_stored_value() -> None:
    data = Original(workbook()).rewritten({"表1": {(5, 2): 2.0}})
    assert opened(data)["表1"]["B5"].value == "=B2*2"
    assert openpyxl.load_workbook(io.BytesIO(data), data_only=True)["表1"]["B5"].value == 2


@pytest.mark.parametrize("text", ["=1+1", "<&>\"'", "甲\n乙", " 前后 ", "_x000D_", "a\x0bb", "\ud800", "+1", "@x"])
def test_texts_are_texts(text: str) -> None:
    cell = opened(Original(workbook()).rewritten({"表1": {(2, 2): text}}))["表1"]["B2"]
    assert cell.data_type in ("s", "inlineStr")
    shown = openpyxl.utils.escape.unescape(str(cell.value))
    assert shown == text.replace("\x0b", "\ufffd").replace("\ud800", "\ufffd")


def test_other_parts_keep_their_bytes_and_the_result_is_the_same_each_time() -> None:
    before = workbook()
    package = Original(before)
    once = package.rewritten({"表1": {(2, 2): 9.0}})
    assert once == package.rewritten({"表1": {(2, 2): 9.0}})
    old, new = zipfile.ZipFile(io.BytesIO(before)), zipfile.ZipFile(io.BytesIO(once))
    assert new.testzip() is None
    changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert changed == {"xl/worksheets/sheet1.xml"}


def test_rows_get_heights() -> None:
    data = Original(workbook()).rewritten({"表1": {(2, 2): 1.0}}, {"表1": {2: 33.0, 3: 12.5}})
    sheet = opened(data)["表1"]
    assert (sheet.row_dimensions[2].height, sheet.row_dimensions[3].height) == (33, 12.5)


def test_what_is_no_workbook_is_refused_with_a_sentence() -> None:
    with pytest.raises(OriginalError, match="不是完整的"):
        Original(b"not a zip")
    with pytest.raises(OriginalError, match="没有名为“无”的工作表"):
        Original(workbook()).rewritten({"无": {(1, 1): 1.0}})


def test_a_part_is_the_same_however_much_of_it_was_compressed_before() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表1"
    for row in range(1, 400):
        sheet.append([row, f"第{row}行", "一" * (row % 7)])
    target = io.BytesIO()
    book.save(target)
    package = Original(target.getvalue())
    for row in (200, 200, 5, 399, 200):
        data = package.rewritten({"表1": {(row, 1): 0.5, (row + 1, 2): "新"}})
        assert data == Original(target.getvalue()).rewritten({"表1": {(row, 1): 0.5, (row + 1, 2): "新"}})
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
        changed = opened(data)["表1"]
        assert [changed.cell(at, 1).value for at in range(1, 400)] == [
            0.5 if at == row else at for at in range(1, 400)
        ]
        assert changed.cell(row + 1, 2).value == "新"


def package_of(sheet: str, *, encoding: str = "utf-8") -> bytes:
    """A workbook whose only sheet is written as some other program might."""
    source, target = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            data = sheet.encode(encoding) if name == "xl/worksheets/sheet1.xml" else source.read(name)
            archive.writestr(name, data)
    return target.getvalue()


def part_of(data: bytes) -> str:
    return Original(data).read("xl/worksheets/sheet1.xml").decode("utf-8")


SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WRITTEN = {
    "no cells": f"<worksheet {SPACE}><sheetData/></worksheet>",
    "no cells, with a space": f"<worksheet {SPACE}><sheetData  /><pageMargins left='1'/></worksheet>",
    "no cells, in two tags": f"<worksheet {SPACE}><sheetData></sheetData></worksheet>",
    "an empty row": f'<worksheet {SPACE}><sheetData><row r="2"/></sheetData></worksheet>',
    "an empty row with attributes": f"<worksheet {SPACE}><sheetData><row r='2' ht='3' /></sheetData></worksheet>",
    "rows without numbers": f"<worksheet {SPACE}><sheetData><row/><row><c/><c t='s'><v>0</v></c></row>"
    "</sheetData></worksheet>",
    "a prefix": f'<x:worksheet {SPACE.replace("xmlns", "xmlns:x")}><x:sheetData><x:row r="2"><x:c r="B2" s="0" />'
    "</x:row></x:sheetData></x:worksheet>",
    "a prefix, no cells": f"<x:worksheet {SPACE.replace('xmlns', 'xmlns:x')}><x:sheetData/></x:worksheet>",
    "quotes and brackets": f"<worksheet {SPACE} xmlns:v='v>/>'><sheetData v:a='>' ><row v:b=\"/>'\" r = '2'>"
    "<c v:t=\" t='s' >\" r='B2' t = 's'\n><v>0</v></c></row></sheetData></worksheet>",
    "comments": f"<worksheet {SPACE}><!-- <sheetData/> --><sheetData><!--<row r='9'>--><row r='2'><!-- </row> -->"
    "<c r='B2'><!--<c/>--><v><![CDATA[7]]></v></c></row></sheetData></worksheet>",
    "other rows": f"<worksheet {SPACE} xmlns:o='urn:other'><o:sheetData><o:row r='7'/></o:sheetData><sheetData/>"
    "</worksheet>",
    "spans": f"<worksheet {SPACE}><dimension ref='A1'/><sheetData><row r='2' spans='1:1'><c r='A2'/></row>"
    "</sheetData></worksheet>",
    "rich values": f"<worksheet {SPACE}><sheetData><row r='2'><c r='B2' vm='1' t='e'><v>#VALUE!</v></c></row>"
    "</sheetData></worksheet>",
}
"""Sheets as other programs may write them, all valid by the schema but for the strangers' own elements."""
FILLED = {(1, 1): "甲", (2, 1): 1.5, (2, 2): "乙", (2, 3): True, (5, 4): 4.0}


@pytest.mark.parametrize("sheet", WRITTEN.values(), ids=WRITTEN.keys())
def test_cells_get_into_whatever_a_program_wrote(sheet: str) -> None:
    data = Original(package_of(sheet)).rewritten({"表1": FILLED}, {"表1": {2: 20.0, 7: 30.0}})
    written = opened(data)["表1"]
    assert {position: written.cell(*position).value for position in FILLED} == FILLED
    root = ElementTree.fromstring(part_of(data))  # noqa: S314 - our own file
    main = f"{{{SPACE[7:-1]}}}"
    places = [element for element in root if element.tag == f"{main}sheetData"]
    assert len(places) == 1
    rows = list(places[0])
    assert [row.get("r", str(number)) for number, row in enumerate(rows, 1)] == ["1", "2", "5", "7"]
    assert all(row.tag == f"{main}row" for row in rows)
    assert not [row for row in root.iter(f"{main}row") if row not in rows]
    assert [rows[1].get("ht"), rows[3].get("ht")] == ["20", "30"]
    assert not list(root.iter(f"{main}c[@vm]"))
    again = Original(data).rewritten({"表1": FILLED}, {"表1": {2: 20.0, 7: 30.0}})
    assert part_of(again) == part_of(data)


def test_a_sheet_in_another_encoding_is_written_as_utf_8() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{WRITTEN["no cells"]}'
    for data in (package_of(text, encoding="utf-16"), package_of(WRITTEN["no cells"], encoding="utf-8-sig")):
        assert opened(Original(data).rewritten({"表1": {(1, 1): "甲"}}))["表1"]["A1"].value == "甲"
    latin = (
        f'<?xml version="1.0" encoding="ISO-8859-1"?><worksheet {SPACE}><sheetData><row r="1"><c r="A1" t="str">'
    )
    latin += "<v>é</v></c></row></sheetData></worksheet>"
    sheet = opened(Original(package_of(latin, encoding="latin-1")).rewritten({"表1": {(1, 2): "甲"}}))["表1"]
    assert (sheet["A1"].value, sheet["B1"].value) == ("é", "甲")


def test_a_sheet_says_of_more_cells_when_it_has_them() -> None:
    data = Original(package_of(WRITTEN["spans"])).rewritten({"表1": {(3, 4): 1.0, (9, 9): None}})
    assert '<dimension ref="A1:D3"/>' in part_of(data)
    assert "spans" not in part_of(Original(package_of(WRITTEN["spans"])).rewritten({"表1": {(2, 4): 1.0}}))
    inside = Original(package_of(WRITTEN["spans"])).rewritten({"表1": {(1, 1): 1.0}})
    assert "<dimension ref='A1'/>" in part_of(inside)


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (f"<worksheet {SPACE}><sheetData><row r='5'/><row r='2'/></sheetData></worksheet>", "第2行的行号"),
        (f"<worksheet {SPACE}><sheetData><row r='5'/><row r='5'/></sheetData></worksheet>", "第5行的行号"),
        (
            f"<worksheet {SPACE}><sheetData><row r='3'><c r='B3'/><c r='A3'/></row></sheetData></worksheet>",
            "第3行",
        ),
        (f"<chartsheet {SPACE}><drawing/></chartsheet>", "不是普通的工作表"),
        (f"<worksheet {SPACE}><sheetData><row r='x'/></sheetData></worksheet>", "已损坏"),
        (f"<worksheet {SPACE}><sheetData><row r='1'><c r='1A'/></row></sheetData></worksheet>", "已损坏"),
        (f"<worksheet {SPACE}><sheetData>", "已损坏"),
        ("<?xml version='1.0' encoding='no-such'?><worksheet/>", "已损坏"),
    ],
)
def test_a_sheet_that_cells_have_no_place_in_is_refused_with_a_sentence(sheet: str, said: str) -> None:
    with pytest.raises(OriginalError, match=said):
        Original(package_of(sheet)).rewritten({"表1": {(1, 1): 1.0}})


def test_a_workbook_is_found_where_the_package_says() -> None:
    """As some programs place it: not in xl/, with other names, in the strict namespace."""
    source, target = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            text = source.read(name).decode("utf-8")
            moved = name.replace("xl/", "book/").replace("workbook.xml", "b.xml")
            archive.writestr(moved, text.replace("xl/", "book/").replace("workbook.xml", "b.xml"))
    package = Original(target.getvalue())
    assert package.sheets == ("表1", "别的")
    assert b"<v>8</v>" in Original(package.rewritten({"表1": {(2, 2): 8.0}})).read("book/worksheets/sheet1.xml")


def test_a_text_that_is_too_long_for_a_cell_is_cut_and_says_so() -> None:
    values = {(2, 2): "长" * 100_000, (5, 2): "😀" * 20_000, (3, 3): "长" * LONGEST}
    data = Original(workbook()).rewritten({"表1": values})
    sheet, stored = opened(data)["表1"], openpyxl.load_workbook(io.BytesIO(data), data_only=True)["表1"]
    texts = [str(sheet["B2"].value), str(stored["B5"].value), str(sheet["C3"].value)]
    assert [units(text) for text in texts[:2]] == [LONGEST, LONGEST]
    assert "原文共100000字" in texts[0]
    assert "原文共40000字" in texts[1]
    assert texts[2] == values[3, 3]
