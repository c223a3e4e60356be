"""F02 in workbooks as they come back: issued with a serial, saved by a program that calculates, or by none."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import libreoffice
import openpyxl
import pytest
import small_campaign
from openpyxl.cell import Cell
from shipped import TODAY

from perfeval_xl.campaign.folder import Campaign, create
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.outgoing.issue import cover, file_name, issue
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.verdict import Record
from perfeval_xl.template.fill import Filler
from perfeval_xl.workbook.engine import literal
from perfeval_xl.workbook.patch import Original

RATE, SCORE, ALL_POINTS = "资金总额_执行率", "资金总额_得分", "自评总分"
CHANGE, CHANGE_RATE, SPENT = "基本支出_变动额", "基本支出_变动率", "基本支出_本年决算"
Edit = Callable[[Campaign, openpyxl.Workbook], None]


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    made = small_campaign.make(tmp_path_factory.mktemp("发放") / "年", reports=())
    issue(made, made.units)
    return made


def issued(campaign: Campaign) -> bytes:
    """The third unit's workbook as it was handed out, with the serial 3."""
    return (campaign.out / file_name(campaign.units[2])).read_bytes()


def cell(campaign: Campaign, book: openpyxl.Workbook, name: str) -> Cell:
    at = campaign.template.field[name].address
    found = book[at.sheet].cell(at.row, at.column)
    assert isinstance(found, Cell)
    return found


def typed(campaign: Campaign) -> bytes:
    """The issued workbook filled by a program that does not calculate: what formulas gave stays as it was."""
    changed: dict[str, dict[tuple[int, int], float | str | bool | None]] = {}
    for key, value in small_campaign.figures(100, 98).items():
        at = campaign.template.places[key]
        changed.setdefault(at.sheet, {})[at.row, at.column] = literal(value)
    return Original(issued(campaign)).rewritten(changed)


_desks: dict[str, Desk] = {}


def judged(template: Template, data: bytes) -> Record:
    desk = _desks.setdefault(template.fingerprint, Desk({template.id: template}, TODAY))
    record = desk.judge(Arrived("报来.xlsx", datetime(2024, 3, 1, tzinfo=UTC), data))
    assert record.submission is not None, record.verdict.findings
    assert desk.again(record) == replace(record, submission=desk.again(record).submission)
    return record


def accused(record: Record) -> dict[str, Finding]:
    return {finding.field: finding for finding in record.verdict.findings if finding.rule == "F02"}


# --- saved by LibreOffice -------------------------------------------------------------------------------------


def nothing(_: Campaign, book: openpyxl.Workbook) -> None:
    """Leave all as it is."""


def overwritten(campaign: Campaign, book: openpyxl.Workbook) -> None:
    """Type a figure over one formula, and add one to what another gives that has nothing to do with it."""
    cell(campaign, book, CHANGE).value = 999
    cell(campaign, book, SCORE).value = f"{cell(campaign, book, SCORE).value}+1"


def text(campaign: Campaign, book: openpyxl.Workbook) -> None:
    """Type an amount as a text."""
    cell(campaign, book, SPENT).value = "49"


def unreadable(campaign: Campaign, book: openpyxl.Workbook) -> None:
    """Type what is no amount."""
    cell(campaign, book, SPENT).value = "约四十九"


EDITS: dict[str, Edit] = {one.__name__: one for one in (nothing, overwritten, text, unreadable)}


@pytest.fixture(scope="module")
def saved(campaign: Campaign, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    """The filled workbook with each edit, calculated and saved by LibreOffice, and judged."""
    folder, paths = tmp_path_factory.mktemp("另存"), []
    for name, edit in EDITS.items():
        book = openpyxl.load_workbook(io.BytesIO(typed(campaign)))
        edit(campaign, book)
        paths.append(folder / f"{name}.xlsx")
        book.save(paths[-1])
    results = libreoffice.convert(paths, folder)
    return {path.stem: judged(campaign.template, path.read_bytes()) for path in results}


@libreoffice.needed
@pytest.mark.libreoffice
def test_a_saved_workbook_accuses_nobody(saved: dict[str, Record]) -> None:
    assert accused(saved["nothing"]) == {}


@libreoffice.needed
@pytest.mark.libreoffice
def test_a_figure_typed_over_a_formula_is_found_with_what_follows_from_it(saved: dict[str, Record]) -> None:
    found = accused(saved["overwritten"])
    assert found.keys() == {CHANGE, SCORE}
    assert (found[CHANGE].value, found[CHANGE].expected) == (Decimal(999), Decimal(-1))
    assert [related.label for related in found[CHANGE].related] == ["基本支出 比上年增减率"]
    assert "由它算出的1格随之不同" in found[CHANGE].message


@libreoffice.needed
@pytest.mark.libreoffice
def test_a_changed_formula_is_found(saved: dict[str, Record]) -> None:
    found = accused(saved["overwritten"])
    assert (found[SCORE].value, found[SCORE].expected) == (Decimal("10.8"), Decimal("9.8"))


@libreoffice.needed
@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["text", "unreadable"])
def test_what_formulas_understand_otherwise_than_we_accuses_nobody(saved: dict[str, Record], name: str) -> None:
    """The formulas of the file take a text for 0; we take 49 from it, or say that it cannot be read."""
    assert accused(saved[name]) == {}


# --- without LibreOffice --------------------------------------------------------------------------------------


def computed(campaign: Campaign, serial: int = 3) -> Original:
    """What a unit sends whose program calculates."""
    values = {**cover(campaign.template, campaign.units[2], serial), **small_campaign.figures(100, 98)}
    return Original(Filler(campaign.template, campaign.clock).fill(values))


def with_result(campaign: Campaign, package: Original, name: str, value: float) -> bytes:
    at = campaign.template.field[name].address
    return package.rewritten({at.sheet: {(at.row, at.column): value}})


@pytest.mark.parametrize("serial", [0, 3, 4711])
def test_another_result_is_found_whatever_the_serial(campaign: Campaign, serial: int) -> None:
    package = computed(campaign, serial)
    assert accused(judged(campaign.template, package.rewritten({}))) == {}
    found = accused(judged(campaign.template, with_result(campaign, package, RATE, 0.5)))
    assert found.keys() == {RATE}
    assert found[RATE].level is Level.WARNING


def test_a_program_that_does_not_calculate_accuses_nobody(campaign: Campaign) -> None:
    record = judged(campaign.template, typed(campaign))
    assert accused(record) == {}
    assert record.verdict.computed[RATE, 0] == Decimal("0.98")


def test_a_campaign_that_changed_its_settings_accuses_nobody(campaign: Campaign, tmp_path: Path) -> None:
    settings = {**campaign.settings, "设置_执行分值": Decimal(20)}
    other = create(tmp_path / "改", "hunan-2023", settings, campaign.units)
    assert accused(judged(other.template, with_result(campaign, computed(campaign), RATE, 0.5))) == {}


@pytest.mark.parametrize("change", [{"version": "1.1"}, {"design": "0" * 16}])
def test_a_template_that_changed_since_accuses_nobody(campaign: Campaign, change: dict[str, str]) -> None:
    template = replace(campaign.template, **change)
    data = with_result(campaign, computed(campaign), RATE, 0.5)
    assert accused(judged(template, data)) == {}
