"""One person-day: an accountant fills the Hunan workbook in LibreOffice alone, until its cover says it is ready.

The figures are those that a transport office published; one, 14 veterans beside 6 in service, must be explained.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import libreoffice
import openpyxl
import pytest
from typist import typed

from perfeval_xl import reading
from perfeval_xl.checking.check import Checker
from perfeval_xl.demo import answers, real, texts, units
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.template.fill import Filler

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value

pytestmark = [pytest.mark.libreoffice, libreoffice.needed]


def keyed(value: Value) -> str:
    """Return what one types for a value: a date with hyphens, a figure with its decimals."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@pytest.fixture(scope="module")
def day(hunan: Template, today: date, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Hand out the transport office's workbook; type its published figures and what else it fills, twice."""
    folder = tmp_path_factory.mktemp("day")
    office = texts.offices()[real.TRANSPORT]
    unit = next(unit for unit in units() if unit.code == office.code)
    issued = folder / "交通运输局.xlsx"
    issued.write_bytes(Filler(hunan, today).fill(cover(hunan, unit, 1)))
    values = answers.clean(unit, office, real.accounts(office))
    entries = [
        (hunan.address(key).sheet, hunan.address(key).cell, keyed(value).replace("\n", " "))
        for key, value in values.items()
    ]
    wrong = [(sheet, cell, "9999" if text == "453.72" else text) for sheet, cell, text in entries]
    first = typed(issued, wrong, folder)
    (folder / "改.xlsx").write_bytes(first.read_bytes())
    mended = [(sheet, cell, text) for sheet, cell, text in entries if text == "453.72"]
    board = hunan.field["说明_X11d"].address
    mended.append((board.sheet, board.cell, "离休人员由老交通管理部门合并而来，人数经组织部门核定。"))
    return [issued, first, typed(folder / "改.xlsx", mended, folder)]


def states(path: Path) -> list[str]:
    cells = openpyxl.load_workbook(path, data_only=True)["封面"].iter_rows(values_only=True)
    return [str(cell) for row in cells for cell in row if str(cell).startswith(("✔", "✘"))]


def test_the_cover_says_at_every_stage_what_is_left(day: list[Path]) -> None:
    before, wrong, ready = (states(path) for path in day)
    assert before[0].startswith("✘ 还不能报送：必填未填")
    assert wrong[0].startswith("✘ 还不能报送：错误")
    assert "待说明 2 项" in wrong[0]
    assert ready == ["✔ 可以报送：全部填完，核对没有错误", *["✔ 已完成"] * 8]


def test_what_was_typed_is_read_and_found_right(hunan: Template, today: date, day: list[Path]) -> None:
    submission, read = reading.read(day[2].read_bytes(), "交通运输局.xlsx", {hunan.id: hunan})
    assert submission is not None, read
    assert submission.unit_code == real.TRANSPORT
    assert [str(found) for found in read if found.level.value != "notice"] == []
    findings = Checker(hunan, today).check(submission).findings
    assert [str(found) for found in findings if not found.explanation] == []


def test_what_is_locked_stays_as_it_was_handed_out(hunan: Template, today: date, tmp_path: Path) -> None:
    blank = tmp_path / "空.xlsx"
    blank.write_bytes(Filler(hunan, today).fill({("单位代码", 0): "306001"}))
    code = hunan.field["单位代码"].address
    rate = hunan.field["人员_控制率"].address
    saved = typed(blank, [(code.sheet, code.cell, "999"), (rate.sheet, rate.cell, "1")], tmp_path)
    stored = libreoffice.values(saved)
    assert stored[code.sheet, code.cell] == "306001"
    assert stored[rate.sheet, rate.cell] == 0
