"""Rewriting single cells of a package: they change, everything else keeps its bytes."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from perfeval_xl.package import Package, PackageError


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
    sheet = opened(Package(workbook()).rewritten({"表1": changes}))["表1"]
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
    package = Package(target.getvalue())
    assert package.formula_cells("表1") == ((5, 2), (6, 2))
    changed = Package(package.rewritten({"表1": {(6, 2): 4.0}}))
    assert b'<c r="B6"><f t="shared" si="0"/><v>4</v></c>' in changed.read("xl/worksheets/sheet1.xml")


def test_a_formula_keeps_its_text_and_gets_a_stored_value() -> None:
    data = Package(workbook()).rewritten({"表1": {(5, 2): 2.0}})
    assert opened(data)["表1"]["B5"].value == "=B2*2"
    assert openpyxl.load_workbook(io.BytesIO(data), data_only=True)["表1"]["B5"].value == 2


@pytest.mark.parametrize("text", ["=1+1", "<&>\"'", "甲\n乙", " 前后 ", "_x000D_", "a\x0bb", "\ud800", "+1", "@x"])
def test_texts_are_texts(text: str) -> None:
    cell = opened(Package(workbook()).rewritten({"表1": {(2, 2): text}}))["表1"]["B2"]
    assert cell.data_type in ("s", "inlineStr")
    shown = openpyxl.utils.escape.unescape(str(cell.value))
    assert shown == text.replace("\x0b", "\ufffd").replace("\ud800", "\ufffd")


def test_other_parts_keep_their_bytes_and_the_result_is_the_same_each_time() -> None:
    before = workbook()
    package = Package(before)
    once = package.rewritten({"表1": {(2, 2): 9.0}})
    assert once == package.rewritten({"表1": {(2, 2): 9.0}})
    old, new = zipfile.ZipFile(io.BytesIO(before)), zipfile.ZipFile(io.BytesIO(once))
    assert new.testzip() is None
    changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert changed == {"xl/worksheets/sheet1.xml"}


def test_rows_get_heights() -> None:
    data = Package(workbook()).rewritten({"表1": {(2, 2): 1.0}}, {"表1": {2: 33.0, 3: 12.5}})
    sheet = opened(data)["表1"]
    assert (sheet.row_dimensions[2].height, sheet.row_dimensions[3].height) == (33, 12.5)


def test_what_is_no_workbook_is_refused_with_a_sentence() -> None:
    with pytest.raises(PackageError, match="不是完整的"):
        Package(b"not a zip")
    with pytest.raises(PackageError, match="没有名为“无”的工作表"):
        Package(workbook()).rewritten({"无": {(1, 1): 1.0}})


def test_a_part_is_the_same_however_much_of_it_was_compressed_before() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表1"
    for row in range(1, 400):
        sheet.append([row, f"第{row}行", "一" * (row % 7)])
    target = io.BytesIO()
    book.save(target)
    package = Package(target.getvalue())
    for row in (200, 200, 5, 399, 200):
        data = package.rewritten({"表1": {(row, 1): 0.5, (row + 1, 2): "新"}})
        assert data == Package(target.getvalue()).rewritten({"表1": {(row, 1): 0.5, (row + 1, 2): "新"}})
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
        changed = opened(data)["表1"]
        assert [changed.cell(at, 1).value for at in range(1, 400)] == [
            0.5 if at == row else at for at in range(1, 400)
        ]
        assert changed.cell(row + 1, 2).value == "新"
