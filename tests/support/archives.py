"""Archives of every kind made from their members' names and bytes, sound and unsound."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import py7zr

if TYPE_CHECKING:
    from collections.abc import Mapping


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def seven_zipped(members: Mapping[str, bytes], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", **options) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return buffer.getvalue()


def rar(members: Mapping[str, bytes], method: int = 0) -> bytes:
    """Return a rar of version 5. Its members are stored; another `method` only claims that they are compressed."""
    blocks = [
        _block(b"\x01\0\0"),
        *(_file(name, data, method) for name, data in members.items()),
        _block(b"\x05\0\0"),
    ]
    return b"Rar!\x1a\x07\x01\0" + b"".join(blocks)


def _file(name: str, data: bytes, method: int) -> bytes:
    spelt = name.encode()
    sizes = _number(len(data)) + b"\x04" + _number(len(data)) + b"\0" + struct.pack("<L", zlib.crc32(data))
    return _block(b"\x02\x02" + sizes + _number(method << 7) + b"\0" + _number(len(spelt)) + spelt) + data


def _block(fields: bytes) -> bytes:
    measured = _number(len(fields)) + fields
    return struct.pack("<L", zlib.crc32(measured)) + measured


def _number(value: int) -> bytes:
    """Return a number as rar writes it: seven bits a byte, the highest bit where more follow."""
    spelt = bytearray()
    while value > 0x7F:
        spelt.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*spelt, value])
