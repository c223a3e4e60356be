"""Which figures become columns of the details, which formulas live over them, and that every figure arrives."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from small_template import MOMENT, Cell, record, template

from perfeval_xl.records.contract import IDENTITY, Role, Template
from perfeval_xl.records.finding import Value
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.verdict import Record, Verdict
from perfeval_xl.summary.figures import (
    Column,
    Details,
    Spans,
    arrived,
    figure_of,
    leading,
    sheet_name,
    typed_sum,
    used_rows,
)
from perfeval_xl.workbook.row_writer import ROW

COMPUTED, PREFILL, SETTING = Role.COMPUTED, Role.PREFILL, Role.SETTING
FIRST, LAST = "\x02项\x02", "\x03项\x03"
SUM = Cell("合计", role=COMPUTED, place="表1!7", formula="=SUM(预算,支出)")
MADE = template(
    Cell("预算"),
    Cell("支出", place="表1!6"),
    SUM,
    Cell("财政数", role=PREFILL, place="表1!8"),
    Cell("等级", "text", COMPUTED, "表1!9", formula='=IF(合计>上限,"高","低")'),
    Cell("简称", "text", place="表1!10"),
    Cell("暗数", role=COMPUTED, place="_计算!5", formula="=预算*2"),
    Cell("暗字", "text", COMPUTED, "_计算!6", formula='="甲"'),
    Cell("上限", role=SETTING, place=f"{IDENTITY}!9"),
    Cell("年度", "count", COMPUTED, f"{IDENTITY}!10"),
    Cell("状态_错误", "count", COMPUTED, "_计算!7"),
    Cell("项_名", "text", place="表2!5", table="项", head="名称"),
    Cell("项_额", place="表2!5", table="项", head="=年度"),
    Cell("项_倍", role=COMPUTED, place="表2!5", table="项"),
    Cell("项数", "count", COMPUTED, "表1!11", formula="=COUNTA(项_名)"),
    defaults={"上限": Decimal(5)},
)  # fmt: skip
DETAILS = Details(MADE)


def column(name: str, made: Template = MADE) -> Column:
    return next(one for one in Details(made).figures if one.name == name)


def test_columns_are_figures_and_short_computed_texts_outside_tables() -> None:
    assert [field.name for field in DETAILS.fields] == ["预算", "支出", "合计", "等级", "暗数", "项数"]
    assert DETAILS.letters == {"预算": "I", "支出": "J", "合计": "K", "等级": "L", "暗数": "M", "项数": "N"}


def test_what_units_type_is_told_apart() -> None:
    assert DETAILS.typed == {"预算", "支出", "项_额"}
    assert DETAILS.filling == {"预算", "支出", "简称", "项_名", "项_额"}
    assert DETAILS.table_of == {"项_名": "项", "项_额": "项"}


def test_a_column_has_its_field_s_label_kind_unit_and_sheet() -> None:
    assert column("预算") == Column("预算", "预算（名）", KINDS["money"], "表1", "万元")
    assert column("暗数").group == "计算"
    assert column("等级").kind is KINDS["text"]


def test_a_formula_over_the_details_stays_one() -> None:
    assert column("合计").formula == f"=SUM($I{ROW},$J{ROW})"
    assert column("等级").formula == f'=IF($K{ROW}>上限,"高","低")', "a setting keeps its name"
    assert column("暗数").formula == f"=$I{ROW}*2"
    assert column("合计").tables == ()


@pytest.mark.parametrize("formula", ["=预算+简称", "=SUM(预算,财政数)", "=暗字"])
def test_a_formula_over_anything_else_is_a_value(formula: str) -> None:
    made = replace(MADE, fields=(*MADE.fields, Cell("新", role=COMPUTED, formula=formula).field))
    assert column("新", made).formula == ""


def test_what_a_unit_types_has_no_formula_whatever_the_template_says() -> None:
    assert column("新", template(Cell("预算"), Cell("新", formula="=预算"))).formula == ""


@pytest.mark.parametrize(
    ("formula", "live"),
    [
        ("=SUM(项_额)", f"=SUM('项明细'!$D${FIRST}:$D${LAST})"),
        ("=SUM(项_额,预算)", f"=SUM('项明细'!$D${FIRST}:$D${LAST},$I{ROW})"),
        ("=ROWS(项_额)", ""),
        ("=ROWS(预算)", f"=ROWS($I{ROW})"),
        ("=SUM(项_额,没有)", ""),
    ],
)
def test_a_formula_over_a_table_lives_where_the_used_rows_alone_give_the_same(formula: str, live: str) -> None:
    made = template(
        Cell("预算"),
        Cell("项_名", "text", table="项"),
        Cell("项_额", table="项"),
        Cell("新", role=COMPUTED, formula=formula),
    )
    one = column("新", made)
    assert (one.formula, one.tables) == (live, ("项",) if "项" in live else ())


def test_names_are_replaced_and_texts_and_functions_are_not() -> None:
    over = DETAILS.over_row('=预算&"预算""支出"&预算(1)&单位代码&单位名称&主管部门&核对_状态&别的')
    assert over == f'=$I{ROW}&"预算""支出"&预算(1)&$A{ROW}&$B{ROW}&$C{ROW}&$D{ROW}&别的'


def test_the_columns_of_a_table_begin_with_whose_row_it_is() -> None:
    (table,) = DETAILS.tables
    assert table.sheet == "项明细"
    assert table.columns == (
        Column("项_单位代码", "单位代码", KINDS["code"]),
        Column("项_单位名称", "单位名称", KINDS["text"]),
        Column("项_名", "名称", KINDS["text"], unit="万元"),
        Column("项_额", "项_额（名）", KINDS["money"], unit="万元"),
        Column("项_倍", "项_倍（名）", KINDS["money"], unit="万元"),
    )


def test_the_details_begin_with_whose_row_it_is_and_where_it_stands() -> None:
    assert [(one.name, one.title, one.kind.id) for one in leading()] == [
        ("单位代码", "单位代码", "code"),
        ("单位名称", "单位名称", "text"),
        ("主管部门", "主管部门", "text"),
        ("核对_状态", "核对状态", "text"),
        ("核对_错误数", "错误数", "count"),
        ("核对_待说明数", "待说明数", "count"),
    ]


def test_a_unit_s_own_rows_are_put_into_a_formula() -> None:
    made = Column("新", "新", KINDS["money"], formula=f"={FIRST}:{LAST}+\x02事\x02", tables=("项", "事"))
    assert Spans({"项": (5, 9), "事": (3, 4)}).put(made) == ("=5:9+3",)
    assert Spans({"项": (5, 9), "事": None}).put(made) is None
    assert Spans({}).put(Column("新", "新", KINDS["money"], formula="=1")) == ("=1",)


TYPED: dict[tuple[str, int], Value] = {
    ("预算", 0): Decimal(100),
    ("支出", 0): Decimal("90.5"),
    ("简称", 0): "交通",
    ("项_名", 4): "甲",
    ("项_额", 2): Decimal(7),
    ("项_额", 4): None,
    ("项_倍", 9): Decimal(3),
    ("财政数", 0): Decimal(1000),
}
ONE = record(MADE, TYPED, {("合计", 0): Decimal("190.5"), ("等级", 0): "高"})
UNREAD = Record("一.xlsx", "一", MOMENT, None, Verdict())


def test_used_rows_are_those_with_a_typed_value() -> None:
    assert used_rows(DETAILS, ONE) == {"项": [2, 4]}
    assert used_rows(DETAILS, UNREAD) == {"项": []}


def test_a_figure_is_what_was_computed_or_typed_and_never_a_text() -> None:
    assert figure_of(ONE, "预算") == 100
    assert figure_of(ONE, "合计") == Decimal("190.5")
    assert figure_of(ONE, "等级") is None
    assert figure_of(ONE, "") is None
    assert figure_of(UNREAD, "预算") is None


def test_what_was_typed_is_added_up_once() -> None:
    assert typed_sum(DETAILS, ONE) == Decimal("197.5")
    assert typed_sum(DETAILS, UNREAD) == 0
    assert typed_sum(DETAILS, record(MADE, {("预算", 0): "约三"})) == 0


@pytest.mark.parametrize(
    ("span", "formula"),
    [
        ((5, 9), "SUM('部门明细'!$I$7:$J$7)+SUM('项明细'!$D$5:$D$9)"),
        ((3, 3), "SUM('部门明细'!$I$7:$J$7)"),
        (None, None),
    ],
)
def test_the_same_figures_are_added_up_where_they_stand(span: tuple[int, int] | None, formula: str | None) -> None:
    assert arrived(DETAILS, 7, Spans({"项": span})) == formula


def test_typed_figures_with_others_between_are_added_up_in_runs() -> None:
    between = template(Cell("预算"), SUM, Cell("支出"), Cell("丙"), replace(SUM, name="丁"))
    assert arrived(Details(between), 5, Spans({})) == "SUM('部门明细'!$I$5:$I$5)+SUM('部门明细'!$K$5:$L$5)"
    assert arrived(Details(template(Cell("预算"))), 5, Spans({})) == "SUM('部门明细'!$I$5:$I$5)"
    assert arrived(Details(template(SUM)), 5, Spans({})) == "0"


@pytest.mark.parametrize(
    ("title", "end", "name"),
    [
        ("项目支出", "明细", "项目支出明细"),
        ("甲[1]:*?/\\乙", "", "甲 1      乙"),
        ("'甲'\x01", "", "甲"),
        ("长" * 40, "", "长" * 31),
        ("长" * 40, "明细", "长" * 29 + "明细"),
        ("长" * 28 + " 短", "明细", "长" * 28 + "明细"),
    ],
)
def test_a_sheet_s_name_is_one_that_excel_takes(title: str, end: str, name: str) -> None:
    assert sheet_name(title, end) == name


def test_tables_with_figures_alone_have_sheets_each_with_a_name_of_its_own() -> None:
    cells = (Cell("一_额", table="一"), Cell("二_额", table="二"), Cell("三_文", "text", table="三"))
    title = "项目绩效目标完成情况明细表（全部项目逐项）"
    made = Details(template(*cells, titles={"一": title, "二": title, "三": "文字"}))
    assert [one.sheet for one in made.tables] == [f"{title}明细", f"{title[:20]} 二明细"]
