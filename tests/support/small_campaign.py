"""A campaign of five units, three of which report: small enough to see through."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from perfeval_xl.campaign.folder import Campaign, create
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.records.unit import Unit
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

UNITS = tuple(
    Unit(f"40200{number}", name, "区政府", "预算股", "张三", "0734-5660000", exempt=number == 5)
    for number, name in enumerate(("交通局", "教育局", "水利局", "民政局", "档案馆"), 1)
)


def figures(scale: int, executed: int) -> dict[Key, Value]:
    """Return a handful of figures: `scale` 万元 of budget, `executed` per cent of it spent."""
    amount, spent = Decimal(scale), Decimal(scale * executed) / 100
    scalars: dict[str, Value] = {
        "资金总额_年初预算": amount,
        "资金总额_全年预算": amount,
        "资金总额_全年执行": spent,
        "基本支出_上年决算": amount / 2,
        "基本支出_本年决算": spent / 2,
        "人员_编制数": Decimal(10),
        "人员_在职人数": Decimal(9),
    }
    rows: dict[Key, Value] = {
        ("指标_一级", 1): "产出指标",
        ("指标_三级", 1): "任务完成率",
        ("指标_分值", 1): Decimal(90),
        ("指标_得分", 1): Decimal(executed - 10),
        ("项目_名称", 1): "=项目甲",
        ("项目_全年预算", 1): amount,
        ("项目_全年执行", 1): spent,
    }
    return {**{(name, 0): value for name, value in scalars.items()}, **rows}


REPORTS = ((0, figures(100, 98)), (1, figures(300, 90)), (2, figures(200, 75)))


def filler_of(campaign: Campaign) -> Filler:
    """Return who fills a campaign's workbooks: one for all campaigns of the same settings."""
    return _filler(campaign.template.package, campaign.clock)


@lru_cache(maxsize=8)
def _filler(package: bytes, today: date) -> Filler:
    return Filler(load(package), today)


def make(
    folder: Path,
    reports: Sequence[tuple[int, dict[Key, Value]]] = REPORTS,
    units: tuple[Unit, ...] = UNITS,
    year: int = 2023,
) -> Campaign:
    """Make the campaign and put the filled workbooks of some units, by their number, into its inbox."""
    campaign = create(folder, "hunan-2023", {"年度": Decimal(year), "地区": "示范区"}, units)
    filler = filler_of(campaign)
    for number, values in reports:
        unit = units[number]
        path = campaign.inbox / f"{unit.code}.xlsx"
        path.write_bytes(filler.fill({**cover(campaign.template, unit, number + 1), **values}))
        os.utime(path, (1_709_280_000 + number * 3600,) * 2)
    return campaign


def copied(pattern: Campaign, folder: Path) -> Campaign:
    """Return a campaign of its own, whose template need not be loaded again."""
    shutil.copytree(pattern.folder, folder)
    return replace(pattern, folder=folder)
