"""A template's cells are what another library reads in them, shared formulas written out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from shipped import TEMPLATES

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import FIELDS
from perfeval_xl.records.errors import TemplateError
from perfeval_xl.template.cells import Cells
from perfeval_xl.template.load import load
from perfeval_xl.workbook.patch import Original
from perfeval_xl.workbook.shared_formulas import moved

BUILT = sorted(TEMPLATES.glob("*/*.xlsx"))


@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.stem)
def test_every_cell_reads_as_openpyxl_reads_it(path: Path) -> None:
    cells, judge = Cells(path.read_bytes()), openpyxl.load_workbook(path)
    assert cells.title == judge.properties.title
    for sheet in judge.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                place = Address(sheet.title, cell.row, cell.column)
                assert cells.at(place) == (cell.value if cell.value != "" else None), place
                assert cells.has_formula(place) == (cell.data_type == "f"), place


@pytest.mark.parametrize(
    ("formula", "there"),
    [
        ("=A1+$A1+A$1+$A$1", "=C4+$A4+C$1+$A$1"),
        ("=SUM(A1:B2,'表 A1'!C3,表1!D4)", "=SUM(C4:D5,'表 A1'!E6,表1!F7)"),
        ("=SUM(A:B)+SUM($A:B)+SUM(1:2)+SUM($1:2)", "=SUM(C:D)+SUM($A:D)+SUM(4:5)+SUM($1:5)"),
        ('=IF(A1="B2 和 ""C3""",LOG10(A1),金额A1+A1_年)', '=IF(C4="B2 和 ""C3""",LOG10(C4),金额A1+A1_年)'),
        ("=表[列A1]+XFD1", "=表[列A1]+#REF!"),
        ("=1.5E3+TRUE", "=1.5E3+TRUE"),
    ],
)
def test_a_shared_formula_moves_with_its_cell(formula: str, there: str) -> None:
    assert moved(formula, 3, 2) == there


def test_cells_at_odds_with_each_other_are_told() -> None:
    package = BUILT[0].read_bytes()
    twice = with_part(package, Original(package)._parts[FIELDS], b"</row>", b'<c r="A1"><v>1</v></c></row>')
    with pytest.raises(TemplateError, match=r"不是完整的 \.xlsx 工作簿.*：_字段!A1单元格数据重复"):
        load(twice)


def with_part(package: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with the first `old` in one of its parts replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new, 1) if name == part else content)
    return buffer.getvalue()
