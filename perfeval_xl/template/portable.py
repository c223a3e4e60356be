"""Which functions a template may use: those that give the same in Excel 2010, WPS, LibreOffice and the engine.

Each is exercised by the test that compares the engine with LibreOffice; see docs/portable-formulas.md.
"""

from __future__ import annotations

PORTABLE = frozenset(
    (
        *("ABS", "AND", "AVERAGE", "AVERAGEIF", "CHAR", "CHOOSE", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF"),
        *("COUNTIFS", "DATE", "EXACT", "FALSE", "FIND", "FIXED", "HYPERLINK", "IF", "IFERROR", "INDEX", "INT"),
        *(
            "ISBLANK",
            "ISERROR",
            "ISNUMBER",
            "ISTEXT",
            "LARGE",
            "LEFT",
            "LEN",
            "MATCH",
            "MAX",
            "MEDIAN",
            "MID",
            "MIN",
        ),
        *(
            "MONTH",
            "N",
            "NOT",
            "OR",
            "RANK",
            "RIGHT",
            "ROUND",
            "ROW",
            "ROWS",
            "SMALL",
            "SUBSTITUTE",
            "SUM",
            "SUMIF",
        ),
        *("SUMIFS", "SUMPRODUCT", "TEXT", "TRIM", "TRUE", "YEAR"),
    )
)
"""Functions by name. Not: XLOOKUP, TEXTJOIN, IFS and other functions newer than Excel 2010; volatile ones."""
