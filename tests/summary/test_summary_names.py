"""The names of a summary: those that it says it has, it has; and nothing in it speaks of another unseen."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from shipped import TEMPLATES
from summary_units import county, summed, unit, workbook

from perfeval_xl.records.summary_line import Part, SummaryLine
from perfeval_xl.records.summary_names import summary_names
from perfeval_xl.summary import bound
from perfeval_xl.template.lint.spoken import unknown_names

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value

SHIPPED = sorted(path.parent.name for path in TEMPLATES.glob("*/template.toml"))


def with_view(formula: str) -> Template:
    template = county("mof-project")
    line = SummaryLine(Part.VIEW, "项目表", "看", formula, "text")
    return replace(template, summary=(*template.summary, line))


def column(data: bytes, sheet: str, heading: str) -> list[object]:
    """Return what stands below a heading, as stored."""
    page: Worksheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[sheet]
    rows = list(page.iter_rows(min_row=4, values_only=True))
    return [row[rows[0].index(heading)] for row in rows[1:]]


@pytest.mark.parametrize("template_id", SHIPPED)
def test_the_summary_defines_the_names_that_it_says_it_has(template_id: str) -> None:
    template = county(template_id)
    book = openpyxl.load_workbook(io.BytesIO(workbook([(unit(1), {"资金总额_全年预算": 5})], template)))
    assert set(book.defined_names) == summary_names(template)


@pytest.mark.parametrize("template_id", SHIPPED)
def test_no_declaration_of_a_shipped_template_speaks_of_a_name_that_is_not_there(template_id: str) -> None:
    assert list(unknown_names(county(template_id))) == []


@pytest.mark.parametrize(
    "line",
    [
        SummaryLine(Part.VIEW, "表", "预期", "@预期目标", "text"),
        SummaryLine(Part.VIEW, "表", "率", 'IFERROR(@执行率,"")', "rate"),
        SummaryLine(Part.LIST, "单位甲", "甲", "N(@资金总额)>0"),
        SummaryLine(Part.FIGURE, "汇总_甲", "甲", "IFERROR(SUM(资金),0)"),
        SummaryLine(Part.CHART, "图", "甲", "SUM(资金总额_全年预算)|SUM(资金)", "column", style="甲|乙"),
        SummaryLine(Part.PARAGRAPH, formula='="共"&IFERROR(总数,"")', style="body"),
        SummaryLine(Part.PARAGRAPH, formula="没有发现问题。", style="body", when="IFERROR(总数,0)>0"),
        SummaryLine(Part.ROW, label="合计", amounts={"全年预算": "资金_全年预算"}),
    ],
    ids=lambda line: str(line.part),
)
def test_a_name_that_does_not_exist_is_told_though_its_error_is_caught(line: SummaryLine) -> None:
    template = county("mof-project")
    (told,) = unknown_names(replace(template, summary=(*template.summary, line)))
    assert "汇总里没有这个名称" in told


def test_a_column_that_would_be_blank_is_left_out_and_told() -> None:
    computed = summed([(unit(1), {"资金总额_全年预算": 5})], with_view('IFERROR(@没有,"")'))
    assert [fault for fault in computed.material.faults if "没有名为“没有”的名称" in fault]


def test_the_name_of_each_project_stands_in_its_view() -> None:
    figures: list[dict[str | tuple[str, int], Value | float]] = [
        {"项目名称": name, "资金总额_全年预算": 5, "资金总额_全年执行": spent}
        for name, spent in (("农村公路日常养护", 5), ("=危桥改造", 3))
    ]
    units = (unit(1), unit(2))
    computed = summed(list(zip(units, figures, strict=True)), county("mof-project"))
    names = column(bound(computed), "项目支出自评汇总", "项目名称")
    assert set(names[:2]) == {"农村公路日常养护", "=危桥改造"}


@pytest.mark.parametrize(("weight", "shown"), [(0, "—"), (20, 18)])
def test_scores_for_cost_are_shown_only_where_cost_is_asked(weight: int, shown: object) -> None:
    template = county("mof-project")
    template = replace(template, defaults={**template.defaults, "设置_成本指标": Decimal(weight)})
    figures: dict[str | tuple[str, int], Value | float] = {
        "资金总额_全年预算": 5,
        ("指标_一级", 1): "成本指标",
        ("指标_分值", 1): 20,
        ("指标_得分", 1): 18,
    }
    data = bound(summed([(unit(1), figures)], template))
    assert column(data, "项目支出自评汇总", "成本得分")[0] == shown
