"""Blank rows put in before the heads of a form, which have neither keys nor names, move nothing."""

from __future__ import annotations

import pytest
from shipped import TEMPLATES, TODAY
from spliced import with_rows

from perfeval_xl.reading import read
from perfeval_xl.records.contract import Template
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.source.examples import sample_fill
from perfeval_xl.template.source.spec import read_spec

COVER, BASE, SPENDING, WHOLE, PEOPLE = "封面", "表1 基础数据", "表2 支出情况", "表3 整体自评", "表5 职能机构人员"
BEFORE_HEADS = [
    *((COVER, row) for row in (2, 4, 5)),
    *((sheet, row) for sheet in (BASE, SPENDING, WHOLE, PEOPLE) for row in (2, 3, 4)),
]


@pytest.fixture(scope="module")
def filled(hunan: Template) -> bytes:
    return Filler(hunan, TODAY).fill(
        sample_fill(read_spec(TEMPLATES / hunan.id / "template.toml").sample, hunan.field)
    )


@pytest.fixture(scope="module")
def as_filled(hunan: Template, filled: bytes) -> object:
    submission, found = read(filled, "一.xlsx", {hunan.id: hunan})
    assert found == ()
    assert submission is not None
    return submission.values


@pytest.mark.parametrize(("sheet", "at"), BEFORE_HEADS)
@pytest.mark.parametrize(("count", "names"), [(2, True), (1, False)])
def test_rows_before_a_head_are_named_and_nothing_else(
    hunan: Template, filled: bytes, as_filled: object, sheet: str, at: int, count: int, names: bool
) -> None:
    submission, found = read(with_rows(filled, sheet, at, count, names=names), "一.xlsx", {hunan.id: hunan})
    assert submission is not None
    assert submission.values == as_filled
    assert {finding.rule for finding in found} - ({"R31"} if not names else set()) == {"R16"}
    told = next(finding for finding in found if finding.rule == "R16")
    assert str(told.place).startswith(f"{sheet}!A")
