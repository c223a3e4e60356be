"""What the Hunan template promises: fifteen mistakes in one return, the outline in five parts, other weights."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from shipped import TEMPLATES

from perfeval_xl import reading
from perfeval_xl.checking.check import Checker
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load
from perfeval_xl.template.source.examples import Fill, changed, examples_of, sample_fill
from perfeval_xl.template.source.spec import Spec, read_spec

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.verdict import Verdict

FIFTEEN = (
    *("B01_1", "B03_1", "B09", "B11", "B12", "B14", "D01", "D08", "D09", "D10"),
    *("D18", "D20", "D24", "N06", "X11c"),
)
TEN_PARTS = (
    *("部门（单位）基本情况", "一般公共预算支出情况", "政府性基金预算支出情况", "国有资本经营预算支出情况"),
    *("社会保险基金预算支出情况", "部门整体支出绩效情况", "存在的问题及原因分析", "下一步改进措施"),
    *("部门整体支出绩效自评结果拟应用和公开情况", "其他需要说明的情况"),
)
FIVE_PARTS = (*TEN_PARTS[:2], *TEN_PARTS[5:8])


@pytest.fixture(scope="module")
def spec() -> Spec:
    return read_spec(TEMPLATES / "hunan-2023" / "template.toml")


@pytest.fixture(scope="module")
def sample(spec: Spec, hunan: Template) -> Fill:
    return sample_fill(spec.sample, hunan.field)


def checked(template: Template, today: date, fill: Fill) -> Verdict:
    entries = tuple(Entry(*key, template.address(key), str(value), value) for key, value in fill.items())
    return Checker(template, today).check(Submission("一.xlsx", template.id, template.version, "", "", entries))


def test_fifteen_mistakes_of_fifteen_kinds_are_all_found_in_one_check(
    spec: Spec, hunan: Template, sample: Fill, today: date
) -> None:
    examples = {example.id: example for example in examples_of(spec)}
    fill = sample
    for check in FIFTEEN:
        fill = changed(fill, examples[check].fails, hunan.field)
    submission, read = reading.read(Filler(hunan, today).fill(fill), "一.xlsx", {hunan.id: hunan})
    assert submission is not None, read
    found = [*read, *Checker(hunan, today).check(submission).findings]
    assert sorted(finding.rule for finding in found) == sorted(examples[check].rule for check in FIFTEEN)
    assert all(finding.place for finding in found)
    assert len(FIFTEEN) == 15


@pytest.mark.parametrize(("form", "parts"), [("十部分", TEN_PARTS), ("五部分", FIVE_PARTS), ("", TEN_PARTS)])
def test_the_outline_is_numbered_anew(
    hunan: Template, sample: Fill, today: date, form: str, parts: tuple[str, ...]
) -> None:
    paragraphs = checked(
        hunan, today, {**sample, ("报告格式", 0): form or None, ("政府性基金_本年决算", 0): Decimal("48.5")}
    ).paragraphs
    numbered = [f"{numeral}、{part}" for numeral, part in zip("一二三四五六七八九十", parts, strict=False)]
    assert [text for text in paragraphs if text[1:2] == "、"] == numbered
    said = "另有：政府性基金预算支出48.50万元" if form == "五部分" else "本部门2023年无社会保险基金预算支出。"
    assert any(text.startswith(said) for text in paragraphs)


def test_weights_are_settings(spec: Spec, hunan: Template, sample: Fill, today: date) -> None:
    """Without a satisfaction indicator its ten points go to 效益, as the ministry's rules say."""
    examples = {example.id: example for example in examples_of(spec)}
    fill = changed(sample, examples["D16_4"].fails, hunan.field)
    fill |= {("设置_满意度指标", 0): Decimal(0), ("设置_效益指标", 0): Decimal(40)}
    assert {finding.rule for finding in checked(hunan, today, fill).findings} == {"D06"}
    fill |= {("指标_分值", 9): Decimal(18), ("指标_得分", 9): Decimal(18)}
    assert not checked(hunan, today, fill).findings


def test_an_unreadable_figure_below_a_computed_column_is_not_judged(
    hunan: Template, sample: Fill, today: date
) -> None:
    check = next(check for check in hunan.checks if check.id == "B11")
    assert {"楼堂馆所_批复规模", "楼堂馆所_实际规模"} <= check.inputs
    key = ("楼堂馆所_实际规模", 1)
    entries = tuple(Entry(*k, hunan.address(k), str(v), v) for k, v in {**sample, key: "约1300"}.items())
    plain = Submission("一.xlsx", hunan.id, hunan.version, "", "", entries)
    verdict = Checker(hunan, today).check(replace(plain, unreadable=frozenset({key})))
    assert "B11" in verdict.not_evaluated
    assert not verdict.findings


def test_a_changed_template_is_loaded_with_its_settings(hunan: Template, today: date) -> None:
    other = load(Filler(hunan, today).fill({("设置_执行分值", 0): Decimal(20)}))
    assert other.defaults["设置_执行分值"] == Decimal(20)
