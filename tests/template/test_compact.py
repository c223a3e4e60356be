"""A built workbook is made small; where the library's output has changed that fails instead of doing nothing."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from perfeval_xl.template.source.compact import compacted
from perfeval_xl.workbook.granted import ChangedOutputError

SHEET, LISTS = "xl/worksheets/sheet1.xml", "docProps/app.xml"
ROWS = "".join(
    f'<row r="{row}" spans="1:2"><c r="A{row}"><v>1</v></c>'
    f'<c r="B{row}" t="str"><f>IF(A{row}&gt;1,"多","")&amp;A{row}</f><v></v></c></row>'
    for row in range(1, 4)
)
APP = "<Properties><HeadingPairs>1</HeadingPairs><TitlesOfParts>2</TitlesOfParts></Properties>"


def package(rows: str = ROWS, app: str = APP) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(SHEET, f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
        archive.writestr(LISTS, app)
    return target.getvalue()


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode("utf-8")


def test_repeated_formulas_are_shared_and_what_nobody_reads_is_left_out() -> None:
    small = compacted(package())
    sheet = part(small, SHEET)
    assert sheet.count('<f t="shared"') == 3
    assert "spans" not in sheet
    assert sheet.count("<v></v>") == 1, "that of the first cell, which holds the formula"
    assert part(small, LISTS) == "<Properties></Properties>"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (ROWS.replace("<f>", '<f ca="1">'), "<f>…</f>"),
        (re.sub(r'<c r="(B[0-9])" t="str">', r'<c t="str" r="\1">', ROWS), "<f>…</f>"),
        (ROWS.replace('spans="1:2"', "spans='1:2'"), "spans"),
        (ROWS.replace("<v></v>", "<v/>"), "empty value"),
    ],
    ids=["formula", "cell", "spans", "value"],
)
def test_a_sheet_in_other_words_is_refused(rows: str, expected: str) -> None:
    assert rows != ROWS
    with pytest.raises(ChangedOutputError, match=re.escape(expected)) as caught:
        compacted(package(rows))
    assert SHEET in str(caught.value)


def test_properties_in_other_words_are_refused() -> None:
    with pytest.raises(ChangedOutputError, match="HeadingPairs"):
        compacted(package(app="<Properties></Properties>"))
