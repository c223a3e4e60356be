"""Filling and reading back: whatever is filled comes back equal, and stored values are ours."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from fills import random_fill

from perfeval_xl import reading
from perfeval_xl.records.contract import STAMP_PROBE, Role, Template
from perfeval_xl.records.finding import Level
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.inputs import ValuesError, read_values
from perfeval_xl.workbook.text_room import MOST_POINTS, height_in

if TYPE_CHECKING:
    from datetime import date


@pytest.fixture(scope="module")
def filler(hunan: Template, today: date) -> Filler:
    return Filler(hunan, today)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_filled_is_read_back(filler: Filler, hunan: Template, seed: int) -> None:
    values = random_fill(hunan, seed)
    submission, findings = reading.read(filler.fill(values), "一.xlsx", {hunan.id: hunan})
    assert submission is not None, findings
    typed = {
        key: value for key, value in submission.values.items() if hunan.field[key[0]].role is not Role.SETTING
    }
    expected = {
        key: value
        for key, value in values.items()
        if not (hunan.field[key[0]].kind.numeric and isinstance(value, str))
    }
    for key, value in expected.items():
        assert typed.get(key) == value, (key, value, typed.get(key))


def test_nothing_is_said_about_a_clean_fill(filler: Filler, hunan: Template) -> None:
    values = {("基本支出_本年决算", 0): Decimal("453.72"), ("单位名称", 0): "区交通运输局"}
    submission, findings = reading.read(filler.fill(values), "一.xlsx", {hunan.id: hunan})
    assert submission is not None
    assert [finding for finding in findings if finding.level is Level.ERROR] == []
    probe = next(entry for entry in submission.stored if entry.name == STAMP_PROBE)
    assert probe.value == 1


def test_the_next_fill_does_not_remember_the_last(filler: Filler) -> None:
    blank = filler.fill({})
    filler.fill({("基本支出_本年决算", 0): Decimal(1)})
    assert filler.fill({}) == blank


def test_values_from_json_are_typed_by_the_field(hunan: Template) -> None:
    data = {
        "names": {"基本支出_本年决算": "1,234.50", "填报日期": "2024-03-15", "联系电话": 5662000},
        "tables": {"指标": [{"三级": "里程", "指标值": 120}, {"指标_三级": "合格率"}]},
    }
    values = read_values(json.loads(json.dumps(data)), hunan, "v.json")
    assert values["基本支出_本年决算", 0] == Decimal("1234.50")
    assert values["联系电话", 0] == "5662000"
    assert values["指标_指标值", 1] == Decimal(120)
    assert values["指标_三级", 2] == "合格率"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "123456789012345678", r'"甲\ud800"', r'"甲\u0000"'])
def test_what_excel_cannot_hold_is_named(hunan: Template, value: str) -> None:
    for name in ("基本支出_本年决算", "联系电话", "单位名称"):
        with pytest.raises(ValuesError, match=f"names.{name}"):
            read_values(json.loads(f'{{"names": {{"{name}": {value}}}}}'), hunan, "v.json")


def test_every_fault_in_the_values_is_named(hunan: Template) -> None:
    data = {
        "names": {"没有": 1, "资金总额_执行率": 0.5, "基本支出_本年决算": "很多"},
        "tables": {"丙": [], "指标": [{"颜色": 1}]},
        "其他": 1,
    }
    with pytest.raises(ValuesError) as caught:
        read_values(data, hunan, "v.json")
    places = (
        "names.没有",
        "names.资金总额_执行率",
        "names.基本支出_本年决算",
        "tables.丙",
        "tables.指标[1].颜色",
        "其他",
    )
    assert len(caught.value.faults) == len(places)
    assert all(any(fault.startswith(place) for fault in caught.value.faults) for place in places)


def test_a_text_gets_the_height_that_it_needs() -> None:
    assert height_in("短", 36, 12) < height_in("长" * 100, 36, 12) < height_in("长" * 9999, 36, 12) == MOST_POINTS
