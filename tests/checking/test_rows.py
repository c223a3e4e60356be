"""Choices that do not belong together, and texts that stand twice: which cells, and what follows from them."""

from __future__ import annotations

import pytest
from desks import judged_with

from perfeval_xl.records.finding import Finding, Level

FORM, PROJECTS = "表3 整体自评", "表4附 项目指标"


def found(form: str, changes: dict[str, str | float]) -> list[Finding]:
    return [finding for finding in judged_with(form, changes) if finding.level is not Level.NOTICE]


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.rule, str(finding.place), finding.root) for finding in findings]


@pytest.mark.parametrize(
    ("form", "changes", "place", "follow"),
    [
        ("hunan-2023", {"指标_一级#9": "产出指标"}, "表3 整体自评!C24", ["D06", "D06"]),
        ("hunan-2023", {"指标_一级#2": "满意度指标"}, "表3 整体自评!C17", ["D06", "D06"]),
        ("hunan-2023", {"项目指标_一级#5": "产出指标"}, "表4附 项目指标!D10", ["D06q"]),
        ("mof-project", {"指标_一级#1": "效益指标"}, "表1 项目自评!C17", ["D06", "D06"]),
    ],
)
def test_what_follows_from_a_wrong_first_choice_hangs_on_it(
    form: str, changes: dict[str, str | float], place: str, follow: list[str]
) -> None:
    first, *others = found(form, changes)
    assert (first.rule[:4], str(first.place), first.root) == ("D06x", place, "")
    assert [(one.rule, one.root) for one in others] == [(rule, first.rule) for rule in follow]


@pytest.mark.parametrize(
    ("changes", "place", "said", "follow"),
    [
        (
            {"指标_二级#2": "经济效益指标"},
            f"{FORM}!D17",
            "“经济效益指标”属于“效益指标”，“产出指标”下只能选数量指标、",
            [],
        ),
        ({"指标_二级#9": "经济效应"}, f"{FORM}!D24", "没有“经济效应”，“效益指标”下只能选经济效益指标、", []),
        ({"指标_二级#7": "时间指标"}, f"{FORM}!D22", "没有“时间指标”，“产出指标”下只能选数量指标、", ["D16"]),
        ({"项目指标_二级#2": "社会效益指标"}, f"{PROJECTS}!E7", "“社会效益指标”属于“效益指标”，", []),
    ],
)
def test_a_wrong_second_choice_is_told_at_its_cell_with_what_is_allowed(
    changes: dict[str, str | float], place: str, said: str, follow: list[str]
) -> None:
    first, *others = found("hunan-2023", changes)
    assert str(first.place) == place
    assert said in first.message
    assert [(one.rule, one.root) for one in others] == [(rule, first.rule) for rule in follow]


def test_what_has_another_cause_does_not_hang_on_a_wrong_choice() -> None:
    findings = found("hunan-2023", {"指标_二级#2": "经济效益指标", "指标_分值#9": "+1", "指标_得分#9": "+1"})
    assert told(findings) == [("D06", f"{FORM}!C16", ""), ("D06x", f"{FORM}!D17", "")]


@pytest.mark.parametrize(
    ("form", "changes", "place", "rows"),
    [
        ("hunan-2023", {"指标_三级#2": "改造街道"}, "表3 整体自评!E17", "第1行、第2行"),
        (
            "hunan-2023",
            {"指标_三级#5": "改造街道", "指标_三级#2": "改造街道"},
            "表3 整体自评!E17",
            "第1行、第2行、第5行",
        ),
    ],
)
def test_twins_are_one_finding_that_names_their_rows(
    form: str, changes: dict[str, str | float], place: str, rows: str
) -> None:
    (only,) = [one for one in found(form, changes) if one.rule == "D17"]
    assert str(only.place) == place
    assert only.message.startswith(f"绩效指标{rows}，三级指标不重复：都是“改造街道”。")
    assert len(only.related) == rows.count("第")
    assert "相差" not in only.message


def test_two_pairs_of_twins_are_two_findings() -> None:
    changes: dict[str, str | float] = {"指标_三级#2": "改造街道", "指标_三级#6": "验收", "指标_三级#5": "验收"}
    twins = [str(one.place) for one in found("hunan-2023", changes) if one.rule == "D17"]
    assert twins == [f"{FORM}!E17", f"{FORM}!E21"]
