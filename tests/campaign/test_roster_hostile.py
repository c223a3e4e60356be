"""A roster that is damaged, foreign or hostile is one refusal that says what to do, whatever lies there."""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import libreoffice
import ole_files
import openpyxl
import pytest
from archives import zipped

from perfeval_xl.campaign.roster import RosterError, read_roster, write_roster
from perfeval_xl.records.unit import Unit
from perfeval_xl.template.shelf import find

UNITS = (Unit("401001", "教育局"), Unit("401002", "一中", "教育局", superior="401001"), Unit("402001", "水利局"))
SHEET = "xl/worksheets/sheet1.xml"
Change = Callable[[bytes], bytes]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def whole() -> bytes:
    return write_roster(UNITS, find("hunan-2023"))


def changed(change: Change, part: str = SHEET) -> bytes:
    found = parts(whole())
    before = found[part]
    found[part] = change(before)
    assert found[part] != before
    return zipped(found)


def strict() -> bytes:
    return zipped(
        {
            name: part.replace(
                b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            ).replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            for name, part in parts(whole()).items()
        }
    )


def prefixed(part: bytes) -> bytes:
    """Return a sheet whose elements all carry a prefix."""
    named = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", part.partition(b"?>")[2])
    return named.replace(b"xmlns=", b"xmlns:x=")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "名册.xlsx"


def refusal(path: Path, data: bytes | None = None) -> str:
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(RosterError) as caught:
        read_roster(path, lambda: find("hunan-2023"))
    message = str(caught.value)
    assert "名册.xlsx" in message
    assert "重新报送" not in message, "the bureau does not report to itself"
    return message


def readable(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert read_roster(path, lambda: find("hunan-2023")).units == UNITS


def without(part: str) -> bytes:
    return zipped({name: found for name, found in parts(whole()).items() if name != part})


def sheet(find: bytes, new: bytes) -> bytes:
    """Return the roster with the sheet 名册 changed by a regular expression."""
    return changed(lambda xml: re.sub(find, new, xml, flags=re.DOTALL))


def text(old: str, new: str) -> bytes:
    """Return the roster with a text changed."""
    return changed(lambda xml: xml.replace(old.encode(), new.encode()), "xl/sharedStrings.xml")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty file": (bytes, "空的"),
    "a web page": (lambda: b"<html><table><tr><td>401001</td></tr></table></html>", "网页"),
    "a table as text": (lambda: "单位代码,单位名称\n401001,教育局\n".encode("gb18030"), "CSV"),
    "a Word document": (lambda: zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b""}), "Word"),
    "encrypted": (lambda: ole_files.container({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "密码"),
    "a zip of workbooks": (lambda: zipped({"名册.xlsx": whole()}), "zip"),
    "a bomb": (lambda: zipped({**parts(whole()), "xl/media/a.bin": bytes(130 * 1024**2)}), "超过上限"),
    "huge": (lambda: bytes(51 * 1024**2), "超过上限"),
    "cut off": (lambda: whole()[:-2000], "不完整或已损坏"),
    "a sheet missing": (lambda: without(SHEET), "名册"),
    "a workbook missing": (lambda: without("xl/workbook.xml"), "缺少"),
    "no sheets": (
        lambda: changed(lambda xml: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", xml), "xl/workbook.xml"),
        "没有任何工作表",
    ),
    "no data": (lambda: sheet(rb"<sheetData>.*</sheetData>", b""), "名册"),
    "no rows": (lambda: sheet(rb"<sheetData>.*</sheetData>", b"<sheetData/>"), "找不到表头"),
    "an empty part": (lambda: sheet(rb".*", b""), "无法读取"),
    "a part cut off": (lambda: changed(lambda xml: xml[: len(xml) // 2]), "无法读取"),
    "a document type": (lambda: sheet(rb"<worksheet", b"<!DOCTYPE a><worksheet"), "DTD"),
    "an address that is none": (lambda: sheet(rb'r="A5"', b'r="ZZZZ5"'), "ZZZZ5"),
    "a cell without type": (lambda: sheet(rb'(r="A5"[^>]*t=")s(")', rb"\1\2"), "名册!A5"),
    "a text that is not there": (lambda: sheet(rb'(r="A5"[^>]*)><v>\d+', rb"\1><v>99999"), "名册!A5"),
    "half a character": (lambda: text("水利局", "_xD842_"), "名册!B7"),
    "a control": (lambda: text("水利局", "水_x0000_利局"), "名册!B7"),
}


@pytest.mark.parametrize(("make", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_sound_roster_is_told(path: Path, make: Callable[[], bytes], told: str) -> None:
    assert told in refusal(path, make())


READ: dict[str, Callable[[], bytes]] = {
    "strict": strict,
    "prefixed": lambda: changed(prefixed),
    "a last row": lambda: sheet(rb"</sheetData>", b'<row r="1048576"/></sheetData>'),
    "a stated size": lambda: sheet(rb'<dimension ref="', b'<dimension ref="A1:XFD1048576" x="'),
    "hidden columns": lambda: sheet(rb"<cols>.*</cols>", b'<cols><col min="1" max="9" hidden="1"/></cols>'),
    "rows of formats": lambda: sheet(rb"</sheetData>", formats(30_000) + b"</sheetData>"),
}


def formats(rows: int) -> bytes:
    return b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (row, row) for row in range(10, rows))


@pytest.mark.parametrize("make", READ.values(), ids=READ)
def test_what_another_program_writes_is_read(path: Path, make: Callable[[], bytes]) -> None:
    readable(path, make())


def test_what_is_no_file_is_told(path: Path) -> None:
    assert "没有这个文件" in refusal(path)
    path.mkdir()
    assert "不是普通文件" in refusal(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_does_not_stop_the_program(path: Path) -> None:
    os.mkfifo(path)
    assert "不是普通文件" in refusal(path)


def test_a_file_of_three_gigabytes_is_refused_unread(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3 * 1024**3)
    assert "超过上限" in refusal(path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_to_a_roster_is_followed_and_a_circle_is_told(path: Path, tmp_path: Path) -> None:
    (tmp_path / "共享.xlsx").write_bytes(whole())
    path.symlink_to(tmp_path / "共享.xlsx")
    assert read_roster(path).units == UNITS
    path.unlink()
    path.symlink_to(path)
    refusal(path)


def typed(path: Path, **cells: object) -> Path:
    """Write a roster of one sheet with values and number formats: `A2=(1, "000000")`."""
    book = openpyxl.load_workbook(path) if path.exists() else openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if not path.exists():
        sheet.append(["单位代码", "单位名称", "业务股室", "联系人", "联系电话"])
    for place, content in cells.items():
        value, shown = content if isinstance(content, tuple) else (content, "General")
        sheet[place].value, sheet[place].number_format = value, shown
    book.save(path)
    return path


def test_a_cell_is_read_as_it_is_shown(path: Path) -> None:
    moment, day = (45000.3958333333, "yyyy-mm-dd h:mm"), (date(2023, 3, 15), "yyyy年m月d日")
    typed(path, A2=(42, "000000"), B2="教育局", C2=moment, D2=(0.5, "0%"), E2=13900000000.0)
    typed(path, A3=(401001.0, "0"), B3=(7, "0.00"), C3=day, D3=True, E3=(0.395833333, "h:mm"))
    assert read_roster(path).units == (
        Unit("000042", "教育局", section="2023-03-15 09:30", contact="50%", phone="13900000000"),
        Unit("401001", "7", section="2023-03-15", contact="TRUE", phone="09:30"),
    )


def test_an_error_value_is_no_name(path: Path) -> None:
    typed(path, A2="1", B2="#N/A", A3="#REF!", B3="水利局", A4="3", B4="林业局", D4="#DIV/0!")
    message = refusal(path)
    assert [place for place in ("名册!B2", "Sheet!B2", "Sheet!A3", "Sheet!D4") if place in message] == [
        *("Sheet!B2", "Sheet!A3", "Sheet!D4")
    ]


def test_faults_of_the_file_come_all_at_once(path: Path) -> None:
    def change(xml: bytes) -> bytes:
        broken = re.sub(rb'(r="A5"[^>]*)><v>\d+', rb"\1><v>99999", xml)
        return re.sub(rb'(r="B6"[^>]*)t="s"><v>\d+', rb"\1><v>1E999", broken)

    message = refusal(path, changed(change))
    assert "有2处问题" in message
    assert "名册!A5" in message
    assert "名册!B6" in message


@libreoffice.needed
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_roster_that_another_program_saved_in_its_own_format_is_read(
    path: Path, tmp_path: Path, ending: str
) -> None:
    path.write_bytes(whole())
    (converted,) = libreoffice.convert([path], tmp_path, ending)
    readable(path, converted.read_bytes())
