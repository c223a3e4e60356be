"""What is said of a second copy of a form with other figures."""

from __future__ import annotations

from cases import _copied
from drafts import FIGURES, filled, templates

from perfeval_xl.reading import read


def test_the_figures_stand_in_the_order_of_the_sheets_that_are_named() -> None:
    (finding,) = (one for one in read(_copied().bytes(), "一.xlsx", templates())[1] if one.rule == "R14")
    assert f"工作表“{FIGURES} (2)”是“{FIGURES}”的副本" in finding.message
    assert "E6 分别是“400”和“321.12”" in finding.message


def test_a_figure_that_only_one_of_them_has_stands_in_its_place() -> None:
    draft = filled().copy(FIGURES, f"{FIGURES} (2)").at(f"{FIGURES} (2)", (6, 5), None)
    (finding,) = (one for one in read(draft.bytes(), "一.xlsx", templates())[1] if one.rule == "R14")
    assert "E6 分别是“空白”和“321.12”" in finding.message
