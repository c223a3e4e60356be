"""What an OLE file is, told by its root directory: an old workbook, a Word document, or an encrypted package."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from perfeval_xl.workbook.rules_of_files import refuse

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFE
_LAST_SECTOR = 0xFFFFFFFA
_HEADER = struct.Struct("<8s16x5H6x9L")
_ROOT = 5
_NONE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the directory: a stream, or a storage (a folder)."""

    name: str
    kind: int
    first: int
    size: int
    child: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Compound:
    """An OLE file's sectors and directory."""

    data: bytes
    shift: int
    table: tuple[int, ...]
    small_table: tuple[int, ...]
    small_limit: int
    items: tuple[Item, ...]

    @property
    def root(self) -> dict[str, Item]:
        """What lies directly in the root, by name in capitals."""
        found: dict[str, Item] = {}
        waiting, seen = [self.items[0].child], set()
        while waiting:
            index = waiting.pop()
            if index == _NONE or index in seen or index >= len(self.items):
                continue
            seen.add(index)
            item = self.items[index]
            found[item.name.upper()] = item
            waiting += [item.left, item.right]
        return found

    def stream(self, item: Item) -> bytes:
        """Return a stream's bytes; RefusalError where there are fewer than it says: part of it is lost."""
        found = self._bytes(item)[: item.size]
        if len(found) < item.size:
            raise refuse("G06", what="旧格式文件的内容不完整")
        return found

    def _bytes(self, item: Item) -> bytes:
        if item.size >= self.small_limit:
            return _chain(self.data, self.table, item.first, self.shift, 1)
        root = self.items[0]
        store = _chain(self.data, self.table, root.first, self.shift, 1)[: root.size]
        return _chain(store, self.small_table, item.first, 6, 0)


def compound(data: bytes) -> Compound:
    """Read header, sector tables and directory; RefusalError where they are damaged."""
    if len(data) < 512:
        raise refuse("G06", what="旧格式文件的文件头不完整")
    shift, _, _, tables, first_directory, _, small_limit, first_small, _, first_more, _ = _HEADER.unpack_from(
        data
    )[4:]
    if shift not in (9, 12) or tables > len(data) >> shift:
        raise refuse("G06", what="旧格式文件的文件头损坏")
    table = _sector_table(data, shift, tables, first_more)
    small = _chain(data, table, first_small, shift, 1) if first_small < _LAST_SECTOR else b""
    entries = _chain(data, table, first_directory, shift, 1)
    items = tuple(_item(entries, position) for position in range(0, len(entries) - 127, 128))
    if not items or items[0].kind != _ROOT:
        raise refuse("G06", what="旧格式文件的目录损坏")
    return Compound(data, shift, table, _numbers(small), small_limit, items)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(data) // 4}L", data)


def _sector(data: bytes, shift: int, number: int, headers: int) -> bytes:
    start = (number + headers) << shift
    return data[start : start + (1 << shift)]


def _sector_table(data: bytes, shift: int, tables: int, more: int) -> tuple[int, ...]:
    """Return the table that says which sector follows which.

    Its own sectors are listed in the header and in further sectors, one of which leads to the next; no longer than
    there are any left to be listed, and none of them twice: else a small file would make a huge table.
    """
    sectors = _listed(struct.unpack_from("<109L", data, 76))
    while len(sectors) < tables and more < _LAST_SECTOR:
        *numbers, more = _numbers(_sector(data, shift, more, 1)) or (_END,)
        listed = _listed(numbers)
        if not listed:
            break
        sectors += listed
    sectors = sectors[:tables]
    if len(set(sectors)) < len(sectors):
        raise refuse("G06", what="旧格式文件的扇区表重复")
    return _numbers(b"".join(_sector(data, shift, number, 1) for number in sectors))


def _listed(numbers: Iterable[int]) -> list[int]:
    return [number for number in numbers if number < _LAST_SECTOR]


def _chain(data: bytes, table: tuple[int, ...], first: int, shift: int, headers: int) -> bytes:
    """Return the bytes of a chain of sectors; one that runs in a circle or out of the file is damage."""
    pieces: list[bytes] = []
    number, most = first, len(data) >> shift
    while number < _LAST_SECTOR:
        if number >= len(table) or len(pieces) > most:
            raise refuse("G06", what="旧格式文件的内容不连贯")
        pieces.append(_sector(data, shift, number, headers))
        number = table[number]
    return b"".join(pieces)


def _item(entries: bytes, position: int) -> Item:
    length = int.from_bytes(entries[position + 64 : position + 66], "little")
    name = entries[position : position + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
    kind = entries[position + 66]
    left, right, child = struct.unpack_from("<3L", entries, position + 68)
    first, size = struct.unpack_from("<2L", entries, position + 116)
    return Item(name, kind, first, size, child, left, right)
