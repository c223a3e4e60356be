"""Nothing from outside ends a run: each input that once did, alone among files that are in order."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from commands import run
from small_campaign import REPORTS, copied, make
from strange import any_name, nested, place, sparse
from typer.testing import CliRunner

from perfeval_xl.admission.characters import is_strange
from perfeval_xl.admission.clutter import OPENED
from perfeval_xl.admission.folders import walk
from perfeval_xl.campaign.backup import back_up, restore
from perfeval_xl.campaign.export import Table, writer
from perfeval_xl.checking.check import Checker
from perfeval_xl.checking.judge import Arrived, Desk, refused
from perfeval_xl.cli import app, screen
from perfeval_xl.files.outputs import Outputs
from perfeval_xl.intake import workers
from perfeval_xl.intake.collect import Tally, collect
from perfeval_xl.intake.inbox import FolderInbox
from perfeval_xl.intake.workers import Standards
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.packing import pack, unpack
from perfeval_xl.outgoing import returns as returning
from perfeval_xl.outgoing.marked_copy import markup
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.export_format import ExportFormat as Tables
from perfeval_xl.records.verdict import Status
from perfeval_xl.template.fill import Filler
from perfeval_xl.workbook.rules_of_files import say
from perfeval_xl.workbook.taking import Deferred, Staged

if TYPE_CHECKING:
    from collections.abc import Callable

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.ledger.packing import Parcel
    from perfeval_xl.records.finding import Finding
    from perfeval_xl.records.standing import Standing
    from perfeval_xl.records.submission import Submission
    from perfeval_xl.records.verdict import Receipt, Record, Verdict

forked = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in reaches the worker by a fork")
MOMENT = datetime(2024, 3, 1, tzinfo=UTC)
GOOD, OTHER = "402001.xlsx", "402002.xlsx"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    return make(tmp_path_factory.mktemp("样") / "年", REPORTS[:2])


@pytest.fixture
def campaign(pattern: Campaign, tmp_path: Path) -> Campaign:
    made = copied(pattern, tmp_path / "年")
    (made.inbox / OTHER).unlink()
    return made


@pytest.fixture
def pair(pattern: Campaign, tmp_path: Path) -> Campaign:
    return copied(pattern, tmp_path / "年")


def kept(campaign: Campaign) -> dict[str, Receipt]:
    with ledger.opened(campaign.ledger) as book:
        return {receipt.file: receipt for receipt in book.receipts()}


def taken(campaign: Campaign) -> Tally:
    """Collect twice: everything is accounted for, the good file is read, and the second run finds nothing new."""
    first = collect(campaign, jobs=1)
    assert first.adds_up
    assert kept(campaign)[GOOD].readable
    again = collect(campaign, jobs=1)
    assert (again.adds_up, again.seen, again.statuses) == (True, first.seen, {})
    return first


def strange_ones(campaign: Campaign) -> list[str]:
    return [name for name in kept(campaign) if name != GOOD]


@any_name
@pytest.mark.parametrize(
    ("spelt", "begins"),
    [
        ("教育局.xlsx".encode("gbk"), "教育局〔原名"),
        (b"\xff.xlsx", "[字节FF]〔原名"),
        (b"a\n\x1b[2Jb.xlsx", "a[000A][001B][2Jb〔原名"),
    ],
)
def test_a_strange_name_is_collected_under_its_clean_one(campaign: Campaign, spelt: bytes, begins: str) -> None:
    place(campaign.inbox, spelt, (campaign.inbox / GOOD).read_bytes() + b"\0")
    tally = taken(campaign)
    (name,) = strange_ones(campaign)
    assert name.startswith(begins)
    assert (tally.seen, sum(tally.statuses.values())) == (2, 2)


@any_name
def test_two_names_that_look_the_same_are_two_files(campaign: Campaign) -> None:
    for name in ("教育局.xlsx".encode("gbk"), "教育局.xlsx".encode()):
        place(campaign.inbox, name, (campaign.inbox / GOOD).read_bytes())
    assert sum(taken(campaign).statuses.values()) == 3
    assert len(strange_ones(campaign)) == 2


@dataclass(frozen=True)
class _Clock(FolderInbox):
    """A folder on a disk whose clock stands wrong."""

    nanoseconds: int = 0

    def take(self, path: str) -> Staged | Deferred | Finding:
        staged = FolderInbox.take(self, path)
        return replace(staged, modified_ns=self.nanoseconds) if isinstance(staged, Staged) else staged


@pytest.mark.parametrize("seconds", [15_040_000_000, 300_000_000_000, 10**17, -1, -(10**12)])
def test_a_file_of_any_year_is_taken(campaign: Campaign, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    monkeypatch.setattr(
        "perfeval_xl.intake.inbox.walk",
        lambda folder: [replace(met, modified_ns=seconds * 10**9) for met in walk(folder)],
    )
    with zipfile.ZipFile(campaign.inbox / "打包.zip", "w") as archive:
        archive.write(campaign.inbox / GOOD, "里.xlsx")
    tally = collect(campaign, jobs=1, inbox=_Clock(campaign.inbox, seconds * 10**9))
    assert (tally.adds_up, sum(tally.statuses.values())) == (True, 2)
    assert all(1980 <= receipt.modified.year <= 2107 for receipt in kept(campaign).values())


@any_name
def test_the_year_2446_on_disk_is_taken(campaign: Campaign, tmp_path: Path) -> None:
    os.utime(campaign.inbox / GOOD, (15_000_000_000, 15_000_000_000))
    taken(campaign)
    back_up(campaign, kept(campaign)[GOOD].modified, tmp_path / "备份", everything=True)


@any_name
def test_1200_nested_folders_are_told(campaign: Campaign) -> None:
    with nested(campaign.inbox, 1_200, data=b"x"):
        ((name, why),) = taken(campaign).deferred
        backed = back_up(campaign, kept(campaign)[GOOD].modified, everything=True)
    assert name.startswith("层/层/")
    assert "请把里面的文件移到外层" in why
    assert backed.left_out == (f"收件/{name}：{why}",)


@any_name
def test_a_path_over_4096_bytes_is_told(campaign: Campaign) -> None:
    with nested(campaign.inbox, 20, "长" * 80):
        ((_, why),) = taken(campaign).deferred
    assert "文件名太长" in why


def test_an_unreadable_subfolder_is_told_and_what_was_in_it_stays_known(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    (campaign.inbox / "乡镇").mkdir()
    (campaign.inbox / "乡镇" / "坏.xlsx").write_bytes(b"no workbook")
    assert collect(campaign, jobs=1).statuses[Status.REJECTED] == 1
    listed = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "乡镇":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    with monkeypatch.context() as held:
        held.setattr(os, "scandir", refuse)
        tally = collect(campaign, jobs=1)
    assert (tally.adds_up, tally.known) == (True, 1)
    assert [name for name, _ in tally.deferred] == ["乡镇"]
    with ledger.opened(campaign.ledger) as book:
        assert "乡镇/坏.xlsx" in book.sightings()
    assert collect(campaign, jobs=1).known == 2


@any_name
def test_links_pipes_sockets_and_huge_files_are_told(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = campaign.inbox
    (inbox / "回来").symlink_to(campaign.folder)
    (inbox / "转圈").symlink_to(inbox / "转圈")
    os.mkfifo(inbox / "管道.xlsx")
    sparse(inbox / "大.xlsx")
    monkeypatch.chdir(inbox)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("插座.xlsx")
        began = time.monotonic()
        tally = taken(campaign)
    assert time.monotonic() - began < 30
    assert (tally.seen, tally.statuses[Status.REJECTED]) == (6, 5)
    rules = {name: receipt.findings[0].rule for name, receipt in kept(campaign).items() if name != GOOD}
    assert rules == {"回来": "G15", "转圈": "G15", "管道.xlsx": "G15", "大.xlsx": "G02", "插座.xlsx": "G15"}


def test_a_member_with_a_strange_name_is_collected(campaign: Campaign) -> None:
    with zipfile.ZipFile(campaign.inbox / "打包.zip", "w") as archive:
        archive.write(campaign.inbox / GOOD, "一\n\x1b[2J.xlsx")
        archive.writestr("甲.xlsx.part", "half")
    tally = taken(campaign)
    assert (tally.seen, len(tally.ignored)) == (3, 1)
    (name,) = strange_ones(campaign)
    assert name.startswith("打包.zip/一[000A][001B][2J〔原名")


def test_a_mistake_in_opening_an_archive_costs_that_archive(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(campaign.inbox / "打包.zip", "w") as archive:
        archive.write(campaign.inbox / GOOD, "一.xlsx")

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("perfeval_xl.intake.collect.inside", fail)
    taken(campaign)
    assert [finding.rule for finding in kept(campaign)["打包.zip"].findings] == ["G99"]


class Panic(BaseException):
    """What a library raises that is not written in Python."""


def failing_for(unit: str, error: type[BaseException]):  # type: ignore[no-untyped-def]  # noqa: ANN201
    check = Checker.check

    def fail(checker: Checker, submission: Submission) -> Verdict:
        if submission.unit_code == unit:
            raise error
        return check(checker, submission)

    return fail


@forked
@pytest.mark.parametrize("error", [ZeroDivisionError, Panic])
def test_a_checker_that_fails_costs_that_file(
    pair: Campaign, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    monkeypatch.setattr(Checker, "check", failing_for("402002", error))
    taken(pair)
    (finding,) = kept(pair)[OTHER].findings
    assert (finding.rule, error.__name__ in finding.message) == ("G99", True)


@forked
@pytest.mark.parametrize("fault", ["raises", "cannot travel"])
def test_packing_that_fails_costs_that_file(pair: Campaign, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    def fail(record: Record) -> Parcel:
        if record.submission is not None and record.submission.unit_code == "402002":
            if fault == "raises":
                raise OverflowError
            return lambda: record  # type: ignore[return-value]  # no result at all
        return pack(record)

    monkeypatch.setattr(workers, "pack", fail)
    taken(pair)
    assert [finding.rule for finding in kept(pair)[OTHER].findings] == ["G99"]


@forked
def test_what_cannot_be_checked_again_keeps_its_judgement_and_is_told(
    pair: Campaign, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = pair
    collect(campaign, jobs=1)
    before = kept(campaign)
    monkeypatch.setattr(Standards, "basis", "another")
    with monkeypatch.context() as held:
        held.setattr(Checker, "check", failing_for("402002", ZeroDivisionError))
        tally = collect(campaign, jobs=1)
    assert (tally.again, [name for name, _ in tally.unchecked]) == (1, ["402002.xlsx"])
    assert kept(campaign)["402002.xlsx"].findings == before["402002.xlsx"].findings
    screen.print_tally(tally)
    assert "402002.xlsx：读取或核对这个文件时程序自身出错（ZeroDivisionError）" in capsys.readouterr().out
    healed = collect(campaign, jobs=1)
    assert (healed.again, healed.unchecked) == (1, ())


@pytest.mark.parametrize("error", [ZeroDivisionError, Panic])
def test_a_letter_that_cannot_be_written_costs_that_unit(
    pair: Campaign, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    collect(pair, jobs=1)
    told: list[str] = []
    with monkeypatch.context() as held:
        held.setattr(returning, "markup", failing_markup("402001", error))
        written = write_returns(pair, MOMENT, outputs=Outputs(pair.folder, told.append))
    assert [path.name[:6] for path in written] == ["402002"]
    assert [
        line.startswith("402001 交通局：退回件或回执没有写成") and error.__name__ in line for line in told
    ] == [True]
    later = write_returns(pair, MOMENT.replace(day=2))
    assert sorted(path.name[:6] for path in later) == ["402001", "402002"], "the next run owes what is missing"


def failing_markup(code: str, error: type[BaseException]) -> Callable[..., bytes]:
    """Return what marks every workbook but that of one unit."""

    def marked(filler: Filler, standing: Standing, *given: Any) -> bytes:
        if standing.unit.code == code:
            raise error
        return markup(filler, standing, *given)

    return marked


def test_a_checker_that_failed_is_not_used_again(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk({campaign.template.id: campaign.template}, campaign.clock)
    arrived = Arrived(GOOD, MOMENT, (campaign.inbox / GOOD).read_bytes())
    first = desk.judge(arrived)
    used = desk._for(campaign.template.id)
    with monkeypatch.context() as held:
        held.setattr(Checker, "check", failing_for("402001", ZeroDivisionError))
        with pytest.raises(ZeroDivisionError):
            desk.judge(arrived)
    assert desk._for(campaign.template.id) is not used
    assert desk.judge(arrived) == first


def test_the_ledger_never_gets_half_a_character(campaign: Campaign) -> None:
    half = "半\ud800字"
    finding = replace(say("G15", what="甲"), message=half, value=half, label=half)
    record = refused(Arrived(half, MOMENT, b""), finding)
    parcel = pack(record)
    with ledger.opened(campaign.ledger) as book:
        book.add([parcel], "basis")
        (receipt,) = book.receipts()
        assert receipt.file == "半\ufffd字"
        assert book.record(receipt).verdict.findings[0].value == "半\ufffd字"
    desk = Desk({campaign.template.id: campaign.template}, campaign.clock)
    judged = desk.judge(Arrived(GOOD, MOMENT, (campaign.inbox / GOOD).read_bytes()))
    assert judged.submission is not None
    entry = replace(judged.submission.entries[0], raw=half, value=half)
    submission = replace(judged.submission, unit_name=half, explanations={half: half}, entries=(entry,))
    back = unpack(pack(replace(judged, submission=submission))).submission
    assert back is not None
    assert (back.unit_name, back.entries[0].value, back.explanations) == (
        *("半\ufffd字",) * 2,
        {"半\ufffd字": "半\ufffd字"},
    )


def test_20000_ignored_files_are_one_line_and_not_in_the_ledger(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = campaign.inbox / "多"
    folder.mkdir()
    for number in range(20_000):
        (folder / f"~${number}.xlsx").touch()
    tally = collect(campaign, jobs=1)
    assert (tally.adds_up, len(tally.ignored)) == (True, 20_000)
    with ledger.opened(campaign.ledger) as book:
        assert list(book.sightings()) == [GOOD]
    screen.print_tally(tally)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"  20000份：{OPENED}（多/~$")


def command(*arguments: object, cwd: Path | None = None, encoding: str = "") -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | ({"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"} if encoding else {})
    line = [sys.executable, "-m", "perfeval_xl", *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, cwd=cwd, env=environment, check=False, timeout=60)
    assert b"Traceback" not in done.stderr
    return done


@any_name
def test_one_bad_path_among_several_loses_no_result(campaign: Campaign, tmp_path: Path) -> None:
    good = campaign.inbox / GOOD
    (tmp_path / "夹").mkdir()
    (tmp_path / "链").symlink_to(good)
    os.mkfifo(tmp_path / "管道.xlsx")
    sparse(tmp_path / "大.xlsx")
    paths = [good, tmp_path / "夹", tmp_path / "没有.xlsx", tmp_path / "管道.xlsx", tmp_path / "大.xlsx"]
    done = run("check", *paths, tmp_path / "链", "--format", "json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert [(one["file"], one["status"]) for one in told] == [
        (GOOD, "errors"), ("管道.xlsx", "rejected"), ("大.xlsx", "rejected"), ("链", "errors"),
    ]  # fmt: skip
    assert [one["findings"][0]["rule"] for one in told[1:3]] == ["G15", "G02"]
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert "夹”是文件夹" in lines[0]
    assert "没有.xlsx”读不出来：没有这个文件或文件夹" in lines[1]
    text = run("check", *paths)
    assert (text.returncode, text.stdout.count("：有错误；")) == (2, 1)


@any_name
@pytest.mark.parametrize(
    "line",
    [("check", "{}"), ("report", "{}", "-o", "出.docx"), ("migrate", "{}", "-o", "出.xlsx"), ("proofread", "{}"),
     ("proofread", "稿.txt", "--against", "{}"), ("fill", "hunan-2023", "{}", "-o", "出.xlsx"),
     ("template", "lint", "{}")],
    ids=" ".join,
)  # fmt: skip
def test_every_command_refuses_what_is_no_file(
    line: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "夹").mkdir()
    os.mkfifo(tmp_path / "管道.xlsx")
    sparse(tmp_path / "大.xlsx")
    (tmp_path / "稿.txt").write_text("二〇二三年决算说明。", "utf-8")
    for bad in ("夹", "没有.xlsx", "管道.xlsx", "大.xlsx"):
        done = CliRunner().invoke(app, [word.format(bad) for word in line])
        assert done.exit_code in {1, 2}
        assert isinstance(done.exception, PerfevalError | SystemExit)
        assert bad in f"{done.output}{done.exception}"


@any_name
@pytest.mark.parametrize(("encoding", "form"), [("ascii", "text"), ("gbk", "json")])
def test_output_to_any_pipe_is_whole_and_harmless(tmp_path: Path, encoding: str, form: str) -> None:
    name = b"\xff\n\x1b]0;\x07\xe2\x80\xae.xlsx"
    place(tmp_path, name, b"PK no workbook")
    done = command("check", os.fsdecode(name), "--format", form, cwd=tmp_path, encoding=encoding)
    assert done.returncode == 1
    text = done.stdout.decode()
    assert "[字节FF][000A][001B]]0;[0007][202E]〔原名" in text
    assert not any(map(is_strange, text.replace("\n", "")))


def test_what_is_complained_of_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    screen.tell("没有名为“\x1b[2J\u202e\ud800”的模板\r\n第二行", err=True)
    assert capsys.readouterr().err == "没有名为“[001B][2J[202E][D800]”的模板\n第二行\n"
    screen.tell_line("甲\n错误0项")
    assert capsys.readouterr().out == "甲↵错误0项\n"
    done = run("template", "show", "\x1b[2J")
    assert "没有名为“[001B][2J”的模板" in done.stderr


@any_name
def test_a_reader_that_goes_away_ends_in_silence() -> None:
    shell = f'"{sys.executable}" -m perfeval_xl template show hunan-2023 | head -n 1'
    done = subprocess.run(shell, shell=True, capture_output=True, check=False)  # noqa: S602  # a pipe is the point
    assert done.stderr == b""


def test_what_is_exported_is_harmless(tmp_path: Path) -> None:
    rows = [("甲\x1b[2J\u202e\ud800", "两\n行"), ("=1+1", "\x00")]
    write = writer(Tables.CSV)(Table("表", (("一", str), ("二", str)), rows))
    write(tmp_path / "表.csv")
    text = (tmp_path / "表.csv").read_text("utf-8-sig")
    assert text.splitlines() == ["一,二", '甲[001B][2J[202E][D800],"两', '行"', "'=1+1,[0000]"]


@any_name
def test_a_backup_brings_strange_names_back(campaign: Campaign, tmp_path: Path) -> None:
    name = b"\xbd\xbb\n.xlsx"
    place(campaign.inbox, name, b"x")
    collect(campaign, jobs=1)
    backed = back_up(campaign, MOMENT, everything=True)
    restore(backed.path, tmp_path / "恢复")
    restored = (tmp_path / "恢复" / campaign.inbox.name).iterdir()
    assert name in {os.fsencode(path.name) for path in restored}


def test_only_one_function_prints() -> None:
    calls = {
        path.name: text.count("typer.echo") + text.count(" print(")
        for path in Path(screen.__file__).parent.glob("*.py")
        for text in [path.read_text("utf-8")]
    }
    assert {name: count for name, count in calls.items() if count} == {"screen.py": 1}
