"""Which words explain a finding, which only fill the cell, and what of a unit that always says the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sayings import NOTHING, SOMETHING, WHY
from shipped import MOMENT

from perfeval_xl.records.act import Act, Deed, decisions
from perfeval_xl.records.address import Address
from perfeval_xl.records.answers import SAME_WORDS, answered, counting, same_words, unsaid
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.standing import Stage, Standing
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt


def doubt(rule: str, label: str = "", place: Address | None = None, level: Level = Level.WARNING) -> Finding:
    return Finding(rule, level, "超了。", place, label=label)


THREE = (doubt("B06", "编制"), doubt("B07", "三公"), doubt("B07", "公车"))


@pytest.mark.parametrize("text", NOTHING)
def test_words_that_say_nothing_do_not_count_and_are_told(text: str) -> None:
    assert counting(text) == ""
    assert bool(unsaid(text)) is bool(text.strip())


@pytest.mark.parametrize("text", SOMETHING)
def test_words_that_say_something_count(text: str) -> None:
    assert counting(text) == text.strip()
    assert unsaid(text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1234567890", "只有数字、符号，没有写出原因"),
        ("属实", "不足10个字"),
        ("情况属实" * 5, "只是重复，没有写出原因"),
    ],
)
def test_what_does_not_count_is_told_with_the_finding(text: str, why: str) -> None:
    (finding,) = answered(THREE[:1], {THREE[0].key: text})
    assert finding.explanation == ""
    assert finding.message == f"超了。已写的说明“{text}”{why}，不算说明。"


def test_a_comment_at_the_finding_s_cell_explains_it_and_nothing_else() -> None:
    here, there = Address("表1", 7, 4), Address("表1", 8, 4)
    found = [doubt("B06", "甲", here), doubt("B07", "乙", there), doubt("B01", "丙", here, Level.ERROR)]
    said = answered(found, {"批注 表1!D7": WHY})
    assert [one.explanation for one in said] == [WHY, "", ""]
    assert answered(found[:1], {"批注 表1!D7": "1234567890"})[0].explanation == ""
    both = {"批注 表1!D7": "另有原因，见所附的文件。", found[0].key: WHY}
    assert answered(found[:1], both)[0].explanation == WHY


def test_the_same_words_for_everything_are_doubtful() -> None:
    told = same_words(answered(THREE, {one.key: WHY for one in THREE}))
    assert told is not None
    assert (told.rule, told.level, told.explanation) == (SAME_WORDS, Level.WARNING, "")
    assert WHY in told.message
    spelt = {one.key: WHY + "。" * number for number, one in enumerate(THREE)}
    assert same_words(answered(THREE, spelt)) is not None, "signs make no other reason"


def test_one_reason_for_two_things_or_for_the_rows_of_a_table_is_none_of_that() -> None:
    said = {one.key: WHY for one in THREE}
    assert same_words(answered(THREE[:2], said)) is None
    assert same_words(answered(THREE[:1] * 9, said)) is None
    assert same_words(answered(THREE, {**said, THREE[0].key: "另一个原因，见所附的文件。"})) is None


def standing(explanations: dict[str, str]) -> Standing:
    """A unit whose findings are two of its own and one from comparing it with others."""
    receipt = Receipt("一.xlsx", "印", MOMENT, True, findings=answered(THREE[:2], explanations))
    unit = Unit("1", "交通局", "区政府", "经建股", "张三", "0734-1")
    return Standing(unit, (replace(receipt, explanations=explanations),), THREE[2:])


def test_a_unit_that_always_says_the_same_waits_for_a_person() -> None:
    one = standing({finding.key: WHY for finding in THREE})
    assert (one.stage, one.progress) == (Stage.WAITING, "已报待审（各条说明文字相同，存疑）")
    assert [finding.rule for finding in one.open_findings] == [SAME_WORDS]
    back = replace(one, decision=decisions([Act(Deed.REOPEN, MOMENT, "赵六", "1", sha256="印")])["1"])
    assert back.stage is Stage.DOUBTFUL, "a person sends it back"
    others = {finding.key: f"{finding.label}：{WHY}" for finding in THREE}
    assert standing(others).stage is Stage.PASSED
    assert standing({THREE[0].key: WHY, THREE[1].key: WHY}).stage is Stage.DOUBTFUL
