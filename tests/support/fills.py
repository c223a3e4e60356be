"""Random fills of any template: every kind of answer, blanks and texts included, from a seed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Role
from perfeval_xl.wording.numbers import NOT_APPLICABLE

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

_TEXTS = (
    "办公室",
    "已完成全部任务。",
    "预计下年完成",
    "=1+1",
    "受疫情影响，进度滞后",
    "“引号”与&<符号>",
    "达成",
    "/",
    "*",
    "若?",
    "-5",
)
_SAMPLES: dict[str, tuple[Value, ...]] = {
    "measure": (Decimal(0), Decimal(95), Decimal("120.5"), "达成", "未达成", "5次以上"),
    "choice": ("数量指标", "质量指标", "服务对象满意度指标", "经济效益指标"),
    "code": ("411001", "0734-5662000"),
}
_DAY = date(2024, 1, 15)


def random_fill(template: Template, seed: int) -> dict[Key, Value]:
    """Return values for a random part of the inputs; the part itself is random, from nothing to everything."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    density = chance.choice((0.0, 0.2, 0.6, 0.95, 1.0))
    values: dict[Key, Value] = {}
    for field in template.fields:
        if field.role not in (Role.INPUT, Role.EXPLANATION, Role.PREFILL):
            continue
        for row in template.rows(field):
            if (row <= 3 or chance.random() < 0.1) and chance.random() < density:
                values[field.name, row] = _value(field, chance)
    return values


def _value(field: Field, chance: random.Random) -> Value:
    kind = field.kind.id
    if field.kind.numeric:
        return chance.choice((NOT_APPLICABLE, "12.3万元")) if chance.random() < 0.04 else _figure(kind, chance)
    if kind == "date":
        return _DAY + timedelta(days=chance.randint(0, 200))
    return chance.choice(field.options or _SAMPLES.get(kind, _TEXTS))


def _figure(kind: str, chance: random.Random) -> Decimal:
    if chance.random() < 0.15:
        return Decimal(0)
    if kind == "count":
        return Decimal(chance.randint(0, 90))
    if kind == "score":
        return Decimal(chance.randint(0, 1000)) / 100
    return Decimal(chance.randint(-500, 200_000)) / 100
