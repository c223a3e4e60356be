"""The example county, from handing out to the summary, exactly as `demo` runs it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import libreoffice
import openpyxl
import pytest
from once import example_year

from perfeval_xl.campaign.standings import overview
from perfeval_xl.demo.play import Rehearsed, rehearse
from perfeval_xl.ledger import ledger
from perfeval_xl.records.address import column_number
from perfeval_xl.records.contract import Role
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.records.verdict import Record, Status

if TYPE_CHECKING:
    from perfeval_xl.records.standing import Standing


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    return example_year(tmp_path_factory)


def standing(year: Rehearsed, name: str) -> Standing:
    return next(one for one in overview(year.campaign).standings if one.unit.name.endswith(name))


def record(year: Rehearsed, name: str) -> Record:
    receipt = standing(year, name).receipt
    assert receipt is not None
    with ledger.opened(year.campaign.ledger) as book:
        return book.record(receipt)


def test_every_file_is_accounted_for(year: Rehearsed) -> None:
    assert (year.tally.seen, year.tally.adds_up) == (41, True)
    assert year.tally.statuses == {Status.ACCEPTED: 31, Status.ERRORS: 8, Status.EXPLAIN: 2}


def test_two_do_not_report_and_one_reports_twice(year: Rehearsed) -> None:
    seen = overview(year.campaign).standings
    assert len(seen) == 42
    assert sum(one.state == "未报" for one in seen) == 2
    assert [len(one.receipts) for one in seen].count(2) == 1


def test_the_published_report_of_the_transport_office_is_put_right(year: Rehearsed) -> None:
    verdict = record(year, "交通运输局").verdict
    finding = next(one for one in verdict.findings if one.rule == "X03")
    cells = [(cell.address.cell, str(cell.value)) for cell in finding.related]
    assert cells == [("C6", "321.12"), ("C7", "243.27"), ("C8", "77.49")]
    assert str(finding.difference) == "0.36"
    text = "".join(verdict.paragraphs)
    assert "占基本支出的35.53%" in text
    assert "占基本支出的64.47%" in text


TEXT = "=按上级规定执行"


def holding(text: str, paths: Sequence[Path]) -> Iterator[Path]:
    """Give the workbooks in any part of which a text stands: opening the others would take minutes."""
    for path in paths:
        with zipfile.ZipFile(path) as package:
            if any(text.encode() in package.read(name) for name in package.namelist()):
                yield path


def test_an_answer_that_begins_with_an_equals_sign_is_text_everywhere(year: Rehearsed) -> None:
    folder = year.campaign.folder
    found = 0
    for path in holding(TEXT, sorted(folder.rglob("*.xlsx"))):
        book = openpyxl.load_workbook(path)
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        answers = [cell for cell in cells if isinstance(cell.value, str) and cell.value == TEXT]
        found += len(answers)
        assert all(cell.data_type != "f" for cell in answers)
    assert found
    verdict = record(year, "机关事务服务中心").verdict
    assert any(text == TEXT for text in verdict.paragraphs)


def test_a_second_run_gives_the_same_bytes(year: Rehearsed, tmp_path: Path) -> None:
    again = rehearse(tmp_path / "示例", lambda _: None)

    def contents(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    first, second = contents(year.campaign.folder), contents(again.campaign.folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "重要.txt").write_text("不要删", "utf-8")
    with pytest.raises(CampaignError, match="已有别的文件"):
        rehearse(tmp_path, lambda _: None)
    assert (tmp_path / "重要.txt").read_text("utf-8") == "不要删"


@pytest.mark.libreoffice
@libreoffice.needed
def test_libreoffice_computes_the_demo_summary_the_same(year: Rehearsed, tmp_path: Path) -> None:
    judged = libreoffice.convert([year.summary], tmp_path)[0]
    assert libreoffice.differences(year.summary, judged) == []


def test_every_computed_figure_of_the_details_is_what_checking_computed(year: Rehearsed) -> None:
    book = openpyxl.load_workbook(year.summary, data_only=True)
    formulas = openpyxl.load_workbook(year.summary)["部门明细"]
    sheet, fields = book["部门明细"], year.campaign.template.field
    columns = {
        name: column_number(defined.attr_text.split("$")[1])
        for name, defined in book.defined_names.items()
        if name in fields and "部门明细" in defined.attr_text and fields[name].role is Role.COMPUTED
    }
    live = [name for name, column in columns.items() if str(formulas.cell(5, column).value).startswith("=")]
    assert {"自评总分", "产出得分", "项目个数", "项目_全年执行合计"} <= set(live)
    assert len(live) == len(columns)
    by_code = {one.unit.code: one for one in overview(year.campaign).standings}
    with ledger.opened(year.campaign.ledger) as opened:
        for row in range(5, sheet.max_row + 1):
            receipt = by_code[str(sheet.cell(row, 1).value)].receipt
            assert receipt is not None
            computed = opened.record(receipt).verdict.computed
            for name, column in columns.items():
                ours, stored = computed.get((name, 0)), sheet.cell(row, column).value
                assert libreoffice.same(float(ours) if isinstance(ours, Decimal) else ours, stored), (row, name)


def test_the_county_s_totals_are_those_of_its_units(year: Rehearsed) -> None:
    book = openpyxl.load_workbook(year.summary, data_only=True)
    told = {row[0]: row[2] for row in book["_指标"].iter_rows(values_only=True)}
    with ledger.opened(year.campaign.ledger) as opened:
        records = [opened.record(one.receipt) for one in overview(year.campaign).standings if one.counts]
    budgets, spent, scores = (
        [record.value(name, 0) for record in records]
        for name in ("资金总额_全年预算", "资金总额_全年执行", "自评总分")
    )
    assert told["汇总_全年预算"] == float(sum(budgets))
    assert told["汇总_执行率"] == float(round(sum(spent) / sum(budgets), 4))
    assert told["汇总_平均分"] == float(round(sum(scores) / len(scores), 2))
    weighted = sum(score * budget for score, budget in zip(scores, budgets, strict=True)) / sum(budgets)
    assert told["汇总_加权分"] == float(round(weighted, 2))
    assert told["汇总_优秀率"] == round(sum(score >= 90 for score in scores) / len(scores), 4)
