"""Letters of many lie in folders of their own, move there when that is set, and are put aside from there, too."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from mail_office import NOW, UNITS, offices

from perfeval_xl.api.acts import exempt
from perfeval_xl.api.rounds import write_returns
from perfeval_xl.api.year import open_campaign
from perfeval_xl.campaign.folder import SETTINGS, Campaign
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.places import DONE, letter_path
from perfeval_xl.records.office import Office, Shelving


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    shutil.copytree(offices(tmp_path_factory) / "收取", tmp_path / "2023")
    return tmp_path / "2023"


def shelved(folder: Path, shelving: str) -> Campaign:
    path = folder / SETTINGS
    lines = path.read_text("utf-8").splitlines()
    lines = [f'"退回分文件夹" = "{shelving}"' if line.startswith('"退回分文件夹"') else line for line in lines]
    path.write_text("\n".join(lines), "utf-8")
    return open_campaign(folder)


def lying(campaign: Campaign) -> list[str]:
    return sorted(path.relative_to(campaign.returns).as_posix() for path in campaign.returns.rglob("*.*"))


def acts(campaign: Campaign) -> int:
    with ledger.opened(campaign.ledger) as book:
        return len(book.acts())


def test_letters_move_to_where_the_settings_want_them_and_nothing_is_written_anew(folder: Path) -> None:
    campaign = open_campaign(folder)
    together, before = lying(campaign), acts(campaign)
    assert together == ["2 教育局 退回通知.docx", "2 教育局.xlsx", "通过回执/1 交通局 通过回执.docx"]
    times = {path.name: path.stat().st_mtime for path in campaign.returns.rglob("*.*")}
    for shelving, place in (("主管部门", ("区政府", "区政府")), ("单位", ("2 教育局", "1 交通局"))):
        campaign = shelved(folder, shelving)
        write_returns(campaign, now=NOW)
        assert lying(campaign) == sorted([
            f"{place[0]}/2 教育局 退回通知.docx", f"{place[0]}/2 教育局.xlsx",
            f"通过回执/{place[1]}/1 交通局 通过回执.docx",
        ])  # fmt: skip
    campaign = shelved(folder, "")
    write_returns(campaign, now=NOW)
    assert lying(campaign) == together
    assert {path.name: path.stat().st_mtime for path in campaign.returns.rglob("*.*")} == times
    assert acts(campaign) == before
    assert not [path for path in campaign.returns.iterdir() if path.is_dir() and path.name != "通过回执"]


def test_a_round_is_put_aside_out_of_its_folder(folder: Path) -> None:
    campaign = shelved(folder, "主管部门")
    write_returns(campaign, now=NOW)
    exempt(campaign, "2", why="机构改革", now=NOW + timedelta(days=1))
    assert lying(campaign) == [
        "已办结/第1次/2 教育局 退回通知.docx", "已办结/第1次/2 教育局.xlsx",
        "通过回执/区政府/1 交通局 通过回执.docx",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parent", "shelf"),
    [
        ("省/林业厅:一", "省林业厅一"),
        (DONE, "已办结（单位）"),
        ("..", "（单位）"),
        ("厅" * 90, "厅" * 60),
        ("", "林业局"),
    ],
)
def test_whatever_a_parent_department_is_called_its_folder_is_one(folder: Path, parent: str, shelf: str) -> None:
    campaign = replace(open_campaign(folder), office=Office(shelving=Shelving.PARENT))
    unit = replace(UNITS[4], parent=parent)
    assert letter_path(campaign, unit) == campaign.returns / shelf / "4 林业局.xlsx"
