"""Zero, blank and 不适用 are three answers: what the Hunan template makes of each, in the cells of one row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from shipped import TEMPLATES

from perfeval_xl import reading
from perfeval_xl.checking.check import Checker
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.source.examples import Fill, sample_fill
from perfeval_xl.template.source.spec import read_spec

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value

ABROAD = ("出国经费_上年决算", "出国经费_本年预算", "出国经费_本年决算")


@pytest.fixture(scope="module")
def sample(hunan: Template) -> Fill:
    return sample_fill(read_spec(TEMPLATES / "hunan-2023" / "template.toml").sample, hunan.field)


@pytest.mark.parametrize(
    ("answers", "rules"),
    [
        ((Decimal(0), Decimal(0), Decimal(0)), []),
        (("不适用", "不适用", "不适用"), []),
        (("—", "无", "不涉及"), ["R48", "R48", "R48"]),
        ((None, None, None), ["F01", "F01", "F01"]),
        (("不适用", Decimal(0), Decimal(0)), ["B17"]),
        (("不适用", None, "不适用"), ["F01"]),
    ],
    ids=["zero", "not applicable", "other words for it", "blank", "one of three", "two of three"],
)
def test_each_answer_is_read_for_what_it_is(
    hunan: Template, sample: Fill, today: date, answers: tuple[Value, ...], rules: list[str]
) -> None:
    fill = {**sample, **{(name, 0): answer for name, answer in zip(ABROAD, answers, strict=True)}}
    workbook = Filler(hunan, today).fill({key: value for key, value in fill.items() if value is not None})
    submission, read = reading.read(workbook, "一.xlsx", {hunan.id: hunan})
    assert submission is not None, read
    verdict = Checker(hunan, today).check(submission)
    assert sorted(found.rule for found in (*read, *verdict.findings)) == rules
    if rules in ([], ["R48"] * 3):
        assert any("出国经费0.00万元" in text for text in verdict.paragraphs)
