"""Scores too good to be true: from which figure on, of whom, and not where the template checks it itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from small_template import Cell, check, gist, template

from perfeval_xl.comparing.scores import Scores
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Check, Role
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.summary_line import Judged, Part, Plays, SummaryLine
from perfeval_xl.records.unit import Unit
from perfeval_xl.template.shelf import find, shipped

CELLS = (
    Cell("总分", "score", Role.COMPUTED, "表1!5", unit="分"),
    Cell("率", "rate", Role.COMPUTED, "_计算!6", unit="%"),
)
PARTS = tuple(
    SummaryLine(Part.ROLE, part, formula=name) for part, name in ((Plays.SCORE, "总分"), (Plays.RATE, "率"))
)


def judged(score: str | None, rate: str | None, *own: Check, said: tuple[SummaryLine, ...] = ()) -> list[Finding]:
    made = template(*CELLS, checks=own, summary=(*PARTS, *said))
    figures = {name: value for name, value in (("总分", score), ("率", rate)) if value is not None}
    return list(Scores(made, Thresholds()).judge("1", gist(figures)))


@pytest.mark.parametrize(
    ("score", "rate", "rules"),
    [
        (None, "0.8", []),
        (None, "0.79", ["D15"]),
        ("60", None, []),
        ("100", "0", []),
        ("99.5", "0.95", []),
        ("99.6", "0.95", ["D14"]),
        ("80", "0.7", ["D14", "D15"]),
        ("49.7", "0.47", ["D14", "D15"]),
        ("9", "0.9", []),
        ("0", "0.9", []),
        ("99.99", "0.99", []),
        ("100", "0.99", ["D22"]),
        ("100.5", "0.99", ["D22"]),
        ("100", "1", []),
        ("100", "1.2", []),
    ],
)
def test_from_which_figure_on_it_is_told(score: str | None, rate: str | None, rules: list[str]) -> None:
    assert sorted(one.rule for one in judged(score, rate)) == rules


ALL = {"D14", "D15", "D22"}


def found(*own: Check, said: tuple[SummaryLine, ...] = ()) -> set[str]:
    return {one.rule for one in judged("100", "0.75", *own, said=said)}


@pytest.mark.parametrize("rule", sorted(ALL))
def test_an_own_check_that_happens_to_have_the_id_silences_nothing(rule: str) -> None:
    assert found(check(rule, "人数")) == ALL


@pytest.mark.parametrize(
    ("looked_at", "left"),
    [(Judged.LOW_RATE, {"D14", "D22"}), (Judged.OVERRATED, {"D15", "D22"}), (Judged.FULL_MARKS, {"D14", "D15"})],
)
def test_a_declared_check_silences_just_what_it_looks_at(looked_at: Judged, left: set[str]) -> None:
    said = SummaryLine(Part.JUDGED, looked_at.value, formula="Z1")
    assert found(check("Z1", "率"), said=(said,)) == left


@pytest.mark.parametrize(
    ("setting", "left"), [("设置_执行下限", {"D14", "D22"}), ("设置_虚高幅度", {"D15"}), ("设置_别的", ALL)]
)
def test_a_check_that_compares_with_a_setting_needs_no_declaration(setting: str, left: set[str]) -> None:
    assert found(check("Z1", "率", setting)) == left
    assert found(check("Z1", "率")) == ALL


@pytest.mark.parametrize("name", shipped())
def test_shipped_templates_look_at_all_of_it_themselves(name: str) -> None:
    assert find(name).judged == set(Judged)


def test_a_finding_says_which_figure_at_which_cell() -> None:
    low, high, full = judged("100", "0.75")
    assert (low.unit, low.field, low.label, low.value, low.place) == ("1", "率", "率（名）", Decimal("0.75"), None)
    assert "预算执行率75%，低于80%" in low.message
    assert (high.rule, high.field, high.value, high.place) == ("D14", "总分", 100, Address("表1", 5, 3))
    assert "自评得分率102.78%，预算执行率75%" in high.message
    assert (full.rule, full.value) == ("D22", 100)
    assert "自评总分100.00，各项都是满分，而预算执行率只有75%" in full.message


def test_the_figures_needed_are_those_that_the_template_has() -> None:
    assert Scores(template(*CELLS, summary=PARTS), Thresholds()).wanted == ("总分", "率")
    assert Scores(template(*CELLS, summary=PARTS[:1]), Thresholds()).wanted == ("总分",)
    assert Scores(template(*CELLS), Thresholds()).wanted == ()


def full(*scores: str | None, parent: str = "交通局", gathers: bool = False) -> list[Finding]:
    units = [Unit(f"{number}", f"项目{number}", parent) for number in range(1, len(scores))]
    units.append(Unit(f"{len(scores)}", "最后", parent, gathers=gathers))
    gists = {
        unit.code: gist({"总分": score} if score else {})
        for unit, score in zip(units, scores, strict=True)
        if score is not None
    }
    return list(Scores(template(*CELLS, summary=PARTS), Thresholds()).all_full(units, gists))


def test_three_of_a_department_with_full_marks_are_named_each() -> None:
    found = full("100", "100.5", "100")
    assert [(one.rule, one.unit, one.field, one.value) for one in found] == [
        ("D22a", "1", "总分", 100),
        ("D22a", "2", "总分", Decimal("100.5")),
        ("D22a", "3", "总分", 100),
    ]
    assert "交通局的3个单位（项目）自评全部是满分" in found[0].message
    assert [one.unit for one in full("100", "100", "100", None)] == ["1", "2", "3"]
    assert [one.unit for one in full("100", "100", "100", "")] == ["1", "2", "3"]
    assert [one.unit for one in full("100", "100", "100", "100")] == ["1", "2", "3", "4"]


def test_fewer_or_one_below_full_marks_or_of_no_department_are_not_named() -> None:
    assert full("100", "100") == []
    assert full("100", "100", "99.99") == []
    assert full("100", "100", "100", parent="") == []
    assert full("100", "100", "100", gathers=True) == []
