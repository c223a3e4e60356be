"""A year's folder: made once, handed out without overwriting, collected without losing a file."""

from __future__ import annotations

import io
import shutil
import sqlite3
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import projects
import pytest
from small_campaign import UNITS, figures, make

from perfeval_xl.campaign.folder import SETTINGS, create, create_after, open_campaign
from perfeval_xl.campaign.roster import RosterError, read_roster, write_roster
from perfeval_xl.campaign.standings import overview
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.issue import file_name, issue
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.records.office import Office
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Status


def test_settings_reach_the_template(tmp_path: Path) -> None:
    create(tmp_path / "年", "hunan-2023", {"年度": Decimal(2025), "地区": "示范区"}, UNITS)
    campaign = open_campaign(tmp_path / "年")
    assert campaign.year == 2025
    assert campaign.template.field["三公经费_上年决算"].label == "“三公”经费 2024年决算数"
    assert campaign.template.defaults["地区"] == "示范区"


def test_a_second_campaign_in_one_folder_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "年")
    with pytest.raises(CampaignError, match="已经有campaign"):
        create(tmp_path / "年", "hunan-2023", {})


@pytest.mark.parametrize("region", ["", " ", "\u3000", None])
def test_a_region_that_is_blank_is_refused(tmp_path: Path, region: str | None) -> None:
    with pytest.raises(CampaignError, match="没有写地区"):
        create(tmp_path / "年", "hunan-2023", {"年度": Decimal(2023), "地区": region}, UNITS)
    assert not (tmp_path / "年").exists()


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="颜色"):
        create(tmp_path / "年", "hunan-2023", {"颜色": "红"})
    with pytest.raises(CampaignError, match="不是工作文件夹"):
        open_campaign(tmp_path)


def test_every_wrong_setting_is_told_at_once(tmp_path: Path) -> None:
    folder = make(tmp_path / "年", reports=()).folder
    text = (folder / "campaign.toml").read_text("utf-8")
    text = text.replace('"截止日期" = ""', '"截止日期" = "三月底"').replace('"离群倍数" = 3', '"离群倍数" = "三"')
    (folder / "campaign.toml").write_text(text.replace('"经办人"', '"主办人"'), "utf-8")
    with pytest.raises(CampaignError) as caught:
        open_campaign(folder)
    assert all(word in str(caught.value) for word in ("三月底", "离群倍数", "主办人"))


def test_a_year_begins_from_the_year_before(tmp_path: Path) -> None:
    settings = {"年度": Decimal(2022), "级次": "县级", "文号": "旧文号"}
    last = create(tmp_path / "去年", "hunan-2023", settings, UNITS, Office(operator="王五"))
    made = create_after(last, tmp_path / "今年", "hunan-2023", {"年度": Decimal(2023)}, Office(date(2024, 3, 31)))
    assert made.office == Office(date(2024, 3, 31), "王五", "../去年")
    assert made.units == UNITS
    assert (made.year, made.settings["级次"], made.settings["文号"]) == (2023, "县级", "")
    assert made.last == last


def test_a_year_takes_the_projects_of_the_year_before_with_it_and_its_own_name(tmp_path: Path) -> None:
    listed = (*projects.UNITS, Unit("403001", "水利局", "区政府", exempt=True), Unit("404001", "民政局"))
    last = projects.made(tmp_path / "去年", listed)
    made = create_after(last, tmp_path / "今年", "mof-project", {"年度": Decimal(2024)}, Office())
    assert made.units == projects.UNITS
    assert [unit.code for unit in made.roster.units] == ["401001", "402001", "403001", "404001"]
    assert [unit.exempt for unit in made.roster.units] == [False, False, True, False]
    assert made.title == "示范区2024年度项目支出绩效自评"
    other = create_after(last, tmp_path / "另一种", "yunnan-dept", {"年度": Decimal(2024)}, Office())
    assert [unit.key for unit in other.units] == ["401001", "402001", "403001", "404001"]
    assert other.title == "示范区2024年度部门整体支出绩效自评"


def test_a_faulty_list_of_projects_is_told_when_a_year_begins_from_it(tmp_path: Path) -> None:
    last = projects.made(tmp_path / "去年")
    book = openpyxl.load_workbook(tmp_path / "去年" / "名册.xlsx")
    book["项目名册"]["C5"] = "XM 01"
    book.save(tmp_path / "去年" / "名册.xlsx")
    with pytest.raises(RosterError, match="项目名册!C5"):
        create_after(last, tmp_path / "今年", "mof-project", {"年度": Decimal(2024)}, Office())
    assert not (tmp_path / "今年").exists()


def test_last_years_folder_must_be_one(tmp_path: Path) -> None:
    campaign = create(tmp_path / "年", "hunan-2023", {"年度": Decimal(2023)}, UNITS, Office(last_folder="../没有"))
    with pytest.raises(CampaignError, match="上年文件夹"):
        _ = campaign.last
    again = create_after(campaign, tmp_path / "又", "hunan-2023", {"年度": Decimal(2023)}, Office())
    with pytest.raises(CampaignError, match="应为2022年度"):
        _ = again.last


def test_an_older_settings_file_still_works(tmp_path: Path) -> None:
    (tmp_path / "campaign.toml").write_text('template = "hunan-2023"\n[settings]\n"年度" = 2023\n', "utf-8")
    campaign = open_campaign(tmp_path)
    assert (campaign.office, campaign.thresholds, campaign.last) == (Office(), Thresholds(), None)


def test_settings_of_the_wrong_kind_are_named(tmp_path: Path) -> None:
    create(tmp_path / "年", "hunan-2023", {"年度": Decimal(2025), "地区": "石门县"}, UNITS)
    path = tmp_path / "年" / "campaign.toml"
    text = path.read_text("utf-8")
    assert '"级次" = "县级"' in text, "the region says which level it is"
    path.write_text(text.replace('"设置_优" = 90', '"设置_优" = "九十"'), "utf-8")
    with pytest.raises(CampaignError, match='“设置_优”现在是 "九十"；请写0至100之间的数字'):
        _ = open_campaign(tmp_path / "年").template
    path.write_bytes(text.encode("gb18030"))
    with pytest.raises(CampaignError, match="不是 UTF-8"):
        open_campaign(tmp_path / "年")


def test_a_roster_comes_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(write_roster(UNITS))
    assert read_roster(path).units == UNITS


def test_all_faults_of_a_roster_at_once(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    units = (Unit("1", "甲"), Unit("3", "乙"), Unit("", "丙"), Unit("2 x", ""))
    path.write_bytes(write_roster(units))
    book = openpyxl.load_workbook(path)
    book["名册"]["A6"] = "1"
    book.save(path)
    with pytest.raises(RosterError) as caught:
        read_roster(path)
    cells = sorted(fault.split("：")[0] for fault in caught.value.faults)
    assert cells == ["名册!A5", "名册!A6", "名册!A7", "名册!A8", "名册!B8"]


def test_issue_writes_one_workbook_a_unit_and_never_overwrites_a_changed_one(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=())
    first = issue(campaign, campaign.units)
    assert len(first.written) == len(UNITS)
    changed = campaign.out / file_name(UNITS[0])
    changed.write_bytes(b"edited by hand")
    second = issue(campaign, campaign.units)
    assert (second.written, second.kept) == ((), (changed,))
    assert len(second.same) == len(UNITS) - 1
    assert changed.read_bytes() == b"edited by hand"


def test_issue_after_a_corrected_number_rewrites_what_nobody_has_touched(tmp_path: Path) -> None:
    """The 文号 was mistyped; one unit's workbook was already changed by hand."""
    campaign = make(tmp_path / "年", reports=())
    issue(campaign, campaign.units[:3])
    touched = campaign.out / file_name(UNITS[0])
    touched.write_bytes(touched.read_bytes() + b"\0")
    settings = campaign.folder / SETTINGS
    settings.write_text(
        settings.read_text("utf-8").replace('"文号" = ""', '"文号" = "南财绩〔2024〕5号"'), "utf-8"
    )
    corrected = open_campaign(campaign.folder)
    done = issue(corrected, corrected.units[:3])
    assert (done.written, done.same, done.kept) == ((), (), (touched,))
    assert [path.name for path in done.renewed] == [file_name(unit) for unit in UNITS[1:3]]
    assert "南财绩〔2024〕5号".encode() in b"".join(unzipped(done.renewed[0]))
    again = issue(corrected, corrected.units[:3])
    assert (again.renewed, len(again.same), again.kept) == ((), 2, (touched,))


def unzipped(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_an_issued_workbook_knows_its_unit(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=())
    issue(campaign, campaign.units[:1])
    book = openpyxl.load_workbook(campaign.out / "402001 交通局.xlsx", data_only=True)
    cells = {cell.value for row in book["封面"].iter_rows() for cell in row}
    assert {"402001", "交通局", "2023年度部门整体支出绩效自评"} <= cells
    assert book["表1 基础数据"]["B4"].value == "填报单位：交通局"


def test_file_names_hold_nothing_that_windows_refuses() -> None:
    assert file_name(Unit("1", '甲/乙:丙?"<>|*. ')) == "1 甲乙丙.xlsx"


def test_every_file_seen_is_accounted_for(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    inbox = campaign.inbox
    (inbox / "~$402001.xlsx").write_bytes(b"lock")
    (inbox / "说明.pdf").write_bytes(b"%PDF-1.7 not a workbook")
    with zipfile.ZipFile(inbox / "乡镇.zip", "w") as archive:
        archive.write(inbox / "402001.xlsx", "交通局再报.xlsx")
        archive.writestr("读我.txt", "您好")
    tally = collect(campaign)
    assert tally.adds_up
    assert (tally.seen, len(tally.ignored), tally.papers) == (7, 1, 2)
    assert Status.REJECTED not in tally.statuses
    again = collect(campaign)
    assert again.adds_up
    assert (again.known, again.statuses, again.papers) == (6, {}, 0)


def test_the_latest_submission_counts_and_the_former_stay(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    collect(campaign)
    shutil.move(campaign.inbox / "402001.xlsx", tmp_path / "first.xlsx")
    other = make(tmp_path / "别处", reports=((0, figures(999, 90)),))
    shutil.copy(other.inbox / "402001.xlsx", campaign.inbox / "交通局第二次.xlsx")
    collect(campaign)
    standing = overview(campaign).standings[0]
    assert [receipt.file for receipt in standing.receipts] == ["402001.xlsx", "交通局第二次.xlsx"]
    assert standing.receipt is not None
    with ledger.opened(campaign.ledger) as book:
        submission = book.record(standing.receipt).submission
    assert submission is not None
    assert submission.values["资金总额_全年预算", 0] == 999
    assert [finding.rule for finding in standing.findings] == ["A01"]


def test_units_stand_as_they_should(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    collect(campaign)
    seen = overview(campaign)
    assert [standing.state for standing in seen.standings] == ["有错误", "有错误", "有错误", "未报", "免报"]
    assert not seen.strangers


def test_a_unit_that_is_not_on_the_roster_is_told_apart(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    (campaign.folder / "名册.xlsx").write_bytes(write_roster(UNITS[1:]))
    campaign = open_campaign(campaign.folder)
    collect(campaign)
    assert [receipt.unit for receipt in overview(campaign).strangers] == ["402001"]


def test_a_ledger_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "台账.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ledger.LedgerError, match="升级程序"), ledger.opened(path):
        pass
    assert io.BytesIO(path.read_bytes()).read(6) == b"SQLite"
