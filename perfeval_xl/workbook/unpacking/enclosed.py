"""Which files an archive of any kind holds, however deep, and how much of them is opened at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from perfeval_xl.admission.clutter import why_ignored
from perfeval_xl.admission.names import admitted
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.archive import LOCAL, Member, content, listing, size_text
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.rules_of_files import RefusalError, refuse
from perfeval_xl.workbook.unpacking.foreign import RAR, SEVEN_ZIP, Unpacked, unpacked

_PACKAGE = frozenset(
    ("[content_types].xml", "_rels/.rels", "mimetype", "meta-inf/manifest.xml", "content.xml", "ofd.xml")
)
_OFFICE, _PARTS = ("xl/", "word/", "ppt/"), (".xml", ".bin", ".rels")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file of an archive: its name in it, its bytes, or the finding that says why there are none.

    `ignored` says why it is no unit's file; its bytes are not looked at. `later` says why this machine cannot open
    it now, which is no fault of the file.
    """

    name: str
    data: bytes
    finding: Finding | None = None
    ignored: str = ""
    later: str = ""
    modified: datetime | None = None
    """The time that the archive gives it, where it gives one."""


@dataclass(slots=True)
class _Left:
    """How many members, and how many bytes of them, may still come out of an archive and all within it."""

    members: int
    unpacked: int

    def take(self, members: int, size: int) -> None:
        """Count what one archive holds; RefusalError where it is too much."""
        if members > self.members:
            raise refuse("G08", what=f"压缩包内有 {members} 个文件", limit=f"{self.members} 个")
        if size > self.unpacked:
            raise refuse("G08", what=f"压缩包解开后共有 {size_text(size)}", limit=size_text(self.unpacked))
        self.members -= members
        self.unpacked -= size


def inside(data: bytes, limits: Limits) -> Iterator[Enclosed]:
    """Give the files of an archive; archives within it are opened too, and all of them share the limits.

    One without name stands for the archive itself, which is empty, damaged, or cannot be opened here.
    """
    return _inside(data, limits, _Left(limits.inbox_members, limits.inbox_unpacked), 1)


def _inside(data: bytes, limits: Limits, left: _Left, depth: int) -> Iterator[Enclosed]:
    empty = True
    try:
        for held in _opener(data)(data, limits, left):
            empty, name = False, admitted(held.name) if held.name else ""
            if why := why_ignored(held.name) if held.name else "":
                yield Enclosed(name, b"", ignored=why)
            else:
                yield from _within(replace(held, name=name), limits, left, depth)
        if empty:
            yield Enclosed("", b"", refuse("G12", what="文件，压缩包是空的").finding)
    except RefusalError as refusal:
        yield Enclosed("", b"", refusal.finding)


def _within(held: Enclosed, limits: Limits, left: _Left, depth: int) -> Iterator[Enclosed]:
    """Give a file, or what is in it where it is an archive itself."""
    if held.finding or held.later or not is_inbox(held.data):
        yield held
    elif depth >= limits.inbox_depth:
        yield Enclosed(held.name, b"", refuse("G08", what="压缩包层层嵌套", limit=f"{depth} 层").finding)
    else:
        for inner in _inside(held.data, limits, left, depth + 1):
            name = f"{held.name}/{inner.name}" if inner.name else held.name
            yield replace(inner, name=name, modified=inner.modified or held.modified)


def _zipped(data: bytes, limits: Limits, left: _Left) -> Iterator[Enclosed]:
    members = [member for member in listing(data, limits) if not member.folder]
    left.take(len(members), sum(member.size for member in members if member.size <= limits.file))
    for member in sorted(members, key=lambda member: member.name):
        yield Enclosed(member.name, b"") if why_ignored(member.name) else _read(data, member, limits)


def _read(data: bytes, member: Member, limits: Limits) -> Enclosed:
    try:
        return Enclosed(member.name, content(data, member, limits.file), modified=member.modified)
    except RefusalError as refusal:
        return Enclosed(member.name, b"", refusal.finding, modified=member.modified)


def _foreign(kind: str) -> Callable[[bytes, Limits, _Left], Iterator[Enclosed]]:
    def opened(data: bytes, limits: Limits, left: _Left) -> Iterator[Enclosed]:
        allowed = replace(limits, inbox_members=left.members, inbox_unpacked=left.unpacked)
        for held in unpacked(kind, data, allowed):
            left.take(1 if held.name else 0, len(held.data))
            yield _enclosed(held)

    return opened


def _enclosed(held: Unpacked) -> Enclosed:
    return Enclosed(held.name, held.data, held.finding, later=held.later, modified=held.modified)


_OPENERS: Mapping[bytes, Callable[[bytes, Limits, _Left], Iterator[Enclosed]]] = {
    LOCAL: _zipped,
    SEVEN_ZIP: _foreign("7z"),
    RAR: _foreign("rar"),
}
"""How an archive is opened, by its first bytes."""


def _opener(data: bytes) -> Callable[[bytes, Limits, _Left], Iterator[Enclosed]]:
    return next(opener for magic, opener in _OPENERS.items() if data.startswith(magic))


def is_inbox(data: bytes) -> bool:
    """Tell an archive of files from a workbook or another document, which are zips too, damaged ones included."""
    if not data.startswith(LOCAL):
        return data.startswith((SEVEN_ZIP, RAR))
    try:
        members = listing(data, Limits())
    except RefusalError:
        return False
    return not any(map(_is_part, (member.name.replace("\\", "/").lower() for member in members)))


def _is_part(name: str) -> bool:
    """Whether a member is what packages of office programs consist of."""
    return name in _PACKAGE or (name.startswith(_OFFICE) and name.endswith(_PARTS))
