"""What a unit left blank is told once for the largest area that is blank, and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desks import desk, judged, judged_with
from examples import sample_of

from perfeval_xl.records.contract import Role
from perfeval_xl.records.known import openings

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding, Value
    from perfeval_xl.records.submission import Key


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, int]]:
    return [(finding.rule, str(finding.place), len(finding.related)) for finding in findings]


def without(form: str, sheet: str) -> dict[Key, Value]:
    template = desk(form)[1]
    return {key: value for key, value in sample_of(template).items() if template.places[key].sheet != sheet}


@pytest.mark.parametrize(
    ("form", "first", "count"),
    [("hunan-2023", "封面!G6", 79), ("mof-project", "封面!G7", 10), ("yunnan-dept", "封面!G6", 17)],
)
def test_an_untouched_workbook_is_one_finding_that_says_where_to_begin(form: str, first: str, count: int) -> None:
    (only,) = judged(form, {("单位名称", 0): "示例区交通运输局", ("单位代码", 0): "402001"})
    assert told((only,)) == [("F01", first, count - 1)]
    sheet, cell = first.split("!")
    assert f"必填的有{count}处" in only.message
    assert f"“{sheet}”的{cell}（填报日期）" in only.message


def test_last_years_figures_that_the_bureau_filled_in_are_not_a_beginning(hunan: Template) -> None:
    filled = {key: value for key, value in sample_of(hunan).items() if key[0] in openings(hunan)}
    *hanging, root = sorted(judged("hunan-2023", filled), key=lambda finding: finding.rule == "F01")
    assert (root.rule, root.label) == ("F01", "整个工作簿")
    assert [(finding.rule, finding.root) for finding in hanging] == [("B03", "F01")]


@pytest.mark.parametrize(
    ("form", "sheet", "first"),
    [
        ("hunan-2023", "表2 支出情况", "表2 支出情况!C6"),
        ("hunan-2023", "表6 绩效情况", "表6 绩效情况!C7"),
        ("yunnan-dept", "封面", "封面!G6"),
    ],
)
def test_a_sheet_that_nobody_filled_is_one_finding(form: str, sheet: str, first: str) -> None:
    blank = [finding for finding in judged(form, without(form, sheet)) if finding.rule == "F01"]
    assert [str(finding.place) for finding in blank] == [first]
    assert blank[0].message.startswith(f"“{sheet}”：整张表还没有填写")


@pytest.mark.parametrize("table", ["指标", "成效", "职能"])
def test_a_table_that_needs_a_row_and_has_none_is_one_finding(hunan: Template, table: str) -> None:
    values = {key: value for key, value in sample_of(hunan).items() if hunan.field[key[0]].table != table}
    (first, *others) = [field for field in hunan.columns[table] if field.required]
    blank = [finding for finding in judged("hunan-2023", values) if finding.rule == "F01"]
    assert told(tuple(blank)) == [("F01", str(first.address), len(others))]
    assert [related.address for related in blank[0].related] == [field.address for field in others]
    assert not others or "一行也没有填，至少填一行" in blank[0].message


@pytest.mark.parametrize(
    ("form", "changes", "place", "has", "lacks"),
    [
        ("hunan-2023", {"项目_名称#60": "、"}, "表4 项目支出!D66", "项目名称“、”", "7处"),
        (
            "hunan-2023",
            {"指标_分值#30": 5, "指标_单位#30": "个"},
            "表3 整体自评!C45",
            "度量单位“个”、分值“5”，",
            "7处",
        ),
        ("mof-project", {"指标_三级#20": "里程"}, "表1 项目自评!C", "三级指标“里程”", "7处"),
    ],
)
def test_a_row_that_was_hardly_begun_is_one_finding(
    form: str, changes: dict[str, str | float], place: str, has: str, lacks: str
) -> None:
    found = [one for one in judged_with(form, changes) if one.rule == "F01"]
    assert len(found) == 1
    assert str(found[0].place).startswith(place)
    assert has in found[0].message
    assert f"必填的{lacks}" in found[0].message
    assert "请全部清空" in found[0].message


def test_a_form_that_lacks_some_cells_is_told_cell_by_cell(hunan: Template) -> None:
    gone = {("基本支出_上年决算", 0), ("人员经费_本年决算", 0)}
    values = {key: value for key, value in sample_of(hunan).items() if key not in gone}
    places = {str(one.place) for one in judged("hunan-2023", values) if one.rule == "F01"}
    assert places == {"表2 支出情况!C6", "表2 支出情况!F7"}
    assert all(hunan.field[name].role is Role.INPUT for name, _ in gone)
