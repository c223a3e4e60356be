"""What of a return its texts may quote: the indicators with figures, the score, the grade, what was spent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.proofread import Aim, Results
from perfeval_xl.records.summary_line import Plays

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

_NAME, _UNIT, _TARGET, _ACTUAL = "三级", "单位", "指标值", "完成值"
"""What the columns of a table of indicators are called behind its name."""
_IN_YUAN = {"元": Decimal(1), "万元": Decimal(10**4)}


def results_of(template: Template, values: Mapping[Key, Value]) -> Results:
    """Return what a return's form says; what it leaves open cannot be contradicted."""
    spent = template.parts.get(Plays.SPENT, "")
    amount, field = _figure(values, spent), template.field.get(spent)
    scale = _IN_YUAN.get(field.unit) if field else None
    return Results(
        aims=tuple(_aims(template, values)),
        score=_figure(values, template.parts.get(Plays.SCORE, "")),
        grade=str(values.get((template.parts.get(Plays.GRADE, ""), 0)) or ""),
        rate=_figure(values, template.parts.get(Plays.RATE, "")),
        spent=amount * scale if amount is not None and scale else None,
    )


def aim_of(template: Template, values: Mapping[Key, Value], table: str, row: int) -> Aim | None:
    """Return the indicator in a row of a table of indicators; None where it has no figures."""
    if f"{table}_{_TARGET}" not in template.field:
        return None
    target, actual = (values.get((f"{table}_{column}", row)) for column in (_TARGET, _ACTUAL))
    if not isinstance(target, Decimal) or not isinstance(actual, Decimal):
        return None
    name, unit = (str(values.get((f"{table}_{column}", row)) or "") for column in (_NAME, _UNIT))
    return Aim(name, unit, target, actual)


def _aims(template: Template, values: Mapping[Key, Value]) -> Iterator[Aim]:
    table = template.parts.get(Plays.REVIEWED, "")
    for row in range(1, template.table[table].rows + 1 if table in template.table else 1):
        aim = aim_of(template, values, table, row)
        if aim:
            yield aim


def _figure(values: Mapping[Key, Value], name: str) -> Decimal | None:
    value = values.get((name, 0)) if name else None
    return value if isinstance(value, Decimal) else None
