"""Every kind of fault in several wordings is found, and every kind of false finding stays away."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from perfeval_xl.proofread import Context, load, proofread
from perfeval_xl.records.finding import Level

SENTENCES = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text("utf-8"))["sentences"]
STYLE = {"P03", "P31", "P32"}


def rules(text: str, context: Context | None = None) -> set[str]:
    return {item.rule for item in proofread(load(text.encode(), "例.txt"), context)}


def grave(text: str, context: Context | None = None) -> list[str]:
    found = proofread(load(text.encode(), "例.txt"), context)
    return [str(item) for item in found if item.level is not Level.NOTICE]


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: f"{case['kind']} {case['wrong'][:16]}")
def test_the_fault_is_found_and_the_right_sentence_is_not_spoken_of(case: dict[str, str]) -> None:
    right = rules(case["right"]) - STYLE
    assert rules(case["wrong"]) - STYLE - right
    assert right <= {"P19"}  # people beyond the posts, which the sentence itself says


def test_every_kind_has_two_wordings() -> None:
    kinds = [case["kind"] for case in SENTENCES]
    assert {kind for kind in kinds if kinds.count(kind) < 2} == set()
    assert len(set(kinds)) >= 24


TITLE = "水利局2023年度部门整体支出绩效自评报告\n"


@pytest.mark.parametrize(
    "text",
    [
        "自评项目14个，其中优5个、良6个、中3个。",
        (
            "1-6月完成收入430万元，占年初预算1000万元的43%。其中：税收300万元，占年初预算600万元的50%；"
            "非税130万元，占年初预算400万元的32.5%。"
        ),
        "接待费支出43万元，比上年累计支出45万元减少2万元。其中，来访接待25万元，比上年累计支出28万元减少3万元；会务接待18万元。",
        "临水县水务局2023年度部门决算说明\n我县推进水利建设，全县新增灌溉面积2万亩。",
        "2022年完成了规划。2022年启动了前期工作。2022年报批了可研。\n2023年度绩效评价\n2023年完成了主体工程。",
        (
            "水务局2023年度决算说明\n第一部分　概况\n一、职责\n负责水务。\n二、机构\n设三个科。\n"
            "第二部分　决算情况\n一、收入\n收入平稳。\n二、支出\n支出平稳。"
        ),
        "采购有关规定如下。\n1.2024年起执行新办法。\n2.单价1.5万元以上的集中采购。\n3.零星采购按程序办理。",
        (
            "产业发展专项资金2023年度绩效自评报告\n一、项目概况\n项目支持产业。\n二、资金使用\n资金已拨付。\n"
            "三、绩效目标完成情况\n全部完成。\n四、存在的问题\n个别项目进度偏慢。"
        ),
        "水务局2024年部门预算说明\n2024年预计新增泵站2座，预计支出300万元。",
        "水务局2023年度部门决算说明\n截至2023年12月31日，共有车辆3辆。",
        "镇政府2023年上半年预算执行情况报告\n截至6月30日，完成收入300万元。",
        "绩效目标设指标15个，其中一级指标3个，二级指标8个，三级指标15个。",
        "本单位编制20人，其中女性8人，党员15人。",
        "2023年收入总计500万元，本年收入合计450万元，加上年初结转50万元，即为收入总计。",
        "2023年基本支出100万元，其中人员经费80万元，公用经费20万元。\n财政拨款基本支出90万元，其中人员经费72万元，公用经费18万元。",
        "全年采购预算200万元，成交180万元，节约20万元，节约率10%。",
    ],
)
def test_what_a_careful_reader_waves_away_is_not_found(text: str) -> None:
    assert grave(text) == []


def test_a_level_comes_from_the_text_and_not_from_what_was_handed_in_beside_it() -> None:
    text = "临水县水务局2023年度部门整体支出绩效自评报告\n我县推进水利建设。"
    assert "P27" not in rules(text, Context(unit="临水县水务局", level="区级"))
    assert "P27" in rules(text.replace("我县", "我区"), Context(level="区级"))


def test_the_outline_is_asked_only_of_reports_that_keep_it() -> None:
    parts = (
        "一、部门基本情况\n我局是行政单位。\n二、一般公共预算支出情况\n支出正常。\n"
        "三、部门整体支出绩效情况\n完成。"
    )
    assert "P23" in rules(TITLE + parts)
    assert "P23" not in rules(TITLE + parts.replace("一般公共预算支出情况", "预算执行情况"))
    assert "P23" not in rules("水利专项资金2023年度绩效自评报告\n" + parts)


def test_a_lead_in_that_two_paragraphs_share_is_no_repetition() -> None:
    lead = "2023年度本部门一般公共预算财政拨款安排的“三公”经费支出12.5万元"
    assert "P30" not in rules(f"{lead}，与预算一致。\n{lead}，按月公开。")


def test_a_reason_that_stands_at_the_parts_is_a_reason() -> None:
    text = (
        "2023年公用经费50万元，较上年增加25万元。其中电费30万元，较上年增加15万元，原因是新增办公楼；"
        "水费20万元，较上年增加10万元。"
    )
    assert "公用经费" not in {
        item.label for item in proofread(load(text.encode(), "例.txt")) if item.rule == "P32"
    }
