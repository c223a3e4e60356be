"""Laws over the catalogue and the word lists: a new rule, office or phrase is tested by being listed."""

from __future__ import annotations

import re
import string

import pytest

from perfeval_xl.proofread import Rule, load, proofread, rules
from perfeval_xl.proofread.offices import lexicon
from perfeval_xl.proofread.subjects import known, partitions, subject
from perfeval_xl.proofread.word_lists import words

NEEDS_MORE_THAN_A_SENTENCE = {"N01", "N10", "P43", "P44", "P45", "P46", "P47", "P48"}
WITH_EXAMPLES = [rule for rule in rules().values() if rule.id not in NEEDS_MORE_THAN_A_SENTENCE]


def rules_of(text: str) -> set[str]:
    return {item.rule for item in proofread(load(text.encode(), "例.txt"))}


@pytest.mark.parametrize("rule", WITH_EXAMPLES, ids=lambda rule: rule.id)
def test_the_wrong_example_breaks_its_rule_and_the_right_one_keeps_it(rule: Rule) -> None:
    assert rule.id in rules_of(rule.wrong)
    assert rule.id not in rules_of(rule.right)


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_every_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    assert rule.title
    assert rule.why.endswith("。")
    assert rule.message.endswith("。")
    assert re.search("请", rule.message), "the message asks for something to be done"
    assert {name for _, name, _, _ in string.Formatter().parse(rule.message) if name}, (
        "it holds the case's figures"
    )


def test_examples_without_a_rule_for_them_are_named() -> None:
    assert {rule.id for rule in rules().values() if not rule.wrong} == NEEDS_MORE_THAN_A_SENTENCE


def test_there_are_offices_of_many_kinds_and_each_names_only_kinds_that_exist() -> None:
    functions = [office.function for office in lexicon()]
    assert len(functions) == len(set(functions)) >= 25
    for office in lexicon():
        assert set(office.near) <= set(functions) - {office.function}, office.function
        assert office.names
        assert office.duties
        assert not set(office.duties) & set(office.hints), office.function


def test_each_way_of_writing_a_subject_is_read_as_its_term() -> None:
    for name, term in known().items():
        assert subject(name) == term
        assert subject(f"其中：2023年{name}为") == term


def test_partitions_speak_of_declared_subjects() -> None:
    terms = set(known().values())
    for partition in partitions():
        assert {partition.whole, *partition.parts} <= terms


@pytest.mark.parametrize("section", ["remains", "reversed", "slips", "characters"])
def test_every_pattern_compiles(section: str) -> None:
    for pattern in words("wording")[section]["patterns"]:
        re.compile(pattern if isinstance(pattern, str) else pattern["wrong"])
