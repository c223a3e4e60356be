"""What nobody can have meant to type: which telephone numbers reach somebody, how long a text may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from perfeval_xl.checking.plausible import RULES, implausible, reaches
from perfeval_xl.records.contract import Role

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding, Value


def found(template: Template, value: Value, field: str, today: date, row: int = 0) -> list[Finding]:
    return list(implausible(template, {(field, row): value}, today, "402001"))


@pytest.mark.parametrize(
    "phone",
    [
        *(
            "0734-5662000",
            "07345662000",
            "（0734）5662000",
            "0734—5662000转802",
            "5662000",
            "010-66001234",
            "66001234",
        ),
        *(
            "13807345678",
            "138 0734 5678",
            "+86-13807345678",
            "0086 13807345678",
            "400-810-1234",
            "１３８０７３４５６７８",
        ),
        *("办公室5662000", "5662000/5662001", "5662000、13807345678", "王敏 13807345678"),
    ],
)
def test_a_number_under_which_somebody_can_be_called(phone: str) -> None:
    assert reaches(phone)


@pytest.mark.parametrize(
    "phone", ["0734-", "0734", "68023", "138073456", "1380734567", "00000000000", "无", "1", "12345", "0734-566"]
)
def test_a_number_under_which_nobody_can_be_called(phone: str) -> None:
    assert not reaches(phone)


def test_a_day_of_filling_may_be_the_day_of_checking_but_not_later(hunan: Template, today: date) -> None:
    assert found(hunan, today, "填报日期", today) == []
    (finding,) = found(hunan, today + timedelta(days=1), "填报日期", today)
    assert (finding.rule, str(finding.place)) == ("F04", "封面!G6")
    assert "2024-03-16" in finding.message
    assert "2024-03-15" in finding.message


def test_a_field_takes_as_many_characters_as_its_form_says_or_else_its_kind(hunan: Template, today: date) -> None:
    longest = {field.name: field.longest for field in hunan.fields if field.role is Role.INPUT}
    assert (longest["联系人"], longest["指标_单位"], longest["厉行节约措施"]) == (30, 20, 2000)
    assert all(longest[field.name] for field in hunan.fields if field.role is Role.INPUT and field.kind.words)
    assert found(hunan, "次" * 20, "指标_单位", today, row=3) == []
    (finding,) = found(hunan, "次" * 21, "指标_单位", today, row=3)
    assert (finding.rule, str(finding.place)) == ("F06", "表3 整体自评!H18")
    assert "21个字" in finding.message
    assert "20个字" in finding.message


def test_a_template_may_leave_the_length_of_a_text_open(hunan: Template, today: date) -> None:
    fields = tuple(replace(field, longest=0) for field in hunan.fields)
    assert found(replace(hunan, fields=fields), "长" * 5000, "预期目标", today) == []


def test_signs_in_place_of_required_words_are_told_once(hunan: Template, today: date) -> None:
    assert [one.rule for one in found(hunan, "——", "单位负责人", today)] == ["F07"]
    assert [one.rule for one in found(hunan, "3.", "机构_名称", today, row=2)] == ["F07"]
    assert found(hunan, "——", "财务负责人", today) == []  # not required
    assert found(hunan, "***", "单位负责人", today) == []  # a place left open: the proofreader tells of it
    values: dict[tuple[str, int], Value] = {("厉行节约措施", 0): "……"}
    assert list(implausible(hunan, values, today, "402001", doubted={"厉行节约措施"})) == []


def test_figures_and_what_the_bureau_wrote_are_not_looked_at(hunan: Template, today: date) -> None:
    assert found(hunan, Decimal(0), "三公经费_本年决算", today) == []
    assert found(hunan, "/", "单位名称", today) == []


def test_each_rule_says_what_is_wrong_and_what_to_do() -> None:
    assert [rule.code for rule in RULES] == ["F04", "F05", "F06", "F07"]
    assert all(rule.found.endswith("。") and rule.remedy.endswith("。") for rule in RULES)
