"""From one year to the next: figures passed on through the succession table, contradictions found."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import two_years
from two_years import STEPS, THIS, complete

from perfeval_xl.campaign.folder import Campaign, create_after
from perfeval_xl.campaign.last_year import NoLastLedgerError, without_successor
from perfeval_xl.campaign.standings import overview
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.known import openings
from perfeval_xl.records.office import Office
from perfeval_xl.records.verdict import Status


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return two_years.last_year(tmp_path_factory.mktemp("years") / "2022")


@pytest.fixture(scope="module")
def campaign(last: Campaign) -> Campaign:
    return two_years.this_year(last.folder.parent / "2023", last)


def closing() -> Decimal:
    value = complete()["三公经费_本年决算", 0]
    assert isinstance(value, Decimal)
    return value


def test_last_year_was_as_the_test_needs_it(last: Campaign) -> None:
    with ledger.opened(last.ledger) as book:
        states = {receipt.unit: receipt.status for receipt in book.receipts()}
    assert {code for code, status in states.items() if status is not Status.ACCEPTED} == {"5"}


@pytest.mark.parametrize(
    ("code", "share", "said"),
    [
        ("1", 1, "取自1 交通局"),
        ("23", 2, "2 旅游局、3 文化局2022年度自评数的合计"),
        ("4", Decimal("0.6"), "4 建设局的60%"),
        ("41", Decimal("0.4"), "4 建设局的40%"),
        ("66", 1, "取自6 信访局"),
    ],
)
def test_last_years_figures_reach_their_successors(
    campaign: Campaign, code: str, share: Decimal, said: str
) -> None:
    unit = next(unit for unit in THIS if unit.code == code)
    values = two_years.issued(campaign, unit)
    for opening, closing_name in openings(campaign.template).items():
        before = complete().get((closing_name, 0))
        if isinstance(before, Decimal):
            expected = round(before * share, 2)
            assert values[opening, 0] == expected, opening
            if f"控制_{opening}" in campaign.template.field:
                assert values[f"控制_{opening}", 0] == expected, opening
    assert said in str(values["控制_说明", 0])


@pytest.mark.parametrize(("code", "said"), [("9", "新列入"), ("5", "5 水利局2022年度的自评没有通过")])
def test_without_an_accepted_year_nothing_is_filled_and_the_note_says_why(
    campaign: Campaign, code: str, said: str
) -> None:
    unit = next(unit for unit in THIS if unit.code == code)
    values = two_years.issued(campaign, unit)
    assert not [name for name, _ in values if "上年决算" in name]
    assert said in str(values["控制_说明", 0])


def test_control_figures_stand_in_the_workbook_and_not_in_the_departments_cells(campaign: Campaign) -> None:
    values = two_years.issued(campaign, THIS[0])
    assert (values["控制_基本支出_年初预算", 0], values["控制_资金总额_全年执行", 0]) == (1100, 3300)
    assert ("基本支出_年初预算", 0) not in values


def test_the_bureaus_cells_are_locked_and_the_departments_open(campaign: Campaign) -> None:
    two_years.issued(campaign, THIS[0])
    book = openpyxl.load_workbook(campaign.out / "1 交通运输局.xlsx")
    protection = {
        name: book[campaign.template.field[name].address.sheet][
            campaign.template.field[name].address.cell
        ].protection
        for name in ("控制_三公经费_上年决算", "三公经费_上年决算")
    }
    assert [kept.locked for kept in protection.values()] == [True, False]


def test_a_sum_of_which_one_part_did_not_pass_is_not_filled(last: Campaign) -> None:
    steps = (("1", "合并", "5", None), *STEPS[1:])
    campaign = two_years.this_year(last.folder.parent / "并入", last, steps)
    known = campaign.dossiers["5"]
    assert [figure for figure in known.figures if figure.last_year] == []
    assert "5 水利局2022年度的自评没有通过" in known.note
    assert "1 交通局" not in known.note


def test_a_sheet_of_last_years_figures_wins_over_the_ledger(last: Campaign) -> None:
    other = two_years.this_year(last.folder.parent / "另一个", last)
    path = other.folder / "名册.xlsx"
    book = openpyxl.load_workbook(path)
    book["上年数"]["A5"], book["上年数"]["C5"] = "1", 77
    book.save(path)
    known = other.dossiers["1"]
    figures = {figure.field: figure for figure in known.figures if figure.last_year}
    assert (figures["三公经费_上年决算"].value, figures["三公经费_上年决算"].source) == (77, "名册“上年数”表")
    assert figures["公车经费_上年决算"].value == complete()["公车经费_本年决算", 0]
    assert "财政部门录入" in known.note


def test_a_submission_that_contradicts_last_year_is_found(campaign: Campaign) -> None:
    unit = THIS[1]
    values = {**complete(), **two_years.issued(campaign, unit)}
    values["三公经费_上年决算", 0] = closing() * 2 + 1
    two_years.submit(campaign, unit, values)
    collect(campaign, jobs=1)
    standing = next(one for one in overview(campaign).standings if one.unit.code == unit.code)
    found = [finding for finding in standing.all_findings if finding.rule == "X08"]
    assert [(finding.field, finding.value, finding.expected) for finding in found] == [
        ("三公经费_上年决算", closing() * 2 + 1, closing() * 2)
    ]
    write_returns(campaign, datetime(2024, 3, 15, tzinfo=UTC))
    book = openpyxl.load_workbook(campaign.returns / "23 文化旅游局.xlsx", data_only=True)
    place = campaign.template.field["控制_三公经费_上年决算"].address
    assert book[place.sheet][place.cell].value == float(closing() * 2)


def test_last_years_units_without_a_successor_are_named(
    campaign: Campaign, last: Campaign, tmp_path: Path
) -> None:
    assert without_successor(campaign) == ()
    again = create_after(last, tmp_path / "今年", "hunan-2023", {"年度": Decimal(2023)}, Office())
    book = openpyxl.load_workbook(again.folder / "名册.xlsx")
    book["名册"].delete_rows(5)
    book.save(again.folder / "名册.xlsx")
    assert without_successor(again) == ("1 交通局",)


def test_last_year_without_a_ledger_is_one_sentence(last: Campaign, tmp_path: Path) -> None:
    bare = create_after(last, tmp_path / "甲", "hunan-2023", {"年度": Decimal(2023)}, Office())
    after = create_after(bare, tmp_path / "乙", "hunan-2023", {"年度": Decimal(2024)}, Office())
    with pytest.raises(NoLastLedgerError, match="没有台账"):
        _ = after.dossiers
