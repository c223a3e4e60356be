"""Rules are known by their source and id, and each says what it asks in one sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from perfeval_xl.api.rulebook import likeliest, named, rules
from perfeval_xl.template.shelf import find, shipped

if TYPE_CHECKING:
    from perfeval_xl.api.rulebook import Rule
    from perfeval_xl.records.contract import Template


@pytest.fixture(scope="module")
def every() -> tuple[Template, ...]:
    return tuple(find(name) for name in shipped())


@pytest.fixture(scope="module")
def known(every: tuple[Template, ...]) -> tuple[Rule, ...]:
    return rules(every)


def test_an_id_that_means_something_else_in_each_template_is_told_for_each(known: tuple[Rule, ...]) -> None:
    assert [(rule.title, rule.templates) for rule in named("d02t", known)] == [
        ("按支出性质分的合计等于全年预算数或全年执行数", ("hunan-2023",)),
        ("基本支出的执行数不超过全年预算数", ("yunnan-dept",)),
    ]


def test_the_program_and_a_template_may_use_the_same_id(known: tuple[Rule, ...]) -> None:
    origins = [rule.origin for rule in named("D15", known)]
    assert origins == ["收取后的比较", "模板hunan-2023", "模板mof-project、yunnan-dept"]


def test_no_rule_shows_the_places_in_which_findings_stand(known: tuple[Rule, ...]) -> None:
    assert [rule.id for rule in known if "{" in str(rule) or "：。" in str(rule)] == []
    (rule,) = named("A24", known)
    assert "写明单位和项目（例如 401001/XM02）" in rule.remedy


def test_every_check_of_every_template_is_among_them(known: tuple[Rule, ...], every: tuple[Template, ...]) -> None:
    told = {(template, rule.id) for rule in known for template in rule.templates}
    assert told == {(template.id, check.rule) for template in every for check in template.checks}


def test_each_rule_has_one_title_and_one_formula(known: tuple[Rule, ...]) -> None:
    assert [rule.id for rule in known if "；" in rule.formula or (rule.variants and "；" in rule.title)] == []
    (rule,) = named("X03", known)
    assert rule.title == "基本支出等于人员经费与日常公用经费之和（〔某〕）"
    assert rule.formula == "N(基本支出_〔某〕) = SUM(人员经费_〔某〕,日常公用经费_〔某〕)"
    assert rule.variants == ("上年决算", "年初预算", "全年预算", "本年决算")


def test_checks_without_a_common_form_are_all_told(every: tuple[Template, ...]) -> None:
    first = every[0].checks[0]
    other = replace(first, title="别的事", left="LEN(甲)", relation="≥", right="1", names=("甲",))
    (rule,) = rules_of_board(replace(every[0], checks=(first, other)))
    assert rule.title.split("；") == [first.title, "别的事"]
    assert "LEN(甲) ≥ 1" in rule.formula
    assert rule.variants == ()


def rules_of_board(template: Template) -> list[Rule]:
    return [rule for rule in rules([template]) if rule.templates]


def test_a_wrong_id_leads_to_the_likeliest(known: tuple[Rule, ...]) -> None:
    assert likeliest("x033", known)[0] == "X03"
    assert likeliest("没有", known) == ()
    assert named("X033", known) == ()
