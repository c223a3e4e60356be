"""What a zip archive really holds: a strict reading of its directory, with limits on the bytes that come out.

The standard library's reader is not used: in a damaged archive it finds the end record of an inner one, of two
members of one name it takes the last, and it decodes names of Chinese archives wrongly.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from perfeval_xl.admission.clutter import why_ignored
from perfeval_xl.admission.names import admitted
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.limits import MEBIBYTE, Limits
from perfeval_xl.workbook.rules import RefusalError, refuse

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


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of the directory. `start` is where its packed bytes begin."""

    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int

    @property
    def folder(self) -> bool:
        """Whether it stands for a folder and holds nothing."""
        return self.name.endswith(("/", "\\"))


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file of a zip inbox: its name in the archive, its bytes, or the finding that says why there are none.

    `ignored` says why it is no unit's file; its bytes are not looked at.
    """

    name: str
    data: bytes
    finding: Finding | None = None
    ignored: str = ""


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


def directory(data: bytes, limits: Limits, *, inbox: bool = False) -> tuple[Member, ...]:
    """Return the members of an archive that is whole and means one thing only; else RefusalError.

    An `inbox` may hold more of them, and names with controls: its names become ours one by one.
    """
    entries = _entries(data, limits.inbox_members if inbox else limits.members)
    names = _names(entries)
    if not inbox:
        _require_no_controls(names)
    _require_distinct(names)
    starts = _starts(data, entries)
    return tuple(
        Member(entry.raw_name, name, entry.flags, entry.method, entry.crc, entry.packed, entry.size, start)
        for entry, name, start in zip(entries, names, starts, strict=True)
    )


def content(data: bytes, member: Member, most: int) -> bytes:
    """Return a member's bytes, at most `most` of them, checked against its size and checksum."""
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


def inside(data: bytes, limits: Limits, depth: int = 1) -> Iterator[Enclosed]:
    """Give the files of a zip inbox in the order of their names; archives within it are opened too."""
    try:
        members = directory(data, limits, inbox=True)
        total = sum(member.size for member in members)
        if total > limits.inbox_unpacked:
            raise refuse(
                "G08", what=f"压缩包解开后共有 {size_text(total)}", limit=size_text(limits.inbox_unpacked)
            )
    except RefusalError as refusal:
        yield Enclosed("", b"", refusal.finding)
        return
    for member in sorted((member for member in members if not member.folder), key=lambda member: member.name):
        if why := why_ignored(member.name):
            yield Enclosed(admitted(member.name), b"", ignored=why)
        else:
            yield from _enclosed(data, member, limits, depth)


def _enclosed(data: bytes, member: Member, limits: Limits, depth: int) -> Iterator[Enclosed]:
    name = admitted(member.name)
    try:
        held = content(data, member, limits.file)
    except RefusalError as refusal:
        yield Enclosed(name, b"", refusal.finding)
        return
    if not is_inbox(held):
        yield Enclosed(name, held)
    elif depth >= limits.inbox_depth:
        yield Enclosed(name, b"", refuse("G08", what="压缩包层层嵌套", limit=f"{depth} 层").finding)
    else:
        for enclosed in inside(held, limits, depth + 1):
            yield replace(enclosed, name=f"{name}/{enclosed.name}" if enclosed.name else name)


def is_inbox(data: bytes) -> bool:
    """Tell a zip of files from a workbook, which is a zip too."""
    if not data.startswith(LOCAL):
        return False
    try:
        names = {member.name for member in directory(data, Limits(), inbox=True)}
    except RefusalError:
        return False
    return not names & {"[Content_Types].xml", "mimetype", "META-INF/manifest.xml"}


def size_text(size: int) -> str:
    """Return a size as officials read it."""
    return f"{size / MEBIBYTE:.1f} MB" if size >= MEBIBYTE // 10 else f"{size} 字节"


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
    if _FULL in (size, packed, offset):
        size, packed, offset = _wide(extra, size, packed, offset)
    if disk not in (0, _FULL_SHORT):
        raise refuse("G06", what="压缩包是分卷的，缺少其他分卷")
    link = system == _UNIX and (attributes >> 16) & 0o170000 == _LINK
    entry = _Entry(data[after:name_end], extra, flags, method, crc, packed, size, offset, link)
    return entry, extra_end + comment_length


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        yield kind, extra[position + 4 : position + 4 + length]
        position += 4 + length


def _wide(extra: bytes, *short: int) -> list[int]:
    """Return size, packed size and offset, with those taken from the extra field that did not fit."""
    wide = next((field for kind, field in _fields(extra) if kind == _EXTRA_SIZES), b"")
    numbers = iter(struct.unpack_from(f"<{len(wide) // 8}Q", wide))
    try:
        return [next(numbers) if number == _FULL else number for number in short]
    except StopIteration:
        raise refuse("G06", what="压缩包目录不完整") from None


def _names(entries: list[_Entry]) -> list[str]:
    """Return the members' names. One archive has one spelling, so the choice is made for all of them at once."""
    given = [_declared_name(entry) for entry in entries]
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


def _declared_name(entry: _Entry) -> str | None:
    """Return the name where the archive says how it is written: plain ASCII, a flag, or an extra field."""
    if entry.raw_name.isascii():
        return entry.raw_name.decode("ascii")
    for kind, field in _fields(entry.extra):
        if kind == _EXTRA_UTF8_NAME and field[1:5] == zlib.crc32(entry.raw_name).to_bytes(4, "little"):
            return field[5:].decode("utf-8", "replace")
    if entry.flags & _UTF8:
        try:
            return entry.raw_name.decode("utf-8")
        except UnicodeDecodeError:
            return None
    return None


def _require_no_controls(names: Iterable[str]) -> None:
    for name in names:
        if any(char < " " or char == "\x7f" for char in name):
            raise refuse("G07", what=f"内部文件名“{name}”含有控制字符")


def _require_distinct(names: Iterable[str]) -> None:
    """Refuse names that different programs would take for one another, or for a place outside the archive."""
    seen: set[str] = set()
    for name in names:
        plain = name.replace("\\", "/")
        if not plain or plain.startswith("/") or ".." in plain.split("/") or plain[1:2] == ":":
            raise refuse("G07", what=f"内部文件名“{name}”指向压缩包之外")
        same = unicodedata.normalize("NFC", plain).casefold()
        if same in seen:
            raise refuse("G07", what=f"有两个名为“{name}”的内部文件")
        seen.add(same)


def _starts(data: bytes, entries: list[_Entry]) -> list[int]:
    """Return where each member's bytes begin; each must lie apart from the others and agree with its header."""
    starts = [_start(data, entry) for entry in entries]
    extents = sorted((entry.offset, start + entry.packed) for entry, start in zip(entries, starts, strict=True))
    limit = 0
    for offset, stop in extents:
        if offset < limit:
            raise refuse("G07", what="内部文件互相重叠")
        limit = stop
    if extents and extents[0][0] != 0:
        raise refuse("G06", what="文件前面有多余内容")
    return starts


def _start(data: bytes, entry: _Entry) -> int:
    name = entry.raw_name.decode("utf-8", "replace")
    if entry.flags & _ENCRYPTED:
        raise refuse("G09")
    if entry.link:
        raise refuse("G07", what=f"“{name}”是指向别处的链接")
    if entry.method not in (_STORED, _DEFLATED):
        raise refuse("G07", what=f"“{name}”使用了办公软件不用的压缩方法（{entry.method}）")
    after = entry.offset + _LOCAL_RECORD.size
    if after > len(data) or data[entry.offset : entry.offset + 4] != LOCAL:
        raise refuse("G06", what=f"“{name}”不在目录所说的位置")
    record = _LOCAL_RECORD.unpack_from(data, entry.offset)
    method, name_length, extra_length = record[4], record[10], record[11]
    start = after + name_length + extra_length
    if data[after : after + name_length] != entry.raw_name or method != entry.method:
        raise refuse("G07", what=f"“{name}”的目录与内容不一致")
    if start + entry.packed > len(data):
        raise refuse("G06", what=f"“{name}”不完整")
    return int(start)
