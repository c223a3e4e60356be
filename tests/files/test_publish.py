"""Publishing: a file appears whole or not at all, and the old one outlives whatever goes wrong."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from perfeval_xl.files.publish import DiskError, clean, is_leftover, publish, publish_beside

NOW = datetime(2024, 3, 15, 9, 30, 5, tzinfo=UTC)


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "新" / "甲.xlsx"
    assert publish(path, b"one") == path
    assert publish(path, b"two") == path
    assert path.read_bytes() == b"two"
    assert [one.name for one in path.parent.iterdir()] == ["甲.xlsx"]


@pytest.mark.parametrize("call", ["fsync", "fdopen", "replace"])
def test_the_old_file_is_intact_when_the_disk_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "甲.xlsx"
    publish(path, b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if call == "replace":
        monkeypatch.setattr(Path, "replace", full)
    elif call == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr("perfeval_xl.files.publish.tempfile.mkstemp", full)
    with pytest.raises(DiskError, match="磁盘已满"):
        publish(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["甲.xlsx"]


def test_a_file_open_in_excel_is_left_and_the_new_one_gets_the_time(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    publish(path, b"old")
    (tmp_path / "~$汇总.xlsx").write_bytes(b"lock")
    written = publish(path, b"new", NOW)
    assert written.name == "汇总-20240315-093005.xlsx"
    assert (path.read_bytes(), written.read_bytes()) == (b"old", b"new")


def test_a_file_that_windows_will_not_replace_gets_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "汇总.xlsx"
    publish(path, b"old")
    real = Path.replace

    def held(self: Path, target: Path) -> Path:
        if target == path:
            raise PermissionError(errno.EACCES, "Access is denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    assert publish(path, b"new", NOW).read_bytes() == b"new"
    assert path.read_bytes() == b"old"


def test_leftovers_are_known_and_cleared(tmp_path: Path) -> None:
    (tmp_path / ".~x.tmp").write_bytes(b"")
    (tmp_path / "甲.xlsx").write_bytes(b"")
    assert clean(tmp_path) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["甲.xlsx"]
    assert all(map(is_leftover, ("~$甲.xlsx", ".~lock.甲.xlsx#", ".~abc.tmp")))
    assert not is_leftover("甲.xlsx")


def test_what_is_put_beside_replaces_nothing_whoever_comes_first(tmp_path: Path) -> None:
    """Twenty at a time put a file of one name there: each finds its own under a name of its own."""
    with ThreadPoolExecutor(20) as crew:
        paths = [
            *crew.map(lambda n: publish_beside(tmp_path / "一.xlsx", lambda to: to.write_text(str(n))), range(20))
        ]
    assert [path.read_text() for path in paths] == [str(number) for number in range(20)]
    assert len([*tmp_path.iterdir()]) == 20


def test_what_is_put_beside_needs_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "not on this disk")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    paths = [publish_beside(tmp_path / "一.xlsx", lambda to: to.write_text("x")) for _ in range(2)]
    assert [path.name for path in paths] == ["一.xlsx", "一（2）.xlsx"]
    assert len([*tmp_path.iterdir()]) == 2
