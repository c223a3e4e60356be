"""Units that have reported, made from figures alone: what a summary is given, without any workbook."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.standing import Overview, Standing
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Record, Verdict
from perfeval_xl.summary import bound, compute, narrative
from perfeval_xl.template.shelf import find

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.verdict import Receipt
    from perfeval_xl.summary.workbook import Computed

Figures = dict["str | Key", "Value | float"]
TODAY = date(2024, 12, 31)
EVERY_SITUATION = 1 if os.environ.get("PERFEVAL_EVERY") == "1" else 4
"""Of how many situations LibreOffice is asked about one, at two seconds each; `make proof` asks about all."""
_FIRST = datetime(2024, 3, 1, tzinfo=UTC)


@cache
def county(template_id: str = "hunan-2023") -> Template:
    """Return a template with the settings of an example county."""
    plain = find(template_id)
    return replace(plain, defaults={**plain.defaults, "年度": Decimal(2023), "地区": "示范区"})


def unit(number: int, name: str = "", parent: str = "", *, gathers: bool = False) -> Unit:
    return Unit(f"{number:06}", name or f"第{number}局", parent, gathers=gathers)


def report(template: Template, one: Unit, figures: Figures, findings: tuple[Finding, ...] = ()) -> Record:
    """Return a checked submission with these figures; keys are names, or names with the row of a table."""
    entries = []
    for key, value in figures.items():
        name, row = key if isinstance(key, tuple) else (key, 0)
        known = Decimal(str(value)) if isinstance(value, int | float) else value
        entries.append(Entry(name, row, template.field[name].at(row), str(value), known))
    submission = Submission(
        f"{one.code}.xlsx", template.id, "1", one.code, one.name, tuple(entries), filled=len(entries)
    )
    moment = _FIRST + timedelta(hours=int(one.code))
    return Record(f"{one.code}.xlsx", one.code, moment, submission, Verdict(findings, paragraphs=("甲", "乙")))


def summed(
    reports: Sequence[tuple[Unit, Figures | None]],
    template: Template | None = None,
    findings: Mapping[str, tuple[Finding, ...]] | None = None,
) -> Computed:
    """Summarise units, of which those without figures have not reported."""
    template = template or county()
    records = {
        one.code: report(template, one, figures, (findings or {}).get(one.code, ()))
        for one, figures in reports
        if figures is not None
    }
    standings = tuple(
        Standing(one, (records[one.code].receipt,) if one.code in records else ()) for one, _ in reports
    )

    def contents(receipt: Receipt) -> Record:
        return records[receipt.unit]

    return compute(template, Overview(standings, (), ()), contents, TODAY, everything=True)


def workbook(reports: Sequence[tuple[Unit, Figures | None]], template: Template | None = None) -> bytes:
    return bound(summed(reports, template))


def told(computed: Computed) -> str:
    """Return the report's sentences, without the numbers of the charts that they cite."""
    return without_charts("\n".join(text for _, text in narrative(computed)))


def without_charts(text: str) -> str:
    return re.sub("（图[0-9、图]+）", "", text)


def spending(budget: float, rate: float, score: float = 80, **others: float) -> Figures:
    """Return a unit's budget, how much of it was spent, and one indicator with its score of 90."""
    spent = round(budget * rate, 2)
    return {
        "资金总额_年初预算": budget,
        "资金总额_全年预算": budget,
        "资金总额_全年执行": spent,
        **others,
        ("指标_一级", 1): "产出指标",
        ("指标_三级", 1): "任务完成率",
        ("指标_分值", 1): 90,
        ("指标_得分", 1): score,
    }


def found(rule: str, level: Level = Level.ERROR, explanation: str = "") -> Finding:
    return Finding(rule, level, "不符", label="某项", explanation=explanation)
