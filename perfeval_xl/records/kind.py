"""The kinds of field: what each holds, how Excel shows it, what Excel may accept, and a sample of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

DAY_ZERO = date(1899, 12, 30)
"""The day that a workbook's dates are counted from."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of field.

    `decimals` is how many are printed (None: not a number); `minimum` the least figure that Excel accepts;
    `sample` is a cell's text as a department would type it.
    """

    id: str
    title: str
    number_format: str
    decimals: int | None
    sample: str
    hint: str
    minimum: Decimal | None = None
    units: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether the value is a number."""
        return self.decimals is not None


_ZERO = Decimal(0)
KINDS = {
    kind.id: kind
    for kind in (
        Kind(
            "money",
            "金额",
            "#,##0.00",
            2,
            "321.12",
            "填写数字，单位{unit}，保留两位小数，不要写单位",
            _ZERO,
            ("万元", "元"),
        ),
        Kind(
            "count",
            "数量",
            "0",
            0,
            "46",
            "填写整数，单位{unit}，不要写单位",
            _ZERO,
            ("人", "个", "辆", "户", "项"),
        ),
        Kind("area", "面积", "#,##0.00", 2, "1200", "填写数字，单位{unit}", _ZERO, ("㎡",)),
        Kind("number", "数值", "General", 4, "93.5", "填写数字"),
        Kind("rate", "比率", "0.00%", 4, "93.5%", "填写百分比，例如 93.5%", _ZERO, ("%",)),
        Kind("score", "得分", "0.00", 2, "9.5", "填写分数，最多两位小数", _ZERO, ("分",)),
        Kind("text", "文字", "@", None, "办公室", "填写文字"),
        Kind(
            "longtext",
            "长文字",
            "@",
            None,
            "压减会议数量，会议费比上年减少。",
            "填写一段文字，可按 Alt+Enter 换行",
        ),
        Kind("date", "日期", "yyyy\\-mm\\-dd", None, "2024-03-15", "填写日期，例如 2024-03-15"),
        Kind("choice", "选择", "@", None, "", "从下拉列表中选择"),
        Kind("measure", "数值或文字", "General", None, "95", "定量指标填写数字，定性指标填写文字"),
        Kind("code", "代码", "@", None, "411001", "填写代码，只含数字和字母"),
    )
}
"""Every kind by its id. A rate is stored as a fraction: 93.5% is 0.935."""


def day_count(day: date) -> float:
    """Return a day as a workbook stores it."""
    return float((day - DAY_ZERO).days)


def day_of(count: Decimal) -> date:
    """Return the day that a workbook stores as this count."""
    return DAY_ZERO + timedelta(days=int(count))
