"""What people decide of a unit and what goes back to it: rounds, acts, their undoing, and who owes what."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from commands import run
from reviewing_office import DOUBT, DOUBTFUL, FINE, NOW, OFFICE, ROADS, SCHOOLS, WATER, WHY, WRONG, make, taken
from two_years import submit
from words import words

from perfeval_xl.campaign import decisions
from perfeval_xl.campaign.decisions import standing_of
from perfeval_xl.campaign.folder import ROSTER, SLIPS, Campaign, open_campaign
from perfeval_xl.campaign.grounds import grounds_of
from perfeval_xl.campaign.roster import write_roster
from perfeval_xl.campaign.standings import look, open_overview, overview
from perfeval_xl.campaign.status import is_open, lines
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.history import history
from perfeval_xl.outgoing.bureau_files import write_tracking
from perfeval_xl.outgoing.issue import due, enter_issue, file_name, issue
from perfeval_xl.outgoing.places import DONE, VOID
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.errors import DecisionError
from perfeval_xl.records.office import Office
from perfeval_xl.records.standing import Overview, Stage, Standing
from perfeval_xl.records.unit import Unit


def entered(campaign: Campaign, *acts: Act) -> Overview:
    with ledger.opened(campaign.ledger) as book:
        book.enter(acts)
    write_returns(campaign, NOW + timedelta(minutes=1))
    return overview(campaign, NOW.date())


def of(seen: Overview, unit: Unit) -> Standing:
    return standing_of(seen, unit.code)


def accepted(campaign: Campaign, seen: Overview, unit: Unit, why: str = "") -> Act:
    return decisions.accept(of(seen, unit), grounds_of(campaign)(unit), "赵六", why, NOW)


def letters(campaign: Campaign) -> dict[str, bytes]:
    folder = campaign.returns
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_three_rounds_from_the_first_error_to_the_slip(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    first = taken(campaign)
    assert of(first, ROADS).progress == "已退回（第1次）"
    notice = words(campaign.returns / "1 交通局 退回通知.docx")
    told = ("编号：1-1（第1次退回）", "交通局：", "0734-9", "预算股邮箱", "示范区财政局")
    assert all(part in notice for part in told)
    assert "2024年3月12日" in notice
    assert "尽快重新报送" in notice, "the deadline was over when it was written"

    submit(campaign, ROADS, DOUBTFUL, 1)
    second = taken(campaign, NOW + timedelta(days=1))
    assert of(second, ROADS).stage is Stage.DOUBTFUL
    assert "（第2次退回）" in words(campaign.returns / "1 交通局 退回通知.docx")
    put_aside = {path.name for path in (campaign.returns / DONE / "第1次").iterdir()}
    assert put_aside == {"1 交通局.xlsx", "1 交通局 退回通知.docx"}

    submit(campaign, ROADS, {**DOUBTFUL, ("说明_B12", 0): WHY}, 2)
    third = taken(campaign, NOW + timedelta(days=2))
    assert of(third, ROADS).stage is Stage.PASSED
    assert not list(campaign.returns.glob("1 *"))
    slip = words(campaign.returns / SLIPS / "1 交通局 通过回执.docx")
    assert all(part in slip for part in ("1项已作说明", "第3次", "自动通过，2024年3月14日"))
    assert [act.deed for act in third.acts] == [Deed.RETURN, Deed.RETURN, Deed.ACCEPT]


def test_a_second_run_changes_no_letter_and_enters_no_act(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    submit(campaign, SCHOOLS, FINE)
    first = taken(campaign)
    before = letters(campaign)
    times = {path: path.stat().st_mtime_ns for path in campaign.returns.rglob("*")}
    again = taken(campaign, NOW + timedelta(days=3))
    assert letters(campaign) == before
    assert {path: path.stat().st_mtime_ns for path in campaign.returns.rglob("*")} == times
    assert again.acts == first.acts


def test_a_lost_letter_is_written_again_with_the_day_of_its_act(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    submit(campaign, SCHOOLS, FINE)
    taken(campaign)
    before = letters(campaign)
    for path in (campaign.returns / "1 交通局 退回通知.docx", campaign.returns / SLIPS / "2 教育局 通过回执.docx"):
        path.unlink()
    taken(campaign, NOW + timedelta(days=3))
    assert letters(campaign) == before


def test_errors_are_accepted_only_with_a_reason_and_only_this_once(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    seen = taken(campaign)
    with pytest.raises(DecisionError, match=r"项错误.*请写明原因"):
        accepted(campaign, seen, ROADS)
    seen = entered(campaign, accepted(campaign, seen, ROADS, "财政复核属实"))
    assert (of(seen, ROADS).stage, of(seen, ROADS).counts) == (Stage.PASSED, True)
    with pytest.raises(DecisionError, match="已由赵六审核通过"):
        accepted(campaign, seen, ROADS, "再来一次")
    assert of(seen, ROADS).remark == "审核通过：赵六，2024-03-12，财政复核属实"
    slip = words(campaign.returns / SLIPS / "1 交通局 通过回执.docx")
    assert all(
        part in slip for part in ("赵六审核通过", "尚有错误", "未改，赵六审核同意采用，理由：财政复核属实。")
    )
    assert "没有未改正的错误" not in slip
    submit(campaign, ROADS, {**WRONG, ("政府采购_本年决算", 0): Decimal(2)}, 1)
    seen = taken(campaign)
    assert of(seen, ROADS).progress == "已通过；另有1份待定", "what a person accepted only a person replaces"
    seen = entered(campaign, decisions.claim(seen, "1-1.xlsx", "1", "赵六", "", "", now=NOW))
    assert of(seen, ROADS).stage is Stage.RETURNED, "a new submission is looked at anew"


def test_a_reopened_unit_waits_and_its_slip_is_void(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, FINE)
    seen = taken(campaign)
    seen = entered(campaign, decisions.reopen(of(seen, ROADS), "赵六", "要补材料", NOW))
    assert (of(seen, ROADS).progress, of(seen, ROADS).counts) == ("已报待审", False)
    assert [path.name for path in (campaign.returns / SLIPS / VOID).iterdir()] == ["1 交通局 通过回执.docx"]
    assert of(taken(campaign), ROADS).stage is Stage.WAITING, "collecting again does not accept it"
    with pytest.raises(DecisionError, match="不是已通过"):
        decisions.reopen(of(seen, ROADS), "赵六", "", NOW)
    assert of(entered(campaign, accepted(campaign, seen, ROADS)), ROADS).stage is Stage.PASSED


def test_where_a_person_has_to_accept_nothing_passes_by_itself(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", replace(OFFICE, by_hand=True))
    assert open_campaign(campaign.folder).office.by_hand
    submit(campaign, ROADS, FINE)
    seen = taken(campaign)
    assert of(seen, ROADS).stage is Stage.WAITING
    assert is_open(lines(seen, None, NOW.date())[0])
    assert of(entered(campaign, accepted(campaign, seen, ROADS)), ROADS).stage is Stage.PASSED


def test_what_changed_after_an_acceptance_is_named(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    submit(campaign, SCHOOLS, FINE)
    seen = taken(campaign)
    entered(campaign, accepted(campaign, seen, ROADS, "财政复核属实"))
    units = (replace(ROADS, phone="0734-7"), replace(SCHOOLS, phone="0734-8"), WATER)
    (campaign.folder / ROSTER).write_bytes(write_roster(units, campaign.template))
    changed = open_campaign(campaign.folder)
    seen = overview(changed)
    assert of(seen, ROADS).progress == "已通过（需重审：名册有变动）"
    assert of(seen, SCHOOLS).stale == ("名册",)
    assert is_open(lines(seen, None, NOW.date())[0])
    seen = taken(changed, NOW + timedelta(days=1))
    assert of(seen, ROADS).stale == ("名册",), "what a person accepted a person has to look at again"
    assert of(seen, SCHOOLS).stale == (), "what passed by itself is checked again by itself"
    assert seen.acts[-1].why == "名册变动后重新核对，仍然通过"
    again = decisions.accept(of(seen, ROADS), grounds_of(changed)(units[0]), "赵六", "已重审", NOW)
    assert of(entered(changed, again), ROADS).progress == "已通过"


def test_a_waiver_holds_for_its_rule_and_until_its_day(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, DOUBTFUL)
    seen = taken(campaign)
    with pytest.raises(DecisionError, match="没有规则“B0”"):
        decisions.waive(of(seen, ROADS), "B0", {DOUBT}, "赵六", WHY, None, NOW)
    with pytest.raises(DecisionError, match="写明原因"):
        decisions.waive(of(seen, ROADS), DOUBT, {DOUBT}, "赵六", " ", None, NOW)
    with pytest.raises(DecisionError, match="已经过去"):
        decisions.waive(of(seen, ROADS), DOUBT, {DOUBT}, "赵六", WHY, date(2024, 3, 1), NOW)
    waiver = decisions.waive(of(seen, ROADS), DOUBT, {DOUBT}, "赵六", WHY, date(2024, 3, 31), NOW)
    seen = entered(campaign, waiver)
    assert of(seen, ROADS).stage is Stage.PASSED
    assert of(seen, ROADS).remark == f"豁免（规则{DOUBT}）：赵六，2024-03-12，至2024-03-31，{WHY}"
    (finding,) = (finding for finding in of(seen, ROADS).all_findings if finding.rule == DOUBT)
    assert finding.explanation == f"财政部门豁免（赵六，至2024-03-31止）：{WHY}"
    later = of(overview(campaign, date(2024, 4, 1)), ROADS)
    assert later.stage is Stage.DOUBTFUL
    assert [act.subject for act in later.decision.lapsed(date(2024, 4, 1))] == [DOUBT]


def test_an_exempt_unit_owes_nothing_until_that_is_withdrawn(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    seen = taken(campaign)
    seen = entered(campaign, decisions.exempt(of(seen, WATER), "赵六", "本年撤销", NOW))
    assert [line.stage for line in lines(seen, None, NOW.date())] == [Stage.MISSING, Stage.MISSING, Stage.EXEMPT]
    seen = entered(campaign, decisions.withdraw(seen, seen.acts[-1].number, "赵六", "弄错了", NOW))
    assert of(seen, WATER).stage is Stage.MISSING
    with pytest.raises(DecisionError, match="已经撤销"):
        decisions.withdraw(seen, seen.acts[-2].number, "赵六", "", NOW)
    assert [act.deed for act in seen.acts] == [Deed.EXEMPT, Deed.WITHDRAW], "both stay in the ledger"


def test_an_ignored_file_is_told_no_more_but_listed(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    (campaign.inbox / "说明.pdf").write_bytes(b"%PDF-1.7 not a workbook")
    seen = taken(campaign)
    assert [receipt.file for receipt in seen.rejected] == ["说明.pdf"]
    with pytest.raises(DecisionError, match=r"现在有：说明\.pdf"):
        decisions.ignore(seen, "别的.pdf", "赵六", "附件", NOW)
    seen = entered(campaign, decisions.ignore(seen, "说明.pdf", "赵六", "附件，不用读", NOW))
    assert (seen.rejected, [receipt.file for receipt, _ in seen.ignored]) == ((), ["说明.pdf"])


def test_a_file_sent_by_mistake_is_left_alone_and_the_one_before_counts_again(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, FINE)
    good = of(taken(campaign), ROADS)
    submit(campaign, ROADS, WRONG, 1)
    bad = taken(campaign, NOW + timedelta(days=1))
    assert of(bad, ROADS).stage is Stage.RETURNED
    mistaken = of(bad, ROADS).receipts[-1].file
    seen = entered(campaign, decisions.ignore(bad, mistaken, "赵六", "误报的空表", NOW))
    assert (of(seen, ROADS).stage, of(seen, ROADS).receipts) == (Stage.PASSED, good.receipts)
    assert not any(finding.rule == "A01" for finding in of(seen, ROADS).all_findings)


def test_a_bad_file_taken_out_of_the_inbox_is_told_no_more(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    path = campaign.inbox / "说明.pdf"
    path.write_bytes(b"%PDF-1.7 not a workbook")
    assert taken(campaign).rejected
    path.unlink()
    assert taken(campaign).rejected == ()


def test_a_unit_that_the_roster_exempts_owes_nothing_whatever_it_sends(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    (campaign.folder / "名册.xlsx").write_bytes(write_roster((replace(ROADS, exempt=True), SCHOOLS, WATER)))
    campaign = open_campaign(campaign.folder)
    assert of(taken(campaign), ROADS).stage is Stage.EXEMPT
    assert letters(campaign) == {}


def test_acts_are_never_changed_or_removed(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    seen = taken(campaign)
    entered(campaign, decisions.exempt(of(seen, WATER), "赵六", "本年撤销", NOW))
    for statement in ("UPDATE act SET by = '别人'", "DELETE FROM act"):
        with sqlite3.connect(campaign.ledger) as connection, pytest.raises(sqlite3.IntegrityError, match="never"):
            connection.execute(statement)
        connection.close()


def test_a_renamed_units_letters_are_put_aside(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    submit(campaign, SCHOOLS, FINE)
    taken(campaign)
    units = (replace(ROADS, name="交通运输局"), replace(SCHOOLS, name="教育和体育局"), WATER)
    (campaign.folder / ROSTER).write_bytes(write_roster(units, campaign.template))
    taken(open_campaign(campaign.folder), NOW + timedelta(days=1))
    named = {path.name for path in campaign.returns.glob("*.*")}
    assert {"1 交通运输局.xlsx", "1 交通运输局 退回通知.docx"} <= named
    assert not {name for name in named if name.startswith(("1 交通局", "2 教育局"))}
    assert (campaign.returns / SLIPS / VOID / "2 教育局 通过回执.docx").exists()


def test_a_units_story_names_what_it_changed(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    taken(campaign)
    submit(campaign, ROADS, FINE, 1)
    taken(campaign, NOW + timedelta(days=1))
    with open_overview(campaign, NOW.date()) as (seen, contents):
        story = history(of(seen, ROADS), campaign.template, contents)
    assert [event.what for event in story] == ["收到第1次", "收到第2次", "退回（第1次）", "审核通过"]
    assert len(story[1].details) == 2
    assert any("0.01 → " in line and "人员经费" in line for line in story[1].details)


def test_the_reporting_table_and_the_list_to_call(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    taken(campaign)
    submit(campaign, ROADS, DOUBTFUL, 24 * 14)
    taken(campaign, NOW + timedelta(days=5))
    table, chase = write_tracking(campaign, NOW + timedelta(days=5), chase=True)
    book = openpyxl.load_workbook(table)
    sheet = book["报送情况"]
    heads = [cell.value for cell in sheet[4]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=5)]
    assert [row["状态"] for row in rows] == ["核实性待说明", "未报", "未报"]
    assert (rows[0]["次数"], rows[0]["错误"], rows[0]["核实"], rows[0]["未说明"]) == (2, 0, 1, 1)
    assert rows[0]["应报表数"] == rows[0]["实报表数"] == rows[1]["应报表数"] > 1
    assert (rows[0]["逾期天数"], rows[1]["逾期天数"]) == (None, 7)
    assert rows[0]["首报时间"] == "2024-03-01 16:00"
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == (f"A4:{sheet.cell(4, len(heads)).column_letter}7", "D5")
    assert "未报2户" in sheet["A2"].value
    assert [row[3].value for row in book["修改情况"].iter_rows(min_row=5)] == ["人员经费 2023年决算数"]
    assert [cell.value for cell in book["办理记录"]["C"][4:]] == ["退回", "退回"]
    called = [row[0].value for row in openpyxl.load_workbook(chase)["催报清单"].iter_rows()]
    assert [text for text in called if isinstance(text, str) and "股：" in text] == [
        "经建股：1户", "教科文股：1户", "农业股：1户"
    ]  # fmt: skip


def test_exempt_units_are_handed_nothing_and_a_renamed_ones_old_file_is_put_aside(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    seen = overview(campaign)
    entered(campaign, decisions.exempt(of(seen, WATER), "赵六", "本年撤销", NOW))
    assert due(campaign) == (ROADS, SCHOOLS)
    enter_issue(campaign, issue(campaign, due(campaign)), NOW)
    units = (replace(ROADS, name="交通运输局"), replace(SCHOOLS, exempt=True), WATER)
    (campaign.folder / ROSTER).write_bytes(write_roster(units, campaign.template))
    changed = open_campaign(campaign.folder)
    done = issue(changed, due(changed))
    assert [path.name for path in done.written] == ["1 交通运输局.xlsx"]
    assert [path.relative_to(campaign.out).as_posix() for path in done.renamed] == ["旧名/1 交通局.xlsx"]
    assert [(act.deed, act.unit) for act in overview(changed).acts[1:]] == [(Deed.ISSUE, "1"), (Deed.ISSUE, "2")]


def test_the_commands_of_the_review(tmp_path: Path) -> None:
    folder = tmp_path / "年"
    campaign = make(folder, Office(date(2099, 1, 1)))
    submit(campaign, ROADS, WRONG)
    (campaign.inbox / "说明.pdf").write_bytes(b"%PDF-1.7 not a workbook")
    assert run("collect", folder).returncode == 1
    assert run("collect", folder).returncode == 1, "what is open stays open, seen before or not"
    nobody = run("accept", "1", folder, "--why", "复核属实")
    assert nobody.returncode == 2
    assert "没有写经办人" in nobody.stderr
    assert "--by 姓名" in nobody.stderr
    unreasoned = run("accept", "1", folder, "--by", "赵六")
    assert unreasoned.returncode == 2
    assert '--why "原因"' in unreasoned.stderr
    done = run("accept", "1", folder, "--why", "复核属实", "--by", "赵六")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "1 交通局：已通过"), done.stderr
    assert run("status", folder).returncode == 1
    claimed = run("claim", "说明.pdf", "2", folder, "--why", "电话问过", "--by", "赵六")
    assert (claimed.returncode, claimed.stdout.splitlines()[0]) == (0, "2 教育局：已来文件，读不出"), (
        claimed.stderr
    )
    for wrong, told in ((("没有.pdf", "2"), "没有收到名为“没有.pdf”的文件"), (("说明.pdf", "9"), "“9”")):
        refused = run("claim", *wrong, folder, "--by", "赵六")
        assert (refused.returncode, told in refused.stderr) == (2, True)
    assert run("ignore", "说明.pdf", folder, "--why", "附件", "--by", "赵六").returncode == 0
    calm = run("status", folder)
    assert calm.returncode == 0, "units that may still report are no reason to act"
    assert "未报2户" in calm.stdout
    assert "说明.pdf" not in calm.stdout
    assert run("collect", folder).returncode == 0
    assert run("exempt", "2,3", folder, "--why", "撤销", "--by", "赵六").stdout.count("免报") == 2
    assert (
        run("waive", "1", DOUBT, folder, "--why", "三年消化", "--until", "2099-12-31", "--by", "赵六").returncode
        == 0
    )
    wrong = run("waive", "1", DOUBT, folder, "--why", "三年消化", "--until", "明天", "--by", "赵六")
    assert wrong.returncode == 2
    assert "--until 要写成 2024-03-31 这样，现在是“明天”" in wrong.stderr
    story = run("history", "1", folder).stdout
    assert all(word in story for word in ("收到第1次", "退回（第1次）", "审核通过", "豁免", "复核属实"))
    assert run("history", "999", folder).returncode == 2


def test_decisions_on_several_units_are_taken_all_or_none(tmp_path: Path) -> None:
    folder = tmp_path / "年"
    campaign = make(folder)
    assert run("exempt", "2,999", folder, "--why", "撤销").returncode == 2
    with ledger.opened(campaign.ledger) as book:
        assert look(campaign, book).acts == ()
    assert file_name(ROADS) == "1 交通局.xlsx"


def test_each_unit_advances_the_letters(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    collect(campaign, jobs=1)
    steps: list[int] = []
    seen = overview(campaign, NOW.date())
    returned = write_returns(campaign, NOW, seen=seen, advance=lambda: steps.append(1))
    assert (len(returned), len(steps)) == (1, len(seen.standings))
