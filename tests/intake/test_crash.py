"""Whatever cuts a run short (a kill, a full disk, Ctrl-C, a second run), nothing is lost or doubled.

PERFEVAL_KILLS and PERFEVAL_FILES say how often a run is killed and over how many files; `make proof` takes many.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest
from commands import run_together
from small_campaign import figures, filler_of
from two_years import complete

from perfeval_xl import cli
from perfeval_xl.api.files import alone
from perfeval_xl.campaign.folder import SETTINGS, Campaign, create, open_campaign
from perfeval_xl.files.publish import is_leftover
from perfeval_xl.intake.collect import collect
from perfeval_xl.ledger import ledger, sealed
from perfeval_xl.outgoing.bureau_files import write_results, write_tracking
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.outgoing.returns import write_returns
from perfeval_xl.records.unit import Unit

KILLS = int(os.environ.get("PERFEVAL_KILLS", "4"))
PARTS = max(1, KILLS // 25)
"""Parts of the kills that several processors can do at once."""
FILES = int(os.environ.get("PERFEVAL_FILES", "12" if "PERFEVAL_KILLS" in os.environ else "6"))
STEP = 1 if "PERFEVAL_KILLS" in os.environ else 8
"""Every how-manieth write is made to fail."""
NOW = datetime(2024, 3, 15, 9, 30, tzinfo=UTC)


def begun(folder: Path) -> int:
    """Begin a whole collection at a fixed moment, so that two of them give the same bytes; return its process."""
    child = os.fork()
    if not child:
        _collect(folder)
    return child


def _collect(folder: Path) -> NoReturn:
    """Collect and write all that follows, as a process at the head of a group of its own."""
    code = 1
    try:
        os.setsid()
        campaign = open_campaign(folder)
        with alone(campaign, "收取"):
            collect(campaign, jobs=2)
            write_returns(campaign, NOW)
            write_tracking(campaign, NOW)
            write_results(campaign, NOW)
        code = 0
    finally:
        os._exit(code)


def killed(process: int, seconds: float) -> None:
    """Kill a process and all that it began, unless it ends by itself within so many seconds."""
    late = time.monotonic() + seconds
    while time.monotonic() < late:
        if os.waitpid(process, os.WNOHANG)[0]:
            return
        time.sleep(0.005)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)


def run_through(folder: Path) -> None:
    """Collect without being disturbed."""
    _, status = os.waitpid(begun(folder), 0)
    assert os.waitstatus_to_exitcode(status) == 0


def fill(campaign: Campaign, numbers: range) -> None:
    """Put workbooks of units into the inbox: every third is faultless, the others have to go back.

    None was handed out, so that none bears a serial that the workbooks going back may have.
    """
    filler = filler_of(campaign)
    units = {unit.code: unit for unit in campaign.units}
    for number in numbers:
        unit = units[str(1000 + number)]
        values = complete() if number % 3 == 0 else figures(100 + number, 90)
        path = campaign.inbox / f"{unit.code}.xlsx"
        path.write_bytes(filler.fill({**values, **cover(campaign.template, unit, 0)}))
        os.utime(path, (1_709_280_000 + number * 60,) * 2)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a campaign's folder with a full inbox, of which nothing has been collected.

    That units write the same texts does not matter in it.
    """
    units = tuple(Unit(str(1000 + number), f"第{number}单位", "区政府") for number in range(FILES + 3))
    folder = tmp_path_factory.mktemp("满") / "年"
    create(folder, "hunan-2023", {"年度": Decimal(2023)}, units)
    settings = folder / SETTINGS
    settings.write_text(settings.read_text("utf-8").replace('"文字雷同" = 0.5', '"文字雷同" = 1'), "utf-8")
    campaign = open_campaign(folder)
    fill(campaign, range(FILES))
    collect(
        open_campaign(copied(folder, folder.with_name("先"))), jobs=1
    )  # what checking needs is ready in all forks
    return campaign.folder


@pytest.fixture(scope="module")
def undisturbed(full: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """Return the folder of a collection that nothing disturbed, and the seconds that it took."""
    folder = copied(full, tmp_path_factory.mktemp("静") / "年")
    began = time.monotonic()
    run_through(folder)
    return folder, time.monotonic() - began


def copied(folder: Path, target: Path) -> Path:
    """Copy a campaign; its files keep their times."""
    return Path(shutil.copytree(folder, target))


def state(folder: Path) -> tuple[object, ...]:
    """Return all that a campaign holds, in an order that does not depend on who finished first."""
    campaign = open_campaign(folder)
    with ledger.opened(campaign.ledger) as book:
        receipts = book.receipts()
        records = {(receipt.file, receipt.sha256): book.record(receipt) for receipt in receipts}
        acts = sorted(repr(replace(act, number=0)) for act in book.acts())
        rows = len([*book._store.rows(sealed.SUBMISSION)])
        judged = len([*book._store.rows(sealed.JUDGEMENT)])
        sightings = book.sightings()
    return records, acts, rows, judged, sightings, outputs(folder)


def outputs(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in ("退回", "汇总")
        for path in sorted((folder / name).rglob("*"))
        if path.is_file()
    }


def check_whole(folder: Path) -> None:
    """Every output that is there is whole, and so is the ledger; only temporary files may be cut short."""
    for name, data in outputs(folder).items():
        if not is_leftover(Path(name).name):
            with zipfile.ZipFile(folder / name) as archive:
                assert archive.testzip() is None, name
            assert data
    if (folder / "台账.sqlite").exists():
        ledger.proven(folder / "台账.sqlite")


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_random_moments(full: Path, undisturbed: tuple[Path, float], tmp_path: Path, part: int) -> None:
    reference, seconds = undisturbed
    expected = state(reference)
    chance = random.Random(20240315 + part)  # noqa: S311 - the same moments every time, as far as a machine allows
    left = KILLS // PARTS
    for number in count():
        if not left:
            break
        folder = copied(full, tmp_path / str(number))
        for _ in range(min(left, chance.randint(1, 3))):
            left -= 1
            killed(begun(folder), chance.uniform(0.05, 1.0) * seconds)
            check_whole(folder)
        run_through(folder)
        assert state(folder) == expected
        shutil.rmtree(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
def test_ctrl_c_leaves_what_was_done_and_the_next_run_goes_on(
    full: Path, undisturbed: tuple[Path, float], tmp_path: Path
) -> None:
    for patience in (0.5, 0.2, 0):  # on a busy machine it may have come to its end before it is told
        folder = copied(full, tmp_path / f"年{patience}")
        code, said = interrupted(folder, patience)
        if code == 2:
            break
    assert code == 2
    assert said.endswith("已中断。已经完成的部分都已保存，再次运行即可继续。\n")
    assert "Traceback" not in said
    assert not (folder / ".运行中").exists()
    check_whole(folder)
    run_through(folder)
    assert state(folder) == state(undisturbed[0])


def interrupted(folder: Path, patience: float) -> tuple[int, str]:
    """Collect, press Ctrl-C so many seconds after the ledger is there; return the exit code and what it said."""
    command = [sys.executable, "-m", "perfeval_xl", "collect", str(folder), "--jobs", "2"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background job would not hear it
    pipes: dict[str, Any] = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "encoding": "utf-8"}
    started = subprocess.Popen(command, **pipes, start_new_session=True, preexec_fn=heard)  # noqa: PLW1509  # no threads run here
    while started.poll() is None and not (folder / "台账.sqlite").exists():
        time.sleep(0.02)
    time.sleep(patience)
    os.killpg(started.pid, signal.SIGINT)
    _, said = started.communicate(timeout=120)
    return started.returncode, said


def test_of_two_runs_at_once_one_wins_and_the_other_is_told(full: Path, tmp_path: Path) -> None:
    folder = copied(full, tmp_path / "年")
    ended = run_together(*[("collect", folder, "--jobs", "1")] * 2)
    assert sorted(one.returncode for one in ended) == [1, 2]
    (told,) = (one.stderr for one in ended if one.returncode == 2)
    assert "还没有结束" in told
    assert "从2" in told, "since when"
    with ledger.opened(folder / "台账.sqlite") as book:
        assert len(book.receipts()) == FILES


# --- the disk is full -------------------------------------------------------------------------------------------


WRITE = Path.write_bytes


class FullDisk:
    """Lets so many operations on files pass and fails the others as a full disk does; counts them."""

    def __init__(self, passing: int) -> None:
        self.passing, self.done = passing, 0

    def wrapped(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*arguments: Any, **options: Any) -> Any:
            self.done += 1
            if self.done > self.passing:
                if operation is WRITE:
                    path, data = arguments
                    WRITE(path, data[: len(data) // 2])
                raise OSError(errno.ENOSPC, "No space left on device")
            return operation(*arguments, **options)

        return asked


@pytest.fixture(scope="module")
def half(full: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a first collection has been written and two more units have reported since.

    Neither is faultless: the same amounts as another faultless one's would make that one's slip void.
    """
    folder = copied(full, tmp_path_factory.mktemp("半") / "年")
    for path in sorted((folder / "收件").iterdir())[2:]:
        path.unlink()
    run_through(folder)
    fill(open_campaign(folder), range(FILES + 1, FILES + 3))
    return folder


def collected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> tuple[int, str]:
    """Run `collect` and, where that went well, `status`; return the exit code and what they complained of."""
    code = 1
    for command in (["collect", "--jobs", "1"], ["status"]):
        monkeypatch.setattr(sys, "argv", ["perfeval-xl", *command, str(folder)])
        for module in ("campaign", "acts"):
            monkeypatch.setattr(f"perfeval_xl.cli.{module}.now", lambda: NOW)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        code = int(str(ended.value.code))
        if code == 2:
            break
    return code, capsys.readouterr().err


def check_refused(code: int, said: str, before: dict[str, bytes], folder: Path) -> None:
    """One sentence, exit 2, and every old output as it was, or replaced by a whole new one."""
    assert code == 2
    assert "磁盘" in said
    assert "Traceback" not in said
    assert said.count("\n") == 1
    check_whole(folder)
    after = outputs(folder)
    assert set(before) <= set(after), "an old output is gone"
    assert not [name for name in after if is_leftover(Path(name).name)]
    renewed = {name for name in before if before[name] != after[name]}
    assert renewed <= {"汇总/报送情况.xlsx"}


def test_every_write_may_find_the_disk_full(
    half: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, expected = outputs(half), None
    with monkeypatch.context() as patch:
        reference = copied(half, tmp_path / "全")
        assert collected(patch, capsys, reference) == (1, "")
        expected = state(reference)
    for passing in count(0, STEP):
        folder = copied(half, tmp_path / str(passing))
        disk = FullDisk(passing)
        with monkeypatch.context() as patch:
            patch.setattr(tempfile, "mkstemp", disk.wrapped(tempfile.mkstemp))
            for name in ("write_bytes", "replace"):
                patch.setattr(Path, name, disk.wrapped(getattr(Path, name)))
            patch.setattr(os, "fsync", disk.wrapped(os.fsync))
            code, said = collected(patch, capsys, folder)
        if disk.done <= passing:
            assert (code, state(folder)) == (1, expected)
            assert passing > 8, "nothing was made to fail"
            return
        check_refused(code, said, before, folder)
        with monkeypatch.context() as patch:
            assert collected(patch, capsys, folder) == (1, "")
        assert state(folder) == expected
        shutil.rmtree(folder)


def test_every_page_of_the_ledger_may_find_the_disk_full(
    half: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = outputs(half)
    with monkeypatch.context() as patch:
        reference = copied(half, tmp_path / "全")
        assert collected(patch, capsys, reference) == (1, "")
        expected = state(reference)
    connect = sqlite3.connect
    for more in room():
        folder = copied(half, tmp_path / str(more))

        def tight(path: Path, more: int = more, **options: Any) -> sqlite3.Connection:
            connection = connect(path, **options)
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + more}")
            return connection

        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", tight)
            code, said = collected(patch, capsys, folder)
        if code == 1:
            assert state(folder) == expected
            assert more, "nothing was made to fail"
            return
        check_refused(code, said, before, folder)
        with monkeypatch.context() as patch:
            assert collected(patch, capsys, folder) == (1, "")
        assert state(folder) == expected
        shutil.rmtree(folder)


def room() -> Iterator[int]:
    """Give by how many pages the ledger may grow: none, and then more and more."""
    yield from range(0, 200, STEP * 3)
    raise AssertionError("the ledger grew by 200 pages for two files")
