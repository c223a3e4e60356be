"""The kinds of field: all that differs between them, from what a department types to what stands on paper.

Whoever needs to know one kind from another asks it here for what it can do; a new kind is one more record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import TYPE_CHECKING, Literal

from perfeval_xl.wording import numbers
from perfeval_xl.wording.numbers import NOT_APPLICABLE, Spelling

if TYPE_CHECKING:
    from perfeval_xl.records.finding import Value
    from perfeval_xl.wording.numbers import Sure, Unsure

DAY_ZERO = date(1899, 12, 30)
"""The day that a workbook's dates are counted from."""
NOTHING = "空白"
"""What is said of a cell in which nothing stands."""
_FIRST_DAY, _LAST_DAY = 36526, 73051
"""Between which counts of days Excel accepts a date: after 2000-01-01, before 2100-01-01."""
_LEAST = -1e12

Side = Literal["left", "center", "right"]


class Holds(Enum):
    """What a cell of a kind holds; EITHER is a figure or, of what cannot be counted, words."""

    FIGURE = auto()
    DAY = auto()
    WORDS = auto()
    CHOICE = auto()
    CODE = auto()
    EITHER = auto()


@dataclass(frozen=True, slots=True)
class Accepts:
    """What Excel may accept in a cell, in the words of a data validation, and what it says of anything else."""

    validate: str
    value: float | str
    message: str
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of field.

    `decimals` is how many are printed (None: not a number); `minimum` the least figure that Excel accepts;
    `ceiling` the most that a setting is usually allowed to be; `sample` is a cell's text as a department would
    type it; `adds` is whether figures of several units add up. `side` is where a value stands in its cell, `alone`
    where in a form laid out on paper. `width` is of a column of all that was reported, `narrow` of one in a view,
    both in Excel's characters. `long` are texts of more than a phrase, `longest` how many characters a cell of
    words may have where the form does not say (0: as many as it takes).
    """

    id: str
    title: str
    number_format: str
    decimals: int | None
    sample: str
    hint: str
    minimum: Decimal | None = None
    units: tuple[str, ...] = ()
    holds: Holds = Holds.FIGURE
    spelling: Spelling = Spelling.PLAIN
    ceiling: Decimal | None = None
    adds: bool = False
    long: bool = False
    longest: int = 0
    side: Side = "right"
    alone: Side = "right"
    width: float = 13
    narrow: float = 13

    @property
    def numeric(self) -> bool:
        """Whether the value is a number."""
        return self.holds is Holds.FIGURE

    @property
    def words(self) -> bool:
        """Whether the value is free text."""
        return self.holds is Holds.WORDS

    @property
    def figures(self) -> bool:
        """Whether the value may be a number."""
        return self.holds in (Holds.FIGURE, Holds.EITHER)

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self.decimals == 0

    @property
    def money(self) -> bool:
        """Whether the value is an amount of money."""
        return self.spelling is Spelling.MONEY

    @property
    def percent(self) -> bool:
        """Whether the value is a fraction that people read and write in per cent."""
        return self.spelling is Spelling.RATE

    @property
    def gap(self) -> Kind:
        """The kind of a difference between two values: days differ by a count of days."""
        return KINDS["count"] if self.holds is Holds.DAY else self

    def parse(self, text: str, unit: str = "") -> Sure | Unsure:
        """Read a spelling into the field's unit: a figure or a day; words are taken as they are.

        A rate becomes a fraction. What has no reading, or several, comes back as such with the reason.
        """
        if self.holds is Holds.DAY:
            return numbers.day(text)
        if not self.figures:
            return numbers.Sure(numbers.stripped(text))
        read = numbers.figure(text, self.spelling, unit)
        words = self.holds is Holds.EITHER and isinstance(read, numbers.Unsure)
        return numbers.Sure(numbers.stripped(text)) if words else read

    def accepts(self, cell: str, *, nullable: bool = False, longest: int = 0) -> Accepts | None:
        """Return what Excel may accept in a cell, which the formula of a validation names; None for anything."""
        if self.numeric and nullable:
            formula = f'=OR(ISNUMBER({cell}),{cell}="{NOT_APPLICABLE}")'
            return Accepts("custom", formula, f"只能填写数字或“{NOT_APPLICABLE}”。")
        if self.whole:
            return Accepts("integer", 0, "只能填写不小于0的整数。", ">=")
        if self.numeric:
            message = "只能填写数字，不要写单位、逗号或文字。"
            if self.minimum is None:
                return Accepts("decimal", _LEAST, message, ">=")
            return Accepts("decimal", 0, f"{message}不能为负数。", ">=")
        if self.holds is Holds.DAY:
            formula = f"=AND(ISNUMBER({cell}),{cell}>{_FIRST_DAY},{cell}<{_LAST_DAY})"
            return Accepts("custom", formula, f"只能填写日期，例如 {self.sample}。")
        return (
            Accepts("length", longest, f"最多写{longest}个字，请缩短；详细的材料作为附件另送。", "<=")
            if longest
            else None
        )

    def shown(self, value: Value) -> str:
        """Return a value as officials read it: amounts with two decimals, rates as per cent, dates as dates."""
        if value is None or value == "":
            return NOTHING
        if not isinstance(value, Decimal):
            return str(value)
        if self.percent:
            return f"{value * 100:.2f}%"
        if self.holds is Holds.DAY:
            return counted_day(value).isoformat()
        if self.decimals == _CENTS:
            return f"{value:.2f}"
        return f"{round(value, self.decimals or _DIGITS).normalize():f}"

    def apart(self, one: Value, other: Value) -> str:
        """Return how far two values are apart, as officials say it: rates by points, days by a count of days."""
        if not isinstance(one, Decimal) or not isinstance(other, Decimal):
            return ""
        if self.percent:
            return f"{self.bare(abs(one - other))}个百分点"
        return f"{abs(one - other):f} 天" if self.holds is Holds.DAY else self.shown(abs(one - other))

    def bare(self, value: Decimal) -> str:
        """Return a figure whose unit stands beside it: a rate as what it is in per cent, without the sign."""
        return numbers.plain_text(round(value * 100, _CENTS)) if self.percent else self.shown(value)

    def told(self, value: Decimal, unit: str = "") -> str:
        """Return a figure as a sentence has it: a rate in per cent, an amount with its decimals and its unit."""
        if self.percent:
            return f"{value * 100:.2f}".rstrip("0").rstrip(".") + "%"
        return f"{value:.{_CENTS if self.decimals is None else self.decimals}f}{unit}"

    def exact(self, value: Decimal) -> str:
        """Return a figure with all its digits, as one would type it: 93.5% or 1234.5."""
        return f"{numbers.plain_text(value * 100)}%" if self.percent else numbers.plain_text(value)

    def printed(self, value: Value) -> str:
        """Return a value as it stands on paper: amounts with decimals and commas, scores without idle zeros."""
        if isinstance(value, date):
            return f"{value.year}年{value.month}月{value.day}日"
        if not isinstance(value, Decimal):
            return "" if value is None else str(value)
        if self.percent:
            return f"{value:.2%}"
        if self.number_format.startswith("#,"):
            return f"{value:,.2f}"
        text = f"{round(value, _CENTS if self.decimals == _CENTS else _DIGITS):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


_CENTS, _DIGITS = 2, 10
"""Decimals of amounts and scores; those that the others keep."""
_ZERO = Decimal(0)
KINDS = {
    kind.id: kind
    for kind in (
        Kind("number", "数值", "General", 4, "93.5", "填写数字"),
        Kind(
            "money",
            "金额",
            "#,##0.00",
            2,
            "321.12",
            "填写数字，单位{unit}，保留两位小数，不要写单位",
            _ZERO,
            ("万元", "元"),
            spelling=Spelling.MONEY,
            adds=True,
        ),
        Kind(
            "change",
            "增减额",
            "#,##0.00",
            2,
            "-12.50",
            "填写数字，单位{unit}，调减的填负数，保留两位小数，不要写单位",
            units=("万元", "元"),
            spelling=Spelling.MONEY,
            adds=True,
        ),
        Kind("area", "面积", "#,##0.00", 2, "1200", "填写数字，单位{unit}", _ZERO, ("㎡",), adds=True),
        Kind(
            "rate",
            "比率",
            "0.00%",
            4,
            "93.5%",
            "填写百分比，例如 93.5%",
            _ZERO,
            ("%",),
            spelling=Spelling.RATE,
            ceiling=Decimal(10),
            alone="center",
            width=10,
            narrow=10,
        ),
        Kind(
            "score",
            "得分",
            "0.00",
            2,
            "9.5",
            "填写分数，最多两位小数",
            _ZERO,
            ("分",),
            ceiling=Decimal(100),
            alone="center",
            width=9,
            narrow=10,
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
            adds=True,
            width=9,
        ),
        Kind(
            "text",
            "文字",
            "@",
            None,
            "办公室",
            "填写文字",
            holds=Holds.WORDS,
            longest=200,
            side="left",
            alone="center",
            width=14,
            narrow=8,
        ),
        Kind(
            "longtext",
            "长文字",
            "@",
            None,
            "压减会议数量，会议费比上年减少。",
            "填写一段文字，可按 Alt+Enter 换行",
            holds=Holds.WORDS,
            long=True,
            longest=2000,
            side="left",
            alone="left",
            width=36,
        ),
        Kind(
            "date",
            "日期",
            "yyyy\\-mm\\-dd",
            None,
            "2024-03-15",
            "填写日期，例如 2024-03-15",
            holds=Holds.DAY,
            side="center",
            alone="center",
        ),
        Kind(
            *("choice", "选择", "@", None, "", "从下拉列表中选择"),
            holds=Holds.CHOICE,
            side="center",
            alone="center",
        ),
        Kind(
            *("measure", "数值或文字", "General", None, "95", "定量指标填写数字，定性指标填写文字"),
            holds=Holds.EITHER,
            longest=200,
            side="center",
            alone="center",
        ),
        Kind(
            *("code", "代码", "@", None, "411001", "填写代码，只含数字和字母"),
            holds=Holds.CODE,
            longest=60,
            side="center",
            alone="center",
            width=12,
        ),
    )
}
"""Every kind by its id. A rate is stored as a fraction: 93.5% is 0.935."""


def day_count(day: date) -> float:
    """Return a day as a workbook stores it."""
    return float((day - DAY_ZERO).days)


def counted_day(count: Decimal) -> date:
    """Return the day that a workbook stores as this count."""
    return DAY_ZERO + timedelta(days=int(count))
