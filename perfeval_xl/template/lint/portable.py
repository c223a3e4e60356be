"""Which functions and shapes a template may use: those that give the same in every program.

That is in Excel 2010 and later, WPS, LibreOffice and the engine. Each is exercised by the test that compares the
engine with LibreOffice; see docs/portable-formulas.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PORTABLE = frozenset(
    (
        *("ABS", "AND", "AVERAGE", "AVERAGEIF", "CHAR", "CHOOSE", "COUNT", "COUNTA", "COUNTBLANK"),
        *("COUNTIF", "COUNTIFS", "DATE", "EXACT", "FALSE", "FIND", "FIXED", "HYPERLINK", "IF"),
        *("IFERROR", "INDEX", "INT", "ISBLANK", "ISERROR", "ISNUMBER", "ISTEXT", "LARGE", "LEFT"),
        *("LEN", "MATCH", "MAX", "MEDIAN", "MID", "MIN", "MONTH", "N", "NOT"),
        *("OR", "RANK", "RIGHT", "ROUND", "ROW", "ROWS", "SMALL", "SUBSTITUTE", "SUM"),
        *("SUMIF", "SUMIFS", "SUMPRODUCT", "TEXT", "TRIM", "TRUE", "YEAR"),
    )
)
"""Functions by name. Not: XLOOKUP, TEXTJOIN, IFS and other functions newer than Excel 2010; volatile ones."""

INSTEAD = {
    **dict.fromkeys(("XLOOKUP", "VLOOKUP", "HLOOKUP", "LOOKUP"), "用 INDEX(列,MATCH(要找的,列,0))"),
    **dict.fromkeys(("IFS", "SWITCH"), "用嵌套的 IF，或 CHOOSE(MATCH(…),…)"),
    **dict.fromkeys(("TEXTJOIN", "CONCAT", "CONCATENATE"), "用 & 连接"),
    **dict.fromkeys(("MAXIFS", "MINIFS"), "在表旁加一个隐藏列算出各行的数，再用 MAX 或 MIN"),
    **dict.fromkeys(
        ("FILTER", "SORT", "UNIQUE", "SEQUENCE", "LET", "LAMBDA"), "Excel 2010 没有；在表旁加隐藏列分步算"
    ),
    **dict.fromkeys(("INDIRECT", "OFFSET"), "直接写名称，或用 INDEX(列,第几行)"),
    **dict.fromkeys(("TODAY", "NOW", "RAND", "RANDBETWEEN"), "结果每次打开都变；用“填报日期”或“_标识”中的设置"),
    **dict.fromkeys(("ROUNDUP", "ROUNDDOWN", "TRUNC", "CEILING", "FLOOR"), "用 ROUND 或 INT"),
    **dict.fromkeys(("ISNA", "ISERR", "IFNA"), "用 ISERROR 或 IFERROR"),
    "ISNONTEXT": "用 NOT(ISTEXT(…))",
    "VALUE": "用 N(单元格)；文字数字由读取程序识别，公式里不要转换",
    "SEARCH": "用 FIND",
    "REPLACE": "用 SUBSTITUTE",
    "SUBTOTAL": "用 SUM",
    "AVERAGEIFS": "用 SUMIFS 除以 COUNTIFS",
}
"""What to write instead of functions that are often asked for."""

_SCALAR = "LEN|LEFT|RIGHT|MID|TRIM|FIND|SUBSTITUTE|ISNUMBER|ISTEXT|ISBLANK|ISERROR|ABS|ROUND|INT|TEXT|N"
_AREA = r"\$?[A-Z]{1,3}\$?[0-9]+:\$?[A-Z]{1,3}\$?[0-9]+"
_OPTIONAL_DIGITS = re.compile(r'TEXT\([^"]*"[^"]*\.[0#]*#[^"]*"', re.IGNORECASE)


def strange_functions(functions: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give the functions that are not portable, each with what to write instead."""
    for function in functions:
        if function not in PORTABLE:
            yield function, INSTEAD.get(function, "换用 docs/portable-formulas.md 列出的函数")


def strange_shapes(formula: str, columns: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give the shapes that differ between programs, with what to write instead; `columns` are names of areas."""
    outside = re.sub(r'"[^"]*"', '""', formula)
    names = "|".join(re.escape(name) for name in sorted(columns, key=len, reverse=True))
    area = f"(?:{names}|{_AREA})" if names else f"(?:{_AREA})"
    for match in re.finditer(rf"(?<![\w.@])({_SCALAR})\(\s*({area})(?![\w.])", outside):
        if not _one_cell(outside, match.start()):
            yield f"{match[1]}({match[2]})", "对一整列逐个取值各程序结果不同；在表旁加一个隐藏列，先算各行，再汇总"
    for match in re.finditer(rf"COUNTIFS?\(\s*({area})\s*,\s*\1(?![\w.])", outside):
        yield match[0] + ")", "用表旁的隐藏列逐行写 COUNTIF(列,本行的格)"
    if _OPTIONAL_DIGITS.search(formula):
        yield 'TEXT(…,"0.##")', '用 TEXT(…,"0.00")，小数位数写死'


def _one_cell(formula: str, at: int) -> bool:
    """Whether a call stands inside ROW(INDEX( ) or the like, where an area gives one cell."""
    return formula[max(0, at - 6) : at].endswith(("INDEX(", "ROWS("))
