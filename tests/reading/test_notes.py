"""Comments are told with their texts, and explain what is found at their cells."""

from __future__ import annotations

from cases import _noted
from drafts import FIGURES, templates

from perfeval_xl.reading import read


def test_comments_of_both_kinds_are_read_without_who_wrote_them() -> None:
    submission, (finding,) = read(_noted(), "某单位.xlsx", templates())
    assert submission is not None
    assert (finding.rule, finding.value) == ("R36", "为什么？；补缴。")
    assert [(related.address.cell, related.value) for related in finding.related] == [("D7", "上年没有。")]
    assert submission.explanations[f"批注 {FIGURES}!D7"] == "上年没有。"
    assert submission.explanations[f"批注 {FIGURES}!E6"] == "为什么？；补缴。"
