"""What the other two templates prove: weights with cost by itself, amounts in 元, narrative and summary."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from shipped import TEMPLATES

from perfeval_xl.campaign.folder import create
from perfeval_xl.checking.check import Checker
from perfeval_xl.intake.collect import collect
from perfeval_xl.outgoing.bureau_files import write_summary
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Status
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load
from perfeval_xl.template.source.examples import Fill, sample_fill
from perfeval_xl.template.source.spec import read_spec

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.verdict import Verdict

COST = ("成本指标", "经济成本指标", "养护总成本", "≤", 180, "万元", "175.2", 20, 20)
COLUMNS = ("一级", "二级", "三级", "性质", "指标值", "单位", "完成值", "分值", "得分")


def opened(template_id: str) -> tuple[Template, Fill]:
    folder = TEMPLATES / template_id
    template = load((folder / f"{template_id}.xlsx").read_bytes())
    return template, sample_fill(read_spec(folder / "template.toml").sample, template.field)


def checked(template: Template, fill: Fill, today: date) -> Verdict:
    entries = tuple(Entry(*key, template.address(key), str(value), value) for key, value in fill.items())
    return Checker(template, today).check(Submission("一.xlsx", template.id, template.version, "", "", entries))


def test_cost_may_be_a_class_of_its_own(today: date) -> None:
    """财预〔2021〕101号: 预算执行率 10, 成本 20, 产出 40, 效益 20, 满意度 10."""
    template, fill = opened("mof-project")
    weights = {"设置_成本指标": 20, "设置_产出指标": 40, "设置_效益指标": 20}
    fill |= {(name, 0): Decimal(weight) for name, weight in weights.items()}
    assert {finding.rule for finding in checked(template, fill, today).findings} == {"D06"}

    fill |= {
        (f"指标_{column}", 5): Decimal(value) if isinstance(value, int) or value[0].isdigit() else value
        for column, value in zip(COLUMNS, COST, strict=True)
    }
    fill |= {("指标_分值", 1): Decimal(12), ("指标_得分", 1): Decimal("11.80")}
    fill |= {("指标_分值", 6): Decimal(5), ("指标_得分", 6): Decimal(5)}
    verdict = checked(template, fill, today)
    assert verdict.findings == ()
    assert any("成本指标20.00分、产出指标" in text for text in verdict.paragraphs)


def test_amounts_are_in_yuan(today: date) -> None:
    template, fill = opened("yunnan-dept")
    units = {field.unit for field in template.fields if field.kind.id == "money"}
    assert units == {"元"}
    assert any("全年执行1,752,000.00元" in text for text in checked(template, fill, today).paragraphs)
    in_ten_thousands = {
        key: value / 10_000 if isinstance(value, Decimal) and template.field[key[0]].unit == "元" else value
        for key, value in fill.items()
    }
    found = checked(template, in_ten_thousands, today).findings
    assert {finding.rule for finding in found if not finding.root} == {"A00"}


@pytest.mark.parametrize("template_id", ["mof-project", "yunnan-dept"])
def test_a_campaign_with_the_template_is_collected_and_summed_up(template_id: str, tmp_path: Path) -> None:
    template, fill = opened(template_id)
    units = (
        Unit("402001", "示例区交通运输局", "示例区人民政府"),
        Unit("402002", "示例区水利局", "示例区人民政府"),
    )
    campaign = create(tmp_path / "年", template_id, {"年度": Decimal(2023), "地区": "示例区"}, units)
    filler = Filler(campaign.template, campaign.clock)
    for number, unit in enumerate(units, 1):
        data = filler.fill({**fill, **cover(template, unit, number)})
        (campaign.inbox / f"{unit.code}.xlsx").write_bytes(data)
    tally = collect(campaign)
    assert tally.statuses == {Status.ACCEPTED: 2}, tally
    assert write_summary(campaign).stat().st_size > 10_000
