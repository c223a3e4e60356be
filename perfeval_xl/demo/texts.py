"""What each department does and says, as written in `offices/*.toml`: duties, work, goals, results, problems."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

FULL_NAMES = {
    **{name: f"{name}指标" for name in ("数量", "质量", "时效", "成本")},
    "经济": "经济效益指标",
    "社会": "社会效益指标",
    "生态": "生态效益指标",
    "可持续": "可持续影响指标",
    "满意": "服务对象满意度指标",
}
"""The second-level indicators by the short words of the files."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Heads at the end of the year: established posts of both kinds, in service, retired, veterans."""

    administrative: int
    institutional: int
    present: int
    retired: int
    veterans: int = 0

    @property
    def established(self) -> int:
        """All established posts."""
        return self.administrative + self.institutional


@dataclass(frozen=True, slots=True)
class Work:
    """One project as a department describes it; `spent` in 万元. `source` is the income that pays for it."""

    name: str
    category: str
    spent: Decimal
    goal: str
    done: str
    source: str = "收入_一般预算"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: a figure has numbers as target and actual, a quality says what is wanted and how far it came.

    An actual that begins with `@` is a rate of the department's own accounts.
    """

    second: str
    third: str
    sign: str
    target: str
    uom: str
    actual: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """One department's own words, with the sizes from which its figures are drawn.

    `pay` and `upkeep` are 万元 a head and year; `guests` last year's receptions, `rate` the rate of execution
    where it is given, `growth` the first project's final over last year's where that is out of the ordinary.
    """

    code: str
    nature: str
    staff: Staff
    sections: tuple[str, ...]
    duties: tuple[str, ...]
    goal: str
    done: str
    projects: tuple[Work, ...]
    indicators: tuple[Indicator, ...]
    achievements: tuple[tuple[str, ...], ...]
    problems: tuple[tuple[str, ...], ...]
    measures: tuple[tuple[str, ...], ...]
    pay: Decimal = Decimal(13)
    upkeep: Decimal = Decimal(3)
    cars: int = 0
    car_bought: Decimal = Decimal(0)
    guests: Decimal = Decimal(0)
    procurement: Decimal = Decimal(0)
    procured: Decimal = Decimal("0.96")
    rate: Decimal | None = None
    growth: Decimal | None = None
    other: str = ""
    explanations: dict[str, str] = field(default_factory=dict)


@cache
def offices() -> dict[str, Office]:
    """Return every department that has words, by its code."""
    folder = files("perfeval_xl.demo") / "offices"
    pages = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    found = [_office(line) for page in pages for line in tomllib.loads(page)["office"]]
    return {office.code: office for office in sorted(found, key=lambda office: office.code)}


def _office(line: dict[str, Any]) -> Office:
    parts: dict[str, Any] = dict(line)
    parts["staff"] = Staff(*line["staff"])
    parts["sections"] = tuple(line["sections"].split("、"))
    parts["duties"] = tuple(line["duties"])
    parts["projects"] = tuple(_work(text) for text in line["projects"])
    parts["indicators"] = tuple(_indicator(text) for text in line["indicators"])
    for name in ("achievements", "problems", "measures"):
        parts[name] = tuple(tuple(text.split("|")) for text in line[name])
    for name in ("pay", "upkeep", "car_bought", "guests", "procurement", "procured", "rate", "growth"):
        if name in line:
            parts[name] = Decimal(str(line[name]))
    return Office(**parts)


def _work(text: str) -> Work:
    name, category, spent, goal, done, *source = text.split("|")
    return Work(name, category, Decimal(spent), goal, done, *source)


def _indicator(text: str) -> Indicator:
    second, third, sign, target, *rest = text.split("|")
    if sign == "定性":
        rest = ["", *rest]
    return Indicator(FULL_NAMES[second], third, sign, target, *rest)
