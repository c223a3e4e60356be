"""Stamped papers and evidence in the inbox: filed to their unit, kept there, held against what has passed."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
import small_campaign
from commands import run
from small_campaign import copied, figures, filler_of

import perfeval_xl as px
from perfeval_xl.cli.screen import print_overview, print_tally
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.records.papers import Held, Paper
from perfeval_xl.workbook.sheet_writer import HEAD_ROW

ROADS, SCHOOLS, WATER, PEOPLE, ARCHIVE = small_campaign.UNITS
MARCH = datetime(2024, 3, 1, 9, tzinfo=UTC)
PDF, JPG = b"%PDF-1.7 ", b"\xff\xd8\xff\xe0"


@dataclass
class Bureau:
    """A campaign in which papers come in, one run of collecting a day."""

    campaign: px.Campaign
    day: int = 1
    seen: px.Overview = field(init=False)
    tally: px.Tally = field(init=False)

    @property
    def now(self) -> datetime:
        return MARCH + timedelta(days=self.day)

    def workbook(self, unit: px.Unit, budget: int = 120) -> bytes:
        values = {**figures(budget, 98), **cover(self.campaign.template, unit, 0)}
        return filler_of(self.campaign).fill(values)

    def comes(self, name: str, data: bytes) -> Path:
        path = self.campaign.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (self.now.timestamp(),) * 2)
        return path

    def collect(self) -> None:
        done = px.collect(self.campaign, jobs=1, now=self.now)
        self.seen, self.tally = done.seen, done.tally
        self.day += 1

    def accept(self, unit: px.Unit) -> None:
        self.seen = px.accept(self.campaign, unit.code, why="看过", by="钱七", now=self.now).seen

    def of(self, unit: px.Unit) -> px.Standing:
        return next(one for one in self.seen.standings if one.unit == unit)

    def filed(self, unit: px.Unit) -> list[str]:
        return [one.receipt.file for one in self.of(unit).papers]

    def unread(self, unit: px.Unit) -> list[str]:
        return [one.file for one in self.of(unit).unread]

    def held(self, unit: px.Unit) -> tuple[Held | None, Held | None]:
        standing = self.of(unit)
        return standing.held(Paper.STAMPED), standing.held(Paper.EVIDENCE)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> px.Campaign:
    """A campaign into which nothing has come, with its template kept."""
    campaign = small_campaign.make(tmp_path_factory.mktemp("盖章件") / "2023", ())
    campaign.keep_template()
    return campaign


@pytest.fixture
def bureau(pattern: px.Campaign, tmp_path: Path) -> Bureau:
    return Bureau(copied(pattern, tmp_path / "2023"))


def words(path: Path) -> str:
    made = docx.Document(str(path))
    cells = (cell.text for table in made.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(paragraph.text for paragraph in made.paragraphs), *cells))


def sheet(path: Path, name: str) -> Iterator[dict[str, object]]:
    """Give the rows of a sheet of 报送情况.xlsx by their headings."""
    heads, *rows = openpyxl.load_workbook(path)[name].iter_rows(min_row=HEAD_ROW, values_only=True)
    return (dict(zip(map(str, heads), row, strict=True)) for row in rows)


def test_a_scan_is_unreadable_until_a_return_comes_and_is_filed_then(bureau: Bureau) -> None:
    bureau.comes("402001 交通局 盖章件.pdf", PDF)
    bureau.collect()
    assert (bureau.of(ROADS).progress, bureau.unread(ROADS)) == ("已来文件，读不出", ["402001 交通局 盖章件.pdf"])
    assert (bureau.tally.papers, bureau.tally.statuses, bureau.tally.adds_up) == (1, {}, True)
    assert bureau.held(ROADS) == (Held.MISSING, Held.MISSING)
    bureau.comes("402001.xlsx", bureau.workbook(ROADS))
    bureau.collect()
    assert (bureau.unread(ROADS), bureau.filed(ROADS)) == ([], ["402001 交通局 盖章件.pdf"])
    assert bureau.of(ROADS).progress == "已退回（第2次）"
    assert bureau.held(ROADS) == (Held.RECEIVED, Held.MISSING)
    assert bureau.held(ARCHIVE) == (None, None), "who is exempt is asked for nothing"
    px.ignore(bureau.campaign, "402001.xlsx", why="误报", by="钱七", now=bureau.now)
    bureau.collect()
    assert (bureau.unread(ROADS), bureau.filed(ROADS)) == (["402001 交通局 盖章件.pdf"], []), (
        "decided at each look"
    )


def test_papers_are_told_once_and_never_among_what_cannot_be_read(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as members:
        members.writestr("402001.xlsx", bureau.workbook(ROADS))
        members.writestr("盖章页.jpg", JPG)
        members.writestr("佐证材料/合同.docx", b"no document")
    bureau.comes("材料.zip", packed.getvalue())
    bureau.comes("无名.png", JPG + b"2")
    bureau.collect()
    print_tally(bureau.tally)
    print_overview(bureau.seen, bureau.campaign.office, bureau.now.date())
    told = capsys.readouterr().out
    assert "有错误1份，盖章件、佐证材料3份。" in told
    assert [line.split("：")[:2] for line in told.splitlines() if "无名.png" in line] == [["未能读取", "无名.png"]]
    assert "盖章页" not in told
    assert "合同" not in told
    assert (bureau.filed(ROADS), bureau.unread(ROADS)) == (
        ["材料.zip/佐证材料/合同.docx", "材料.zip/盖章页.jpg"],
        [],
    )
    row = next(line for line in told.splitlines() if "402001" in line)
    assert row.count("已收") == 2, "both columns"
    assert (bureau.campaign.inbox / "材料.zip").read_bytes() == packed.getvalue(), "kept where it lies"


def test_the_code_of_a_scan_is_held_against_what_has_passed(
    bureau: Bureau, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bureau.comes("402001.xlsx", bureau.workbook(ROADS))
    bureau.collect()
    assert bureau.of(ROADS).accepted_code == "", "what has not passed has no code to be printed"
    draft = px.submitted(bureau.campaign, "402001", now=bureau.now)
    assert (draft.code, draft.is_draft) == ("", True)
    bureau.accept(ROADS)
    code = bureau.of(ROADS).accepted_code
    taken = px.submitted(bureau.campaign, "402001", now=bureau.now)
    assert (taken.code, taken.is_draft) == (code, False), "its report bears the code and is no draft"
    slip = next((bureau.campaign.returns / "通过回执").glob("402001*.docx"))
    assert f"“402001 盖章件 {code}.pdf”" in words(slip)
    bureau.comes("402001 盖章件 A3KD-7RT9.pdf", PDF)
    bureau.collect()
    assert bureau.held(ROADS) == (Held.DIFFERS, Held.MISSING)
    assert px.needs_somebody(bureau.seen, bureau.campaign.office, bureau.now.date())
    print_overview(bureau.seen, bureau.campaign.office, bureau.now.date())
    assert (
        f"与通过稿不符：402001 交通局：盖章件“402001 盖章件 A3KD-7RT9.pdf”的校验码是A3KD-7RT9，通过稿的是{code}。"
        in capsys.readouterr().out
    )
    px.claim(bureau.campaign, "402001 盖章件 A3KD-7RT9.pdf", code=code.lower(), by="钱七", now=bureau.now)
    bureau.collect()
    assert bureau.held(ROADS) == (Held.RECEIVED, Held.MISSING)

    table = px.write_status(bureau.campaign, now=bureau.now).table
    line = next(row for row in sheet(table, "报送情况") if row["单位代码"] == "402001")
    assert (line["盖章件"], line["佐证材料"], line["校验码"]) == ("已收", "缺", code)
    assert [tuple(row.values()) for row in sheet(table, "盖章件和佐证材料")] == [
        ("402001", "交通局", "盖章件", "402001 盖章件 A3KD-7RT9.pdf", code, code, "相符")
    ]
    claimed = next(row for row in sheet(table, "办理记录") if row["事项"] == "认领")
    assert claimed["对象"] == f"402001 盖章件 A3KD-7RT9.pdf（校验码{code}）"

    summary = px.summarise(bureau.campaign, now=bureau.now).workbook
    assert [row["校验码"] for row in sheet(summary, "报送情况") if row["单位代码"] == "402001"] == [code]

    kept = px.backup(bureau.campaign, tmp_path / "备份", now=bureau.now)
    px.restore(kept.path, tmp_path / "恢复")
    again = px.overview(px.open_campaign(tmp_path / "恢复"), now=bureau.now)
    assert again.standings[0].papers == bureau.of(ROADS).papers
    px.export(bureau.campaign, to=tmp_path / "导出", now=bureau.now)
    with (tmp_path / "导出" / "盖章件和佐证材料.csv").open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["文件"], row["校验码"], row["通过稿校验码"]) == ("402001 盖章件 A3KD-7RT9.pdf", code, code)

    claim = next(act for act in bureau.seen.acts if act.deed.label == "认领")
    bureau.seen = px.withdraw(bureau.campaign, claim.number, by="钱七", now=bureau.now).seen
    assert bureau.held(ROADS) == (Held.DIFFERS, Held.MISSING), "a claim is undone like any act"


def test_what_passes_anew_has_another_code_and_the_stamped_paper_is_of_the_old_one(bureau: Bureau) -> None:
    bureau.comes("402001.xlsx", bureau.workbook(ROADS))
    bureau.collect()
    bureau.accept(ROADS)
    first = bureau.of(ROADS).accepted_code
    bureau.comes(f"402001 盖章件 {first}.pdf", PDF)
    bureau.comes("402001 改.xlsx", bureau.workbook(ROADS, 121))
    bureau.collect()
    assert (bureau.of(ROADS).accepted_code, bureau.held(ROADS)[0]) == (first, Held.RECEIVED), "the new one waits"
    bureau.accept(ROADS)
    standing = bureau.of(ROADS)
    assert standing.accepted_code not in {"", first}
    assert standing.accepted
    assert standing.accepted.grounds["校验码"] == standing.code == standing.accepted_code
    assert bureau.held(ROADS)[0] is Held.DIFFERS


def test_papers_that_are_moved_or_cleared_away_stay_recorded(bureau: Bureau) -> None:
    bureau.comes("402001.xlsx", bureau.workbook(ROADS))
    scan = bureau.comes("扫描0001.pdf", PDF)
    bureau.collect()
    assert [one.file for one in bureau.seen.rejected] == ["扫描0001.pdf"]
    moved = bureau.campaign.inbox / "402001 交通局" / scan.name
    moved.parent.mkdir()
    scan.rename(moved)
    bureau.collect()
    assert (bureau.filed(ROADS), bureau.seen.rejected, bureau.seen.again) == (
        ["402001 交通局/扫描0001.pdf"],
        (),
        (),
    )
    renamed = moved.with_name("盖章件.pdf")
    moved.rename(renamed)
    bureau.collect()
    assert bureau.filed(ROADS) == ["402001 交通局/盖章件.pdf"], "one that was moved is listed once"
    renamed.write_bytes(PDF + b"2")
    bureau.collect()
    assert (bureau.filed(ROADS), len(bureau.of(ROADS).papers)) == (["402001 交通局/盖章件.pdf"], 1)
    renamed.unlink()
    bureau.collect()
    assert bureau.held(ROADS)[0] is Held.RECEIVED, "the inbox was cleared, what had come had come"


@pytest.mark.parametrize(
    ("file", "unit", "code", "said"),
    [
        ("402001 盖章件.pdf", "", "A3KD-7RT0", "不是校验码"),
        ("402001 盖章件.pdf", "", "", "认领要写单位代码"),
        ("402001.xlsx", "402001", "A3KD-7RT9", "不是盖章件或佐证材料"),
        ("扫描.jpg", "", "A3KD-7RT9", "请写明单位代码"),
    ],
)
def test_a_code_that_cannot_be_told_is_refused_with_a_sentence(
    codes_refused: Bureau, file: str, unit: str, code: str, said: str
) -> None:
    with pytest.raises(px.DecisionError, match=said):
        px.claim(codes_refused.campaign, file, unit, code=code, by="钱七", now=codes_refused.now)


def test_the_command_takes_a_code_without_a_unit(codes_refused: Bureau) -> None:
    folder, file = codes_refused.campaign.folder, "402001 盖章件.pdf"
    done = run("claim", file, folder, "--校验码", "a3kd7rt9", "--by", "钱七")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "402001 交通局：已退回（第1次）"), done.stderr
    seen = px.overview(codes_refused.campaign, now=codes_refused.now)
    assert [(one.receipt.file, one.code) for one in seen.standings[0].papers] == [(file, "A3KD-7RT9")]
    told = run("claim", "--help").stdout
    assert "文件 [单位] [文件夹]" in told
    assert "--校验码" in told


@pytest.fixture(scope="module")
def codes_refused(pattern: px.Campaign, tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    bureau = Bureau(copied(pattern, tmp_path_factory.mktemp("拒绝") / "2023"))
    bureau.comes("402001.xlsx", bureau.workbook(ROADS))
    bureau.comes("402001 盖章件.pdf", PDF)
    bureau.comes("扫描.jpg", JPG)
    bureau.collect()
    return bureau
