"""Archives that somebody sent: 7z and rar beside zip, one set of limits, a bad member that costs itself only."""

from __future__ import annotations

import os
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from archives import rar, seven_zipped, zipped

from perfeval_xl.workbook.file_formats import identify
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.rules_of_files import RefusalError
from perfeval_xl.workbook.unpacking.enclosed import inside, is_inbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Pack = Callable[[Mapping[str, bytes]], bytes]

SECRET = "1"  # noqa: S105  # of archives made here
MEMBERS = {"甲局/甲局.xlsx": b"x" * 3000, "乙局.xlsx": b"yz" * 40, "空.txt": b""}
posix = pytest.mark.skipif(os.name != "posix", reason="a program faked by a script")


def told(data: bytes, limits: Limits | None = None) -> dict[str, str]:
    """Return what became of every member: the rule of its finding, why it waits, or 'read'."""
    return {
        one.name: one.finding.rule if one.finding else one.later or one.ignored or "read"
        for one in inside(data, limits or Limits())
    }


@pytest.mark.parametrize("pack", [zipped, seven_zipped, rar])
def test_every_kind_of_archive_gives_its_members(pack: Pack) -> None:
    assert {one.name: one.data for one in inside(pack(MEMBERS), Limits())} == MEMBERS
    assert is_inbox(pack(MEMBERS))


@pytest.mark.parametrize("pack", [zipped, seven_zipped, rar])
def test_every_kind_of_archive_keeps_to_the_same_limits(pack: Pack) -> None:
    data = pack(MEMBERS)
    assert told(data, Limits(inbox_members=2)) == {"": "G08"}
    assert told(data, Limits(inbox_unpacked=3000)) == {"": "G08"}
    assert told(data, Limits(file=100)) == {"甲局/甲局.xlsx": "G08", "乙局.xlsx": "read", "空.txt": "read"}


def test_archives_nest_across_kinds_and_not_too_deep() -> None:
    inner = seven_zipped({"a.xlsx": b"x", "深.zip": zipped({"b.xlsx": b"y"})})
    assert told(zipped({"内.7z": inner, "c.rar": rar({"d.xlsx": b"z"})})) == {
        "c.rar/d.xlsx": "read",
        "内.7z/a.xlsx": "read",
        "内.7z/深.zip": "G08",
    }


def test_nested_archives_share_one_budget() -> None:
    """Each of three archives keeps to the limit, all together do not: the third costs itself only."""
    inner = {f"{number}.zip": zipped({"a": b"x" * 400}) for number in range(3)}
    assert told(zipped(inner), Limits(inbox_unpacked=1_000 + sum(map(len, inner.values())))) == {
        "0.zip/a": "read",
        "1.zip/a": "read",
        "2.zip": "G08",
    }


def test_clutter_in_a_7z_is_no_file() -> None:
    assert told(seven_zipped({"~$a.xlsx": b"1", "a.xlsx": b"2"}))["a.xlsx"] == "read"
    assert "临时文件" in told(seven_zipped({"~$a.xlsx": b"1", "a.xlsx": b"2"}))["~$a.xlsx"]


def test_a_locked_7z_is_told_as_locked() -> None:
    assert told(seven_zipped({"a.xlsx": b"x"}, password=SECRET)) == {"a.xlsx": "G09"}
    assert told(seven_zipped({"a.xlsx": b"x"}, password=SECRET, header_encryption=True)) == {"": "G09"}


def test_damaged_archives_of_other_kinds_are_told() -> None:
    whole = seven_zipped({"a.xlsx": b"x" * 50})
    assert told(whole[:-5]) == {"": "G17"}
    assert told(bytes([*whole[:40], whole[40] ^ 0xFF, *whole[41:]])) == {"a.xlsx": "G17"}
    stored = bytearray(rar({"a.xlsx": b"x" * 50, "b.xlsx": b"y" * 50}))
    stored[stored.index(b"x" * 50) + 9] ^= 0xFF
    assert told(bytes(stored)) == {"a.xlsx": "G17", "b.xlsx": "read"}
    headless = rar({"a.xlsx": b"x", "b.xlsx": b"y"}).replace(b"b.xlsx", b"c.xlsx")
    assert told(headless) == {"a.xlsx": "read", "": "G17"}


@pytest.mark.parametrize("pack", [seven_zipped, rar])
def test_an_empty_archive_is_told(pack: Pack) -> None:
    assert told(zipped({"a.xlsx": b"x", "内": pack({})})) == {"a.xlsx": "read", "内": "G12"}


def test_names_that_lead_outside_cost_themselves_only() -> None:
    members = {"../a.xlsx": b"x", "b.xlsx": b"y"}
    expected = {"../a.xlsx": "G07", "b.xlsx": "read"}
    assert told(zipped(members)) == expected
    assert told(rar(members)) == expected


def test_an_opener_that_dies_or_stalls_costs_its_archive_only() -> None:
    """Too little memory for the process to start at all, and no time."""
    assert told(zipped({"内.7z": seven_zipped({"a": b"x"}), "z.xlsx": b"y"}), Limits(memory=1 << 20)) == {
        "内.7z": "G14",
        "z.xlsx": "read",
    }
    assert told(seven_zipped({"a": b"x"}), Limits(unpack_seconds=0)) == {"": "G14"}


# --- rar needs a program of the system -------------------------------------------------------------------------


@posix
def test_a_compressed_rar_waits_where_no_program_opens_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (why,) = told(rar({"a.xlsx": b"x"}, method=3)).values()
    assert "请安装 unar" in why
    (nested,) = inside(zipped({"内.rar": rar({"a.xlsx": b"x"}, method=3)}), Limits())
    assert (nested.name, nested.finding, bool(nested.later)) == ("内.rar", None, True)


@posix
@pytest.mark.parametrize(
    ("program", "opens"),
    [("unar", '"$1 $2 $3" = "-q -o -"'), ("bsdtar", '"$1 $2 $3 $4" = "-x --to-stdout -f $4"')],
)
def test_a_compressed_rar_is_opened_by_the_program_that_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, opens: str
) -> None:
    """The stand-in for unar or bsdtar is asked for its version, and then writes a member's bytes to its output.

    bsdtar takes what follows `-f` for the archive's name: `--` must not stand there.
    """
    script = tmp_path / program
    script.write_text(
        f'#!/bin/sh\ncase "$1" in -version|--version) exit 0;; esac\n'
        f'[ {opens} ] && [ "$4" != -- -o "$1" != -x ] && printf 0123456789\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    (held,) = inside(rar({"a.xlsx": b"0123456789"}, method=3), Limits())
    assert (held.name, held.data) == ("a.xlsx", b"0123456789")
    (wrong,) = inside(rar({"a.xlsx": b"9876543210"}, method=3), Limits())
    assert wrong.finding
    assert wrong.finding.rule == "G17"


# --- zip: one bad member costs itself only ---------------------------------------------------------------------


def edited(data: bytes, name: bytes, *changes: tuple[bytes, int, bytes]) -> bytes:
    """Return an archive with bytes of a member's records changed: `PK12` is the central one, `PK34` its own."""
    changed = bytearray(data)
    for record, offset, value in changes:
        name_at = 46 if record == b"PK\x01\x02" else 30
        at = next(
            at for at in range(len(data)) if data.startswith(record, at) and data.startswith(name, at + name_at)
        )
        changed[at + offset : at + offset + len(value)] = value
    return bytes(changed)


CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"
UNSOUND = {
    "locked": ((CENTRAL, 8, b"\x01"), (LOCAL, 6, b"\x01")),
    "a link": ((CENTRAL, 5, b"\x03"), (CENTRAL, 38, struct.pack("<L", 0o120777 << 16))),
    "compressed by bzip2": ((CENTRAL, 10, b"\x0c"), (LOCAL, 8, b"\x0c")),
    "not where the directory says": ((CENTRAL, 42, b"\xff\xff\xff\x7f"),),
    "of another name in its own header": ((LOCAL, 30, b"z"),),
    "on another disk": ((CENTRAL, 34, b"\x07"),),
    "too long": ((CENTRAL, 20, b"\xff\xff\xff\x7f"),),
    "without the field of its size": ((CENTRAL, 24, b"\xff\xff\xff\xff"),),
    "of another checksum": ((CENTRAL, 16, b"0000"),),
}


@pytest.mark.parametrize("fault", UNSOUND)
def test_one_bad_member_costs_itself_only(fault: str) -> None:
    sound = zipped({"a.xlsx": b"x" * 50, "b.xlsx": b"y" * 50, "c.xlsx": b"z" * 50})
    spelt = edited(sound, b"b.xlsx", *UNSOUND[fault])
    found = told(spelt)
    assert {name: rule for name, rule in found.items() if rule == "read"} == {"a.xlsx": "read", "c.xlsx": "read"}
    assert found["b.xlsx"] in {"G06", "G07", "G09"}


def test_two_members_of_one_name_are_not_taken_for_one() -> None:
    twice = zipped({"a.xlsx": b"x", "b.xlsx": b"y"}).replace(b"b.xlsx", b"a.xlsx")
    assert [(one.name, one.finding and one.finding.rule) for one in inside(twice, Limits())] == [
        ("a.xlsx", None),
        ("a.xlsx", "G07"),
    ]


def test_the_field_of_the_unicode_path_names_members_that_look_alike() -> None:
    """WinRAR and Info-ZIP write `???.xlsx` twice, and the names of both in the field 0x7075."""
    data = zipped({"aaaa.xlsx": b"x", "bbbb.xlsx": b"y"}).replace(b"aaaa", b"????").replace(b"bbbb", b"????")
    for name in ("甲局.xlsx", "乙局.xlsx"):
        data = with_unicode_path(data, b"????.xlsx", name)
    assert told(data) == {"甲局.xlsx": "read", "乙局.xlsx": "read"}


def with_unicode_path(data: bytes, raw: bytes, name: str) -> bytes:
    """Put the field into the first central record of a name that has none yet."""
    spelt = name.encode()
    field = struct.pack("<2HBL", 0x7075, len(spelt) + 5, 1, zlib.crc32(raw)) + spelt
    at = data.index(CENTRAL)
    while struct.unpack_from("<H", data, at + 30)[0]:
        at = data.index(CENTRAL, at + 4)
    stop = at + 46 + len(raw)
    made = bytearray(data[:stop] + field + data[stop:])
    struct.pack_into("<H", made, at + 30, len(field))
    end = made.rindex(b"PK\x05\x06")
    size = struct.unpack_from("<L", made, end + 12)[0]
    struct.pack_into("<L", made, end + 12, size + len(field))
    return bytes(made)


# --- a damaged workbook is no archive --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "rule", "says"),
    [
        (("xl/workbook.xml", "xl/worksheets/sheet1.xml", "_rels/.rels"), "G12", "[Content_Types].xml"),
        (("xl/workbook.xml",), "G12", "[Content_Types].xml"),
        (("[content_types].xml", "word/document.xml"), "G03", "Word"),
        (("OFD.xml", "Doc_0/Document.xml"), "G03", "OFD"),
    ],
)
def test_a_package_without_its_list_of_contents_is_no_archive(
    parts: tuple[str, ...], rule: str, says: str
) -> None:
    data = zipped(dict.fromkeys(parts, b"<x/>"))
    assert not is_inbox(data)
    with pytest.raises(RefusalError) as refusal:
        identify(data, Limits())
    assert (refusal.value.finding.rule, says in refusal.value.finding.message) == (rule, True)
    assert told(zipped({"甲局.xlsx": data})) == {"甲局.xlsx": "read"}
