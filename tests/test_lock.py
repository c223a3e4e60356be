"""Two runs at once: one wins, the other is told who and since when; the dead are taken over."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from small_campaign import make

from perfeval_xl.lock import FILE, BusyError, locked

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2024, 3, 15, 9, 30, tzinfo=UTC)


def test_the_second_is_told_who_and_since_when(tmp_path: Path) -> None:
    with locked(tmp_path, "收取", NOW), pytest.raises(BusyError) as caught, locked(tmp_path, "汇总", NOW):
        pass
    text = str(caught.value)
    assert all(part in text for part in (socket.gethostname(), "收取", str(os.getpid()), "2024-03-15 09:30:00"))
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("content", ["", "{}", "半截", '{"pid": 1}'])
def test_a_lock_that_says_nothing_is_taken_over(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    with locked(tmp_path, "收取", NOW):
        assert json.loads((tmp_path / FILE).read_text("utf-8"))["what"] == "收取"


def test_a_dead_process_of_this_machine_holds_nothing(tmp_path: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    left = {"pid": int(gone.stdout), "host": socket.gethostname(), "since": "昨天", "what": "收取"}
    (tmp_path / FILE).write_text(json.dumps(left), "utf-8")
    with locked(tmp_path, "汇总", NOW):
        pass


def test_a_process_of_another_machine_may_be_alive(tmp_path: Path) -> None:
    other = {"pid": 1, "host": "别的电脑", "since": "昨天", "what": "收取"}
    (tmp_path / FILE).write_text(json.dumps(other), "utf-8")
    with pytest.raises(BusyError, match="别的电脑"), locked(tmp_path, "汇总", NOW):
        pass


def test_the_commands_hold_the_folder(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    with locked(campaign.folder, "收取", NOW):
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
