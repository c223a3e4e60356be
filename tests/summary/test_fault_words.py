"""Every rule that a unit can break is called by its fault in the report, never by the demand that it breaks."""

from __future__ import annotations

import re

import pytest
from shipped import TEMPLATES

from perfeval_xl.api.rulebook import rules
from perfeval_xl.records.finding import Level
from perfeval_xl.summary.fault_words import fault_words
from perfeval_xl.template.shelf import find

SHIPPED = sorted(path.parent.name for path in TEMPLATES.glob("*/template.toml"))
_OF_NO_UNIT = ("G", "P")
"""Files that cannot be read, and written reports beside the workbook."""
_DEMANDS = re.compile("^没有超过|^不超过|一致$|^等于|相等$|符合规定$")


@pytest.mark.parametrize("template_id", SHIPPED)
def test_every_rule_has_words_of_its_own(template_id: str) -> None:
    words = fault_words(find(template_id))
    asked = [
        rule.id
        for rule in rules([find(template_id)])
        if rule.level is not Level.NOTICE and rule.id[0] not in _OF_NO_UNIT
    ]
    assert [rule for rule in asked if not words.get(rule)] == []


@pytest.mark.parametrize("template_id", SHIPPED)
def test_no_words_are_those_of_the_demand(template_id: str) -> None:
    template = find(template_id)
    words = fault_words(template)
    titles = {check.title.split("（")[0] for check in template.checks}
    assert [said for said in words.values() if said in titles or "没有做到" in said] == []
    assert [said for said in words.values() if _DEMANDS.search(said) and "不" not in said] == []


@pytest.mark.parametrize("template_id", SHIPPED)
def test_a_template_names_its_own_rules_and_no_others(template_id: str) -> None:
    template = find(template_id)
    declared = {line.name for line in template.summary if line.part == "错处"}
    assert declared == {check.rule for check in template.checks}
