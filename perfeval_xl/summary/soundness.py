"""Which declared formulas Excel would not take: one of them would make it call the whole workbook damaged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perfeval_xl.records.summary_line import Part
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.row_formula import without_marks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from perfeval_xl.records.summary_line import SummaryLine

_LONGEST, _LONGEST_LITERAL = 8_192, 255
"""Characters that Excel takes in a formula, and in a text within one."""
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_CHECKED = (Part.FIGURE, Part.LIST, Part.VIEW, Part.CHART)
_CATCHING = (Part.LIST, Part.VIEW)
"""Declarations whose formulas are written so that an error in them shows as nothing."""


def fault(formula: str) -> str:
    """Say why Excel would not take a formula; nothing where it would."""
    if formula.strip() in ("", "="):
        return "没有写公式"
    if len(formula) > _LONGEST:
        return f"公式超过{_LONGEST}个字符"
    if any(len(text.replace('""', '"')) > _LONGEST_LITERAL for text in _LITERAL.findall(formula)):
        return f"公式中有一段文字超过{_LONGEST_LITERAL}个字"
    try:
        engine.names_in(formula)
    except ValueError:
        return "公式写得不对，无法计算"
    return ""


def sound(lines: Iterable[SummaryLine], names: Collection[str]) -> tuple[tuple[SummaryLine, ...], tuple[str, ...]]:
    """Return the declarations that can be used, and what is wrong with the others; sentences say it themselves.

    `names` are those of the summary. A column or a list that speaks of another would be blank without a word.
    """
    kept, faults = [], []
    for line in lines:
        told = next(
            (why for formula in _formulas(line) if (why := fault(formula) or _hidden(line, formula, names))), ""
        )
        if told:
            what = "、".join(filter(None, (line.name, line.label)))
            faults.append(f"{line.part}“{what}”（{told}）")
        else:
            kept.append(line)
    return tuple(kept), tuple(faults)


def _hidden(line: SummaryLine, formula: str, names: Collection[str]) -> str:
    """Say which name a formula that catches its errors does not find."""
    if line.part not in _CATCHING:
        return ""
    unknown = next((name for name in engine.names_in(formula) if name not in names), "")
    return f"没有名为“{unknown}”的名称" if unknown else ""


def _formulas(line: SummaryLine) -> Iterator[str]:
    if line.part in _CHECKED:
        total = (line.when,) if line.part is Part.VIEW and line.when else ()
        for formula in (*line.formulas, *total):
            yield "=" + without_marks(formula.lstrip("="))
