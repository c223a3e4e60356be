"""The summary: live formulas that another program computes to the same, right words for few and for many."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import libreoffice
import openpyxl
import pytest
from small_campaign import REPORTS, UNITS, figures, make
from summary_units import without_charts

from perfeval_xl import comparing
from perfeval_xl.campaign.standings import overview
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger.ledger import opened
from perfeval_xl.outgoing.bureau_files import write_summary
from perfeval_xl.summary import summarise

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    made = make(tmp_path_factory.mktemp("summary") / "年")
    collect(made)
    return made


def summary(campaign: Campaign, reports: int = len(REPORTS)) -> bytes:
    """Summarise the first few reports, whether they passed or not."""
    with opened(campaign.ledger) as book:
        seen = comparing.overview(UNITS, book.receipts()[:reports], campaign.template, book.record)
        return summarise(campaign.template, seen, book.record, campaign.clock, everything=True)


def sheet_values(data: bytes, sheet: str, folder: Path) -> list[list[object]]:
    path = folder / "summary.xlsx"
    path.write_bytes(data)
    book = openpyxl.load_workbook(path, data_only=True)
    return [[cell.value for cell in row] for row in book[sheet].iter_rows()]


def narrative(data: bytes, folder: Path) -> str:
    return "\n".join(str(row[0]) for row in sheet_values(data, "汇总报告", folder) if row[0])


@pytest.mark.libreoffice
@libreoffice.needed
@pytest.mark.parametrize("reports", [0, 1, 3])
def test_libreoffice_computes_every_formula_the_same(campaign: Campaign, reports: int, tmp_path: Path) -> None:
    path = tmp_path / "summary.xlsx"
    path.write_bytes(summary(campaign, reports))
    judged = libreoffice.convert([path], tmp_path)[0]
    assert len(libreoffice.formulas(path)) > 100
    assert libreoffice.differences(path, judged) == []


@pytest.mark.libreoffice
@libreoffice.needed
def test_one_changed_figure_changes_total_rank_sentence_and_chart(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "summary.xlsx"
    path.write_bytes(summary(campaign))
    book = openpyxl.load_workbook(path)
    cells = {
        name: book.defined_names[name].attr_text for name in ("自评总分", "基本支出_本年决算", "资金总额_执行率")
    }
    column = {name: re.findall(r"\$([A-Z]+)\$(\d+)", text)[0] for name, text in cells.items()}
    detail = book["部门明细"]
    for name, value in (("自评总分", 100), ("基本支出_本年决算", 1075)):
        letters, row = column[name]
        detail[f"{letters}{int(row) + 2}"] = value
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    before = libreoffice.values(path)
    after = libreoffice.values(libreoffice.convert([changed], tmp_path)[0])
    row = next(key for key, value in before.items() if key[0] == "汇总表" and value == "基本支出")[1][1:]
    assert after["汇总表", f"E{row}"] == before["汇总表", f"E{row}"] + 1000
    assert (before["排名", "B5"], after["排名", "B5"]) == ("交通局", "水利局")
    assert "得分最高的是水利局" in "".join(
        str(value) for (sheet, _), value in after.items() if sheet == "汇总报告"
    )
    assert [value for key, value in before.items() if key[0] == "_图表"] != [
        value for key, value in after.items() if key[0] == "_图表"
    ]


@pytest.mark.libreoffice
@libreoffice.needed
def test_a_changed_amount_changes_the_unit_s_own_rate_and_score(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "summary.xlsx"
    path.write_bytes(summary(campaign))
    book = openpyxl.load_workbook(path)
    names = ("资金总额_全年执行", "资金总额_执行率", "资金总额_得分")
    cells = {name: re.findall(r"\$([A-Z]+)\$(\d+)", book.defined_names[name].attr_text)[0] for name in names}
    letters, row = cells["资金总额_全年执行"]
    book["部门明细"][f"{letters}{row}"] = 50
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    after = libreoffice.values(libreoffice.convert([changed], tmp_path)[0])
    rate, score = (after["部门明细", "".join(cells[name])] for name in names[1:])
    assert (rate, score) == (0.5, 5)
    assert "最低的是交通局（50.00%）" in "".join(
        str(text) for (sheet, _), text in after.items() if sheet == "汇总报告"
    )


def test_texts_that_look_like_formulas_are_texts(campaign: Campaign, tmp_path: Path) -> None:
    path = tmp_path / "summary.xlsx"
    path.write_bytes(summary(campaign))
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    named = [cell for cell in cells if cell.value == "=项目甲"]
    assert named
    assert all(cell.data_type in ("s", "inlineStr") for cell in named)


def test_the_order_of_files_does_not_matter(campaign: Campaign) -> None:
    with opened(campaign.ledger) as book:
        receipts = book.receipts()
        forward, backward = (
            summarise(
                campaign.template,
                comparing.overview(UNITS, order, campaign.template, book.record),
                book.record,
                campaign.clock,
                everything=True,
            )
            for order in (receipts, receipts[::-1])
        )
    assert forward == backward


def test_units_that_have_not_passed_are_listed_but_not_added_up(campaign: Campaign, tmp_path: Path) -> None:
    path = write_summary(campaign)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book["部门明细"]["A5"].value is None
    assert {row[13].value for row in book["报送情况"].iter_rows(min_row=5, max_row=7)} == {"否"}
    assert "核对未通过的3户在改正或说明以前不计入合计" not in narrative(path.read_bytes(), tmp_path)


def test_equal_scores_share_the_first_rank(tmp_path: Path) -> None:
    same = make(tmp_path / "年", reports=[(number, figures(100, 90)) for number in range(3)])
    collect(same)
    ranks = [row[0] for row in sheet_values(summary(same), "排名", tmp_path)[4:]]
    assert ranks == [1, 1, 1]


def test_every_unit_appears_once_in_the_ranking(campaign: Campaign, tmp_path: Path) -> None:
    rows = sheet_values(summary(campaign), "排名", tmp_path)[4:]
    assert [(row[0], row[1]) for row in rows] == [(1, "交通局"), (2, "教育局"), (3, "水利局")]


@pytest.mark.parametrize(
    ("reports", "said", "unsaid"),
    [
        (0, ["应当开展部门整体支出绩效自评的单位4户，目前还没有单位报送。"], ["得分最高", "0户"]),
        (
            1,
            ["交通局自评得分97.80分（自评，未经复核）。", "预算执行率为98.00%。"],
            ["得分最高", "等1户", "0户，占", "各单位得分"],
        ),
        (
            3,
            ["尚未报送的有民政局", "得分最高的是交通局（97.80分），最低的是水利局（72.50分）"],
            ["档案馆", "0个"],
        ),
    ],
)
def test_the_narrative_fits_the_situation(
    campaign: Campaign, tmp_path: Path, reports: int, said: list[str], unsaid: list[str]
) -> None:
    text = without_charts(narrative(summary(campaign, reports), tmp_path))
    assert [part for part in said if part not in text] == []
    assert [part for part in unsaid if part in text] == []
    assert "#" not in text


def test_nothing_is_called_an_increase_of_less_than_zero(tmp_path: Path) -> None:
    lower = {**figures(100, 90), ("三公经费_上年决算", 0): figures(8, 100)["资金总额_全年执行", 0]}
    shrunk = make(
        tmp_path / "年",
        reports=[(0, {**lower, ("三公经费_本年决算", 0): figures(6, 100)["资金总额_全年执行", 0]})],
    )
    collect(shrunk)
    text = narrative(summary(shrunk), tmp_path)
    assert "“三公”经费支出6.00万元，比上年减少2.00万元，下降25.00%" in text
    assert not re.search(r"(增加|增长|减少|下降)-", text)


def test_one_more_unit_extends_every_name(campaign: Campaign, tmp_path: Path) -> None:
    def last_row(data: bytes) -> int:
        path = tmp_path / "names.xlsx"
        path.write_bytes(data)
        return int(openpyxl.load_workbook(path).defined_names["自评总分"].attr_text.rsplit("$", 1)[1])

    assert last_row(summary(campaign, 3)) == last_row(summary(campaign, 2)) + 1


def test_an_overview_without_standings_still_makes_a_workbook(campaign: Campaign) -> None:
    empty = replace(overview(campaign), standings=(), strangers=(), rejected=(), findings=())
    with opened(campaign.ledger) as book:
        assert summarise(campaign.template, empty, book.record, campaign.clock)
