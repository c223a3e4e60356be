"""Whether the summary's declarations speak only of names that the summary will have.

A name that does not exist is an error value, and where a formula catches errors, a blank that nobody misses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.contract import SUMMARY
from perfeval_xl.records.summary_line import Part
from perfeval_xl.records.summary_names import column_fields, summary_names
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.row_formula import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.summary_line import SummaryLine

_NUMBER = "序"
"""`@序` is the number of the problem in a paragraph that repeats."""
_SAID = (Part.FIGURE, Part.LIST, Part.VIEW, Part.CHART, Part.BRIEF, Part.PARAGRAPH)

_SENTENCES = (Part.BRIEF, Part.PARAGRAPH)


def unknown_names(template: Template) -> Iterator[str]:
    """Give a sentence for each name in the summary's declarations that the summary does not have."""
    known = summary_names(template)
    columns = {field.name for field in column_fields(template)}
    for line in template.summary:
        names = _amounts(line) if line.part is Part.ROW else _names(line)
        having = columns if line.part is Part.ROW else known | {_NUMBER}
        for name in dict.fromkeys(name for name in names if name not in having):
            yield (
                f"{SUMMARY}：{_called(line)}用到“{name}”，汇总里没有这个名称，结果会是空白或错误；"
                "请改正名称，或让它成为汇总里的一列"
            )


def _called(line: SummaryLine) -> str:
    return f"{line.part}“{line.label or line.name or line.formula[:20]}”"


def _amounts(line: SummaryLine) -> Iterator[str]:
    yield from (name for name in line.amounts.values() if name)


def _names(line: SummaryLine) -> Iterator[str]:
    for formula in _formulas(line):
        try:
            yield from engine.names_in("=" + without_marks(formula.lstrip("=")))
        except ValueError:
            continue  # what cannot be parsed is told where the summary is made


def _formulas(line: SummaryLine) -> Iterator[str]:
    """Give what is a formula of a line; a paragraph's text may be plain words."""
    if line.part not in _SAID:
        return
    spoken = line.part in _SENTENCES
    if not spoken or line.formula.startswith("="):
        yield from (line.formula,) if spoken else line.formulas
    if line.when:
        yield line.when
