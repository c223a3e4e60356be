"""A small campaign of mof-project: two units with several projects, each with a workbook of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from shipped import TEMPLATES

import perfeval_xl as px
from perfeval_xl.records.contract import Role
from perfeval_xl.records.unit import Part, Unit
from perfeval_xl.template.shelf import find
from perfeval_xl.template.source.examples import sample_fill
from perfeval_xl.template.source.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

PROJECTS = {
    ("401001", "交通局"): {"XM01": "农村公路日常养护", "XM02": "候车亭建设", "XM03": "水毁路段修复"},
    ("402001", "教育局"): {"JY-1": "薄弱学校改造", "JY-2": "教师培训"},
}
UNITS = tuple(
    Unit(code, name, "区政府", part=Part(part, called))
    for (code, name), parts in PROJECTS.items()
    for part, called in parts.items()
)
NOW = datetime(2024, 3, 1, 8, tzinfo=UTC)
OFFICE = px.Office(operator="赵六")


def made(folder: Path, units: tuple[Unit, ...] = UNITS) -> Campaign:
    """Make the campaign with its list of projects."""
    settings: dict[str, Value] = {"年度": Decimal(2023), "地区": "示范区"}
    return px.create_campaign(folder, settings, template="mof-project", units=units, office=OFFICE)


@cache
def sample() -> Mapping[Key, Value]:
    """Return the sample's fill of the cells that a unit types, without texts that all projects would share."""
    fields = find("mof-project").field
    filled = sample_fill(read_spec(TEMPLATES / "mof-project" / "template.toml").sample, fields)
    return {
        key: value
        for key, value in filled.items()
        if fields[key[0]].role is Role.INPUT and fields[key[0]].table not in ("问题", "措施")
    }


def returned(
    campaign: Campaign,
    unit: Unit,
    number: int,
    changes: Mapping[str, Value] | None = None,
    part: Part | None = None,
) -> bytes:
    """Return the workbook of a unit's project, filled with figures of its own by its number.

    `part` is what is written on the cover, where that is not the unit's own.
    """
    about = part or unit.part
    stamp: dict[str, Value] = {
        "单位代码": unit.code, "单位名称": unit.name, "主管部门": unit.parent, "标识_单位代码": unit.code,
        "项目代码": about.code if about else None, "标识_分报代码": unit.part_code or None,
        "项目名称": about.name if about else None, "标识_序号": Decimal(number),
    }  # fmt: skip
    texts: dict[str, Value] = {
        "预期目标": f"完成任务{number}0项。",
        "实际完成情况": f"完成任务{number}0项，质量合格。",
    }
    own = {**stamp, **texts, **amounts(number), **(changes or {})}
    return px.fill(campaign.template, {**sample(), **{(name, 0): value for name, value in own.items()}})


def amounts(number: int) -> dict[str, Value]:
    """Return a project's amounts in 万元, all of them by its number."""
    stages = ("年初预算", "全年预算", "全年执行")
    spent = {"年初预算": 100, "全年预算": 200, "全年执行": 190}
    own = {
        f"{name}_{stage}": Decimal(spent[stage] * number) for name in ("资金总额", "财政拨款") for stage in stages
    }
    none = {f"{name}_{stage}": Decimal(0) for name in ("上年结转", "其他资金") for stage in stages}
    return {**own, **none}


def hand_in_all(campaign: Campaign, units: Iterable[Unit] = UNITS) -> None:
    """Put a filled workbook of each project into the inbox."""
    for number, unit in enumerate(units, 1):
        px.hand_in(campaign, f"{unit.part_code}.xlsx", returned(campaign, unit, number), now=NOW)
