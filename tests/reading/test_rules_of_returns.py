"""The catalogue is the one source of sentences: complete, used, and each rule raised by some case."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from cases import all_cases

from perfeval_xl import reading
from perfeval_xl.reading import rules_of_returns as of_reading
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Level
from perfeval_xl.records.rule import Rule, shown
from perfeval_xl.workbook import rules_of_files as of_files

PACKAGE = Path(reading.__file__).parents[1]
RULES = {**of_files.RULES, **of_reading.RULES}
CODES = re.compile(r'"([GR][0-9]{2})"')
ELSEWHERE = {
    "G13": "test_legacy",
    "G14": "test_legacy",
    "G15": "test_stage",
    "G16": "test_stage, unless run by root",
    "G17": "test_unpacking",
    "G18": "test_handover",
    "G19": "test_handover",
    "G25": "test_lost_stamps",
    "G97": "test_workers",
    "G98": "test_workers",
    "G99": "nothing may raise it; test_boundary raises it by force",
    "R08": "test_round_trips, test_legacy",
    "R37": "test_projects, with a template that has parts",
    "R38": "test_knock_on, with a template that shows what the bureau knows",
}


def _is_catalogue(path: Path) -> bool:
    return path.stem == "rules_of_files" or "rules_of_returns" in path.parts


def used() -> set[str]:
    rooms = ("workbook", "reading", "intake")
    sources = [path for room in rooms for path in (PACKAGE / room).rglob("*.py") if not _is_catalogue(path)]
    return {code for path in sources for code in CODES.findall(path.read_text("utf-8"))}


def test_every_code_in_the_program_is_in_the_catalogue_and_the_other_way_round() -> None:
    assert used() == set(RULES)


def test_every_rule_is_raised_by_a_case() -> None:
    raised = {case.refused for case in all_cases()} | {code for case in all_cases() for code, _ in case.found}
    assert set(RULES) - raised <= set(ELSEWHERE)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert all((rule.title, rule.found, rule.why, rule.right, rule.wrong))
    assert rule.found.endswith("。")
    assert not rule.remedy or rule.remedy.endswith("。")
    assert not rule.title.endswith("。")
    assert rule.level is Level.ERROR or not rule.code.startswith("G")
    assert rule.level is Level.NOTICE or rule.remedy, "whoever must act is told what to do"
    assert "{" not in rule.why + rule.right + rule.wrong + rule.title


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_its_sentence(rule: Rule) -> None:
    details = {name: f"<{name}>" for _, name, _, _ in Formatter().parse(rule.found + rule.remedy) if name}
    known = {name: details.pop(name) for name in ("field", "label", "value", "expected") if name in details}
    say = of_files.say if rule.code in of_files.RULES else of_reading.say
    finding = say(rule.code, Address("表1", 7, 4), **known, **details)  # type: ignore[arg-type]  # by their names
    assert all(f"<{name}>" in finding.message for name in (*known, *details))
    assert str(finding).startswith(f"表1!D7: {rule.level.label} {rule.code}: ")


def test_codes_are_in_order() -> None:
    assert [list(one.RULES) for one in (of_files, of_reading)] == [
        sorted(one.RULES) for one in (of_files, of_reading)
    ]
    assert not of_files.RULES.keys() & of_reading.RULES.keys()


def test_what_cannot_be_seen_is_shown() -> None:
    assert shown("a\u200bb\u3000c\nd\te\x07") == "a[零宽空格]b[全角空格]c↵d[制表符]e[0007]"
    assert len(shown("长" * 1000)) == 60
