"""What is made public of a year tells of nobody whom to call; the ledger knows where it is public since when."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from commands import run
from reviewing_office import FINE, NOW, ROADS, SCHOOLS, WRONG, make, taken
from small_campaign import copied
from two_years import submit

import perfeval_xl as px
from perfeval_xl.campaign.folder import Campaign
from perfeval_xl.outgoing.masked import masked, masked_text
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.verdict import Status

WHERE = "http://www.example.gov.cn/jxzp/2023"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """Make a year in which one unit has passed and another has not."""
    campaign = make(tmp_path_factory.mktemp("公") / "2023")
    told = {**FINE, ("联系人", 0): "董晓红", ("联系电话", 0): "0734-5660140"}
    submit(campaign, ROADS, told)
    submit(campaign, SCHOOLS, WRONG)
    taken(campaign)
    return campaign


@pytest.fixture(scope="module")
def published(pattern: Campaign, tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, px.Publication]:
    """Write what is to be made public of that year, once: a report in Word takes its time."""
    year = copied(pattern, tmp_path_factory.mktemp("已") / "2023")
    return year, px.publish(year, now=NOW)


@pytest.fixture
def year(pattern: Campaign, tmp_path: Path) -> Campaign:
    return copied(pattern, tmp_path / "2023")


def texts(path: Path) -> str:
    with zipfile.ZipFile(path) as parts:
        return re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode().replace("</w:p>", "\n"))


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("联系电话13912345678。", "联系电话139******78。"),
        ("电话 0734-5660140", "电话 **********40"),
        ("（0734）56601401转2", "************01转2"),
        ("身份证430101198001011234", "身份证430101************"),
        ("写信到 lisi@163.com 即可", "写信到 l*********** 即可"),
        ("预算1391234.56万元，2023年", "预算1391234.56万元，2023年"),
        ("文号20231234567890123456", "文号20231234567890123456"),
        ("139123456789012", "139123456789012"),
    ],
)
def test_numbers_to_call_are_masked_and_figures_are_not(text: str, public: str) -> None:
    assert masked_text(text) == public


def test_only_what_has_passed_is_written_and_nobody_can_be_called(
    published: tuple[Campaign, px.Publication], tmp_path: Path
) -> None:
    year, done = published
    assert [path.name for path in done.reports] == ["1 交通局 自评报告（公开）.docx"]
    record = replace(px.submitted(year, "1", now=NOW), code="")
    own = px.save(tmp_path / "own.docx", px.report(year.template, record, now=NOW))
    public, whole = texts(done.reports[0]), texts(own)
    assert "0734-5660140" in whole
    assert "董晓红" in whole
    assert "0734-5660140" not in public
    assert "董晓红" not in public
    assert "董**" in public
    assert public.count("\n") == whole.count("\n"), (
        "but for the 校验码 nothing else is left out: the text and all tables are there"
    )
    assert "草稿" not in public
    assert done.summary.name.endswith("汇总（公开）.xlsx")


def test_a_report_accepted_for_a_reason_is_public_without_what_was_found(year: Campaign) -> None:
    px.accept(year, "2", why="凭证齐全", now=NOW)
    record = px.submitted(year, "2", now=NOW)
    assert record.status is not Status.ACCEPTED
    assert masked(record).status is Status.ACCEPTED, "no report of it says that it is a draft"


def test_a_report_whose_unit_has_not_passed_any_more_is_put_aside(
    published: tuple[Campaign, px.Publication], tmp_path: Path
) -> None:
    year = copied(published[0], tmp_path / "2023")
    report = year.public / "各单位" / published[1].reports[0].name
    px.reopen(year, "1", why="有误", now=NOW)
    done = px.publish(year, now=NOW)
    assert done.reports == ()
    assert not report.exists()
    assert [path.parent.name for path in done.withdrawn] == ["已撤下"]


def test_that_it_is_public_is_an_act_told_everywhere_and_undone(year: Campaign) -> None:
    done = px.note_published(year, "交通局", where=WHERE, on=date(2024, 3, 10), by="钱七", now=NOW)
    act = done.acts[0]
    assert (act.by, act.told) == ("钱七", f"{WHERE}，2024-03-10")
    told = f"已公开（{WHERE}，2024-03-10）"
    assert px.overview(year, now=NOW).standings[0].public == told
    assert any(event.what == "已公开" and WHERE in event.text for event in px.history(year, "1", now=NOW).events)
    table = openpyxl.load_workbook(px.write_status(year, now=NOW).table)["报送情况"]
    heads = [cell.value for cell in table[4]]
    assert table.cell(5, heads.index("公开") + 1).value == told
    exported = next(path for path in px.export(year, now=NOW).files if path.name == "办理记录.csv")
    rows = list(csv.DictReader(io.StringIO(exported.read_text("utf-8-sig"))))
    assert [(row["事项"], row["对象"]) for row in rows if row["事项"] == "已公开"] == [("已公开", act.told)]
    number = next(one.number for one in px.overview(year, now=NOW).acts if one.deed is act.deed)
    px.withdraw(year, number, why="网址写错", now=NOW)
    assert px.overview(year, now=NOW).standings[0].public == ""


def test_another_submission_is_not_public_yet(year: Campaign) -> None:
    px.note_published(year, where=WHERE, now=NOW)
    assert px.overview(year, now=NOW).standings[0].is_public
    with pytest.raises(px.PerfevalError, match="没有可以记为公开的单位"):
        px.note_published(year, where=WHERE, now=NOW)
    submit(year, ROADS, {**FINE, ("联系人", 0): "他人"}, hour=5)
    taken(year)
    assert "已公开，此后有变动" in px.overview(year, now=NOW).standings[0].public


@pytest.mark.parametrize(
    ("unit", "where", "on", "told"),
    [
        ("2", WHERE, None, "不是已通过"),
        ("1", " ", None, "请写明交通局（1）公开在哪里"),
        ("1", WHERE, date(2024, 3, 13), "还没有到"),
    ],
)
def test_what_cannot_be_public_is_refused(
    year: Campaign, unit: str, where: str, on: date | None, told: str
) -> None:
    with pytest.raises(DecisionError, match=told):
        px.note_published(year, unit, where=where, on=on, now=NOW)


def test_many_are_one_batch_in_the_table_of_acts(year: Campaign) -> None:
    done = px.decide(year, [px.Waive("1", "B12", "三年"), px.Publish("1", WHERE)], now=NOW)
    exported = next(path for path in px.export(year, now=NOW).files if path.name == "办理记录.csv")
    rows = list(csv.DictReader(io.StringIO(exported.read_text("utf-8-sig"))))
    assert [row["批次"] for row in rows if row["批次"]] == [done.batch] * 2


def test_the_command_writes_and_notes(year: Campaign) -> None:
    folder = str(year.folder)
    noted = run("publish", folder, "--done", "全部", "--where", WHERE)
    assert noted.returncode == 0, noted.stderr
    assert "1 交通局" in noted.stdout
    written = run("publish", folder)
    assert written.returncode == 0, written.stderr
    listing = openpyxl.load_workbook(year.public / "公开清单.xlsx")["公开清单"]
    assert [str(listing.cell(row, 5).value).partition("，")[0] for row in (5, 6)] == [f"已公开（{WHERE}", "None"]
    assert "要与 --done 一起用" in run("publish", folder, "--where", WHERE).stderr
