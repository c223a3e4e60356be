"""The 校验码: the same for the same inputs however they were typed, another for any other, and found in names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from perfeval_xl.records.act import Act, Deed, decisions
from perfeval_xl.records.address import Address
from perfeval_xl.records.check_code import as_code, check_code, code_in
from perfeval_xl.records.finding import Value
from perfeval_xl.records.papers import Filed, Held, Paper, archive_of, code_told, paper_of
from perfeval_xl.records.standing import Standing
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt

TYPED = frozenset(("预算", "名称"))
CODE, PINNED = "A3KD-7RT9", "NPGR-RNP2"


def return_of(entries: Iterable[tuple[str, int, str, Value]]) -> Submission:
    made = tuple(Entry(name, row, Address("表1", 3 + row, 2), raw, value) for name, row, raw, value in entries)
    return Submission("自评表.xlsx", "hunan-2023", "1", "402001", "交通局", made)


PLAIN = return_of([("预算", 0, "1200", Decimal(1200)), ("名称", 1, "道路 养护", "道路 养护")])


@pytest.mark.parametrize(
    ("what", "entries"),
    [
        ("figure", [("预算", 0, "1200.00", Decimal("1200.00")), ("名称", 1, "道路 养护", "道路 养护")]),
        ("exponent", [("预算", 0, "1.2E3", Decimal("1.2E3")), ("名称", 1, "道路 养护", "道路 养护")]),
        ("order", [("名称", 1, "道路 养护", "道路 养护"), ("预算", 0, "1200", Decimal(1200))]),
        ("spaces", [("预算", 0, "1200", Decimal(1200)), ("名称", 1, "", " 道路\r\n养护 ")]),
        ("blank", [*((one.name, one.row, one.raw, one.value) for one in PLAIN.entries), ("名称", 2, " ", " ")]),
        (
            "ours",
            [*((one.name, one.row, one.raw, one.value) for one in PLAIN.entries), ("年度", 0, "2023", "2023")],
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_how_inputs_were_typed_makes_no_other_code(what: str, entries: list[tuple[str, int, str, Value]]) -> None:
    assert check_code(return_of(entries), TYPED) == check_code(PLAIN, TYPED), what


@pytest.mark.parametrize(
    "entries",
    [
        [("预算", 0, "1200.01", Decimal("1200.01")), ("名称", 1, "道路 养护", "道路 养护")],
        [("预算", 0, "1200", "1200"), ("名称", 1, "道路 养护", "道路 养护")],
        [("预算", 0, "1200", Decimal(1200)), ("名称", 2, "道路 养护", "道路 养护")],
        [("预算", 0, "1200", Decimal(1200))],
        [("预算", 0, "约1200", None), ("名称", 1, "道路 养护", "道路 养护")],
    ],
)
def test_another_input_makes_another_code(entries: list[tuple[str, int, str, Value]]) -> None:
    assert check_code(return_of(entries), TYPED) != check_code(PLAIN, TYPED)


def test_a_zero_is_a_zero_and_what_was_not_understood_counts_as_it_was_typed() -> None:
    zeros = [return_of([("预算", 0, text, Decimal(text))]) for text in ("0", "-0", "0.00", "0E+3")]
    assert len({check_code(one, TYPED) for one in zeros}) == 1
    doubted = replace(PLAIN, unreadable=frozenset({("预算", 0)}))
    assert check_code(doubted, TYPED) != check_code(PLAIN, TYPED)


def test_a_code_is_pinned_and_every_code_is_found_again() -> None:
    assert check_code(PLAIN, TYPED) == PINNED, "papers that were stamped bear it: it may never change"
    codes = {check_code(return_of([("预算", 0, "", Decimal(number))]), TYPED) for number in range(500)}
    assert len(codes) == 500
    assert {code_in(f"402001 盖章件{code}.pdf") for code in codes} == codes == {as_code(code) for code in codes}
    assert not set("".join(codes)) & set("01OILBSZU")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"402001 交通局 盖章件 {CODE}.pdf", CODE),
        ("402001_a3kd-7rt9(1).pdf", CODE),
        ("盖章件 Ａ３ＫＤ－７ＲＴ９ 2.jpg", CODE),
        ("校验码A3KD7RT9.pdf", CODE),
        ("校验码：A3KD 7RT9.pdf", CODE),
        ("A3KD7RT9.pdf", ""),
        ("20231231 盖章件.pdf", ""),
        ("SCAN-2023.pdf", ""),
        ("8222-3344.pdf", ""),
        ("XA3KD-7RT9.pdf", ""),
        ("A3KD-7RT96.pdf", ""),
        ("盖章件.pdf", ""),
    ],
)
def test_a_code_is_found_in_a_name_and_nothing_else_is_taken_for_one(text: str, code: str) -> None:
    assert code_in(text) == code


def test_what_somebody_types_is_a_code_or_is_not() -> None:
    assert {as_code(text) for text in (CODE, "a3kd7rt9", " Ａ３ＫＤ—７ＲＴ９ ", "A3KD 7RT9")} == {CODE}
    assert {as_code(text) for text in ("", "A3KD", "A3KD-7RTO", "3AKD-7RT9", f"{CODE}2", "作废")} == {""}


@pytest.mark.parametrize(
    ("file", "paper"),
    [
        ("402001 交通局.pdf", Paper.STAMPED),
        ("交通局.OFD", Paper.STAMPED),
        ("佐证材料/402001/1.jpg", Paper.EVIDENCE),
        ("佐证材料/402001/盖章件.pdf", Paper.STAMPED),
        ("402001 佐证材料.zip/合同.pdf", Paper.EVIDENCE),
        ("402001 自评报告.docx", Paper.EVIDENCE),
        ("402001 自评报告（盖章）.docx", Paper.STAMPED),
        ("402001 佐证材料.rar", Paper.EVIDENCE),
        ("佐证材料/402001.rar", Paper.EVIDENCE),
        ("402001.rar", None),
        ("402001 自评表及佐证材料.xlsx", None),
        ("402001 自评表（盖章）.xls", None),
        ("佐证材料/402001/明细账.xlsx", Paper.EVIDENCE),
        ("402001 交通局", None),
        ("402001.html", None),
    ],
)
def test_names_tell_papers_from_what_may_be_a_workbook(file: str, paper: Paper | None) -> None:
    assert paper_of(file) is paper


def test_the_nearest_code_and_the_outer_archive_are_told() -> None:
    assert code_told(f"{CODE}/402001/第1页.jpg") == CODE
    assert code_told(f"{CODE}/402001 C3KD-7RT9.jpg") == "C3KD-7RT9"
    assert archive_of("全部/材料.ZIP/内.rar/1.jpg") == "全部/材料.ZIP"
    assert archive_of("材料.zip") == ""


def test_the_code_of_the_day_of_acceptance_stays_whatever_is_made_of_the_return_later() -> None:
    moment = datetime(2024, 3, 1, tzinfo=UTC)
    receipt, scan = Receipt("自评表.xlsx", "1", moment, True), Receipt("盖章件.pdf", "2", moment, False)
    kept = Act(Deed.ACCEPT, moment, "钱七", "402001", sha256="1", grounds={"校验码": CODE}, number=1)
    decision = decisions([kept])["402001"]
    papers = (Filed(scan, Paper.STAMPED, CODE),)
    passed = Standing(Unit("402001", "交通局"), (receipt,), decision=decision, papers=papers, code=PINNED)
    assert (passed.accepted_code, passed.held(Paper.STAMPED)) == (CODE, Held.RECEIVED)
    older = replace(passed, decision=decisions([replace(kept, grounds={})])["402001"])
    assert (older.accepted_code, older.held(Paper.STAMPED)) == (PINNED, Held.DIFFERS)
    both = replace(older, papers=(*papers, Filed(scan, Paper.STAMPED, PINNED)))
    assert both.held(Paper.STAMPED) is Held.RECEIVED, "one that agrees is enough"
