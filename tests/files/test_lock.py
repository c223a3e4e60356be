"""Two runs at once: one wins, the other is told who and since when; the dead hold nothing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from small_campaign import make

from perfeval_xl.campaign import upgrade
from perfeval_xl.campaign.backup import back_up
from perfeval_xl.campaign.folder import SETTINGS, create
from perfeval_xl.campaign.new_start import begin_anew
from perfeval_xl.files.lock import FILE, LOCK, BusyError, LockError, locked
from perfeval_xl.intake.collect import collect
from perfeval_xl.outgoing.bureau_files import write_results
from perfeval_xl.outgoing.enacting import enact
from perfeval_xl.outgoing.issue import Issued, enter_issue, issue, write_list
from perfeval_xl.outgoing.returns import write_returns

NOW = datetime(2024, 3, 15, 9, 30, tzinfo=UTC)
TRIES = int(os.environ.get("PERFEVAL_TRIES", "300"))
HOLD = """
import sys, time
from pathlib import Path
from perfeval_xl.files.lock import locked

with locked(Path(sys.argv[1]), "收取"):
    print("held", flush=True)
    time.sleep(600)
"""
CONTEND = """
import os, sys
from pathlib import Path
from perfeval_xl.files.lock import BusyError, locked

folder, tries = Path(sys.argv[1]), int(sys.argv[2])
held = both = 0
for _ in range(tries):
    try:
        with locked(folder, "争"):
            held += 1
            try:
                os.close(os.open(folder / "inside", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                both += 1
            else:
                os.unlink(folder / "inside")
    except BusyError:
        pass
print(held, both)
"""
"""Two of these at once never find that the other is inside."""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Return another process that holds the folder until it is killed."""
    started = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "held\n"
    yield started
    started.kill()
    started.wait()


def test_the_second_is_told_who_and_since_when(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(BusyError) as caught, locked(tmp_path, "汇总"):
        pass
    since = datetime.fromtimestamp((tmp_path / FILE).stat().st_mtime).astimezone()
    told = (socket.gethostname(), "收取", f"进程{holder.pid}", f"从{since:%Y-%m-%d %H:%M:%S}开始")
    assert all(part in str(caught.value) for part in told)


def test_the_dead_hold_nothing(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert (tmp_path / FILE).exists(), "it could not clear up"
    with locked(tmp_path, "汇总"):
        assert "汇总" in (tmp_path / FILE).read_text("utf-8")
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "content", ["", "{}", "半截", '{"pid": 1}', '{"pid": 1, "host": "别的电脑", "what": "收取"}']
)
def test_what_is_written_beside_holds_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    with locked(tmp_path, "收取"):
        pass


@pytest.mark.parametrize("content", ["", "半截", None])
def test_a_holder_that_cannot_be_made_out_is_told_of_all_the_same(
    tmp_path: Path, holder: subprocess.Popen[str], content: str | None
) -> None:
    (tmp_path / FILE).unlink()
    if content is not None:
        (tmp_path / FILE).write_text(content, "utf-8")
    with pytest.raises(BusyError, match=r"另一次运行.*还没有结束"), locked(tmp_path, "汇总"):
        pass
    assert holder.poll() is None


def test_two_processes_never_hold_it_both(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CONTEND, str(tmp_path), str(TRIES)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") for _ in range(2)]
    counts = [tuple(map(int, run.communicate(timeout=600)[0].split())) for run in runs]
    assert all(both == 0 for _, both in counts)
    assert all(held for held, _ in counts)


def test_a_stage_may_hold_what_its_command_holds_and_gives_it_back_at_the_end(tmp_path: Path) -> None:
    with locked(tmp_path, "收取"):
        with locked(tmp_path, "退回"):
            pass
        assert "收取" in (tmp_path / FILE).read_text("utf-8")
        assert contended(tmp_path)
    assert not contended(tmp_path)


def test_another_thread_is_another_run(tmp_path: Path) -> None:
    found: list[bool] = []
    with locked(tmp_path, "收取"):
        other = threading.Thread(target=lambda: found.append(contended_here(tmp_path)))
        other.start()
        other.join()
    assert found == [True]


def contended_here(folder: Path) -> bool:
    try:
        with locked(folder, "汇总"):
            return False
    except BusyError:
        return True


def contended(folder: Path) -> bool:
    """Whether another process cannot have the folder."""
    command = [sys.executable, "-c", CONTEND, str(folder), "1"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout == "0 0\n"


def test_a_folder_that_cannot_be_held_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"not a folder")
    with pytest.raises(LockError, match="无法使用工作文件夹"), locked(tmp_path / "文件", "收取"):
        pass


def test_the_stages_hold_the_folder_themselves(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, holder: subprocess.Popen[str]
) -> None:
    made = make(tmp_path_factory.mktemp("样") / "年", reports=())
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    campaign = replace(made, folder=tmp_path)
    planned, settings = upgrade.plan(campaign), (campaign.folder / SETTINGS).read_bytes()
    stages = (
        lambda: collect(campaign, jobs=1),
        lambda: write_returns(campaign, NOW),
        lambda: write_results(campaign, NOW),
        lambda: enact(campaign, lambda _: [], NOW),
        lambda: issue(campaign, campaign.units),
        lambda: enter_issue(campaign, Issued((), (), ()), NOW),
        lambda: begin_anew(campaign, NOW),
        lambda: write_list(campaign, NOW),
        campaign.keep_template,
        lambda: upgrade.move(planned, NOW),
        lambda: back_up(campaign, NOW),
    )
    for stage in stages:
        with pytest.raises(BusyError, match=str(holder.pid)):
            stage()
    assert not campaign.ledger.exists()
    assert (campaign.folder / SETTINGS).read_bytes() == settings


def test_a_year_is_made_by_one_run(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(BusyError, match=str(holder.pid)):
        create(tmp_path, "hunan-2023", {"年度": Decimal(2023)})
    assert {path.name for path in tmp_path.iterdir()} == {FILE, LOCK}


def test_the_commands_hold_the_folder(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    with locked(campaign.folder, "收取"):
        for command in ("issue", "collect"):
            done = subprocess.run(
                [sys.executable, "-m", "perfeval_xl", command, str(campaign.folder)],
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert done.returncode == 2
            assert "还没有结束" in done.stderr


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=())
    left = campaign.results / ".~abc.tmp"
    left.write_bytes(b"half")
    done = subprocess.run([sys.executable, "-m", "perfeval_xl", "issue", str(campaign.folder)], check=False)
    assert done.returncode == 0
    assert not left.exists()
