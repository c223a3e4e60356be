"""Each damaged or hostile workbook leads to its decision, to its findings at their places, and to nothing else."""

from __future__ import annotations

import random

import pytest
from cases import MISSING, Case, all_cases
from drafts import sample_values, template, templates
from found import listed, places

from perfeval_xl.reading import read
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.submission import Submission
from perfeval_xl.workbook.engine import arithmetic

CASES = {case.id: case for case in all_cases()}


def outcome(case: Case) -> tuple[Submission | None, tuple[Finding, ...]]:
    return read(case.make(), "某单位.xlsx", templates(), case.limits, arithmetic, case.year)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_case(case: Case) -> None:
    submission, findings = outcome(case)
    assert all("。" in finding.message and "{" not in finding.message for finding in findings)
    if case.refused:
        assert [finding.rule for finding in findings] == [case.refused]
        assert submission is None
        return
    assert places(findings) == sorted(case.found)
    assert submission is not None
    expected = {**sample_values(), **case.values}
    readable = {key: value for key, value in expected.items() if value is not MISSING}
    assert submission.values == readable
    typed = [entry for entry in submission.entries if template().field[entry.name].role.typed]
    assert submission.filled == len(typed) + listed(findings)
    assert listed(findings) == case.listed


def test_there_are_at_least_200_cases_in_all_groups() -> None:
    assert len(CASES) >= 200
    assert {case.group for case in CASES.values()} == {
        "identity", "zip", "xml", "grid", "structure", "spelling", "active", "ole", "kind",
    }  # fmt: skip


def test_shuffled_and_again_gives_the_same() -> None:
    """Of one in two cases, so that it takes half the time; the ones of old formats start a process each."""
    quick = [(name, case) for name, case in CASES.items() if case.group not in ("ole", "kind")]
    first = {name: outcome(case) for name, case in quick[::2]}
    names = list(first)
    random.Random(4).shuffle(names)  # noqa: S311  # a seed, not a secret
    for name in names:
        again = outcome(CASES[name])
        assert repr(again) == repr(first[name]), name
