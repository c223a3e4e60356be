"""What people type into the bureau's own workbooks comes back, and no file that they changed is overwritten."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from commands import run
from libreoffice import convert, needed
from reviewing_office import NOW, ROADS, WATER, WRONG, taken
from reviewing_office import make as make_office
from small_campaign import UNITS, make
from two_years import submit

from perfeval_xl.api.clock import now
from perfeval_xl.campaign import decisions
from perfeval_xl.campaign.folder import ROSTER, Campaign, CampaignError, create, open_campaign
from perfeval_xl.campaign.new_start import begin_anew
from perfeval_xl.campaign.roster import RosterError, write_roster
from perfeval_xl.campaign.standings import open_overview, overview
from perfeval_xl.demo.play import NOTES, rehearse, settle
from perfeval_xl.files.outputs import KEPT, RECORD, Outputs
from perfeval_xl.files.publish import publish
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.history import history
from perfeval_xl.outgoing.bureau_files import write_export, write_results, write_tracking
from perfeval_xl.outgoing.issue import issue, write_archives, write_list
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.export_format import ExportFormat
from perfeval_xl.records.typed_cells import BASE, NOTE, REMARK, REVIEWED, SCORE, SIGNED

LINE = "产出指标／／任务完成率"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make(tmp_path_factory.mktemp("once") / "2023")
    collect(made, jobs=1)
    return made.folder


@pytest.fixture
def campaign(collected: Path, tmp_path: Path) -> Campaign:
    return open_campaign(Path(shutil.copytree(collected, tmp_path / "2023")))


def summary(campaign: Campaign, minutes: int = 0) -> tuple[Path, list[str], bool]:
    """Write the summary, all units counted; return it, what was said, and whether something is to be settled."""
    said: list[str] = []
    outputs = Outputs(campaign.folder, said.append)
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    path = write_results(campaign, at, everything=True, outputs=outputs)[0]
    return path, said, outputs.unsettled


def rows_of(path: Path, sheet: str, head: int) -> Iterator[dict[str, object]]:
    """Give the rows of a sheet by their headings, each with its number as `row`."""
    page = openpyxl.load_workbook(path)[sheet]
    heads = [cell.value for cell in page[head]]
    for cells in page.iter_rows(min_row=head + 1):
        yield {**dict(zip(heads, (cell.value for cell in cells), strict=True)), "row": cells[0].row}


def type_in(path: Path, sheet: str, head: int, key: str, saved: int = 0, **typed: object) -> None:
    """Type into the row of a unit, by its name, and save `saved` seconds from now."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    columns = {cell.value: cell.column for cell in page[head]}
    by_name = columns.get("单位") or columns["单位名称"]
    row = next(cells[0].row for cells in page.iter_rows(min_row=head + 1) if cells[by_name - 1].value == key)
    for heading, value in typed.items():
        page.cell(row, columns[heading]).value = value
    book.save(path)
    moment = datetime.now(UTC).timestamp() + saved
    os.utime(path, (moment, moment))


def review(path: Path, unit: str = "交通局", saved: int = 0, **typed: object) -> None:
    type_in(path, "复核表", 4, unit, saved, **typed)


def reviewed(path: Path, unit: str = "交通局") -> tuple[object, ...]:
    row = next(row for row in rows_of(path, "复核表", 4) if row["单位"] == unit)
    return row[REVIEWED], row[SCORE], row[REMARK]


def acts(campaign: Campaign, deed: Deed) -> list[Act]:
    with ledger.opened(campaign.ledger) as book:
        return [act for act in book.acts() if act.deed is deed]


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / KEPT).glob("*"))


def test_scores_typed_into_the_summary_stand_in_the_next(campaign: Campaign) -> None:
    path, said, _ = summary(campaign)
    assert said == []
    review(path, **{REVIEWED: "95%", SCORE: 8, REMARK: "扣2分：佐证不全"})
    again, said, unsettled = summary(campaign)
    assert again == path
    assert reviewed(again) == ("95%", 8, "扣2分：佐证不全")
    (act,) = acts(campaign, Deed.REVIEW)
    assert (act.unit, act.subject) == (UNITS[0].code, LINE)
    assert act.why == f"复核完成值95%，复核得分8，备注扣2分：佐证不全（填在“{path.name}”复核表!N5）"
    assert f"从“{path.name}”读入复核1项" in said[0]
    assert not unsettled
    assert len(kept(path.parent)) == 1, "what else somebody may have changed in that file is not lost"


def test_reading_back_twice_adds_nothing_and_gives_the_same_bytes(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    review(path, **{SCORE: 8.5})
    first = summary(campaign)[0].read_bytes()
    again, said, _ = summary(campaign, 5)
    assert again.read_bytes() == first
    assert said == []
    (campaign.folder / RECORD).unlink()
    again, said, _ = summary(campaign, 9)
    assert again.read_bytes() == first
    assert len(acts(campaign, Deed.REVIEW)) == 1, "the record of what was written may be lost"


def test_scores_come_back_from_copies_beside_and_the_one_saved_last_counts(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    copy = path.with_name("局长看过.xlsx")
    shutil.copy(path, copy)
    review(copy, saved=-60, **{SCORE: 7})
    review(copy, "教育局", saved=-60, **{SCORE: 6})
    review(path, **{SCORE: 8})
    review(Path(shutil.copy(path, path.with_name("科长也看过.xlsx"))), saved=30, **{SCORE: 8})
    again, *_ = summary(campaign, 1)
    assert (reviewed(again)[1], reviewed(again, "教育局")[1]) == (8, 6)
    review(again, saved=60, **{SCORE: 9})
    again, *_ = summary(campaign, 2)
    assert reviewed(again)[1] == 9, "an older copy does not bring back what was changed since"
    assert copy.exists()
    number = len(acts(campaign, Deed.REVIEW))
    assert reviewed(summary(campaign, 3)[0])[1] == 9
    assert len(acts(campaign, Deed.REVIEW)) == number


def test_a_stale_copy_in_which_something_else_is_typed_changes_only_that(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    review(path, **{SCORE: 8})
    shown, *_ = summary(campaign)
    copy = shown.with_name("副本.xlsx")
    shutil.copy(shown, copy)
    review(shown, saved=1, **{SCORE: 9})
    summary(campaign, 1)
    review(copy, saved=100, **{REMARK: "已谈话"})
    again, *_ = summary(campaign, 3)
    assert reviewed(again) == (None, 9, "已谈话")


def test_a_score_that_is_wiped_out_is_gone_and_its_act_stays(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    review(path, **{SCORE: 8, REMARK: "存疑"})
    shown, *_ = summary(campaign)
    review(shown, saved=1, **{SCORE: None, REMARK: None})
    book = openpyxl.load_workbook(shown)
    assert book[BASE].sheet_state == "hidden"
    again, *_ = summary(campaign, 1)
    assert reviewed(again) == (None, None, None)
    assert [act.why.split("（")[0] for act in acts(campaign, Deed.REVIEW)] == ["复核得分8，备注存疑", "清空"]


def test_scores_of_the_present_versions_summary_come_back(campaign: Campaign) -> None:
    """Older summaries have neither codes nor a sheet of what stood in them: units are found by their names."""
    path, *_ = summary(campaign)
    book = openpyxl.load_workbook(path)
    page = book["复核表"]
    for merged in list(page.merged_cells.ranges):
        page.unmerge_cells(str(merged))
    page.delete_cols(1)
    page.cell(1, 1, "复核表")
    book.save(path)
    (campaign.folder / RECORD).unlink()
    review(path, **{SCORE: 8})
    again, *_ = summary(campaign)
    assert reviewed(again)[1] == 8


@pytest.mark.parametrize(
    ("typed", "because"),
    [("良好", "要填0到90的数"), (90.5, "要填0到90的数"), (-1, "要填0到90的数"), ("#REF!", "这是错误值")],
    ids=["text", "over the maximum", "negative", "error value"],
)
def test_a_score_that_cannot_be_is_told_with_its_cell_and_kept(
    campaign: Campaign, typed: object, because: str
) -> None:
    path, *_ = summary(campaign)
    review(path, **{SCORE: typed, REMARK: "看过"})
    again, said, unsettled = summary(campaign)
    assert unsettled
    told = next(sentence for sentence in said if because in sentence)
    assert f"“{path.name}”复核表!O5：交通局的{SCORE}" in told
    assert reviewed(again) == (None, None, "看过"), "what can be taken is taken"
    (name,) = kept(path.parent)
    assert next(rows_of(path.parent / KEPT / name, "复核表", 4))[SCORE] == typed
    assert any(name in sentence for sentence in said)


def test_a_score_of_a_unit_that_has_left_the_roster_is_told_and_kept(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    review(path, **{SCORE: 8})
    (campaign.folder / ROSTER).write_bytes(write_roster(UNITS[1:], campaign.template))
    _, said, unsettled = summary(open_campaign(campaign.folder))
    assert unsettled
    assert any(f"复核表!O5：名册中没有“{UNITS[0].code}”，填的{SCORE}“8”没有地方放" in told for told in said)
    assert len(kept(path.parent)) == 1


def test_a_renamed_unit_keeps_its_scores(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    review(path, **{SCORE: 8})
    units = (replace(UNITS[0], name="交通运输局"), *UNITS[1:])
    (campaign.folder / ROSTER).write_bytes(write_roster(units, campaign.template))
    again, *_ = summary(open_campaign(campaign.folder))
    assert reviewed(again, "交通运输局")[1] == 8


def test_a_reviewed_unit_stays_on_the_form_and_one_not_counted_is_told(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    review(path, **{SCORE: 8})
    summary(campaign)
    said: list[str] = []
    write_results(campaign, datetime.now(UTC), outputs=Outputs(campaign.folder, said.append))
    assert any("交通局：有1项复核记录没有列入复核表" in told for told in said)
    assert reviewed(summary(campaign)[0])[1] == 8


def test_acts_of_review_can_be_withdrawn_and_stand_in_the_units_story(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    review(path, **{SCORE: 8})
    summary(campaign)
    (act,) = acts(campaign, Deed.REVIEW)
    with open_overview(campaign) as (seen, contents):
        story = history(decisions.standing_of(seen, UNITS[0].code), campaign.template, contents)
        undone = decisions.withdraw(seen, act.number, "赵六", "填错", now())
    assert any(event.what == "复核" and LINE in event.text and "得分8" in event.text for event in story)
    with ledger.opened(campaign.ledger) as book:
        book.enter([undone])
    again, *_ = summary(campaign, 1)
    assert reviewed(again)[1] is None
    shutil.copy(again.parent / KEPT / kept(again.parent)[0], again.with_name("旧.xlsx"))
    (campaign.folder / RECORD).unlink()
    assert reviewed(summary(campaign, 2)[0])[1] is None, "what was withdrawn is not read again from the same file"


def test_a_ledger_that_begins_anew_holds_what_was_typed_under_the_former(campaign: Campaign) -> None:
    review(summary(campaign)[0], **{SCORE: 8})
    chased = write_tracking(campaign, NOW, chase=True)[1]
    type_in(chased, "催报清单", 5, "民政局", **{NOTE: "已电话催办"})
    summary(campaign), write_tracking(campaign, NOW, chase=True)
    campaign.ledger.write_bytes(b"rubbish" * 999)
    said: list[str] = []
    begin_anew(campaign, datetime.now(UTC), Outputs(campaign.folder, said.append))
    assert [len(acts(campaign, deed)) for deed in (Deed.REVIEW, Deed.CHASE)] == [1, 1], said
    collect(campaign, jobs=1)
    assert reviewed(summary(campaign)[0])[1] == 8
    chased = write_tracking(campaign, NOW, chase=True)[1]
    assert [row[NOTE] for row in rows_of(chased, "催报清单", 5) if row["单位名称"] == "民政局"] == ["已电话催办"]


@needed
def test_a_summary_saved_by_another_program_gives_its_scores(campaign: Campaign, tmp_path: Path) -> None:
    path, *_ = summary(campaign)
    review(path, **{REVIEWED: 95, SCORE: 8, REMARK: "扣2分\n见附件"})
    (saved,) = convert([path], tmp_path / "saved")
    path.write_bytes(saved.read_bytes())
    again, said, unsettled = summary(campaign)
    assert reviewed(again) == (95, 8, "扣2分\n见附件")
    assert not unsettled, said


def test_a_damaged_summary_is_told_and_kept(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    path.write_bytes(path.read_bytes()[:5000])
    again, said, unsettled = summary(campaign)
    assert unsettled
    assert any(f"“{path.name}”读不了" in told and "没有读入" in told for told in said)
    assert len(kept(again.parent)) == 1
    assert summary(campaign, 1)[1:] == ([], False)


def test_a_summary_open_in_excel_is_read_once_it_is_saved(campaign: Campaign) -> None:
    path, *_ = summary(campaign)
    mark = path.with_name(f"~${path.name}")
    mark.touch()
    review(path, **{SCORE: 8})
    beside, _, _ = summary(campaign)
    assert beside != path
    assert reviewed(beside)[1] == 8
    assert kept(path.parent) == [], "it was not replaced"
    review(path, saved=1, **{SCORE: 9})
    mark.unlink()
    again, *_ = summary(campaign, 2)
    assert again == path
    assert reviewed(again)[1] == 9


def test_notes_of_chasing_stand_in_the_next_list(tmp_path: Path) -> None:
    campaign = make_office(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    taken(campaign)
    path = write_tracking(campaign, NOW, chase=True)[1]
    book = openpyxl.load_workbook(path)
    page = book["催报清单"]
    cell = next(c for row in page.iter_rows() for c in row if c.value == WATER.name)
    head = next(c for row in page.iter_rows() for c in row if c.value == NOTE)
    page.cell(cell.row, head.column, "3月5日电话，答应周五报")
    book.save(path)
    later = datetime.now(UTC) + timedelta(minutes=1)
    table, path = write_tracking(campaign, later, chase=True)
    texts = [c.value for row in openpyxl.load_workbook(path)["催报清单"].iter_rows() for c in row]
    assert texts.count("3月5日电话，答应周五报") == 1
    (act,) = acts(campaign, Deed.CHASE)
    assert (act.unit, act.why.split("（")[0]) == (WATER.code, "3月5日电话，答应周五报")
    assert "催办" in [c.value for c in openpyxl.load_workbook(table)["办理记录"]["C"]]
    before = table.read_bytes(), path.read_bytes()
    write_tracking(campaign, later + timedelta(seconds=9), chase=True)
    assert (table.read_bytes(), path.read_bytes()) == before
    assert len(acts(campaign, Deed.CHASE)) == 1


def test_who_signed_for_a_workbook_stands_in_the_next_list(tmp_path: Path) -> None:
    campaign = make_office(tmp_path / "年")
    issue(campaign, campaign.units)
    path = write_list(campaign)
    type_in(path, "发放清单", 2, ROADS.name, **{SIGNED: "张三 3.1"})
    again = write_list(campaign)
    assert (
        next(row for row in rows_of(again, "发放清单", 2) if row["单位名称"] == ROADS.name)[SIGNED] == "张三 3.1"
    )
    assert [act.unit for act in acts(campaign, Deed.SIGN)] == [ROADS.code]
    before = again.read_bytes()
    assert write_list(campaign).read_bytes() == before


def test_a_letter_that_somebody_has_changed_is_sent_as_it_is(tmp_path: Path) -> None:
    campaign = make_office(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    taken(campaign, datetime.now(UTC) - timedelta(minutes=5))
    notice = campaign.returns / f"{ROADS.code} {ROADS.name} 退回通知.docx"
    document = docx.Document(str(notice))
    document.add_paragraph("请于周五前报来，另附编制文件。")
    document.save(str(notice))
    changed = notice.read_bytes()
    said: list[str] = []
    write_returns(campaign, datetime.now(UTC), outputs=Outputs(campaign.folder, said.append))
    assert notice.read_bytes() == changed
    assert [told for told in said if notice.name in told and "没有覆盖" in told]


def test_a_changed_letter_of_other_findings_is_kept_before_it_is_replaced(tmp_path: Path) -> None:
    campaign = make_office(tmp_path / "年")
    submit(campaign, ROADS, WRONG)
    taken(campaign, datetime.now(UTC) - timedelta(minutes=5))
    book = campaign.returns / f"{ROADS.code} {ROADS.name}.xlsx"
    opened = openpyxl.load_workbook(book)
    opened.active["A1"] = "股长批注"
    opened.save(book)
    changed = book.read_bytes()
    with ledger.opened(campaign.ledger) as ledger_:
        seen = overview(campaign)
        rule = decisions.standing_of(seen, ROADS.code).open_findings[0].rule
        ledger_.enter([Act(Deed.WAIVE, NOW, "赵六", ROADS.code, rule, "三年消化")])
    said: list[str] = []
    write_returns(campaign, datetime.now(UTC), outputs=Outputs(campaign.folder, said.append))
    (name,) = kept(campaign.returns)
    assert (campaign.returns / KEPT / name).read_bytes() == changed
    assert any(name in told for told in said)


def tracking(campaign: Campaign, outputs: Outputs) -> Path:
    return write_tracking(campaign, datetime.now(UTC), outputs=outputs)[0]


def word(campaign: Campaign, outputs: Outputs) -> Path:
    return write_results(campaign, datetime.now(UTC), word=True, outputs=outputs)[1]


def public(campaign: Campaign, outputs: Outputs) -> Path:
    return write_results(campaign, datetime.now(UTC), public=True, outputs=outputs)[1]


def exported(campaign: Campaign, outputs: Outputs) -> Path:
    return write_export(campaign, campaign.results / "导出", ExportFormat.CSV, datetime.now(UTC), outputs)[0]


def archive(campaign: Campaign, outputs: Outputs) -> Path:
    issue(campaign, campaign.units)
    return write_archives(campaign, outputs)[0]


@pytest.mark.parametrize("write", [tracking, word, public, exported, archive])
def test_whatever_is_written_a_changed_file_is_kept_once(
    campaign: Campaign, write: Callable[[Campaign, Outputs], Path]
) -> None:
    said: list[str] = []
    outputs = Outputs(campaign.folder, said.append)
    path = write(campaign, outputs)
    write(campaign, outputs)
    assert said == []
    path.write_bytes(path.read_bytes() + b" ")
    changed = path.read_bytes()
    write(campaign, Outputs(campaign.folder, said.append))
    (name,) = kept(path.parent)
    assert (path.parent / KEPT / name).read_bytes() == changed
    assert path.read_bytes() != changed
    assert len([told for told in said if name in told]) == 1
    assert name.startswith(path.stem)


def test_commands_that_name_a_file_keep_what_stood_there(tmp_path: Path) -> None:
    values, book, listing = (tmp_path / name for name in ("数.json", "表.xlsx", "问题.txt"))
    values.write_text(json.dumps({"names": {}}), "utf-8")
    book.write_bytes(b"typed by hand")
    done = run("fill", "hunan-2023", values, "-o", book)
    assert done.returncode == 0, done.stderr
    (name,) = kept(tmp_path)
    assert (tmp_path / KEPT / name).read_bytes() == b"typed by hand"
    assert name in done.stdout
    listing.write_text("批注", "utf-8")
    run("check", book, "-o", listing)
    run("check", book, "-o", listing)
    assert [name for name in kept(tmp_path) if name.startswith("问题-")] == kept(tmp_path)[-1:], "the same bytes"


def test_a_demo_in_which_somebody_has_typed_is_not_cleared(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "汇总").mkdir(parents=True)
    for path in (folder / NOTES, folder / "汇总" / "甲.xlsx"):
        path.write_bytes(path.name.encode())
    settle(folder)
    (folder / "汇总" / "甲.xlsx").write_bytes(b"typed")
    with pytest.raises(CampaignError, match="甲"):
        rehearse(folder, print)
    assert (folder / "汇总" / "甲.xlsx").read_bytes() == b"typed"


def test_a_roster_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "年"
    folder.mkdir()
    (folder / ROSTER).write_bytes(b"ours")
    made = create(folder, "hunan-2023", {"年度": Decimal(2023)})
    assert (folder / ROSTER).read_bytes() == b"ours"
    with pytest.raises(RosterError, match=ROSTER):
        assert made.units


def test_what_a_killed_run_left_of_the_record_spoils_no_other(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path)
    first = outputs.publish(tmp_path / "甲.txt", b"1")
    record = tmp_path / RECORD
    record.write_bytes(record.read_bytes() + b"\nabc\xe5")
    second = Outputs(tmp_path).publish(tmp_path / "乙.txt", b"2")
    assert all(map(Outputs(tmp_path).is_ours, (first, second)))


def test_where_the_copy_cannot_be_kept_the_file_stays(tmp_path: Path) -> None:
    path = publish(tmp_path / "甲.txt", b"typed")
    (tmp_path / KEPT).write_bytes(b"a file where the folder should be")
    with pytest.raises(Exception, match="无法写入"):
        Outputs(tmp_path).publish(path, b"new")
    assert path.read_bytes() == b"typed"


def test_commands_say_what_was_read_back(campaign: Campaign) -> None:
    folder = campaign.folder
    assert run("summarize", folder, "--all").returncode == 0
    path = next((folder / "汇总").glob("*汇总.xlsx"))
    review(path, **{SCORE: "很好"})
    review(path, "教育局", **{SCORE: 8})
    done = run("summarize", folder, "--all")
    assert done.returncode == 1, "a score that found no place needs somebody"
    assert "很好" in done.stdout
    assert "读入复核1项" in done.stdout
    assert run("summarize", folder, "--all").returncode == 0
    story = run("history", UNITS[1].code, folder).stdout
    assert "复核得分8" in story
