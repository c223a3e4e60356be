"""How the two sides of a check that failed are put into words: two figures, or a figure and its limit."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Role
from perfeval_xl.records.kind import Holds
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.row_formula import without_marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.records.contract import Check, Field
    from perfeval_xl.records.finding import Value

SLOT = "…"
"""Where the figure stands in what a check calls its left side: `偏离…个百分点`."""
_TEXT_LENGTH, _CHARACTERS = re.compile(r"LEN\(TRIM\(@?[^()]*\)\)"), f"写了{SLOT}个字"
_ALONE = re.compile(r"(?:N\()?@?([^\W\d][\w.]*)\)?")
_UNEQUAL = {"=": "不相等", "≤": "前者大于后者", "≥": "前者小于后者"}
_ALLOWED = {"=": "应为", "≤": "规定不超过", "≥": "规定不低于"}
_BEYOND = {"=": "", "≤": "超过", "≥": "还差"}


def compared(check: Check, left: Value, right: Value, fields: Mapping[str, Field]) -> str:
    """Return what the two sides are, with all figures; nothing where that says no more than the check's title."""
    if check.relation == "为真" or right is None or isinstance(left, bool):
        return ""
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return f"“{left}”与“{right}”不符。" if check.relation == "=" else ""
    if check.kind.holds is Holds.DAY:
        early = "早" if left < right else "晚"
        return (
            f"{check.kind.shown(left)} 与 {check.kind.shown(right)}，前者{early} {check.kind.apart(left, right)}。"
        )
    called = _called(check, fields)
    return _beyond(check, called, left, right) if called else _unequal(check, left, right)


def _unequal(check: Check, left: Decimal, right: Decimal) -> str:
    kind, words = check.kind, _UNEQUAL.get(check.relation, "不符")
    return f"{kind.shown(left)} 与 {kind.shown(right)} {words}，相差 {kind.apart(left, right)}。"


def _beyond(check: Check, called: str, left: Decimal, right: Decimal) -> str:
    """Say what a figure is and what it may be: `偏离28.99个百分点，规定不超过20个百分点，超过8.99个百分点`."""
    kind = check.kind
    head, _, tail = called.partition(SLOT)
    limit = _ALLOWED[check.relation]
    if not tail:
        gap = f"，{_BEYOND[check.relation]}{kind.apart(left, right)}" if _BEYOND[check.relation] else ""
        return f"{head}{kind.shown(left)}，{limit}{kind.shown(right)}{gap}。"
    limit = "规定不少于" if check.relation == "≥" else limit
    return f"{head}{kind.bare(left)}{tail}，{limit}{kind.bare(right)}{tail}。"


def _called(check: Check, fields: Mapping[str, Field]) -> str:
    """Return what the left side is called where it is held against a limit; nothing of two figures compared."""
    if check.relation not in _ALLOWED or not _is_limit(check.right, fields):
        return ""
    if check.measure:
        return check.measure
    if _TEXT_LENGTH.fullmatch(check.left):
        return _CHARACTERS
    if check.relation == "=":
        return ""
    alone = _ALONE.fullmatch(check.left)
    field = fields.get(alone[1]) if alone else None
    return field.label if field else "算得"


def _is_limit(formula: str, fields: Mapping[str, Field]) -> bool:
    """Whether a side rests on nothing that a unit types: a figure, or what the bureau has set."""
    names = engine.names_in(without_marks(formula))
    return all(name in fields and fields[name].role in (Role.SETTING, Role.STAMP) for name in names)
