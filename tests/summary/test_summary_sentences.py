"""What the narrative says in every situation: named where few, counted where many, nothing of nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import libreoffice
import pytest
from summary_units import EVERY_SITUATION, Figures, county, found, spending, summed, told, unit

from perfeval_xl.records.finding import Level
from perfeval_xl.records.summary_line import Part, SummaryLine
from perfeval_xl.records.unit import Unit
from perfeval_xl.summary import bound

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template

Reports = list[tuple[Unit, Figures | None]]


def alike(count: int, figures: Figures | None, missing: int = 0) -> Reports:
    return [(unit(number + 1), figures if number >= missing else None) for number in range(count)]


SITUATIONS: dict[str, tuple[Reports, list[str], list[str]]] = {
    "nobody is asked": ([], ["名册中还没有应报单位。", "目前还没有可以统计的自评得分"], ["0户"]),
    "nobody reported": (
        alike(3, None),
        [
            "应当开展部门整体支出绩效自评的单位3户，目前还没有单位报送。",
            "督促补报。对尚未报送的第1局、第2局、第3局，",
        ],
        ["得分最高", "0户", "万元"],
    ),
    "one unit": (
        alike(1, spending(100, 0.9)),
        [
            "单位1户，已全部报送。",
            "第1局自评得分89.00分（自评，未经复核）。",
            "预算执行率为90.00%。",
            "良1户，占100.00%，涉及资金100.00万元",
        ],
        ["等1户", "最高", "各单位得分"],
    ),
    "all full marks": (
        alike(3, spending(100, 1, 90)),
        [
            "各单位得分都是100.00分。",
            "各单位的预算执行率都是100.00%",
            "全部自评为满分；自评总分为满分的有第1局、第2局、第3局。这些得分以复核为准。",
        ],
        ["最低", "达到年度指标值", "0户"],
    ),
    "five missing are named": (
        alike(9, spending(100, 0.9), missing=5),
        ["尚未报送的有第1局、第2局、第3局、第4局、第5局。"],
        ["等5户"],
    ),
    "six missing are counted": (
        alike(9, spending(100, 0.9), missing=6),
        ["尚未报送的有第1局、第2局、第3局等6户。"],
        ["第4局、"],
    ),
    "no change": (
        alike(2, spending(100, 0.9, 基本支出_上年决算=50, 基本支出_本年决算=50)),
        ["基本支出100.00万元，与上年持平；没有项目支出。"],
        ["增加0", "减少0", "项目支出占"],
    ),
    "from zero": (
        alike(
            2,
            spending(
                100, 0.9, 基本支出_上年决算=0, 基本支出_本年决算=50, 三公经费_本年决算=2, 三公经费_上年决算=0
            ),
        ),
        ["基本支出100.00万元，上年没有这项支出", "“三公”经费支出4.00万元，上年没有这项支出"],
        ["增长"],
    ),
    "to zero": (
        alike(1, spending(100, 0.9, 三公经费_上年决算=8)),
        ["全年没有发生“三公”经费支出，上年为8.00万元", "“三公”经费比上年减少8.00万元，下降100.00%。"],
        ["有1户比上年减少"],
    ),
    "less": (
        alike(2, spending(100, 0.9, 三公经费_上年决算=8, 三公经费_本年决算=6)),
        ["“三公”经费支出12.00万元，比上年减少4.00万元，下降25.00%", "有2户比上年减少"],
        ["增加-", "增长-"],
    ),
    "twenty times": (
        alike(1, spending(100, 0.9, 基本支出_上年决算=2, 基本支出_本年决算=40)),
        ["比上年增加38.00万元，是上年的20.0倍"],
        ["1900"],
    ),
    "slow and over budget": (
        [(unit(1), spending(100, 0.5)), (unit(2), spending(100, 1.2, 90)), (unit(3), spending(100, 0.95, 90))],
        [
            "低于80%的有第1局。",
            "从汇总数据看，预算执行率低于80%的有第1局；全年执行数超过全年预算的有第2局；",
            "得分率明显高于预算执行率、自评得分需要复核的有第1局。",
            "得分最高的是第2局（100.00分），最低的是第1局（85.00分）",
        ],
        ["0户"],
    ),
    "many": (
        [(unit(number), spending(number, 0.7 + number / 1000)) for number in range(1, 101)],
        ["单位100户，已全部报送。", "低于80%的有第1局、第2局、第3局等99户。"],
        ["第4局、"],
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_narrative_fits_the_situation(name: str) -> None:
    reports, said, unsaid = SITUATIONS[name]
    text = told(summed(reports))
    assert [part for part in said if part not in text] == [], text
    assert [part for part in unsaid if part in text] == [], text
    assert "#" not in text
    assert not re.search(r"(增加|增长|减少|下降)-|(?<![0-9])0[户个处项]|，，|；；|；。|，。|。。", text), text


@pytest.mark.libreoffice
@libreoffice.needed
def test_libreoffice_says_the_same(tmp_path: Path) -> None:
    files = []
    for number, (reports, _, _) in enumerate([*SITUATIONS.values()][::EVERY_SITUATION]):
        files.append(tmp_path / f"{number}.xlsx")
        files[-1].write_bytes(bound(summed(reports)))
    for ours, theirs in zip(files, libreoffice.convert(files, tmp_path), strict=True):
        assert libreoffice.differences(ours, theirs) == [], ours


def test_problems_are_told_by_group_with_the_units_most_concerned() -> None:
    reports = alike(5, spending(100, 0.9))
    findings = {
        "000001": (found("B01"), found("B01"), found("D06")),
        "000002": (found("B01"), found("B02")),
        "000003": (found("B03"),),
        "000004": (found("B03"), found("X01", Level.WARNING, "情况属实，已经核对过了")),
    }
    text = told(summed(reports, findings=findings))
    assert (
        "一是多数单位基础数据填报不准确，共6处（归并为5个原因），涉及4户（第1局、第2局、第3局等），主要是"
        "“三公”经费合计与三个分项之和不符、表1项目支出与四类分项之和不符；例如第1局（不符）。" in text
    )
    assert "二是个别单位自评打分不够规范，共1处，涉及第1局，" in text
    assert "三是" not in text, "what a unit has explained is no fault"
    assert "核对中已经处理的：单位作了说明的事项1项。" in text


def with_paragraph(template: Template, text: str) -> Template:
    line = SummaryLine(Part.PARAGRAPH, formula=text, style="body")
    return replace(template, summary=(*template.summary, line))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('="甲"&不存在的名称', "汇总报告!A"),
        ('="甲"&', "公式写得不对，无法计算"),
        ('="' + "长" * 256 + '"', "公式中有一段文字超过255个字"),
        ("=" + "&".join(['"长长长长长长长长"'] * 900), "公式超过8192个字符"),
    ],
)
def test_a_broken_sentence_is_named_and_stops_nothing(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(bound(summed(alike(2, spending(100, 0.9)), with_paragraph(county(), text))))
    cells = libreoffice.values(path)
    words = "".join(str(value) for (sheet, _), value in cells.items() if sheet in ("目录", "汇总报告"))
    assert said in words
    assert "已全部报送" in words


def test_a_broken_figure_view_list_or_chart_is_named_and_left_out(tmp_path: Path) -> None:
    broken = (
        SummaryLine(Part.FIGURE, "汇总_坏", "坏的数", "SUM("),
        SummaryLine(Part.LIST, "坏名单", formula="@自评总分>"),
        SummaryLine(Part.VIEW, "坏表", "坏列", "IF(@自评总分"),
        SummaryLine(Part.VIEW, "空表", "空列"),
        SummaryLine(Part.CHART, "坏图", "坏条", "SUM(自评总分)|)", "bar", style="甲|乙"),
    )
    template = replace(county(), summary=(*county().summary, *broken))
    path = tmp_path / "broken.xlsx"
    path.write_bytes(bound(summed(alike(2, spending(100, 0.9)), template)))
    cells = libreoffice.values(path)
    words = "".join(str(value) for (sheet, _), value in cells.items() if sheet == "目录")
    assert [word for word in ("坏的数", "坏名单", "坏列", "坏条") if word not in words] == []
    assert not [sheet for sheet, _ in cells if sheet == "坏表"]
    assert "已全部报送" in "".join(str(value) for (sheet, _), value in cells.items() if sheet == "汇总报告")


def test_a_literal_in_a_shipped_sentence_is_never_too_long() -> None:
    from perfeval_xl.summary.narrative import sentences  # noqa: PLC0415 - only here

    computed = summed(alike(2, spending(100, 0.9)))
    assert [sentence.fault for sentence in sentences(computed.material) if sentence.fault] == []
