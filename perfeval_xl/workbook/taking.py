"""How a file is taken from the inbox: once, whole, as bytes with their hash; nobody reads the inbox again."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from perfeval_xl.admission.names import admitted
from perfeval_xl.records.errors import os_reason
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.archive import size_text
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.rules_of_files import say

FRESH, PAUSE = 3.0, 0.2
"""A file changed less than FRESH seconds ago is looked at again PAUSE seconds later."""

_BLOCK = 1024 * 1024
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Staged:
    """A file's bytes at one moment, and its clean name."""

    name: str
    data: bytes
    sha256: str
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Deferred:
    """A file that is still being written or is held by another program; the next run takes it."""

    name: str
    reason: str


def stage(path: Path, limits: Limits | None = None) -> Staged | Deferred | Finding:
    """Take one file from the inbox: its bytes, or why not now, or the finding that says why not at all."""
    limits = limits or Limits()
    try:
        before = path.lstat()
        if not stat.S_ISREG(before.st_mode):
            return say("G15", what=admitted(path.name))
        descriptor = os.open(path, _FLAGS)
        try:
            return _take(path, descriptor, before, limits)
        finally:
            os.close(descriptor)
    except PermissionError:
        if os.name == "nt":
            return Deferred(admitted(path.name), "文件正被其他程序使用")
        return say("G16", what="没有读取权限")
    except FileNotFoundError:
        return Deferred(admitted(path.name), "文件在收取时被移走")
    except OSError as error:
        return say("G16", what=os_reason(error))


def _take(path: Path, descriptor: int, before: os.stat_result, limits: Limits) -> Staged | Deferred | Finding:
    opened = os.fstat(descriptor)
    if not stat.S_ISREG(opened.st_mode):
        return say("G15", what=admitted(path.name))
    if opened.st_size > limits.file:
        return too_large(opened.st_size, limits)
    data = _bytes(descriptor, limits.file + 1)
    if len(data) > limits.file:
        return too_large(len(data), limits)
    if time.time() - opened.st_mtime < FRESH:
        time.sleep(PAUSE)
    after = path.lstat()
    looks = {(look.st_size, look.st_mtime_ns) for look in (before, opened, after)}
    if len(looks) > 1 or len(data) != after.st_size:
        return Deferred(admitted(path.name), "文件还在写入")
    return Staged(admitted(path.name), data, hashlib.sha256(data).hexdigest(), after.st_mtime_ns)


def _bytes(descriptor: int, most: int) -> bytes:
    blocks, left = [], most
    while left > 0 and (block := os.read(descriptor, min(_BLOCK, left))):
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)


def too_large(size: int, limits: Limits) -> Finding:
    """Return the refusal of a file that is larger than any honest one."""
    return say("G02", size=size_text(size), limit=size_text(limits.file))
