"""Each thing that checking says of a submission, and where it says nothing: over a template of a few cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from small_checks import Rule, small, submission

from perfeval_xl.checking import check
from perfeval_xl.checking.check import OVERWRITTEN, Checker
from perfeval_xl.checking.comparison import compared
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Level, Related, Value
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.rule import MISSING
from perfeval_xl.records.submission import Key
from perfeval_xl.records.verdict import Verdict

TODAY = date(2024, 3, 15)
TOTAL, ROW = Rule("B01"), Rule(
    "T01", "=@项_额", "=@项_得", names=("项_额", "项_得"), relation="≤", title="额不大于得（不符的行数）",
    flags='=IF(额{row}>得{row},"|T01✘","|T01✔")',
)  # fmt: skip
RIGHT: dict[str | Key, Value | float] = {"合计": 3, "甲": 1, "乙": 2}
WRONG: dict[str | Key, Value | float] = {"合计": 4, "甲": 1, "乙": 2}
EXPLAINED = "上年结转资金重复计算"


def checked(
    made: Template,
    typed: Mapping[str | Key, Value | float],
    stored: Mapping[str | Key, Value | float] | None = None,
    unreadable: tuple[str | Key, ...] = (),
    explanations: Mapping[str, str] | None = None,
) -> Verdict:
    return Checker(made, TODAY).check(submission(made, typed, stored, unreadable, explanations))


def found(verdict: Verdict) -> list[str]:
    return [one.rule for one in verdict.findings]


# --- F01 -------------------------------------------------------------------------------------------------------


def test_a_required_cell_that_is_blank_is_said_at_its_place() -> None:
    (finding,) = checked(small(), {"合计": 3}).findings
    assert (finding.rule, finding.level, finding.unit) == (MISSING, Level.ERROR, "402001")
    assert (finding.field, finding.label, finding.value) == ("甲", "甲（名）", None)
    assert finding.place == Address("表1", 2, 3)
    assert finding.message.startswith("甲（名）：必填，还没有填写。")


def test_what_nobody_could_read_is_not_missing() -> None:
    assert checked(small(), {"合计": 3, "甲": "约三"}, unreadable=("甲",)).findings == ()


def test_a_row_of_a_table_needs_its_required_cells_once_it_is_used() -> None:
    assert checked(small(), RIGHT).findings == ()
    (finding,) = checked(small(), {**RIGHT, ("项_额", 1): 5, ("项_名", 2): "桥"}).findings
    assert (finding.rule, finding.field, finding.place) == (MISSING, "项_额", Address("表2", 4, 3))
    assert finding.message.startswith("项_额（名）（第2行）：必填")
    assert checked(small(), {**RIGHT, ("项_倍", 2): 5, ("项_名", 2): None}).findings == (), "nothing typed"


def test_a_table_that_is_needed_needs_its_first_row() -> None:
    (finding,) = checked(small(needed=True), RIGHT).findings
    assert (finding.rule, finding.place) == (MISSING, Address("表2", 3, 3))
    assert checked(small(needed=True), {**RIGHT, ("项_额", 3): 5}).findings == ()


# --- F02 -------------------------------------------------------------------------------------------------------

FRESH: dict[str | Key, Value | float] = {"两倍": 6, "占比": 0.3333333333, "四倍": 12, "标识_探针": 8}
"""What the file's own formulas give for RIGHT."""


def overwritten(
    stored: Mapping[str | Key, Value | float],
    typed: Mapping[str | Key, Value | float] = RIGHT,
    *,
    unreadable: tuple[str | Key, ...] = (),
    translated: tuple[str | Key, ...] = (),
    settled: bool = False,
) -> list[Finding]:
    made = small(settled=settled)
    handed_in = submission(made, typed, {**FRESH, **stored}, unreadable, translated=translated)
    return [one for one in Checker(made, TODAY).check(handed_in).findings if one.rule == OVERWRITTEN]


def test_an_overwritten_result_is_said_with_both_figures() -> None:
    (finding,) = overwritten({"四倍": 99})
    assert (finding.level, finding.unit, finding.field, finding.label) == (
        Level.WARNING,
        "402001",
        "四倍",
        "四倍（名）",
    )
    assert (finding.value, finding.expected, finding.place) == (99, 12, Address("表1", 10, 3))
    assert finding.message == (
        "四倍（名）：这是自动计算的格子，文件中是 99.00，按公式应为 12.00。请用原来的公式，不要改写。"
    )
    assert finding.related == ()
    assert overwritten({}) == []


def test_what_only_follows_from_an_overwritten_result_accuses_nobody() -> None:
    (finding,) = overwritten({"两倍": 5, "四倍": 10})
    assert (finding.field, finding.value, finding.expected) == ("两倍", 5, 6)
    assert finding.message.endswith("不要改写。由它算出的1格随之不同，不用另改。")
    assert finding.related == (Related(Address("表1", 10, 3), "四倍（名）", Decimal(10)),)


def test_two_that_do_not_rest_on_each_other_are_both_said() -> None:
    assert [(one.field, one.related) for one in overwritten({"四倍": 99, "占比": 0.5})] == [
        ("占比", ()),
        ("四倍", ()),
    ]


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (12.000001, False),
        (12.0000011, True),
        (11.999999, False),
        (11.9999989, True),
        (12.01, True),
        ("十二", True),
    ],
)
def test_a_result_may_differ_by_a_millionth(stored: Value | float, said: bool) -> None:
    assert bool(overwritten({"四倍": stored})) is said


def test_results_that_the_reader_cannot_see_and_cells_that_are_not_computed_are_not_compared() -> None:
    assert overwritten({"暗数": 99, "抬头": "别的", "状态_余": 9, ("项_倍", 9): 9}) == []


def test_a_result_in_a_table_is_said_at_its_row() -> None:
    (finding,) = overwritten({("项_倍", 2): 9}, {**RIGHT, ("项_额", 2): 4})
    assert (finding.place, finding.value, finding.expected) == (Address("表2", 4, 5), 9, 8)
    assert finding.message.startswith("项_倍（名）（第2行）：")


def test_a_text_that_was_overwritten_is_said() -> None:
    typed = {**RIGHT, "备注": "桥"}
    assert [(one.field, one.value, one.expected) for one in overwritten({"话": "路。"}, typed)] == [
        ("话", "路。", "桥。")
    ]
    assert overwritten({"话": "桥。"}, typed) == []


def test_results_as_they_were_handed_out_were_not_computed_and_accuse_nobody() -> None:
    before: dict[str | Key, Value | float] = {"两倍": 0, "四倍": 0, "占比": "#DIV/0!"}
    assert overwritten(before) == []
    assert overwritten({**before, "占比": 0.3333333333, "两倍": 6}) == [], "one was not computed since"
    assert [one.field for one in overwritten({**before, "占比": 0.3333333333, "两倍": 7})] == ["两倍"]
    assert [one.field for one in overwritten({"四倍": 7})] == ["四倍"]


def test_what_rests_on_an_input_that_we_understand_otherwise_accuses_nobody() -> None:
    stored: dict[str | Key, Value | float] = {"四倍": 99, "话": "路。"}
    typed = {**RIGHT, "备注": "桥"}
    assert [one.field for one in overwritten(stored, typed)] == ["话", "四倍"]
    assert [one.field for one in overwritten(stored, typed, unreadable=("合计",))] == ["话"]
    assert [one.field for one in overwritten(stored, typed, translated=("合计",))] == ["话"]
    assert [one.field for one in overwritten(stored, typed, translated=("乙",))] == ["话", "四倍"]


def test_a_file_with_other_settings_than_the_campaign_s_accuses_nobody() -> None:
    assert overwritten({"四倍": 99}, {**RIGHT, "上限": 70}, settled=True) == []
    assert [one.field for one in overwritten({"四倍": 99}, {**RIGHT, "上限": 50}, settled=True)] == ["四倍"]
    assert [one.field for one in overwritten({"四倍": 99}, {**RIGHT, "上限": 70})] == ["四倍"]


def test_comparing_leaves_the_inputs_as_they_were() -> None:
    made = small(TOTAL)
    verdict = Checker(made, TODAY).check(submission(made, WRONG, {**FRESH, "四倍": 99, "两倍": 8, "占比": 0.25}))
    assert found(verdict) == ["B01", "F02"]
    assert verdict.computed["两倍", 0] == 8


@pytest.mark.parametrize(
    ("stored", "ours", "same"),
    [
        (Decimal("1.000001"), Decimal(1), True),
        (Decimal("1.0000011"), Decimal(1), False),
        (Decimal("1e12") + 1, Decimal("1e12"), True),
        (Decimal("1e12") + Decimal("1.1"), Decimal("1e12"), False),
        (True, True, True),
        (True, False, False),
        (Decimal(1), True, True),
        ("true", True, True),
        ("FALSE", False, True),
        (False, Decimal(0), True),
        (None, False, False),
        (Decimal(2), True, False),
        (None, Decimal(0), True),
        ("", None, True),
        (Decimal(0), "", True),
        (None, Decimal(1), False),
        ("甲", "", False),
        ("甲", "甲", True),
        ("甲", "乙", False),
        ("3", Decimal(3), True),
    ],
)
def test_two_programs_results_that_a_reader_takes_for_the_same(stored: Value, ours: Value, same: bool) -> None:
    assert check._same(stored, ours) is same


# --- the board -------------------------------------------------------------------------------------------------


def test_a_broken_check_is_a_finding_with_all_cells_and_figures() -> None:
    (finding,) = checked(small(TOTAL), WRONG).findings
    assert (finding.rule, finding.level, finding.unit, finding.label) == (
        "B01",
        Level.ERROR,
        "402001",
        TOTAL.title,
    )
    assert (finding.field, finding.place) == ("合计", Address("表1", 1, 3))
    assert (finding.value, finding.expected, finding.difference, finding.tolerance) == (4, 3, 1, Decimal("0.01"))
    assert finding.message == "合计等于甲加乙：4.00 与 3.00 不相等，相差 1.00。请核对。"
    assert finding.related == (
        Related(Address("表1", 1, 3), "合计（名）", Decimal(4)),
        Related(Address("表1", 2, 3), "甲（名）", Decimal(1)),
        Related(Address("表1", 3, 3), "乙（名）", Decimal(2)),
    )
    assert (finding.explanation, finding.root) == ("", "")


def test_a_blank_cell_is_among_the_cells_of_a_finding() -> None:
    (finding,) = checked(small(TOTAL), {"合计": 4, "甲": 1}).findings
    assert [one.value for one in finding.related] == [4, 1, None]


@pytest.mark.parametrize(
    ("result", "rules", "skipped"),
    [
        ("✔", [], ()),
        ("✘", ["B01"], ()),
        ("已说明", ["B01"], ()),
        ("无法计算", ["B01"], ()),
        ("不适用", [], ()),
        ("未填", [], ("B01",)),
    ],
)
def test_what_each_result_of_the_board_means(result: str, rules: list[str], skipped: tuple[str, ...]) -> None:
    verdict = checked(small(replace(TOTAL, result=f'="{result}"')), RIGHT)
    assert (found(verdict), verdict.not_evaluated) == (rules, skipped)


def test_a_check_that_cannot_be_computed_says_so_without_figures() -> None:
    (finding,) = checked(small(replace(TOTAL, result='="无法计算"', left="=1/0")), RIGHT).findings
    assert finding.message == "合计等于甲加乙：用现有的数无法计算，请先核对相关的格子。"
    assert (finding.value, finding.difference) == ("#DIV/0!", None)


def test_a_condition_is_expected_to_be_true() -> None:
    (finding,) = checked(small(replace(TOTAL, relation="为真", left="=合计<4", right="")), WRONG).findings
    assert (finding.value, finding.expected, finding.difference) == (False, True, None)
    assert finding.message == "合计等于甲加乙：请核对。"


def test_a_check_over_no_field_stands_on_the_board() -> None:
    (finding,) = checked(small(replace(TOTAL, names=(), result='="✘"')), RIGHT).findings
    assert (finding.place, finding.field, finding.related) == (Address("核对", 1, 1), "", ())


def test_a_check_over_a_column_stands_in_its_first_row_and_tells_the_rows_that_are_filled() -> None:
    rule = Rule("B02", "=SUM('表2'!C3:C5)", "=合计", '="✘"', ("项_额", "合计"))
    typed = {**RIGHT, ("项_额", 1): 5, ("项_额", 3): 7}
    finding = next(one for one in checked(small(rule), typed).findings if one.rule == "B02")
    assert finding.place == Address("表2", 3, 3)
    assert [(one.label, one.value, one.address.row) for one in finding.related] == [
        ("项_额（名）（第1行）", 5, 3),
        ("项_额（名）（第3行）", 7, 5),
        ("合计（名）", 3, 1),
    ]
    typed[("项_名", 2)] = "桥"
    finding = next(one for one in checked(small(rule), typed).findings if one.rule == "B02")
    assert [one.address.row for one in finding.related] == [3, 5, 1], "a blank in a used row is no term"


@pytest.mark.parametrize(
    ("typed", "unreadable", "missing"),
    [
        ({"合计": 4, "乙": 2}, (), ["F01"]),
        ({"合计": 4, "甲": 1, "乙": "约"}, ("乙",), []),
    ],
    ids=["missing", "unreadable"],
)
def test_a_check_over_what_is_missing_or_unreadable_is_not_judged(
    typed: dict[str | Key, Value | float], unreadable: tuple[str, ...], missing: list[str]
) -> None:
    other = replace(TOTAL, id="B02", result='="✘"', names=("合计",))
    verdict = checked(small(TOTAL, other), typed, unreadable=unreadable)
    assert (found(verdict), verdict.not_evaluated) == (["B02", *missing], ("B01",))


def test_a_check_over_a_column_waits_for_its_first_row_alone() -> None:
    rule = Rule("B02", "=SUM('表2'!C3:C5)", "=合计", '="✘"', ("项_额",))
    verdict = checked(small(rule, needed=True), RIGHT)
    assert (found(verdict), verdict.not_evaluated) == (["F01"], ("B02",))
    verdict = checked(small(rule), {**RIGHT, ("项_名", 1): "桥"})
    assert (found(verdict), verdict.not_evaluated) == (["B02", "F01"], ())


@pytest.mark.parametrize(
    ("level", "text", "counts"),
    [
        (Level.WARNING, EXPLAINED, True),
        (Level.WARNING, f"  {EXPLAINED} ", True),
        (Level.WARNING, EXPLAINED[:-1], False),
        (Level.ERROR, EXPLAINED, False),
        (Level.NOTICE, EXPLAINED, False),
    ],
)
def test_an_explanation_counts_for_a_warning_alone_from_ten_characters_on(
    level: Level, text: str, counts: bool
) -> None:
    made = small(replace(TOTAL, level=level))
    (finding,) = checked(made, WRONG, explanations={"B01": text, "B02": EXPLAINED}).findings
    assert (finding.level, finding.explanation) == (level, EXPLAINED if counts else "")


# --- the rows of tables ----------------------------------------------------------------------------------------

ROWS: dict[str | Key, Value | float] = {
    **RIGHT, ("项_额", 1): 5, ("项_得", 1): 4, ("项_额", 2): 1, ("项_得", 2): 2,
    ("项_额", 3): 9.5, ("项_得", 3): 3,
}  # fmt: skip


def test_each_row_that_breaks_a_check_is_a_finding_of_its_own() -> None:
    first, second = checked(small(ROW), ROWS).findings
    assert (first.rule, first.level, first.unit, first.label) == ("T01", Level.ERROR, "402001", ROW.title)
    assert (first.field, first.place) == ("项_额", Address("表2", 3, 3))
    assert (first.value, first.expected, first.difference, first.tolerance) == (5, 4, 1, Decimal("0.01"))
    assert first.message == "项目表第1行，额不大于得：5.00 与 4.00 前者大于后者，相差 1.00。请核对。"
    assert first.related == (
        Related(Address("表2", 3, 3), "项_额（名）（第1行）", Decimal(5)),
        Related(Address("表2", 3, 4), "项_得（名）（第1行）", Decimal(4)),
    )
    assert (second.place, second.value, second.expected) == (Address("表2", 5, 3), Decimal("9.5"), 3)
    assert second.message.startswith("项目表第3行，")


def test_a_row_with_an_unreadable_or_missing_cell_is_not_judged_the_others_are() -> None:
    verdict = checked(small(ROW), {**ROWS, ("项_名", 1): "?"}, unreadable=(("项_名", 1),))
    assert ([one.place for one in verdict.findings], verdict.not_evaluated) == ([Address("表2", 5, 3)], ("T01#1",))
    other = replace(ROW, flags='="|T01✘"')
    verdict = checked(small(other), {**ROWS, ("项_额", 3): None})
    assert [one.place for one in verdict.findings if one.rule == "T01"] == [
        Address("表2", 3, 3),
        Address("表2", 4, 3),
    ]
    assert verdict.not_evaluated == ("T01#3",)


def test_an_unreadable_column_silences_a_check_over_rows_that_rests_on_it() -> None:
    verdict = checked(small(ROW), ROWS, unreadable=(("项_得", 2),))
    assert (found(verdict), verdict.not_evaluated) == ([], ("T01",))


def test_rows_that_are_not_used_are_not_judged() -> None:
    other = replace(ROW, flags='="|T01✘"')
    verdict = checked(small(other), {**RIGHT, ("项_额", 2): 1})
    assert [one.place for one in verdict.findings] == [Address("表2", 4, 3)]


def test_the_flag_of_another_check_is_not_this_one_s() -> None:
    other = replace(ROW, flags='="|T011✘|T01✔"')
    assert checked(small(other), ROWS).findings == ()


def test_a_condition_over_rows_is_expected_to_be_true() -> None:
    rule = replace(ROW, relation="为真", left="=@项_额<=@项_得", right="", level=Level.WARNING)
    first, _ = checked(small(rule), ROWS, explanations={"T01": EXPLAINED}).findings
    assert (first.value, first.expected, first.explanation) == (False, True, EXPLAINED)
    assert first.message == "项目表第1行，额不大于得：请核对。"


# --- what follows from what ------------------------------------------------------------------------------------


def roots(*rules: Rule) -> dict[str, str]:
    always = [replace(rule, result='="✘"') if not rule.flags else rule for rule in rules]
    return {one.rule: one.root for one in checked(small(*always), ROWS).findings}


def test_a_finding_hangs_on_the_one_with_the_fewest_of_its_inputs() -> None:
    whole, part, least = (replace(TOTAL, id=name, names=names) for name, names in (
        ("B01", ("合计", "甲", "乙")), ("B02", ("合计", "甲")), ("B03_1", ("甲",)),
    ))  # fmt: skip
    assert roots(whole, part, least) == {"B01": "B03", "B02": "B03", "B03": ""}
    other = replace(least, id="B00", names=("合计",))
    assert roots(whole, part, least, other)["B01"] == "B00", "of equals the first"


@pytest.mark.parametrize(
    "other",
    [
        replace(TOTAL, id="B02"),
        replace(TOTAL, id="B02", names=("起",)),
        replace(TOTAL, id="B02", names=()),
        replace(TOTAL, id="B02", names=("甲",), level=Level.WARNING),
        replace(ROW, id="T01", inputs=("甲",)),
    ],
    ids=["the same inputs", "others", "none", "a warning", "of rows"],
)
def test_nothing_hangs_on_what_is_no_part_of_it(other: Rule) -> None:
    assert roots(TOTAL, other)["B01"] == ""


def test_findings_come_gravest_first() -> None:
    notice = replace(TOTAL, id="A00", level=Level.NOTICE)
    assert found(checked(small(notice, TOTAL), {**WRONG, ("项_名", 1): "桥"})) == ["B01", "F01", "A00"]


# --- what was computed -----------------------------------------------------------------------------------------


def test_what_the_template_computes_is_told_without_the_counts_for_the_reader() -> None:
    verdict = checked(small(), {"合计": 3, "甲": 1, "备注": "桥", ("项_额", 2): 5})
    assert verdict.computed == {
        ("两倍", 0): 6,
        ("占比", 0): Decimal("0.3333333333"),
        ("话", 0): "桥。",
        ("四倍", 0): 12,
        ("暗数", 0): 4,
        ("标识_探针", 0): 8,
        ("项_倍", 2): 10,
    }


def test_a_setting_is_the_returned_workbook_s_unless_it_is_the_campaign_s() -> None:
    rule = replace(TOTAL, left="=上限", result='=IF(上限>60,"✘","✔")')
    typed = {**RIGHT, "上限": 70}
    assert found(checked(small(rule), typed)) == ["B01"]
    assert found(checked(small(rule, settled=True), typed)) == []
    assert found(checked(small(replace(TOTAL), settled=True), WRONG)) == ["B01"], "other inputs count"


def test_paragraphs_are_told_line_by_line_with_what_they_lack() -> None:
    made = small(report={
        '="　　合计"&合计&CHAR(10)&"　甲"': ("合计", "甲", "乙"),
        '=IF(乙>0,"有乙","")': ("乙",),
        '="完"': (),
        "=1+1": (),
    })  # fmt: skip
    verdict = checked(made, {"合计": 3, "备注": "?"}, unreadable=("乙", "备注"))
    assert verdict.paragraphs == ("合计3", "甲", "完")
    assert verdict.styles == ("body",) * 3
    assert verdict.lacking == (("甲（名）", "乙（名）"),) * 2 + ((),)


def test_the_units_before_leave_nothing_behind() -> None:
    made = small(TOTAL, ROW)
    one = Checker(made, TODAY)
    first = one.check(submission(made, RIGHT))
    assert one.check(submission(made, {**WRONG, **ROWS, "合计": 7})) != first
    assert one.check(submission(made, RIGHT)) == first


# --- words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "left", "right", "kind", "words"),
    [
        ("=", Decimal(5), Decimal(3), "money", "5.00 与 3.00 不相等，相差 2.00。"),
        ("≤", Decimal(5), Decimal(3), "money", "5.00 与 3.00 前者大于后者，相差 2.00。"),
        ("≥", Decimal(3), Decimal(5), "count", "3 与 5 前者小于后者，相差 2。"),
        ("≠", Decimal(3), Decimal(3), "rate", "300.00% 与 300.00% 不符，相差 0个百分点。"),
        ("≥", Decimal(45366), Decimal(45368), "date", "2024-03-15 与 2024-03-17，前者早 2 天。"),
        ("≤", Decimal(45368), Decimal(45366), "date", "2024-03-17 与 2024-03-15，前者晚 2 天。"),
        ("=", "甲", "乙", "text", "“甲”与“乙”不符。"),
        ("≤", "甲", "乙", "text", ""),
        ("=", Decimal(3), "乙", "text", "“3”与“乙”不符。"),
        ("=", None, "乙", "text", "“None”与“乙”不符。"),
        ("=", "甲", None, "text", ""),
        ("=", True, "乙", "text", ""),
        ("为真", Decimal(3), Decimal(5), "money", ""),
    ],
)
def test_the_two_sides_in_words(relation: str, left: Value, right: Value, kind: str, words: str) -> None:
    made = small(replace(TOTAL, relation=relation, kind=kind))
    assert compared(made.checks[0], left, right, made.field) == words


@pytest.mark.parametrize(
    ("relation", "limit", "measure", "kind", "left", "words"),
    [
        ("≤", "0.2", "偏离…个百分点", "rate", "0.2899", "偏离28.99个百分点，规定不超过20个百分点。"),
        ("≤", "N(上限)", "", "money", "51", "合计（名）51.00，规定不超过50.00，超过1.00。"),
        ("≤", "1", "", "rate", "1.05", "合计（名）105.00%，规定不超过100.00%，超过5个百分点。"),
        ("≥", "1", "填了…条", "count", "0", "填了0条，规定不少于1条。"),
        ("≥", "0.8", "执行率", "rate", "0.75", "执行率75.00%，规定不低于80.00%，还差5个百分点。"),
        ("=", "3", "有…栏", "count", "1", "有1栏，应为3栏。"),
        ("=", "3", "", "count", "1", "1 与 3 不相等，相差 2。"),
        ("≤", "甲", "偏离", "money", "5", "5.00 与 3.00 前者大于后者，相差 2.00。"),
    ],
)
def test_a_figure_and_its_limit_in_words(
    relation: str, limit: str, measure: str, kind: str, left: str, words: str
) -> None:
    made = small(replace(TOTAL, left="N(合计)", relation=relation, kind=kind))
    one = replace(made.checks[0], right=limit, measure=measure)
    right = {"N(上限)": "50", "甲": "3"}.get(limit, limit)
    assert compared(one, Decimal(left), Decimal(right), made.field) == words


def test_a_text_is_measured_in_characters_and_an_unnamed_figure_is_what_was_computed() -> None:
    made = small(replace(TOTAL, relation="≥", kind="longtext"))
    text, sum_ = (replace(made.checks[0], left=left, right="4") for left in ("LEN(TRIM(@备注))", "甲+乙"))
    assert compared(text, Decimal(0), Decimal(4), made.field) == "写了0个字，规定不少于4个字。"
    assert compared(sum_, Decimal(3), Decimal(4), made.field) == "算得3，规定不低于4，还差1。"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "money", "空白"),
        ("", "text", "空白"),
        (Decimal("0.12346"), "rate", "12.35%"),
        (Decimal(45366), "date", "2024-03-15"),
        (Decimal("1.5"), "money", "1.50"),
        (Decimal("1.5"), "area", "1.50"),
        (Decimal("1.5"), "score", "1.50"),
        (Decimal(1500), "count", "1500"),
        (Decimal("1.50"), "number", "1.5"),
        ("甲", "money", "甲"),
        (Decimal(0), "money", "0.00"),
    ],
)
def test_a_value_in_words(value: Value, kind: str, text: str) -> None:
    assert KINDS[kind].shown(value) == text


@pytest.mark.parametrize(
    ("result", "value"),
    [
        (0.1 + 0.2, Decimal("0.3")),
        (1e-11, Decimal(0)),
        (0.12345678901, Decimal("0.123456789")),
        (-0.0, Decimal(0)),
        (1500.0, Decimal(1500)),
        ("文", "文"),
        ("#N/A", "#N/A"),
        (True, True),
        (None, None),
    ],
)
def test_a_result_keeps_ten_decimals(result: float | str | bool | None, value: Value) -> None:
    made = check._value(result)
    assert (made, type(made), str(made)[:1]) == (value, type(value), str(value)[:1])


def test_words_beside_a_check_that_say_nothing_are_told() -> None:
    made = small(replace(TOTAL, level=Level.WARNING))
    (finding,) = checked(made, WRONG, explanations={"B01": "1234567890"}).findings
    assert finding.explanation == ""
    assert finding.message.endswith("已写的说明“1234567890”只有数字、符号，没有写出原因，不算说明。")
