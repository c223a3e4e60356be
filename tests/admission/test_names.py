"""Names, times, folders and clutter from outside become ours, whatever they are, and two never become one."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strange import any_name, nested, place

from perfeval_xl.admission import clutter, times
from perfeval_xl.admission.characters import is_strange, json_safe, one_line, printable, visible, whole
from perfeval_xl.admission.folders import DEEPEST, walk
from perfeval_xl.admission.names import LONGEST_PATH, admitted, on_any_disk

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = int(os.environ.get("PERFEVAL_EDGE", "300"))
TEXTS = st.text(st.characters(exclude_categories=()))
RAW_NAMES = st.binary(min_size=1, max_size=255).map(lambda raw: os.fsdecode(raw.replace(b"/", b"_")))
PATHS = st.lists(RAW_NAMES | TEXTS.map(lambda text: text.replace("/", "_") or "_"), min_size=1).map("/".join)


def is_clean(name: str) -> bool:
    return not any(map(is_strange, name))


@any_name
@pytest.mark.parametrize(
    ("spelt", "shown"),
    [
        ("交通局.xlsx".encode("gbk"), "交通局〔原名〕.xlsx"),
        ("中共南岳区委办公室.xlsx".encode("gbk"), "中共南岳区委办公室〔原名〕.xlsx"),  # 办公 has UTF-8 by chance
        ("衢州市典就局办公室（2）.xlsx".encode("gbk"), "衢州市典就局办公室（2）〔原名〕.xlsx"),
        ("南岳区委办公室".encode()[:-1], "南岳区委办公[字节E5][字节AE]〔原名"),  # cut short
        (b"\xff\xfe.xlsx", "[字节FF][字节FE]〔原名〕.xlsx"),
        ("局\xff".encode() + b"\xff.xlsx", "局ÿ[字节FF]〔原名〕.xlsx"),
        (b"a\n\x1b[2Jb.xlsx", "a[000A][001B][2Jb〔原名〕.xlsx"),
        ("交通局\u202exslx.pdf".encode(), "交通局[202E]xslx〔原名〕.pdf"),
    ],
)
def test_a_name_is_shown_as_what_it_is_with_a_mark(spelt: bytes, shown: str) -> None:
    head, _, tail = shown.partition("〔原名")
    name = admitted(os.fsdecode(spelt))
    assert name.startswith(f"{head}〔原名")
    assert name.endswith(f"〕{tail.partition('〕')[2]}")
    assert is_clean(name)


@pytest.mark.parametrize("name", ["401001 交通局（第二次）.xlsx", "乡镇/①　南岳〔2024〕1号.et", "é😀.xlsx"])
def test_a_clean_name_stays_as_it_is(name: str) -> None:
    assert admitted(name) == name


@any_name
def test_names_that_would_look_the_same_stay_apart() -> None:
    gbk, escape = os.fsdecode("交通局.xlsx".encode("gbk")), "a\x1b.xlsx"
    spelt = [gbk, "交通局.xlsx", admitted(gbk), escape, "a[001B].xlsx", admitted(escape), "a\udc80", "a[字节80]"]
    assert len(set(map(admitted, spelt))) == len(spelt)


def test_a_very_long_path_is_shortened_and_stays_apart() -> None:
    one, other = "/".join(["层" * 80] * 40 + ["甲.xlsx"]), "/".join(["层" * 80] * 41 + ["甲.xlsx"])
    assert len(admitted(one)) <= LONGEST_PATH
    assert admitted(one) != admitted(other)
    assert admitted(one).endswith(".xlsx")


@settings(max_examples=EXAMPLES, deadline=None)
@given(PATHS, PATHS)
@example("a\nb", "a[000A]b")
def test_every_name_is_clean_bounded_and_its_own(one: str, other: str) -> None:
    for path in (one, other):
        name = admitted(path)
        assert name
        assert is_clean(name)
        assert len(name) <= LONGEST_PATH
        assert admitted(path) == name
        name.encode()
    assert (admitted(one) == admitted(other)) == (one == other)


@settings(max_examples=EXAMPLES, deadline=None)
@given(TEXTS)
@example("\x1b]0;forged\x07\r\n错误0项\u2028\u0085\u202e\ud800\ufffe")
def test_every_text_is_harmless_on_a_screen(text: str) -> None:
    assert is_clean(visible(text))
    assert is_clean(one_line(text))
    assert is_clean(printable(text).replace("\n", "").replace("\t", ""))
    whole(text).encode()


def test_json_keeps_its_data_and_harms_no_screen() -> None:
    import json  # noqa: PLC0415  # beside what it judges

    data = {"a": "甲\u009b31m\u202e\U000e0001\x1b\n", "b": "\ud800"}
    text = json_safe(json.dumps(data, ensure_ascii=False, indent=2))
    assert is_clean(text.replace("\n", ""))
    assert json.loads(text) == {"a": data["a"], "b": "\ufffd"}


@pytest.mark.parametrize(
    ("seconds", "year"),
    [(15_040_000_000, 2107), (300_000_000_000, 2107), (10**18, 2107), (-1, 1980), (-(10**12), 1980), (1, 1980),
     (1_709_280_000, 2024)],
)  # fmt: skip
def test_a_time_of_any_year_becomes_a_moment(seconds: int, year: int) -> None:
    assert times.moment(seconds * 10**9).year == year
    assert times.zip_time(seconds * 10**9)[0] == year


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(-(2**80), 2**80))
def test_every_time_can_be_kept(nanoseconds: int) -> None:
    assert times.EARLIEST <= times.moment(nanoseconds) <= times.LATEST
    assert abs(times.stamp(nanoseconds)) < 2**63
    assert (times.stamp(nanoseconds) == times.stamp(nanoseconds + 1)) is False


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(datetime(2024, 3, 1, tzinfo=UTC), 1_709_251_200), ("2024-03-01T00:00:00Z", 1_709_251_200), (12, 12),
     ("gestern", 0), (float("inf"), 0), (float("nan"), 0), ([], 0), ("", 0)],
)  # fmt: skip
def test_whatever_a_store_calls_a_time_is_a_number(said: object, seconds: int) -> None:
    assert times.told(said) == seconds * 10**9


@pytest.mark.parametrize(
    "path",
    ["~$交通局.xlsx", ".~交通局.xlsx", ".~lock.交通局.xlsx#", "._交通局.xlsx", "甲.tmp", "甲.xlsx.crdownload",
     "甲.xlsx.part", "乡镇/.DS_Store", "THUMBS.DB", "desktop.ini", "__MACOSX/甲.xlsx", "a\\__MACOSX\\甲.xlsx",
     "甲.xlsx.lnk", "甲.url", "$RECYCLE.BIN/甲.xlsx", ".Trash-1000/files/甲.xlsx"],
)  # fmt: skip
def test_clutter_is_known_by_its_name(path: str) -> None:
    assert clutter.why_ignored(path)


@pytest.mark.parametrize("path", ["交通局.xlsx", "part.xlsx", "甲.tmp.xlsx", "~交通局.xlsx", "_甲.xls", "甲"])
def test_a_units_file_is_no_clutter(path: str) -> None:
    assert not clutter.why_ignored(path)


@any_name
def test_twelve_hundred_nested_folders_are_told_once(tmp_path: Path) -> None:
    (tmp_path / "甲.xlsx").touch()
    with nested(tmp_path, 1_200):
        met = sorted(walk(tmp_path), key=lambda one: one.path)
    assert [one.path for one in met if not one.barred] == ["甲.xlsx"]
    (barred,) = [one for one in met if one.barred]
    assert barred.path.count("/") == DEEPEST


@any_name
def test_a_path_over_4096_bytes_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "甲.xlsx").touch()
    with nested(tmp_path, 20, "长" * 80):
        met = list(walk(tmp_path))
    assert [one.path for one in met if not one.barred] == ["甲.xlsx"]
    assert sum(bool(one.barred) for one in met) == 1


def test_an_unreadable_subfolder_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("封", "开"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "甲.xlsx").touch()
    listed = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "封":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    met = {one.path: one.barred for one in walk(tmp_path)}
    assert met == {"封": "文件夹打不开（没有权限，或者文件正在别的程序中打开）", "开/甲.xlsx": ""}


@any_name
def test_links_are_met_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "里").mkdir()
    (tmp_path / "里" / "回来").symlink_to(tmp_path)
    (tmp_path / "断").symlink_to(tmp_path / "没有")
    assert sorted(one.path for one in walk(tmp_path)) == ["断", "里/回来"]


@any_name
def test_a_name_of_any_bytes_is_met_as_it_is_spelt(tmp_path: Path) -> None:
    place(tmp_path, b"\xbd\xbb\n.xlsx", b"")
    assert [os.fsencode(one.path) for one in walk(tmp_path)] == [b"\xbd\xbb\n.xlsx"]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("交通局.xlsx", "交通局.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\报送\\交通局.et", "交通局.et"),
        ("..", "文件"),
        ("", "文件"),
        ("con.xlsx", "文件con.xlsx"),
        ("a\0b\x1b.xlsx", "a[0000]b[001B].xlsx"),
        ('a:b?"c".xlsx', "a：b？＂c＂.xlsx"),
        ("\ud800.xlsx", "[D800].xlsx"),
        ("长" * 300 + ".xlsx", "长" * 65 + ".xlsx"),
    ],
)
def test_a_name_from_outside_is_one_that_every_disk_takes(told: str, name: str) -> None:
    assert on_any_disk(told) == name


@settings(max_examples=EXAMPLES)
@given(TEXTS)
@example("x." * 200 + " . ")
@example("." * 300)
def test_no_name_from_outside_leads_anywhere_or_is_too_long(told: str) -> None:
    name = on_any_disk(told)
    assert name not in {"", ".", ".."}
    assert not set('/\\<>:"|?*') & set(name)
    assert is_clean(name)
    assert len(name.encode()) <= 200
    assert name == name.strip().rstrip(". ")
