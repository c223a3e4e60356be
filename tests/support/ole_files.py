"""OLE containers written in a few lines: just enough for a reader of their root directory and their streams."""

from __future__ import annotations

import struct

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def container(streams: dict[str, bytes]) -> bytes:
    """Return an OLE file with these streams in its root, each padded to at least 4,096 bytes."""
    padded = {
        name: data.ljust(max(4096, -(-len(data) // _SECTOR) * _SECTOR), b"\0") for name, data in streams.items()
    }
    directory_sectors = -(-(len(streams) + 1) // 4)
    chains: list[int] = [_TABLE]
    first_directory = len(chains)
    chains += [*range(first_directory + 1, first_directory + directory_sectors), _END]
    starts, body = {}, b""
    for name, data in padded.items():
        starts[name] = len(chains)
        count = len(data) // _SECTOR
        chains += [*range(starts[name] + 1, starts[name] + count), _END]
        body += data
    assert len(chains) <= 128
    table = struct.pack(f"<{len(chains)}L", *chains).ljust(_SECTOR, b"\xff")
    names = list(streams)
    entries = [_entry("Root Entry", 5, _END, 0, child=1 if names else _FREE)]
    for number, name in enumerate(names, 1):
        right = number + 1 if number < len(names) else _FREE
        entries.append(_entry(name, 2, starts[name], len(padded[name]), right=right))
    directory = b"".join(entries).ljust(directory_sectors * _SECTOR, b"\0")
    return _header(first_directory) + table + directory + body


def _header(first_directory: int) -> bytes:
    numbers = (0, 1, first_directory, 0, 4096, _END, 0, _END, 0)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    return header + struct.pack("<9L", *numbers) + struct.pack("<109L", 0, *[_FREE] * 108)


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE, right: int = _FREE) -> bytes:
    raw = name.encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<H2B3L", len(raw) + 2, kind, 1, _FREE, right, child)
    return head.ljust(116, b"\0") + struct.pack("<LQ", start, size)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def xls(*records: bytes, sheets: tuple[tuple[str, int], ...] = (("Sheet1", 0),), looks: bytes = b"") -> bytes:
    """Return an .xls stream with some records in its only sheet; `looks` are the records of formats."""
    begin = record(0x0809, struct.pack("<4H2L", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    sheet = record(0x0809, struct.pack("<4H2L", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    end = record(0x000A, b"")
    bounds = [struct.pack("<LBBBB", 0, 0, kind, len(name), 1) + name.encode("utf-16-le") for name, kind in sheets]
    size = len(begin) + len(looks) + sum(len(bound) + 4 for bound in bounds) + len(end)
    bounds = [struct.pack("<L", size) + bound[4:] for bound in bounds]
    head = begin + looks + b"".join(record(0x0085, bound) for bound in bounds) + end
    return head + sheet + b"".join(records) + end
