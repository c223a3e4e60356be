"""Which declared formulas Excel would not take: one of them would make it call the whole workbook damaged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perfeval_xl.workbook import engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perfeval_xl.records.contract import SummaryLine

_LONGEST, _LONGEST_LITERAL = 8_192, 255
"""Characters that Excel takes in a formula, and in a text within one."""
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_OWN = re.compile(r'("(?:[^"]|"")*")|@(?=[^\W\d])')
_CHECKED = ("指标", "名单", "视图", "图")


def fault(formula: str) -> str:
    """Say why Excel would not take a formula; nothing where it would."""
    if len(formula) > _LONGEST:
        return f"公式超过{_LONGEST}个字符"
    if any(len(text.replace('""', '"')) > _LONGEST_LITERAL for text in _LITERAL.findall(formula)):
        return f"公式中有一段文字超过{_LONGEST_LITERAL}个字"
    try:
        engine.names_in(formula)
    except ValueError:
        return "公式写得不对，无法计算"
    return ""


def sound(lines: Iterable[SummaryLine]) -> tuple[tuple[SummaryLine, ...], tuple[str, ...]]:
    """Return the declarations that can be used, and what is wrong with the others; sentences say it themselves."""
    kept, faults = [], []
    for line in lines:
        told = next((why for formula in _formulas(line) if (why := fault(formula))), "")
        if told:
            values = line.values
            what = "、".join(filter(None, (values.get("名称"), values.get("标签"))))
            faults.append(f"{line.part}“{what}”（{told}）")
        else:
            kept.append(line)
    return tuple(kept), tuple(faults)


def _formulas(line: SummaryLine) -> Iterator[str]:
    if line.part in _CHECKED:
        total = line.values.get("条件", "") if line.part == "视图" else ""
        for formula in (*line.values["公式"].split("|"), total):
            if formula:
                yield "=" + _OWN.sub(lambda match: match[1] or "", formula.lstrip("="))
