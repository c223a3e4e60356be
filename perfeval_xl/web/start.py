"""The first page: the years below the folder, the newest first, and the form that begins a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, count
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import now
from perfeval_xl.api.spoken import command
from perfeval_xl.api.standings import counts
from perfeval_xl.api.templates import shipped_templates
from perfeval_xl.api.year import create_campaign, open_campaign
from perfeval_xl.records.errors import CampaignError, PerfevalError
from perfeval_xl.records.office import Office
from perfeval_xl.records.times import day_of
from perfeval_xl.web.works import Outcome
from perfeval_xl.web.years import key_of

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from perfeval_xl.api.watch import Watch
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.standing import Stage
    from perfeval_xl.web.asked import Asked

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Shelved:
    """One year as the first page lists it: how far its units are, or why that cannot be said."""

    key: str
    folder: str
    year: int = 0
    title: str = ""
    deadline: date | None = None
    units: int = 0
    stages: tuple[tuple[Stage, int], ...] = ()
    fault: str = ""


def shelf(asked: Asked) -> Response:
    """List the years."""
    found = [_shelved(asked, key, folder) for key, folder in asked.desk.years.folders().items()]
    found.sort(key=lambda one: (-one.year, one.folder))
    return asked.page("start", years=found, root=asked.desk.years.root, opened=asked.desk.years.opened)


def _shelved(asked: Asked, key: str, folder: Path) -> Shelved:
    try:
        campaign = asked.desk.years.campaign(key)
    except PerfevalError as error:
        return Shelved(key, folder.name, fault=str(error))
    known = (key, folder.name, campaign.year, _title(campaign.title), campaign.office.deadline)
    try:
        seen = asked.desk.years.seen(key)
    except PerfevalError as error:
        return Shelved(*known, fault=str(error))
    return Shelved(*known, len(seen.lines), tuple(counts(seen.lines).items()))


def _title(title: str) -> str:
    return title or "（未写地区）"


def blank(asked: Asked) -> Response:
    """Show the form that begins a year."""
    return _form(asked, year=str(day_of(now()).year - 1))


def _form(asked: Asked, status: int = 200, fault: str = "", **typed: str) -> Response:
    usual = dict.fromkeys(("year", "region", "template", "deadline", "operator", "last"), "")
    return asked.page(
        "new",
        status,
        fault=fault,
        typed={**usual, **typed},
        templates=shipped_templates(),
        years=asked.desk.years.folders(),
    )


def create(asked: Asked) -> Response:
    """Begin a year in a folder that is called by it; what is wrong with what was typed is said beside it."""
    try:
        year, office = _year(asked.typed("year")), Office(_day(asked.typed("deadline")), asked.typed("operator"))
        folder = free_folder(asked.desk.years.root, year)
        last = asked.desk.years.folder(asked.typed("last"))
        template = asked.typed("template")
        if template not in shipped_templates():
            raise CampaignError("请选一个模板。")
        settings: dict[str, Value] = {"年度": Decimal(year), "地区": asked.typed("region")}
        before = open_campaign(last) if last else None
    except PerfevalError as error:
        return _form(asked, 422, str(error), **asked.form)

    def do(_: Watch) -> Outcome:
        made = create_campaign(folder, settings, template=template, office=office, last=before)
        return Outcome((f"已建立工作文件夹“{made.folder.name}”。请核对设置，再填写名册。",))

    spoken = command(
        *("init", folder, "--year", year, "--region", asked.typed("region"), "--template", template),
        *(("--last", last) if last else ()),
    )
    work = asked.desk.works.begin("", "建立工作文件夹", spoken, "", do)
    work.wait()
    if work.faults:
        return _form(asked, 422, work.faults[0], **asked.form)
    work.after = asked.address("year", key_of(folder))
    return asked.shown(work)


def _year(text: str) -> int:
    if not re.fullmatch("[0-9]{4}", text) or not _FIRST_YEAR <= int(text) <= _LAST_YEAR:
        raise CampaignError(f"年度要写成四位数字，例如 2023，现在是“{text}”。")
    return int(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CampaignError(f"报送的最后一天要写成 2024-03-31 这样，现在是“{text}”。") from None


def free_folder(root: Path, year: int) -> Path:
    """Return the folder of a new year: called by it, with a number where that is taken."""
    names = chain((str(year),), (f"{year}-{number}" for number in count(2)))
    return next(root / name for name in names if not (root / name).exists())
