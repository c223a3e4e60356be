"""What a zip archive really holds: a strict reading of its directory, with limits on the bytes that come out.

A package must be whole; in an archive of files one bad member costs itself only.

The standard library's reader is not used: in a damaged archive it finds the end record of an inner one, of two
members of one name it takes the last, and it decodes names of Chinese archives wrongly.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from perfeval_xl.admission import times
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.limits import MEBIBYTE, Limits
from perfeval_xl.workbook.rules_of_files import RefusalError, refuse, say

END, CENTRAL, LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_END64, _LOCATOR = b"PK\x06\x06", b"PK\x06\x07"
_END_RECORD = struct.Struct("<4s4H2LH")
_END64_RECORD = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_RECORD = struct.Struct("<4sLQL")
_CENTRAL_RECORD = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL_RECORD = struct.Struct("<4s2B4HL2L2H")
_FULL, _FULL_SHORT = 0xFFFFFFFF, 0xFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_UNIX, _LINK = 3, 0o120000
_EXTRA_SIZES, _EXTRA_UTF8_NAME = 0x0001, 0x7075
_EXTRA_TIME, _TIME = 0x5455, 5
"""The extra field of a member's time, and how long it is at least."""


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the directory. `start` is where its packed bytes begin; a `fault` says why it is not read."""

    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int
    fault: Finding | None = None
    modified: datetime | None = None

    @property
    def folder(self) -> bool:
        """Whether it stands for a folder and holds nothing."""
        return self.name.endswith(("/", "\\"))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A central record before its name is decoded."""

    raw_name: bytes
    extra: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    link: bool
    fault: Finding | None = None
    modified: datetime | None = None


def directory(data: bytes, limits: Limits) -> tuple[Member, ...]:
    """Return the members of a package that is whole and means one thing only; else RefusalError."""
    members = _members(data, limits.members, package=True)
    for member in members:
        if member.fault:
            raise RefusalError(member.fault)
    return members


def listing(data: bytes, limits: Limits) -> tuple[Member, ...]:
    """Return the members of an archive of files, each with its fault; RefusalError where none can be had."""
    return _members(data, limits.inbox_members, package=False)


def content(data: bytes, member: Member, most: int) -> bytes:
    """Return a member's bytes, at most `most` of them, checked against its size and checksum."""
    if member.fault:
        raise RefusalError(member.fault)
    if member.size > most:
        raise refuse("G08", what=f"部件“{member.name}”解开后有 {size_text(member.size)}", limit=size_text(most))
    packed = memoryview(data)[member.start : member.start + member.packed]
    if member.method == _STORED:
        unpacked = bytes(packed)
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            unpacked = inflater.decompress(packed, member.size + 1)
        except zlib.error:
            raise refuse("G06", what=f"“{member.name}”解压出错") from None
        if not inflater.eof or inflater.unused_data:
            raise refuse("G06", what=f"“{member.name}”的大小与目录不符")
    if len(unpacked) != member.size:
        raise refuse("G06", what=f"“{member.name}”的大小与目录不符")
    if zlib.crc32(unpacked) != member.crc:
        raise refuse("G06", what=f"“{member.name}”的校验码不符")
    return unpacked


def size_text(size: int) -> str:
    """Return a size as officials read it."""
    return f"{size / MEBIBYTE:.1f} MB" if size >= MEBIBYTE // 10 else f"{size} 字节"


def _members(data: bytes, most: int, *, package: bool) -> tuple[Member, ...]:
    entries = _entries(data, most)
    if package and min((entry.offset for entry in entries), default=0):
        raise refuse("G06", what="文件前面有多余内容")
    names = _names(entries, package=package)
    starts = [_start(data, entry) for entry in entries]
    faults = zip(_misnamed(names, package=package), _overlapping(entries, starts), strict=True)
    return tuple(
        Member(
            *(entry.raw_name, name, entry.flags, entry.method, entry.crc, entry.packed, entry.size),
            start=start if isinstance(start, int) else 0,
            fault=entry.fault or misnamed or (start if isinstance(start, Finding) else overlapping),
            modified=entry.modified,
        )
        for entry, name, start, (misnamed, overlapping) in zip(entries, names, starts, faults, strict=True)
    )


def _entries(data: bytes, most: int) -> list[_Entry]:
    count, start, stop = _bounds(data)
    if count > most:
        raise refuse("G08", what=f"压缩包内有 {count} 个文件", limit=f"{most} 个")
    entries, position = [], start
    for _ in range(count):
        entry, position = _entry(data, position, stop)
        entries.append(entry)
    if position != stop:
        raise refuse("G06", what="压缩包目录与其登记的大小不符")
    return entries


def _bounds(data: bytes) -> tuple[int, int, int]:
    """Return how many members there are, and where the directory begins and ends."""
    end = _end_position(data)
    _, disk, first_disk, here, count, size, offset, _ = _END_RECORD.unpack_from(data, end)
    stop = end
    if _FULL in (size, offset) or _FULL_SHORT in (here, count):
        stop, here, count, size, offset = _bounds64(data, end)
    if disk or first_disk or here != count:
        raise refuse("G06", what="压缩包是分卷的，缺少其他分卷")
    if offset + size != stop:
        raise refuse("G06", what="文件前后有多余内容或缺少一部分")
    return count, offset, stop


def _end_position(data: bytes) -> int:
    position = len(data)
    while True:
        position = data.rfind(END, max(0, len(data) - _END_RECORD.size - _FULL_SHORT), position)
        if position < 0:
            raise refuse("G06", what="文件末尾缺失，没有压缩包目录")
        if position + _END_RECORD.size <= len(data):
            comment = int.from_bytes(data[position + 20 : position + 22], "little")
            if position + _END_RECORD.size + comment == len(data):
                return position


def _bounds64(data: bytes, end: int) -> tuple[int, int, int, int, int]:
    """Return the same from the records that archives past 4 GB or 65,535 members have."""
    locator = end - _LOCATOR_RECORD.size
    if locator < 0 or data[locator : locator + 4] != _LOCATOR:
        raise refuse("G06", what="压缩包目录不完整")
    position = _LOCATOR_RECORD.unpack_from(data, locator)[2]
    if position + _END64_RECORD.size != locator or data[position : position + 4] != _END64:
        raise refuse("G06", what="压缩包目录不完整")
    record = _END64_RECORD.unpack_from(data, position)
    here, count, size, offset = record[6:10]
    return position, here, count, size, offset


def _entry(data: bytes, position: int, stop: int) -> tuple[_Entry, int]:
    after = position + _CENTRAL_RECORD.size
    if after > stop or data[position : position + 4] != CENTRAL:
        raise refuse("G06", what="压缩包目录损坏")
    record = _CENTRAL_RECORD.unpack_from(data, position)
    system, flags, method, crc, packed, size = record[2], *record[5:7], *record[9:12]
    name_length, extra_length, comment_length, disk = record[12:16]
    attributes, offset = record[17:19]
    name_end = after + name_length
    extra_end = name_end + extra_length
    if extra_end + comment_length > stop:
        raise refuse("G06", what="压缩包目录损坏")
    extra = data[name_end:extra_end]
    wide = _wide(extra, size, packed, offset) if _FULL in (size, packed, offset) else (size, packed, offset)
    size, packed, offset = wide or (size, packed, offset)
    fault = None if wide else say("G06", what="压缩包目录不完整")
    if disk not in (0, _FULL_SHORT):
        fault = say("G06", what="压缩包是分卷的，缺少其他分卷")
    link = system == _UNIX and (attributes >> 16) & 0o170000 == _LINK
    modified = times.archived(record[7], record[8], _seconds(extra))
    entry = _Entry(data[after:name_end], extra, flags, method, crc, packed, size, offset, link, fault, modified)
    return entry, extra_end + comment_length


def _seconds(extra: bytes) -> int | None:
    """Return when a member was changed, in seconds since 1970, where an extra field says so."""
    told = next((field for kind, field in _fields(extra) if kind == _EXTRA_TIME), b"")
    return int.from_bytes(told[1:5], "little", signed=True) if len(told) >= _TIME and told[0] & 1 else None


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        yield kind, extra[position + 4 : position + 4 + length]
        position += 4 + length


def _wide(extra: bytes, *short: int) -> tuple[int, ...] | None:
    """Return size, packed size and offset, those that did not fit from the extra field; None if not there."""
    wide = next((field for kind, field in _fields(extra) if kind == _EXTRA_SIZES), b"")
    numbers = iter(struct.unpack_from(f"<{len(wide) // 8}Q", wide))
    found = [next(numbers, None) if number == _FULL else number for number in short]
    return None if None in found else tuple(number for number in found if number is not None)


def _names(entries: Sequence[_Entry], *, package: bool) -> list[str]:
    """Return the members' names. One archive has one spelling, so the choice is made for all of them at once."""
    given = [_declared_name(entry, package=package) for entry in entries]
    if None not in given:
        return [name for name in given if name is not None]
    for encoding in ("utf-8", "gb18030"):
        try:
            return [
                name if name is not None else entry.raw_name.decode(encoding)
                for name, entry in zip(given, entries, strict=True)
            ]
        except UnicodeDecodeError:
            continue
    return [
        name
        if name is not None
        else "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in entry.raw_name)
        for name, entry in zip(given, entries, strict=True)
    ]


def _declared_name(entry: _Entry, *, package: bool) -> str | None:
    """Return the name where the archive says how it is written: an extra field, plain ASCII, or a flag.

    A package's parts are known by their plain names, and to Excel by these alone.
    """
    plain = entry.raw_name.isascii()
    unicode_name = "" if plain and package else _unicode_path(entry)
    if unicode_name:
        return unicode_name
    if plain:
        return entry.raw_name.decode("ascii")
    return _utf8(entry.raw_name) if entry.flags & _UTF8 else None


def _unicode_path(entry: _Entry) -> str | None:
    """Return what the extra field for names in UTF-8 says, where it was written for this name."""
    checked = zlib.crc32(entry.raw_name).to_bytes(4, "little")
    for kind, field in _fields(entry.extra):
        if kind == _EXTRA_UTF8_NAME and field[:1] == b"\x01" and field[1:5] == checked:
            return _utf8(field[5:])
    return None


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _misnamed(names: Sequence[str], *, package: bool) -> Iterator[Finding | None]:
    """Give what is wrong with each name: it leads outside, or programs would take it for another's.

    Within a package capitals and forms of a letter make no difference; in an archive of files they do.
    """
    seen: set[str] = set()
    for name in names:
        same = unicodedata.normalize("NFC", name.replace("\\", "/")).casefold() if package else name
        yield _misnamed_alone(name, package=package) or (
            say("G07", what=f"有两个名为“{name}”的内部文件") if same in seen else None
        )
        seen.add(same)


def _misnamed_alone(name: str, *, package: bool) -> Finding | None:
    if package and any(char < " " or char == "\x7f" for char in name):
        return say("G07", what=f"内部文件名“{name}”含有控制字符")
    plain = name.replace("\\", "/")
    if not plain or plain.startswith("/") or ".." in plain.split("/") or plain[1:2] == ":":
        return say("G07", what=f"内部文件名“{name}”指向压缩包之外")
    return None


def _overlapping(entries: Sequence[_Entry], starts: Sequence[int | Finding]) -> Iterator[Finding | None]:
    """Give what is wrong with a member's place: its bytes are another's, too."""
    ends = {
        at: (entry.offset, start + entry.packed)
        for at, (entry, start) in enumerate(zip(entries, starts, strict=True))
        if isinstance(start, int)
    }
    limit, shared = 0, set[int]()
    for at in sorted(ends, key=lambda at: ends[at]):
        offset, stop = ends[at]
        if offset < limit:
            shared.add(at)
        limit = max(limit, stop)
    for at in range(len(entries)):
        yield say("G07", what="内部文件互相重叠") if at in shared else None


def _start(data: bytes, entry: _Entry) -> int | Finding:
    """Return where a member's bytes begin, or why they cannot be had; its own header must agree."""
    name = entry.raw_name.decode("utf-8", "replace")
    if unusual := _unusual(entry, name):
        return unusual
    after = entry.offset + _LOCAL_RECORD.size
    if after > len(data) or data[entry.offset : entry.offset + 4] != LOCAL:
        return say("G06", what=f"“{name}”不在目录所说的位置")
    record = _LOCAL_RECORD.unpack_from(data, entry.offset)
    method, name_length, extra_length = record[4], record[10], record[11]
    start = after + name_length + extra_length
    if data[after : after + name_length] != entry.raw_name or method != entry.method:
        return say("G07", what=f"“{name}”的目录与内容不一致")
    if start + entry.packed > len(data):
        return say("G06", what=f"“{name}”不完整")
    return int(start)


def _unusual(entry: _Entry, name: str) -> Finding | None:
    """Return why a member is not opened wherever it lies: a password, a link, a rare method."""
    if entry.flags & _ENCRYPTED:
        return say("G09")
    if entry.link:
        return say("G07", what=f"“{name}”是指向别处的链接")
    if entry.method not in (_STORED, _DEFLATED):
        return say("G07", what=f"“{name}”使用了办公软件不用的压缩方法（{entry.method}）")
    return None
