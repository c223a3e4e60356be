"""A year of projects with every mishap of sending: nothing lost, replaced unseen or told twice, all settled."""

from __future__ import annotations

import io
import os
import zipfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from archives import rar
from projects import NOW, UNITS, made, returned

import perfeval_xl as px
from perfeval_xl.cli.screen import print_overview
from perfeval_xl.records.finding import Value
from perfeval_xl.records.papers import Held, Paper
from perfeval_xl.records.unit import Part

CARE, SHELTERS, REPAIRS, SCHOOLS, TEACHERS = UNITS
WRONG: dict[str, Value] = {"资金总额_全年执行": Decimal(1)}
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"no workbook"


@dataclass
class Year:
    """A year in which files come in, one run of collecting a day."""

    campaign: px.Campaign
    day: int = 1
    came: list[str] = field(default_factory=list)
    seen: px.Overview = field(init=False)

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=self.day)

    def workbook(self, unit: px.Unit, variant: int = 0, serial: int = 0, **changes: Value) -> bytes:
        number = serial or UNITS.index(unit) + 1
        own = {"实际完成情况": f"{unit.label}完成任务{number}{variant}项，质量合格。", **changes}
        return returned(self.campaign, unit, number, own)

    def comes(self, name: str, data: bytes, made: datetime | None = None) -> None:
        path = self.campaign.inbox / name
        path.write_bytes(data)
        os.utime(path, ((made or self.now).timestamp(),) * 2)
        self.came.append(name)

    def comes_packed(self, name: str, data: bytes, members: tuple[str, ...]) -> None:
        self.comes(name, data)
        self.came[-1:] = [f"{name}/{member}" for member in members]

    def collect(self) -> None:
        self.seen = px.collect(self.campaign, jobs=1, now=self.now).seen
        self.day += 1

    def decide(self, *wishes: px.Accept | px.Claim | px.Ignore) -> None:
        self.seen = px.decide(self.campaign, wishes, by="钱七", now=self.now).seen

    def of(self, unit: px.Unit) -> px.Standing:
        return next(one for one in self.seen.standings if one.unit == unit)

    def counts(self, *units: px.Unit) -> list[str]:
        return [one.receipt.file if (one := self.of(unit)).receipt else "" for unit in units]

    @property
    def waits(self) -> dict[str, str]:
        return {one.receipt.file: one.finding.rule for one in self.seen.waiting}

    @property
    def places(self) -> Counter[str]:
        """Where every file stands now, once for each place."""
        seen = self.seen
        of_units = (
            receipt
            for one in seen.standings
            for receipt in (*one.receipts, *one.unread, *(paper.receipt for paper in one.papers))
        )
        others = (*seen.strangers, *seen.rejected, *(one.receipt for one in seen.waiting))
        told = (receipt for receipt, _ in (*seen.again, *seen.ignored))
        return Counter(receipt.file for receipt in (*of_units, *others, *told))


TOLD = ("待定：", "不在项目名册中：", "未能读取：", "已来文件，读不出：", "以前收到过：")


def strangers(seen: px.Overview) -> list[tuple[px.Receipt, px.Finding]]:
    return list(zip(seen.strangers, seen.findings, strict=True))


@pytest.fixture
def year(tmp_path: Path) -> Year:
    campaign = made(tmp_path / "2023")
    px.issue(campaign, campaign.units, now=NOW)
    return Year(campaign)


def zipped(members: dict[str, tuple[bytes, int]]) -> bytes:
    """Return a zip of files, each with its day of March on the sender's clock."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, (data, day) in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, day, 1, 0, 0)), data)
    return packed.getvalue()


def test_a_year_of_projects_with_every_mishap_is_settled_by_claim_accept_and_ignore(
    year: Year, capsys: pytest.CaptureFixture[str]
) -> None:
    # three projects of one unit in a rar, with a scan of one; draft and final in a zip; a clock in 2030
    three = {f"{unit.part_code}.xlsx": year.workbook(unit) for unit in (CARE, SHELTERS, REPAIRS)}
    three["候车亭建设 盖章件.pdf"] = b"%PDF-1.7"
    year.comes_packed("交通局.rar", rar(three), tuple(three))
    draft, final = year.workbook(TEACHERS), year.workbook(TEACHERS, 1)
    year.comes_packed(
        "教师培训.zip", zipped({"修改稿.xlsx": (final, 2), "初稿.xlsx": (draft, 1)}), ("修改稿.xlsx", "初稿.xlsx")
    )
    faulty = year.workbook(SCHOOLS, **WRONG)
    year.comes("402001-JY-1 教育局.xlsx", faulty, datetime(2030, 1, 1, tzinfo=UTC))
    year.collect()
    assert year.counts(*UNITS) == [
        "交通局.rar/XM01.xlsx", "交通局.rar/XM02.xlsx", "交通局.rar/XM03.xlsx", "402001-JY-1 教育局.xlsx",
        "教师培训.zip/修改稿.xlsx",
    ]  # fmt: skip
    assert [one.receipt.file for one in year.of(SHELTERS).papers] == ["交通局.rar/候车亭建设 盖章件.pdf"]
    assert [one.stage for one in year.seen.standings] == [
        *[px.Stage.PASSED] * 3,
        px.Stage.RETURNED,
        px.Stage.PASSED,
    ]

    # the faulty one of 2030 is corrected today; a person accepts one project, and it comes again
    year.comes("402001-JY-1 教育局 改.xlsx", year.workbook(SCHOOLS, 1))
    year.decide(px.Accept(CARE.key, "核实"))
    year.comes("401001-XM01 再报.xlsx", year.workbook(CARE, 1))
    # another unit's workbook, another project's, one that nobody registered, a stranger's serial
    year.comes("401001-XM01 交通局.xlsx", year.workbook(SCHOOLS, 2))
    year.comes("水毁路段修复.xlsx", year.workbook(SHELTERS, 2))
    year.comes("填成别的项目.xlsx", year.workbook(REPAIRS, 3, 项目名称="候车亭建设"))
    year.comes("绿道.xlsx", year.workbook(replace(CARE, part=Part("XM09", "绿道工程")), serial=1))
    year.comes("自评.xlsx", year.workbook(SHELTERS, 4, serial=777))
    # a scan that says nothing, and a workbook that nobody can read
    year.comes("扫描0001.pdf", b"%PDF-1.7 2")
    year.comes("402001-JY-2 教育局 教师培训.xlsx", LOCKED)
    year.collect()
    kept = [
        *("交通局.rar/XM01.xlsx", "交通局.rar/XM02.xlsx", "交通局.rar/XM03.xlsx", "402001-JY-1 教育局 改.xlsx")
    ]
    assert year.counts(*UNITS) == [*kept, "教师培训.zip/修改稿.xlsx"], "nothing is replaced unseen"
    assert year.waits == {
        "401001-XM01 再报.xlsx": "A09", "401001-XM01 交通局.xlsx": "A07", "自评.xlsx": "A07",
        "水毁路段修复.xlsx": "A24", "填成别的项目.xlsx": "A24",
    }  # fmt: skip
    assert [(one.file, finding.rule) for one, finding in strangers(year.seen)] == [("绿道.xlsx", "A21")]
    assert [one.file for one in year.seen.rejected] == ["扫描0001.pdf"]
    assert [one.file for one in year.of(TEACHERS).unread] == ["402001-JY-2 教育局 教师培训.xlsx"]

    # replay: the faulty one again, under another name
    year.comes("402001-JY-1 最终稿.xlsx", faulty)
    year.collect()
    assert (year.counts(SCHOOLS), [told.rule for _, told in year.seen.again]) == (kept[3:], ["A08"])
    assert year.places == Counter(year.came), "nothing is lost, and nothing stands in two places"
    capsys.readouterr()
    print_overview(year.seen, year.campaign.office, year.now.date())
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(TOLD)]
    assert len(lines) == len(set(lines)) == 9, "each is told once"

    # all of it is settled
    year.decide(
        px.Accept(CARE.key, "以再报的为准"),
        px.Claim("401001-XM01 交通局.xlsx", SCHOOLS.key, "电话核实"),
        px.Claim("水毁路段修复.xlsx", REPAIRS.key, "拿错了工作簿"),
        px.Ignore("填成别的项目.xlsx", "作废"),
        px.Ignore("绿道.xlsx", "不在范围"),
        px.Ignore("自评.xlsx", "不是发放的工作簿"),
        px.Claim("扫描0001.pdf", REPAIRS.key),
        px.Ignore("402001-JY-2 教育局 教师培训.xlsx", "误报"),
    )
    settled = ["401001-XM01 再报.xlsx", kept[1], "水毁路段修复.xlsx", "401001-XM01 交通局.xlsx"]
    assert year.counts(*UNITS) == [*settled, "教师培训.zip/修改稿.xlsx"]
    assert (year.waits, year.seen.strangers, year.seen.rejected) == ({}, (), ())
    assert year.of(REPAIRS).held(Paper.STAMPED) is Held.RECEIVED
    assert year.places == Counter(year.came)
    before = year.seen.standings
    year.collect()
    assert year.seen.standings == before, "and nothing changes by looking again"
