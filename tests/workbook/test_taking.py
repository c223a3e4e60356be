"""The inbox is read once, safely, and what lies in its archives keeps its name."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path

import pytest
from archives import zipped
from drafts import filled, packed

from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.taking import Deferred, Staged, stage
from perfeval_xl.workbook.unpacking.enclosed import inside, is_inbox

posix = pytest.mark.skipif(os.name == "nt", reason="the system has no such files")


def aged(path: Path) -> Path:
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def test_a_file_is_taken_whole(tmp_path: Path) -> None:
    path = tmp_path / "区交通局.xlsx"
    path.write_bytes(filled().bytes())
    staged = stage(aged(path))
    assert isinstance(staged, Staged)
    assert staged.data == filled().bytes()
    assert staged.sha256 == hashlib.sha256(staged.data).hexdigest()
    assert staged.name == "区交通局.xlsx"
    assert staged.modified_ns == 1_700_000_000 * 10**9


def test_a_file_just_written_is_looked_at_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"half")

    def still_copying(_: float) -> None:
        path.write_bytes(b"half and half")

    monkeypatch.setattr("time.sleep", still_copying)
    assert isinstance(stage(path), Deferred)


def test_an_empty_file_is_taken_for_the_gate_to_name(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.touch()
    staged = stage(aged(path))
    assert isinstance(staged, Staged)
    assert staged.data == b""


def code(result: object) -> str:
    assert isinstance(result, Finding)
    return result.rule


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes(100))
    assert code(stage(aged(path), Limits(file=99))) == "G02"


@posix
def test_only_regular_files(tmp_path: Path) -> None:
    target = tmp_path / "secret"
    target.write_bytes(b"x")
    link = tmp_path / "a.xlsx"
    link.symlink_to(target)
    assert code(stage(link)) == "G15"
    pipe = tmp_path / "b.xlsx"
    os.mkfifo(pipe)
    assert code(stage(pipe)) == "G15"
    assert code(stage(tmp_path)) == "G15"
    assert code(stage(Path("/dev/zero"))) == "G15"


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"x")
    path.chmod(0)
    assert code(stage(path)) == "G16"


def test_a_file_that_vanished_is_deferred(tmp_path: Path) -> None:
    assert isinstance(stage(tmp_path / "gone.xlsx"), Deferred)


# --- archives in the inbox ------------------------------------------------------------------------------------


def named(*names: bytes, flag: int = 0, extra: bytes = b"") -> bytes:
    """Return an archive whose members' names are these bytes."""
    body, central = b"", b""
    for name in names:
        data = b"data of " + name
        sizes = struct.pack("<3L2H", zlib.crc32(data), len(data), len(data), len(name), len(extra))
        common = struct.pack("<4H", flag, 0, 0, 33) + sizes
        central += (
            b"PK\x01\x02"
            + struct.pack("<2H", 20, 20)
            + common
            + struct.pack("<3H2L", 0, 0, 0, 0, len(body))
            + name
            + extra
        )
        body += b"PK\x03\x04" + struct.pack("<H", 20) + common + name + extra + data
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(names), len(names), len(central), len(body), 0)
    return body + central + end


def names(data: bytes) -> list[str]:
    return [enclosed.name for enclosed in inside(data, Limits()) if not enclosed.ignored]


def test_names_in_gbk_and_utf8() -> None:
    assert names(named("南岳局.xlsx".encode("gbk"))) == ["南岳局.xlsx"]
    assert names(named("南岳局.xlsx".encode())) == ["南岳局.xlsx"]
    assert names(named("南岳局.xlsx".encode(), flag=0x800)) == ["南岳局.xlsx"]
    assert names(named("南岳局.xlsx".encode("gbk"), flag=0x800)) == ["南岳局.xlsx"]


def test_one_archive_has_one_spelling() -> None:
    """The bytes of 联通 in GBK are also UTF-8 of something else; the other names decide."""
    both = ["联通.xlsx".encode("gbk"), "交通局.xlsx".encode("gbk")]
    assert names(named(*both)) == ["交通局.xlsx", "联通.xlsx"]


def test_a_name_in_the_extra_field() -> None:
    raw = b"?????.xlsx"
    field = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + "交通局.xlsx".encode()
    extra = struct.pack("<2H", 0x7075, len(field)) + field
    stale = struct.pack("<2H", 0x7075, len(field)) + b"\x01\0\0\0\0" + field[5:]
    raw_gbk = "交通局.xlsx".encode("gbk")
    field_gbk = b"\x01" + struct.pack("<L", zlib.crc32(raw_gbk)) + "交通局.xlsx".encode()
    assert names(named(raw, extra=extra)) == ["交通局.xlsx"]
    assert names(named(raw_gbk, extra=struct.pack("<2H", 0x7075, len(field_gbk)) + field_gbk)) == ["交通局.xlsx"]
    assert names(named(raw_gbk, extra=stale)) == ["交通局.xlsx"]


def test_a_name_in_no_encoding_is_still_a_name() -> None:
    assert names(named(b"\xff\xfe\x80.xlsx")) == ["%FF%FE%80.xlsx"]


def test_members_folders_clutter_and_archives_within() -> None:
    workbook = filled().bytes()
    inner = zipped({"乙局.xlsx": workbook})
    outer = zipped(
        {
            "甲局/甲局.xlsx": workbook,
            "甲局/": b"",
            "__MACOSX/._甲局.xlsx": b"x",
            ".DS_Store": b"x",
            "~$甲局.xlsx": b"x",
            "内.zip": inner,
        }
    )
    found = [*inside(outer, Limits())]
    assert [(item.name, item.data == workbook) for item in found if not item.ignored] == [
        ("内.zip/乙局.xlsx", True),
        ("甲局/甲局.xlsx", True),
    ]


def test_archives_nested_too_deep_and_damaged_members() -> None:
    deep = zipped({"c.zip": zipped({"b.zip": zipped({"a.xlsx": b"x"})})})
    assert [(item.name, item.finding and item.finding.rule) for item in inside(deep, Limits())] == [
        ("c.zip/b.zip", "G08")
    ]
    damaged = bytearray(zipped({"a.xlsx": b"x" * 50, "b.xlsx": b"y" * 50}))
    damaged[damaged.index(b"a.xlsx") + 8] ^= 0xFF
    rules = [(item.name, item.finding and item.finding.rule) for item in inside(bytes(damaged), Limits())]
    assert rules == [("a.xlsx", "G06"), ("b.xlsx", None)]


def test_limits_of_an_inbox() -> None:
    data = zipped({f"{number}.xlsx": b"x" * 100 for number in range(5)})
    assert next(inside(data, Limits(inbox_members=4))).finding.rule == "G08"  # type: ignore[union-attr]  # there is one
    assert next(inside(data, Limits(inbox_unpacked=400))).finding.rule == "G08"  # type: ignore[union-attr]  # there is one
    assert next(inside(data[:50], Limits())).finding.rule == "G06"  # type: ignore[union-attr]  # there is one


def test_what_is_an_inbox() -> None:
    assert is_inbox(zipped({"a.xlsx": filled().bytes()}))
    assert not is_inbox(filled().bytes())
    assert not is_inbox(packed({"mimetype": b"x", "content.xml": b"x"}))
    assert not is_inbox(b"PK\x03\x04 damaged")
    assert not is_inbox(b"text")
