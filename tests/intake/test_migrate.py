"""Migrating: a workbook whose structure was damaged gives a whole one with all that was filled in it."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
from shipped import MOMENT
from small_campaign import UNITS, figures

from perfeval_xl import reading
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.intake.migrate import carried
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.template.fill import Filler

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template


def damaged(data: bytes) -> bytes:
    """Rename a sheet, insert a row, type over a formula, leave a note where nothing is asked."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["表2 支出情况"]
    sheet.title = "支出"
    sheet["G6"] = 999
    book["表6 绩效情况"]["M40"] = "旁注"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_what_was_filled_is_carried_into_a_whole_workbook(hunan: Template, today: date) -> None:
    filler, desk = Filler(hunan, today), Desk({hunan.id: hunan}, today)
    filled = {**figures(100, 90), ("单位名称", 0): UNITS[0].name, ("人员经费_上年决算", 0): "约二十"}
    old = desk.judge(Arrived("旧.xlsx", MOMENT, damaged(filler.fill(filled))))
    done = carried(hunan, old)
    assert any("旁注" in line for line in done.left)
    submission, findings = reading.read(filler.fill(done.values), "新.xlsx", {hunan.id: hunan})
    assert submission is not None
    for key, value in filled.items():
        if key != ("人员经费_上年决算", 0):
            assert submission.values[key] == value
    assert ("人员经费_上年决算", 0) in submission.unreadable
    assert "约二十" in " ".join(finding.message for finding in findings)
    assert submission.values["资金总额_全年预算", 0] == Decimal(100)


def test_a_migrated_workbook_stays_the_units_under_its_serial(hunan: Template, today: date) -> None:
    filler, desk = Filler(hunan, today), Desk({hunan.id: hunan}, today)
    for serial, kept in ((7, "7"), (0, "0")):
        data = filler.fill({**figures(100, 90), **cover(hunan, UNITS[1], serial)})
        done = carried(hunan, desk.judge(Arrived("旧.xlsx", MOMENT, data)))
        submission, _ = reading.read(filler.fill(done.values), "新.xlsx", {hunan.id: hunan})
        assert submission is not None
        assert submission.stamped == (UNITS[1].code, kept)
