"""The catalogue of proofreading: each rule's id, level, title, reason, sentence and examples; findings from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from perfeval_xl.proofread.word_lists import words
from perfeval_xl.records.finding import Finding, Level, Passage, Value, difference_between


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `message` has names in braces for a case's figures; `wrong` breaks the rule, `right` keeps it."""

    id: str
    level: Level
    title: str
    why: str
    message: str
    wrong: str
    right: str


@cache
def rules() -> Mapping[str, Rule]:
    """Return every rule by its id."""
    return {
        item["id"]: Rule(**item | {"level": Level(item["level"])}) for item in words("rules_of_reports")["rules"]
    }


def finding(
    rule: str,
    place: Passage,
    *,
    value: Value = None,
    expected: Value = None,
    label: str = "",
    field: str = "",
    **case: object,
) -> Finding:
    """Return a finding of a rule; `case` completes its sentence."""
    declared = rules()[rule]
    return Finding(
        rule=rule,
        level=declared.level,
        message=declared.message.format(label=label, expected=expected, **case),
        place=place,
        field=field,
        label=label,
        value=value,
        expected=expected,
        difference=difference_between(value, expected),
    )
