"""A year with every mishap of sending in it: nothing lost, nothing replaced unseen, all settled by acts."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import docx
import pytest
import small_campaign
from small_campaign import copied, figures

import perfeval_xl as px
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Key
from perfeval_xl.template.fill import Filler

ROADS, SCHOOLS, WATER, PEOPLE, ARCHIVE = small_campaign.UNITS
MARCH = datetime(2024, 3, 1, 9, tzinfo=UTC)
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"no workbook"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> px.Campaign:
    """All workbooks are handed out, nothing has come in."""
    campaign = small_campaign.make(tmp_path_factory.mktemp("归属") / "2023", ())
    px.issue(campaign, campaign.units, now=MARCH)
    return campaign


@dataclass
class Year:
    """A year in which files come in, one run of collecting a day."""

    campaign: px.Campaign
    filler: Filler
    day: int = 1
    seen: px.Overview = field(init=False)

    @property
    def now(self) -> datetime:
        return MARCH + timedelta(days=self.day)

    def workbook(self, unit: px.Unit, values: dict[Key, Value], serial: int = 0) -> bytes:
        number = serial or small_campaign.UNITS.index(unit) + 1
        return self.filler.fill({**values, **cover(self.campaign.template, unit, number)})

    def comes(self, name: str, data: bytes, made: datetime | None = None) -> None:
        path = self.campaign.inbox / name
        path.write_bytes(data)
        os.utime(path, ((made or self.now).timestamp(),) * 2)

    def collect(self) -> None:
        self.seen = px.collect(self.campaign, jobs=1, now=self.now).seen
        self.day += 1

    def decide(self, *wishes: px.Accept | px.Claim | px.Ignore | px.Exempt) -> None:
        self.seen = px.decide(self.campaign, wishes, by="钱七", now=self.now).seen

    def of(self, unit: px.Unit) -> px.Standing:
        return next(one for one in self.seen.standings if one.unit == unit)

    def counts(self, unit: px.Unit) -> str:
        receipt = self.of(unit).receipt
        return receipt.file if receipt else ""

    @property
    def waits(self) -> dict[str, str]:
        return {one.receipt.file: one.finding.rule for one in self.seen.waiting}


@pytest.fixture
def year(pattern: px.Campaign, tmp_path: Path) -> Year:
    campaign = copied(pattern, tmp_path / "2023")
    return Year(campaign, Filler(campaign.template, campaign.clock))


def archive(members: dict[str, tuple[bytes, int]]) -> bytes:
    """Return a zip of files, each with its day of March on the sender's clock."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, (data, day) in members.items():
            packed.writestr(zipfile.ZipInfo(name, (2024, 3, day, 12, 0, 0)), data)
    return made.getvalue()


def words(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_a_year_with_every_mishap_is_settled_by_claim_accept_and_ignore(year: Year) -> None:
    wrong, right = figures(100, 98), figures(120, 98)

    # a clock in 2030: the faulty file is corrected by one that is dated today
    year.comes("402001 交通局.xlsx", year.workbook(ROADS, wrong), datetime(2030, 1, 1, tzinfo=UTC))
    year.collect()
    assert (year.counts(ROADS), year.of(ROADS).stage) == ("402001 交通局.xlsx", px.Stage.RETURNED)
    year.comes("402001 改.xlsx", year.workbook(ROADS, right))
    year.collect()
    assert (year.counts(ROADS), year.waits) == ("402001 改.xlsx", {})

    # replay: the faulty one again, under another name
    year.comes("402001 最终稿.xlsx", year.workbook(ROADS, wrong))
    year.collect()
    assert (year.counts(ROADS), [told.rule for _, told in year.seen.again]) == ("402001 改.xlsx", ["A08"])

    # what a person accepted is replaced by a person only, who is told what changed
    year.decide(px.Accept(ROADS.code, "复核属实"))
    year.comes("402001 又改.xlsx", year.workbook(ROADS, {**right, ("人员_编制数", 0): Decimal(11)}))
    year.collect()
    assert (year.counts(ROADS), year.of(ROADS).stage) == ("402001 改.xlsx", px.Stage.PASSED)
    assert year.of(ROADS).progress == "已通过；另有1份待定"
    assert "与通过的相比改了1格" in year.seen.waiting[0].finding.message
    assert "10 → 11" in year.seen.waiting[0].finding.message

    # a serial that never went out, and one unit's workbook filled and named by another
    year.comes("自评.xlsx", year.workbook(ROADS, figures(5, 98), serial=777))
    year.comes("402002 教育局.xlsx", year.workbook(ROADS, figures(300, 90)))
    year.comes("档案馆.xlsx", year.workbook(ARCHIVE, figures(7, 98)))
    year.collect()
    assert year.waits == {
        "402001 又改.xlsx": "A09", "自评.xlsx": "A07", "402002 教育局.xlsx": "A07", "档案馆.xlsx": "A10",
    }  # fmt: skip
    assert (year.counts(ROADS), year.counts(SCHOOLS), year.counts(ARCHIVE)) == ("402001 改.xlsx", "", "")
    assert year.of(SCHOOLS).stage is px.Stage.WAITING, "it is not asked for what it sent"

    # draft and final in one archive; two of one time; a file that nobody can read, one that nobody knows
    draft, final = year.workbook(WATER, figures(200, 75)), year.workbook(WATER, figures(201, 75))
    year.comes("水利局.zip", archive({"修改稿.xlsx": (final, 5), "初稿.xlsx": (draft, 2)}))
    year.comes("民政局 自评.xlsx", LOCKED)
    year.comes("扫描件.pdf", b"%PDF-1.7")
    year.collect()
    assert year.counts(WATER) == "水利局.zip/修改稿.xlsx"
    assert [one.file for one in year.of(WATER).receipts] == ["水利局.zip/初稿.xlsx", "水利局.zip/修改稿.xlsx"]
    assert [one.rule for one in year.of(WATER).findings if one.rule == "A01"] == ["A01"], "both are told"
    assert year.of(PEOPLE).progress == "已来文件，读不出"
    notice = words(year.campaign.returns / "402004 民政局 退回通知.docx")
    assert year.of(PEOPLE).unread[0].findings[0].message in notice
    (line,) = (one for one in px.status_lines(year.seen, None, year.now.date()) if one.unit == PEOPLE)
    assert line.owes == "重新报送能打开的工作簿（来的民政局 自评.xlsx读不出）"
    assert [one.file for one in year.seen.rejected] == ["扫描件.pdf"]

    # all of it is settled
    year.decide(
        px.Accept(ROADS.code, "复核属实"),
        px.Claim("402002 教育局.xlsx", SCHOOLS.code, "电话核实"),
        px.Ignore("自评.xlsx", "不是发放的工作簿"),
        px.Ignore("档案馆.xlsx", "误报"),
        px.Claim("扫描件.pdf", PEOPLE.code),
    )
    assert (year.counts(ROADS), year.counts(SCHOOLS)) == ("402001 又改.xlsx", "402002 教育局.xlsx")
    assert year.of(SCHOOLS).stage is px.Stage.RETURNED, "another unit's cover is an error of its own"
    assert (year.waits, year.seen.rejected, year.seen.strangers) == ({}, (), ())
    assert {one.file for one in year.of(PEOPLE).unread} == {"民政局 自评.xlsx", "扫描件.pdf"}
    claimed = [act for act in year.seen.acts if act.deed.label == "认领"]
    year.seen = px.withdraw(year.campaign, claimed[-1].number, by="钱七", now=year.now).seen
    assert [one.file for one in year.seen.rejected] == ["扫描件.pdf"], "a claim is undone like any act"
    before = year.seen
    year.collect()
    assert [(one.unit, one.receipts) for one in year.seen.standings] == [
        (one.unit, one.receipts) for one in before.standings
    ], "and nothing changes by looking again"


def test_two_files_of_one_time_wait_for_a_person(year: Year) -> None:
    year.comes("402001 甲.xlsx", year.workbook(ROADS, figures(100, 98)))
    year.comes("402001 乙.xlsx", year.workbook(ROADS, figures(120, 98)))
    year.collect()
    assert (year.of(ROADS).stage, year.waits) == (
        px.Stage.WAITING,
        {"402001 甲.xlsx": "A11", "402001 乙.xlsx": "A11"},
    )
    with pytest.raises(px.PerfevalError, match="请先认领其中一份"):
        year.decide(px.Accept(ROADS.code, "看过"))
    with pytest.raises(px.PerfevalError, match=r"没有收到名为“丙\.xlsx”的文件"):
        year.decide(px.Claim("丙.xlsx", ROADS.code))
    with pytest.raises(px.PerfevalError, match="名册中没有“999”这个单位"):
        year.decide(px.Claim("402001 甲.xlsx", "999"))
    year.decide(px.Claim("402001 甲.xlsx", ROADS.code))
    assert (year.counts(ROADS), year.waits) == ("402001 甲.xlsx", {})
    with pytest.raises(px.PerfevalError, match="已经认领给交通局"):
        year.decide(px.Claim("402001 甲.xlsx", ROADS.code))
    year.decide(px.Ignore("402001 乙.xlsx", "初稿"))
    with pytest.raises(px.PerfevalError, match="已定为不处理"):
        year.decide(px.Claim("402001 乙.xlsx", ROADS.code))
