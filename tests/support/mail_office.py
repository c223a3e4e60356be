"""An office that sends: its units with their addresses, handed out to, and its mail server in campaign.toml."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mail_server import MailServer
from once import made_once
from reviewing_office import FINE, ROADS, SCHOOLS, WATER, WRONG, make
from small_campaign import filler_of

from perfeval_xl.api.rounds import collect, issue
from perfeval_xl.api.year import open_campaign
from perfeval_xl.campaign.folder import SETTINGS, Campaign
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.records.unit import Unit

GOV = Unit("0", "区政府", email="zf@example.cn", exempt=True)
UNITS = (
    GOV,
    replace(ROADS, email="jt@example.cn", qq="10001", superior="0"),
    replace(SCHOOLS, email="jy@example.cn；jy2@example.cn", superior="0"),
    replace(WATER, email="jt@example.cn", superior="0"),
    Unit("4", "林业局", "省林业厅"),
    Unit("5", "统计局", email="tj#163.com"),
)
NOW = datetime(2024, 3, 1, 9, tzinfo=UTC)


def offices(factory: pytest.TempPathFactory) -> Path:
    """Return the folders of an office that has handed out (发放), and of one in which two have reported (收取)."""

    def made(folder: Path) -> None:
        campaign = make(folder / "发放", units=UNITS)
        issue(campaign, now=NOW)
        shutil.copytree(folder / "发放", folder / "收取")
        campaign = open_campaign(folder / "收取")
        for number, (unit, values) in enumerate(((UNITS[1], FINE), (UNITS[2], WRONG)), 1):
            data = filler_of(campaign).fill({**cover(campaign.template, unit, number), **values})
            (campaign.inbox / f"{unit.code}.xlsx").write_bytes(data)
        collect(campaign, jobs=1, now=NOW)

    return made_once(factory, "sending", made)


def by(campaign: Campaign, server: MailServer, **settings: object) -> Campaign:
    """Return a campaign whose mail goes to a server."""
    stated = {"发件人": "jx@example.gov.cn", "服务器": "127.0.0.1", "加密": "无", "端口": server.port, **settings}
    path = campaign.folder / SETTINGS
    lines = path.read_text("utf-8").splitlines()
    for name, value in stated.items():
        shown = str(value) if isinstance(value, int) else f'"{value}"'
        lines = [f'"{name}" = {shown}' if line.startswith(f'"{name}" =') else line for line in lines]
    path.write_text("\n".join(lines), "utf-8")
    return open_campaign(campaign.folder)
