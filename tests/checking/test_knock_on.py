"""What is gone is told once, and not again as so many blank cells."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from shipped import MOMENT, TEMPLATES, TODAY
from spliced import part_of, with_part

from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.source.examples import sample_fill
from perfeval_xl.template.source.spec import read_spec

SPENDING = "表2 支出情况"


@pytest.fixture(scope="module")
def filled(hunan: Template) -> bytes:
    sample = sample_fill(read_spec(TEMPLATES / hunan.id / "template.toml").sample, hunan.field)
    return Filler(hunan, TODAY).fill(sample)


def judged(hunan: Template, data: bytes) -> tuple[Finding, ...]:
    desk = Desk({hunan.id: hunan}, TODAY)
    record = desk.judge(Arrived("一.xlsx", MOMENT, data))
    assert desk.again(record).verdict == record.verdict
    return record.verdict.findings


def without_sheet(data: bytes, sheet: str) -> bytes:
    return with_part(data, "xl/workbook.xml", lambda xml: re.sub(rf'<sheet name="{sheet}"[^>]*/>', "", xml))


def without_row(data: bytes, sheet: str, row: int) -> bytes:
    """Return a workbook without a row, those below moved up; names stay, as many programs leave them."""

    def up(digits: str) -> int:
        return int(digits) - 1 if int(digits) > row else int(digits)

    def moved(xml: str) -> str:
        xml = re.sub(rf'<row r="{row}".*?</row>', "", xml, flags=re.DOTALL)
        xml = re.sub(r'<row r="(\d+)"', lambda match: f'<row r="{up(match[1])}"', xml)
        return re.sub(r'<c r="([A-Z]+)(\d+)"', lambda match: f'<c r="{match[1]}{up(match[2])}"', xml)

    return with_part(data, part_of(data, sheet), moved)


@pytest.mark.parametrize("sheet", [SPENDING, "表5 职能机构人员"])
def test_a_sheet_that_is_gone_is_one_finding(hunan: Template, filled: bytes, sheet: str) -> None:
    found = judged(hunan, without_sheet(filled, sheet))
    rules = Counter(finding.rule for finding in found)
    assert rules["R11"] == 1
    assert rules["F01"] == 0
    asked = [one for one in hunan.fields if one.address.sheet == sheet and one.required]
    count = sum(not one.table or hunan.table[one.table].needed for one in asked)
    root = next(finding for finding in found if finding.rule == "R11")
    assert f"其余{count}条必填未填随之而来" in root.message


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("_标识", [("R01", Level.WARNING)]),
        ("_计算", []),
        ("核对", [("R09", Level.NOTICE)]),
        ("表7 财政提供", [("R09", Level.NOTICE)]),
    ],
)
def test_no_unit_is_asked_to_bring_back_a_sheet_that_it_does_not_fill(
    hunan: Template, filled: bytes, sheet: str, told: list[tuple[str, Level]]
) -> None:
    assert [(one.rule, one.level) for one in judged(hunan, without_sheet(filled, sheet))] == told


def test_no_unit_is_asked_to_bring_back_a_row_that_it_does_not_fill(hunan: Template, filled: bytes) -> None:
    first = next(field for field in hunan.fields if field.address.sheet == "表7 财政提供")
    found = judged(hunan, without_row(filled, first.address.sheet, first.address.row))
    assert {one.rule for one in found if one.level is not Level.NOTICE} == set()
    (gone,) = [one for one in found if one.rule == "R38"]
    assert (gone.field, str(first.address) in gone.message) == (first.name, True)


def test_another_year_is_told_at_the_title_that_shows_it_and_another_units_code_with_the_name(
    hunan: Template, filled: bytes
) -> None:
    (year,) = Desk({hunan.id: hunan}, TODAY, year=2022).judge(Arrived("一.xlsx", MOMENT, filled)).verdict.findings
    assert (year.rule, str(year.place)) == ("G23", "封面!B3")
    sample = sample_fill(read_spec(TEMPLATES / hunan.id / "template.toml").sample, hunan.field)
    code, name = sample["单位代码", 0], sample["单位名称", 0]
    found = judged(hunan, Filler(hunan, TODAY).fill({**sample, ("标识_单位代码", 0): "402999"}))
    (other,) = [one for one in found if one.rule == "R05"]
    assert other.place == hunan.field["单位代码"].address
    assert f"“{code}”（{name}），下发时的单位代码是“402999”" in other.message


@pytest.mark.parametrize("row", [6, 7])
def test_a_row_that_is_gone_is_one_finding(hunan: Template, filled: bytes, row: int) -> None:
    found = judged(hunan, without_row(filled, SPENDING, row))
    rules = Counter(finding.rule for finding in found)
    assert rules["R18"] == 1
    assert rules["F01"] == 0
    root = next(finding for finding in found if finding.rule == "R18")
    assert re.search(r"其余[34]条必填未填随之而来", root.message)


@pytest.mark.parametrize(
    ("typed", "line", "rule", "said"),
    [
        ({"出国经费_本年预算": "/"}, "出国经费", "B17", "“2、出国经费 2023年预算数”写作“/”，已读作“不适用”。"),
        ({"公务接待_本年决算": "—"}, "公务接待", "B17", "“3、公务接待 2023年决算数”写作“—”，已读作“不适用”。"),
        ({"基本支出_本年决算": "11096100元"}, "基本支出", "X03", "写作“11096100元”，已换算为 1109.61万元。"),
    ],
)
def test_a_finding_says_how_a_cell_was_read_that_it_rests_on(
    hunan: Template, typed: dict[str, str], line: str, rule: str, said: str
) -> None:
    sample = sample_fill(read_spec(TEMPLATES / hunan.id / "template.toml").sample, hunan.field)
    fill = {**sample, **{(name, 0): text for name, text in typed.items()}}
    found = judged(hunan, Filler(hunan, TODAY).fill(fill))
    about = [one for one in found if one.rule == rule and line in one.message]
    assert about
    assert all(said in one.message for one in about)
    assert not {one.rule for one in found} & {"R47", "R48"}
