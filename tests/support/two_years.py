"""Two years of a small county: last year's ledger with accepted submissions, this year's roster after changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from shipped import TEMPLATES
from small_campaign import filler_of

from perfeval_xl.campaign.folder import Campaign, create, create_after, open_campaign
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.intake.collect import collect
from perfeval_xl.outgoing.issue import cover, file_name, issue
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Value
from perfeval_xl.records.office import Office
from perfeval_xl.records.submission import Key
from perfeval_xl.records.unit import Unit
from perfeval_xl.template.shelf import find
from perfeval_xl.template.source.examples import sample_fill
from perfeval_xl.template.source.spec import read_spec

BEFORE = {"1": "交通局", "2": "旅游局", "3": "文化局", "4": "建设局", "5": "水利局", "6": "信访局", "7": "档案局"}
AFTER = {"1": "交通运输局", "23": "文化旅游局", "4": "住房局", "41": "城管局", "5": "水利局", "9": "数据局"}
AFTER |= {"66": "信访局"}
"""One unit has another name, two became one, one was split, one has another code, one is new, one is no more."""
LAST, THIS = (tuple(Unit(code, name, "区政府") for code, name in names.items()) for names in (BEFORE, AFTER))
STEPS = (("1", "更名", "1", None), ("2", "合并", "23", None), ("3", "合并", "23", None), ("4", "分立", "4", 60),
         ("4", "分立", "41", 40), ("6", "改码", "66", None), ("7", "撤销", None, None))  # fmt: skip


@cache
def complete() -> Mapping[Key, Value]:
    """Return a fill in which no check of the template finds anything."""
    fields = find("hunan-2023").field
    sample = sample_fill(read_spec(TEMPLATES / "hunan-2023" / "template.toml").sample, fields)
    return {key: value for key, value in sample.items() if fields[key[0]].role is Role.INPUT}


def submit(campaign: Campaign, unit: Unit, values: Mapping[Key, Value], hour: int = 0) -> None:
    """Put a filled workbook into the inbox: one made from the blank template, so that it bears no serial."""
    path = campaign.inbox / f"{unit.code}-{hour}.xlsx"
    path.write_bytes(workbook_of(campaign, unit, values))
    os.utime(path, (1_709_280_000 + hour * 3600,) * 2)


def workbook_of(campaign: Campaign, unit: Unit, values: Mapping[Key, Value]) -> bytes:
    return filler_of(campaign).fill({**values, **cover(campaign.template, unit, 0)})


def last_year(folder: Path) -> Campaign:
    """Play last year: everybody's submission is accepted but that of 水利局, who left a required cell blank."""
    campaign = create(folder, "hunan-2023", {"年度": Decimal(2022)}, LAST)
    for unit in LAST:
        values = {**complete(), ("填报日期", 0): date(2023, 3, 12)}
        if unit.name == "水利局":
            del values["三公经费_本年决算", 0]
        submit(campaign, unit, values)
    collect(campaign, jobs=1)
    return campaign


def this_year(folder: Path, last: Campaign, steps: tuple[Any, ...] = STEPS) -> Campaign:
    """Begin this year after last year, with the changes in the roster workbook."""
    campaign = create_after(last, folder, "hunan-2023", {"年度": Decimal(2023)}, Office())
    path = campaign.folder / "名册.xlsx"
    book = openpyxl.load_workbook(path)
    for row, unit in enumerate(THIS, 5):
        book["名册"][f"A{row}"], book["名册"][f"B{row}"] = unit.code, unit.name
    for row, step in enumerate(steps, 5):
        for letter, value in zip("ACDF", step, strict=True):
            book["沿革"][f"{letter}{row}"] = value
    for letter, figure in (("A", "1"), ("C", 1100), ("K", 3300)):
        book["控制数"][f"{letter}5"] = figure
    for row in range(6, 20):
        book["控制数"][f"A{row}"] = None
    book.save(path)
    return open_campaign(folder)


def issued(campaign: Campaign, unit: Unit) -> dict[Key, Value]:
    """Hand out and return what stands in a unit's workbook."""
    issue(campaign, campaign.units)
    template = replace(campaign.template, settled=True)
    data = (campaign.out / file_name(unit)).read_bytes()
    arrived = Arrived(file_name(unit), datetime(2024, 3, 1, tzinfo=UTC), data)
    record = Desk({template.id: template}, campaign.clock).judge(arrived)
    assert record.submission is not None
    return record.submission.values
