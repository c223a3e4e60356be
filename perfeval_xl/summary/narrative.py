"""The report that the summary writes of itself: every sentence a formula over named figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.summary_line import EACH_PROBLEM, Part
from perfeval_xl.records.summary_names import PROBLEM_NAMES
from perfeval_xl.summary.figures import NAME
from perfeval_xl.summary.lists import BOTH, NAMED_IN_PUBLIC, listed
from perfeval_xl.summary.soundness import fault
from perfeval_xl.summary.sources import draw_sources
from perfeval_xl.workbook.row_formula import row_formula
from perfeval_xl.workbook.row_writer import lines_of
from perfeval_xl.workbook.sheet_writer import CONTENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from perfeval_xl.records.contract import Template
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder, Page

REPORT = "汇总报告"
ISSUER = "发文机关"
"""The setting that says who asks for the reports, where a template has it."""
_GROUNDS = (
    '="口径和来源："&IF(统计日="","","统计截止"&统计日期&"。")&IF(计入户数=0,"没有单位计入合计",IF(含未通过户数=0,'
    '"合计只计通过核对的"&计入户数&"户","合计计入"&计入户数&"户，其中没有通过的"&含未通过户数&"户"))'
    '&"，免报的单位、汇总户不计入；得分、等级、执行率是各单位自评的，未经复核；比率由合计数计算；"'
    '&"一亿元以上的写成亿元，逐户的数见汇总工作簿。数据取自各单位报来的"&汇总_名目&"工作簿。"'
)
PUBLISHED = "_公开"
"""The hidden sheet of what the copy for others says instead, sentence by sentence."""
_OF_REPORT = 1
"""The column of `_公开` that holds this report's sentences."""
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
    for style, text, condition in _declared(material):
        formula = text.lstrip("=").strip() if text.startswith("=") else f'"{text}"'
        if style == "h1" and headings < len(_NUMERALS):
            formula = f'"　　{_NUMERALS[headings]}、"&{formula}'
            headings += 1
        elif style not in ("title", "note"):
            formula = f'"　　"&{formula}'
        formula = f'=IF({condition},{formula},"")' if condition else f"={formula}"
        made.append(sentence(material, style, formula))
    made += [Sentence(style, formula) for style, formula in _closing(material)]
    if material.everything:
        made.insert(min(1, len(made)), Sentence("note", unverified(material.template)))
    return tuple(made)


def _closing(material: Material) -> Iterator[tuple[str, str]]:
    """Give what stands below every report: what its figures are and come from, who wrote it and when."""
    yield "note", _GROUNDS.replace('&"户', f'&"{material.template.measure}')
    if ISSUER in material.template.defaults:
        yield "signed", f'={ISSUER}&""'
    yield "signed", '=统计日期&""'


def sentence(material: Material, style: str, formula: str) -> Sentence:
    """Return a formula as a sentence, with what is wrong with it, and with what it says to others instead.

    To others a list of units gives way to their number, a group's units to none.
    """
    unnamed = frozenset(one.name for one in listed(material) if one.name not in NAMED_IN_PUBLIC)

    def told(match: re.Match[str]) -> str:
        name = match[2]
        if (listing := (name or "").removesuffix(BOTH)) in unnamed:
            return f'({listing}户数&"{material.template.measure}")'
        return "1" if name == _PUBLIC else match[0]

    public = NAME.sub(told, _GROUP_UNITS.sub('"有关单位"', formula))
    return Sentence(style, formula, fault(formula), "" if public == formula else public)


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
    for row, one in enumerate(told, 1):
        text = written(page, one, (row, 1), f"report_{one.style}", (row, _OF_REPORT))
        page.sheet.set_row(row - 1, _height(text))
    draw_sources(
        page, material, 3, {row: one.formula for row, one in enumerate(told, 1) if row > 1 and not one.fault}
    )
    page.printed(max(len(told), 1), 1, landscape=False)
    page.sheet.set_margins(0.8, 0.8, 1, 1)
    page.sheet.center_horizontally()


def written(page: Page, one: Sentence, cell: tuple[int, int], look: str, published: tuple[int, int]) -> str:
    """Write a sentence into a cell, for others what stands at a row and column of `_公开`; return what it says."""
    if one.fault:
        text = f"（第{cell[0]}行没有生成：{one.fault}，请修改模板的汇总设置。）"
    elif page.binder.public and one.public:
        text = str(page.binder.result((PUBLISHED, *published)) or "")
    else:
        return str(page.formula(*cell, one.formula, look) or "")
    page.text(*cell, text, look)
    return text


def draw_published(binder: Binder, *columns: Sequence[Sentence]) -> None:
    """Draw the hidden sheet of the sentences that the copy for others has in place of a sheet's own, by column."""
    page = binder.page(PUBLISHED)
    page.sheet.hide()
    for column, told in enumerate(columns, 1):
        for row, one in enumerate(told, 1):
            if one.public and not one.fault:
                page.formula(row, column, one.public, "plain")


def _height(text: str) -> float:
    return min(409.0, lines_of(text, _PER_LINE) * _LINE + 4) if text else 3.0
