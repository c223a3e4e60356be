"""Texts beside an evaluation form: what they quote of it wrongly, and what they kept of elsewhere."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from perfeval_xl.proofread import Aim, Beside, Results, sure

ROAD = Aim("日常养护里程", "公里", Decimal(120), Decimal(118))
AREA = Aim("修补路面", "平方米", Decimal(3600), Decimal(3720))
PLEASED = Aim("沿线群众满意度", "%", Decimal(90), Decimal(88))
RESULTS = Results((ROAD, AREA, PLEASED), None, Decimal("96.46"), "优", Decimal("0.9733"), Decimal(1752000))
BESIDE = Beside(2023, "示例区交通运输局", {}, results=RESULTS)


def rules(text: str, beside: Beside = BESIDE) -> list[str]:
    return [finding.rule for finding in sure(text, beside)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("完成日常养护181公里。", "P46"),
        ("全年完成修补路面0.327万平方米。", "P46"),
        ("沿线群众满意度达到98%。", "P46"),
        ("经自评，本项目得分99.5分。", "P47"),
        ("绩效自评总分为94.66分。", "P47"),
        ("自评等级为良，总体目标基本完成。", "P47"),
        ("自评等次：“中”。", "P47"),
        ("年末预算执行率为62%。", "P47"),
        ("资金支付率97.99%。", "P47"),
        ("全年执行资金157.2万元。", "P47"),
        ("本项目全年支出1572000元。", "P47"),
        ("完成养护XX公里。", "P24"),
        ("（参考格式）此处填写完成情况。", "P24"),
        ("写明年初设定的总体目标，要能衡量", "P24"),
        ("2024年5月完成养护并通过验收。", "P17"),
        ("内设4个股室，2021年末在职46人。", "P18"),
        ("县教育局负责校舍维修，惠及群众。", "P26"),
    ],
)
def test_what_is_wrong_beside_the_form_is_found(text: str, rule: str) -> None:
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "完成日常养护118公里，其中县道60公里、乡道58公里。",
        "计划养护120公里，实际完成118公里。",
        "全乡养护公路达到510公里，新增118公里。",
        "乡镇的日常养护里程只有60公里。",
        "夜间群众满意度只有78%。",
        "修补路面面积比上年增加320平方米。",
        "预算执行率97.33%，支出175.2万元。",
        "上半年预算执行率为45%，6月末执行资金78万元。",
        "基本支出预算执行率99%。",
        "年度考核得分86.7分，测评得分91.6分。",
        "预算执行率得分9.73分，产出指标得分45.75分。",
        "自评总分96.5分，等级为“优”。",
        "全年支付养护资金1752000元。",
        "全年支出专项资金30万元。",
        "项目2021年立项，2023年完工。",
        "落实2021—2025年养护规划。",
        "2024年2月已随部门决算公开自评报告。",
        "2024年3月底前完成招标。",
        "会同区财政局逐项核对佐证材料。",
        "示例区交通运输局负责组织实施。",
        "写明了责任人和完成时限，共3项制度。",
    ],
)
def test_what_may_be_said_beside_the_form_is_left_alone(text: str) -> None:
    assert rules(text) == []


def test_a_reason_is_held_against_its_own_row() -> None:
    own = replace(BESIDE, results=Results(own=ROAD))
    assert rules("计划120公里，实际完成108公里，两段移交推迟。", own) == ["P46"]
    assert rules("计划120公里，实际完成118公里，少完成2公里。", own) == []
    assert rules("另有县道60公里正在移交。", own) == []


def test_a_sum_of_several_indicators_is_none_of_them_wrong() -> None:
    two = (
        Aim("县道养护里程", "公里", Decimal(60), Decimal(60)),
        Aim("乡道养护里程", "公里", Decimal(60), Decimal(58)),
    )
    beside = replace(BESIDE, results=Results(two))
    assert rules("完成县道养护里程60公里。", beside) == []
    assert rules("完成县道养护里程66公里。", beside) == ["P46"]


def test_what_looks_ahead_may_speak_of_the_coming_year() -> None:
    text = "2024年5月完成路面改造。"
    assert rules(text) == ["P17"]
    assert rules(text, replace(BESIDE, ahead=True)) == []


def test_without_a_form_nothing_is_held_against_it() -> None:
    assert rules("经自评，得分99.5分，执行率62%，等级为良。", replace(BESIDE, results=Results())) == []
