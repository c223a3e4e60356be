"""An office with three units in which people decide: its campaign, what is handed in, and a round of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from two_years import complete

from perfeval_xl.campaign.folder import SETTINGS, Campaign, create, open_campaign
from perfeval_xl.campaign.standings import overview
from perfeval_xl.intake.collect import collect
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.finding import Value
from perfeval_xl.records.office import Office
from perfeval_xl.records.standing import Overview
from perfeval_xl.records.submission import Key
from perfeval_xl.records.unit import Unit

ROADS, SCHOOLS, WATER = (
    Unit("1", "交通局", "区政府", "经建股", "张三", "0734-1"),
    Unit("2", "教育局", "区政府", "教科文股", "李四", "0734-2"),
    Unit("3", "水利局", "区政府", "农业股", "王五", "0734-3"),
)
UNITS_OF_OFFICE = (ROADS, SCHOOLS, WATER)
OFFICE = Office(date(2024, 3, 10), "赵六", phone="0734-9", place="预算股邮箱")
NOW = datetime(2024, 3, 12, 9, 30, tzinfo=UTC)
WHY = "设备改由上级部门统一采购和配发"
FINE = complete()
DOUBTFUL: Mapping[Key, Value] = {**FINE, ("政府采购_本年决算", 0): Decimal(1)}
WRONG: Mapping[Key, Value] = {**DOUBTFUL, ("人员经费_本年决算", 0): Decimal("0.01")}
DOUBT = "B12"


def make(folder: Path, office: Office = OFFICE, units: tuple[Unit, ...] = (ROADS, SCHOOLS, WATER)) -> Campaign:
    """Make a campaign in which it does not matter that all units write the same texts."""
    settings: dict[str, Value] = {"年度": Decimal(2023), "发文机关": "示范区财政局"}
    create(folder, "hunan-2023", settings, units, office)
    path = folder / SETTINGS
    path.write_text(path.read_text("utf-8").replace('"文字雷同" = 0.5', '"文字雷同" = 1'), "utf-8")
    return open_campaign(folder)


def taken(campaign: Campaign, now: datetime = NOW) -> Overview:
    """Take in what lies in the inbox and write what goes back."""
    collect(campaign, jobs=1)
    write_returns(campaign, now)
    return overview(campaign, now.date())
