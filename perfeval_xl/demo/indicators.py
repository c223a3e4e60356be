"""What each project is measured by: six indicators whose scores come near what its department has in mind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from perfeval_xl.demo.scores import rounded

_WORDS = (
    ("部分工作跨年实施，下年一季度完成", "年中调整了实施范围，剩余部分列入下年计划"),
    ("受益面没有达到预期，下年扩大覆盖范围", "宣传不够，部分对象没有及时享受，下年改进"),
    ("服务对象反映办理环节多，已经精简", "回访意见集中在进度上，下年提前告知"),
)
"""Reasons for falling short in quantity, benefit and satisfaction; projects take turns."""
_SHARES = (Decimal("0.3"), Decimal("0.5"), Decimal("0.2"))
"""How what is missing to full marks is spread over these three."""
_BEST = Decimal("88.5")
_FULL = 90


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator of a project, ready for its row."""

    second: str
    third: str
    sign: str
    target: Decimal | str
    uom: str
    actual: Decimal | str
    weight: Decimal
    score: Decimal
    reason: str = ""


def measured(aim: Decimal, execution: Decimal, number: int) -> tuple[Measured, ...]:
    """Return a project's indicators; `aim` is what they should earn of 90, `execution` its rate in per cent."""
    short = _FULL - min(_BEST, aim)
    quantity, benefit, satisfaction = (
        _short(weight, target, short * share, words[number % len(words)])
        for (weight, target), share, words in zip(
            ((Decimal(15), Decimal(100)), (Decimal(30), Decimal(98)), (Decimal(10), Decimal(95))),
            _SHARES,
            _WORDS,
            strict=True,
        )
    )
    spent = min(execution, Decimal(100))
    return (
        Measured("数量指标", "年度计划完成率", "≥", Decimal(100), "%", *quantity),
        Measured("质量指标", "验收或考核合格率", "≥", Decimal(95), "%", Decimal(100), Decimal(15), Decimal(15)),
        Measured("时效指标", "资金拨付及时", "定性", "按合同和进度拨付", "", "达成", Decimal(10), Decimal(10)),
        Measured("成本指标", "支出占预算的比例", "≤", Decimal(100), "%", spent, Decimal(10), Decimal(10)),
        Measured("社会效益指标", "受益对象覆盖率", "≥", Decimal(98), "%", *benefit),
        Measured("服务对象满意度指标", "服务对象满意度", "≥", Decimal(95), "%", *satisfaction),
    )


def earned(rows: tuple[Measured, ...]) -> Decimal:
    """Return what indicators earn together."""
    return sum((row.score for row in rows), Decimal(0))


def _short(weight: Decimal, target: Decimal, points: Decimal, words: str) -> tuple[Decimal, Decimal, Decimal, str]:
    """Return the actual that costs so many points, with weight, score and reason."""
    actual = (target * (1 - points / weight)).quantize(Decimal("0.1"))
    score = min(weight, rounded(weight * actual / target))
    return actual, weight, score, words if score < weight else ""


def rows_of(name: str, rows: tuple[Measured, ...]) -> Iterator[dict[str, Decimal | str]]:
    """Give the cells of a project's indicators by their column."""
    first = {"社会效益指标": "效益指标", "服务对象满意度指标": "满意度指标"}
    for row in rows:
        yield {
            "项目": name,
            "一级": first.get(row.second, "产出指标"),
            "二级": row.second,
            "三级": row.third,
            "性质": row.sign,
            "指标值": row.target,
            "单位": row.uom,
            "完成值": row.actual,
            "分值": row.weight,
            "得分": row.score,
            "偏差原因": row.reason,
        }
