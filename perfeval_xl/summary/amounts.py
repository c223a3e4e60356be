"""How an amount is written in a sentence: in its own unit, and in 亿元 or 万元 where it would be long."""

from __future__ import annotations

_STEPS = {"万元": ((10_000, "亿元"),), "元": ((100_000_000, "亿元"), (10_000, "万元"))}
"""By the unit that amounts are kept in: from which amount on a greater one is used, the greatest first."""


def in_words(amount: str, unit: str) -> str:
    """Return the formula of an amount in words, `1.08亿元` or `1,234.50万元`; `amount` is a formula, too.

    What is written in a greater unit is rounded to two decimals of that; the tables keep the whole figure.
    """
    told = f'TEXT({amount},"#,##0.00")&"{unit}"'
    for least, greater in reversed(_STEPS.get(unit, ())):
        told = f'IF(ABS({amount})>={least},TEXT(ROUND(({amount})/{least},2),"#,##0.00")&"{greater}",{told})'
    return f"({told})"
