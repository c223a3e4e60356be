"""Which file counts and whose it is: every sort of evidence with what must come of it, and the manual's table."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from ownership_cases import CASES, DAY, NOON, ROADS, UNITS, Case, File, act, outcome, own, table

from perfeval_xl.comparing import Register, sorted_to_units
from perfeval_xl.records.act import Deed
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.unit import Part

PAGE = Path(__file__).parents[2] / "docs" / "ownership.zh-CN.md"
BEGIN, END = "<!-- 下表由测试生成 -->\n", "<!-- 表完 -->\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_evidence_and_order_decide_what_counts_what_is_told_and_what_waits(case: Case) -> None:
    expected = {name: getattr(case, name) for name in outcome(case.seen)}
    assert outcome(case.seen) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_no_file_is_lost_and_none_counts_twice(case: Case) -> None:
    seen = case.seen
    filed = [paper.receipt for one in seen.standings for paper in one.papers]
    read = [*filed, *(receipt for one in seen.standings for receipt in (*one.receipts, *one.unread))]
    rest = (*seen.strangers, *seen.rejected, *(one.receipt for one in seen.waiting))
    listed = [receipt.file for receipt in (*read, *rest, *(receipt for receipt, _ in seen.again))]
    assert sorted(listed) == sorted(file.name for file in case.files)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_the_order_in_which_files_are_listed_changes_nothing(case: Case) -> None:
    assert outcome(replace(case, files=case.files[::-1]).seen) == outcome(case.seen) or "又报来" in case.what


def test_the_page_of_the_manual_says_what_is_done() -> None:
    text = PAGE.read_text("utf-8")
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    made = f"{head}{BEGIN}{chr(10).join(table())}\n{END}{tail}"
    if os.environ.get("PERFEVAL_GOLDEN") == "write":
        PAGE.write_text(made, "utf-8")
    assert PAGE.read_text("utf-8") == made, "PERFEVAL_GOLDEN=write writes it"


def test_what_waits_stands_in_the_line_of_every_unit_that_it_may_be() -> None:
    wrong = next(case for case in CASES if case.what == "用别的单位的工作簿填报，文件名写自己").seen
    assert [one.stage for one in wrong.standings[:4]] == [
        Stage.WAITING,
        Stage.WAITING,
        Stage.EXEMPT,
        Stage.MISSING,
    ]
    assert wrong.waiting[0].finding.message.startswith(
        "402002 教育局.xlsx：填报标识“402001”是402001 交通局的，发放序号“1”是402001 交通局的，"
        "封面代码“402001”是402001 交通局的，封面名称“交通局”是402001 交通局的，"
        "文件名“402002 教育局.xlsx”是402002 教育局的。"
    )
    exempt = next(case for case in CASES if case.what == "带着免报单位的填报标识").seen
    assert exempt.standings[2].progress == "免报；另有1份待定"
    foreign = next(case for case in CASES if "777" in case.what).seen
    assert "发放序号“777”没有发放过" in foreign.waiting[0].finding.message
    assert foreign.standings[0].progress.endswith("；另有1份待定")
    other = next(case for case in CASES if "项目名称不是它的" in case.what).seen
    assert [one.progress for one in other.standings[4:]] == ["已通过；另有1份待定", "已报待审；另有1份待定"]
    assert other.waiting[0].finding.message.startswith(
        "桥.xlsx是城管局的，发放序号“5”是XM01 路灯改造的，项目代码“XM01”是XM01 路灯改造的，"
        "项目名称“桥梁加固”是XM02 桥梁加固的。分不清是哪个项目的，没有采用，以前报来的照旧。请问清是哪个项目的："
    )
    unread = next(case for case in CASES if case.what.startswith("读不出（加了密码）")).seen
    assert unread.standings[0].stage is Stage.UNREADABLE


def test_whose_contact_it_is_is_told_of_the_file_that_counts_alone() -> None:
    wrong = File("自评表.xlsx", own(ROADS, person="李四", phone="0734-2"))
    (finding,) = Case("", (wrong,)).seen.standings[0].findings
    assert finding.message.startswith(
        "自评表.xlsx的联系人和电话（李四 0734-2）是名册中402002 教育局的；别处都说是交通局的，按交通局采用。"
    )
    later = File("402001 改.xlsx", own(ROADS, person="张三", phone="0734-1"), run=2, day=12)
    assert Case("", (wrong, later)).seen.standings[0].findings == ()
    assert Case("", (wrong,), acts=(act(Deed.CLAIM, wrong.name),)).seen.standings[0].findings == ()


def test_what_an_exempt_unit_had_sent_before_it_was_let_off_is_kept_without_a_word() -> None:
    before, after = File("402001 先.xlsx", own(ROADS)), File("402001 后.xlsx", own(ROADS), run=2, day=12)
    let_off = replace(act(Deed.EXEMPT), at=NOON + 15 * DAY)
    seen = Case("", (before, after), acts=(let_off,)).seen
    assert ([one.file for one in seen.standings[0].receipts], [one.receipt.file for one in seen.waiting]) == (
        [before.name],
        [after.name],
    )


def test_of_a_ledger_of_before_what_had_gone_back_stays_what_counts() -> None:
    first, second = File("402001 先.xlsx", own(ROADS)), File("402001 后.xlsx", own(ROADS), run=2, day=12)
    acts = (act(Deed.ACCEPT, first.name), act(Deed.RETURN, second.name, number=2))
    assert outcome(Case("", (first, second), acts=acts).seen)["counts"] == "402001：402001 后.xlsx"


def test_a_content_that_was_left_alone_does_not_come_back_under_another_name() -> None:
    left, again = File("402001 错.xlsx", own(ROADS), holds="错"), File("402001 又.xlsx", own(ROADS), 2, holds="错")
    arrivals = {one.arrival.key: one.arrival for one in (left, again)}
    seen = sorted_to_units(UNITS, [again.receipt], (), Register(arrivals))
    assert (seen.standings[0].receipts, [finding.rule for _, finding in seen.again]) == ((), ["A08"])


def test_a_claim_for_a_unit_that_has_left_the_roster_does_not_hold() -> None:
    seen = Case("", (File("扫描.pdf"),), acts=(act(Deed.CLAIM, "扫描.pdf", "999"),)).seen
    assert [one.file for one in seen.rejected] == ["扫描.pdf"]


def test_of_a_unit_with_projects_a_paper_is_filed_to_the_one_that_it_names_or_else_to_all() -> None:
    roads = tuple(replace(ROADS, part=Part(code, name)) for code, name in (("XM01", "养护"), ("XM02", "桥梁")))
    books = [replace(File(f"{one.part_code}.xlsx", own(ROADS)).receipt, part=one.part_code) for one in roads]
    names = ("402001 XM02 盖章件.pdf", "402001 养护 盖章件.pdf", "402001 盖章件.pdf")
    seen = sorted_to_units(roads, [*books, *(File(name).receipt for name in names)])
    assert [[filed.receipt.file for filed in one.papers] for one in seen.standings] == [
        ["402001 养护 盖章件.pdf", "402001 盖章件.pdf"],
        ["402001 XM02 盖章件.pdf", "402001 盖章件.pdf"],
    ]
    without = sorted_to_units(roads, [File(name).receipt for name in names])
    assert [[one.file for one in standing.unread] for standing in without.standings] == [[names[1]], [names[0]]]
    assert [one.file for one in without.rejected] == ["402001 盖章件.pdf"]


def test_what_a_department_hands_up_for_a_unit_is_that_units_whatever_serial_it_bears() -> None:
    foreign = File("402001 交通局.xlsx", own(ROADS, serial="777"))
    assert Case("", (foreign,)).seen.waiting, "a serial that was never handed out"
    handed = act(Deed.HANDOVER, foreign.name)
    assert outcome(Case("", (foreign,), acts=(handed,)).seen)["counts"] == f"402001：{foreign.name}"
    first = File("402001 先.xlsx", own(ROADS))
    late = replace(foreign, run=2, day=12)
    accepted = Case("", (first, late), acts=(act(Deed.ACCEPT, first.name), replace(handed, number=2))).seen
    assert [one.receipt.file for one in accepted.waiting] == [foreign.name], "as any file after an acceptance"
