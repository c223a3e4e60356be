"""The law of figures: two typed cells of one official figure are tied by a check, or the template is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from shipped import TEMPLATES

from perfeval_xl.records.contract import Role
from perfeval_xl.template.lint.ties import untied
from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template


def without(template: Template, *rules: str) -> Template:
    return replace(template, checks=tuple(check for check in template.checks if check.rule not in rules))


@pytest.mark.parametrize("name", ["hunan-2023", "mof-project", "yunnan-dept"])
def test_the_shipped_templates_keep_it(name: str) -> None:
    assert list(untied(load((TEMPLATES / name / f"{name}.xlsx").read_bytes()))) == []


def test_two_typed_cells_of_one_figure_without_a_check_are_refused(hunan: Template) -> None:
    told = list(untied(without(hunan, "X02l", "X02b", "X05p", "X04", "B03", "B10", "B16")))
    assert any("项目总额_上年决算" in text and "项目支出_上年决算" in text for text in told)
    assert any("业务工作_本年决算" in text and "业务工作经费_本年决算" in text for text in told)


@pytest.mark.parametrize("name", ["mof-project", "yunnan-dept"])
def test_every_amount_on_a_form_says_which_figure_it_is(name: str) -> None:
    template = load((TEMPLATES / name / f"{name}.xlsx").read_bytes())
    amounts = [one for one in template.fields if one.role is Role.INPUT and one.kind.money and not one.table]
    assert amounts
    assert [one.name for one in amounts if not one.figure] == []
    twice = replace(amounts[0], name="又一处", address=amounts[0].at(1))
    (told,) = untied(replace(template, fields=(*template.fields, twice)))
    assert amounts[0].name in told
    assert "又一处" in told


def test_a_formula_is_no_second_place(hunan: Template) -> None:
    computed = {name: hunan.field[name].role for name in ("编制总数", "在职总数", "支出_项目")}
    assert set(computed.values()) == {Role.COMPUTED}
    assert hunan.field["支出_项目"].figure == hunan.field["项目总额_本年决算"].figure


@pytest.mark.parametrize("name", ["hunan-2023", "mof-project", "yunnan-dept"])
def test_the_page_of_figures_counts_the_cells_to_type_and_names_checks_that_there_are(name: str) -> None:
    template = load((TEMPLATES / name / f"{name}.xlsx").read_bytes())
    page = (TEMPLATES.parent / "docs" / "figures.zh-CN.md").read_text("utf-8")
    typed = [field.required for field in template.fields if field.role is Role.INPUT and not field.table]
    (counted,) = re.findall(rf"^\| `{name}` \| \d+ \| (\d+) \| \d+ \| (\d+) \|$", page, re.MULTILINE)
    assert counted == (str(len(typed)), str(sum(typed)))
    said = re.findall(rf"^\| `{name}` \|[^\n]*核对 ([^：|\n]+)", page, re.MULTILINE)
    assert {rule.strip() for rules in said for rule in rules.split("、")} <= {one.rule for one in template.checks}
