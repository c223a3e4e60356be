"""The report that the summary writes of itself: every sentence a formula over named figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.summary_line import EACH_PROBLEM, Part
from perfeval_xl.records.summary_names import PROBLEM_NAMES
from perfeval_xl.summary.figures import NAME
from perfeval_xl.summary.lists import NAMED_IN_PUBLIC, listed
from perfeval_xl.summary.soundness import fault
from perfeval_xl.workbook.row_formula import row_formula
from perfeval_xl.workbook.row_writer import lines_of
from perfeval_xl.workbook.sheet_writer import CONTENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Template
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder

REPORT = "汇总报告"
PUBLISHED = "_公开"
"""The hidden sheet of what the copy for others says instead, sentence by sentence."""
_PUBLIC = "公开"
"""The name that is 1 in the copy for others alone."""
_GROUP_UNITS = re.compile(r"INDEX\(问题_(?:单位|例),\d+\)")
_NUMERALS = "一二三四五六七八九十"
_PER_LINE, _LINE = 60, 23.0
"""Narrow characters of 14 points in a line of the sheet, of which a Chinese one takes two; the line's height."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph as it is written: its style, the formula, and what is wrong with it where it cannot be used."""

    style: str
    formula: str
    fault: str = ""
    public: str = ""
    """The formula of the copy for others where that says something else: no names beside faults."""


def unverified(template: Template) -> str:
    """Return what stands on every sheet of a summary that adds up units which have not passed."""
    told = f'"注意：含未通过核对的"&含未通过户数&"{template.measure}，合计未经核实，只供测算，不得作为结果使用。"'
    return f'=IF(含未通过户数=0,"",{told})'


def sentences(material: Material) -> tuple[Sentence, ...]:
    """Return the declared paragraphs as formulas, headings numbered; one that repeats, once for every problem."""
    made: list[Sentence] = []
    headings = 0
    lists = frozenset(one.name for one in listed(material) if one.name not in NAMED_IN_PUBLIC)
    for style, text, condition in _declared(material):
        formula = text.lstrip("=").strip() if text.startswith("=") else f'"{text}"'
        if style == "h1" and headings < len(_NUMERALS):
            formula = f'"　　{_NUMERALS[headings]}、"&{formula}'
            headings += 1
        elif style not in ("title", "note"):
            formula = f'"　　"&{formula}'
        formula = f'=IF({condition},{formula},"")' if condition else f"={formula}"
        public = _public(formula, lists, material.template.measure)
        made.append(Sentence(style, formula, fault(formula), "" if public == formula else public))
    if material.everything:
        made.insert(min(1, len(made)), Sentence("note", unverified(material.template)))
    return tuple(made)


def _public(formula: str, lists: frozenset[str], measure: str) -> str:
    """Return a sentence for others: a list of units gives way to their number, a group's units to none."""

    def told(match: re.Match[str]) -> str:
        name = match[2]
        if name in lists:
            return f'({name}户数&"{measure}")'
        return "1" if name == _PUBLIC else match[0]

    return NAME.sub(told, _GROUP_UNITS.sub('"有关单位"', formula))


def _declared(material: Material) -> Iterator[tuple[str, str, str]]:
    for line in material.template.summary:
        if line.part is not Part.PARAGRAPH:
            continue
        told = line.style or "body", line.formula, line.when
        if line.name == EACH_PROBLEM:
            for number in range(1, len(material.problems) + 1):
                yield told[0], _of(told[1], number), _of(told[2], number)
        else:
            yield told


def _of(formula: str, number: int) -> str:
    """Return a formula in which `@问题_户数` means the problem of that number; `@序` is the number itself."""

    def item(name: str) -> str:
        if name == "序":
            return str(number)
        return f"INDEX({name},{number})" if name in PROBLEM_NAMES else f"@{name}"

    return row_formula(formula, item)


def draw_report(binder: Binder, material: Material) -> None:
    """Draw the report: one paragraph a row. A sentence that cannot be used says so and stops nothing."""
    page = binder.page(REPORT, "#2E75B6")
    page.sheet.set_column(0, 0, 74)
    page.sheet.set_column(1, 1, 10)
    page.link(1, 2, CONTENTS, "返回目录", "back")
    told = sentences(material)
    for row, sentence in enumerate(told, 1):
        look = f"report_{sentence.style}"
        if sentence.fault:
            text = f"（第{row}段没有生成：{sentence.fault}，请修改模板的汇总设置。）"
            page.text(row, 1, text, look)
        elif binder.public and sentence.public:
            text = str(binder.result((PUBLISHED, row, 1)) or "")
            page.text(row, 1, text, look)
        else:
            text = str(page.formula(row, 1, sentence.formula, look) or "")
        page.sheet.set_row(row - 1, _height(text))
    page.printed(max(len(told), 1), 1, landscape=False)
    page.sheet.set_margins(0.8, 0.8, 1, 1)
    page.sheet.center_horizontally()


def draw_published(binder: Binder, material: Material) -> None:
    """Draw the hidden sheet of the sentences that the copy for others has in place of the report's own."""
    page = binder.page(PUBLISHED)
    page.sheet.hide()
    for row, sentence in enumerate(sentences(material), 1):
        if sentence.public and not sentence.fault:
            page.formula(row, 1, sentence.public, "plain")


def _height(text: str) -> float:
    return min(409.0, lines_of(text, _PER_LINE) * _LINE + 4) if text else 3.0
