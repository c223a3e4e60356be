"""How a 7z or rar archive is opened: by others' libraries, in a process that may die, one member after another."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from perfeval_xl.admission import times
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.archive import size_text
from perfeval_xl.workbook.helper import helper
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.rules_of_files import say
from perfeval_xl.workbook.unpacking import worker

SEVEN_ZIP, RAR = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"
_LENGTH = struct.Struct("<L")
_NO_TOOL = (
    "这台电脑上没有能解开 rar 的程序：请安装 unar（统信、麒麟系统：sudo apt install unar）或 bsdtar 后再收取一次；"
    "也可以用解压软件解开，把里面的文件放进收件文件夹"
)
_NO_LIBRARY = (
    "这台电脑上没有装解开 {kind} 的程序库：请重新安装本程序后再收取一次；"
    "也可以用解压软件解开，把里面的文件放进收件文件夹"
)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One member of an archive: its name as written, and its bytes, a finding, or why this machine cannot open it.

    One without name stands for the archive itself, or for the rest of it.
    """

    name: str
    data: bytes = b""
    finding: Finding | None = None
    later: str = ""
    modified: datetime | None = None


def unpacked(kind: str, data: bytes, limits: Limits) -> Iterator[Unpacked]:
    """Give the members of an archive of a kind, `7z` or `rar`, within the limits of an inbox; never raises."""
    with _working(kind, data, limits) as (process, late):
        ended = False
        while (header := _header(process)) is not None:
            if ended := header["end"]:
                break
            yield _member(kind, header, _data(process, header["size"]), limits)
        if not ended:
            why = f"超过 {limits.unpack_seconds} 秒" if late.is_set() else "解压进程异常终止"
            yield Unpacked("", finding=say("G14", format=f" {kind} ", what=why))


@contextmanager
def _working(kind: str, data: bytes, limits: Limits) -> Iterator[tuple[subprocess.Popen[bytes], threading.Event]]:
    """Start the worker; it ends with its time, or with this, together with what it started and wrote."""
    numbers = (limits.unpack_seconds, limits.memory, limits.inbox_members, limits.file, limits.inbox_unpacked)
    command = [*helper(worker), kind, *map(str, numbers)]
    late = threading.Event()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        process = subprocess.Popen(  # noqa: S603  # our own script, no word of the file on the command line
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "TMPDIR": scratch, "TEMP": scratch, "TMP": scratch},
        )
        timer = threading.Timer(limits.unpack_seconds, _end_late, (process, late))
        feeder = threading.Thread(target=_feed, args=(process, data), daemon=True)
        timer.start()
        feeder.start()
        try:
            yield process, late
        finally:
            timer.cancel()
            _kill(process)
            feeder.join()
            process.wait()
            _stdout(process).close()


def _end_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the worker, and where the system knows groups of processes, what it started."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    with suppress(OSError, ValueError):  # a worker that died takes nothing more
        stdin: IO[bytes] = process.stdin  # type: ignore[assignment]  # it is a pipe
        stdin.write(data)
        stdin.close()


def _header(process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
    """Return what the worker says of the next member; None where it has ended without a word."""
    length = _data(process, _LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    raw = _data(process, _LENGTH.unpack(length)[0])
    with suppress(ValueError):
        header: dict[str, Any] = json.loads(raw)
        return header
    return None


def _data(process: subprocess.Popen[bytes], size: int) -> bytes:
    return _stdout(process).read(size)


def _stdout(process: subprocess.Popen[bytes]) -> IO[bytes]:
    stdout: IO[bytes] = process.stdout  # type: ignore[assignment]  # it is a pipe
    return stdout


def _member(kind: str, header: Mapping[str, Any], data: bytes, limits: Limits) -> Unpacked:
    name, fault = header["name"], header["fault"]
    if fault == worker.NO_TOOL:
        return Unpacked(name, later=_NO_TOOL)
    if fault == worker.NO_LIBRARY:
        return Unpacked(name, later=_NO_LIBRARY.format(kind=kind))
    seconds = header.get("time") or 0
    modified = times.archived(0, 0, int(seconds)) if seconds else None
    if fault:
        return Unpacked(name, finding=_FAULTS[fault](name or f" {kind} 压缩包", header["found"], limits))
    return Unpacked(name, data, modified=modified)


_FAULTS: Mapping[str, Callable[[str, int, Limits], Finding]] = {
    worker.LOCKED: lambda _, __, ___: say("G09"),
    worker.LINK: lambda name, _, __: say("G07", what=f"“{name}”是指向别处的链接"),
    worker.OUTSIDE: lambda name, _, __: say("G07", what=f"内部文件名“{name}”指向压缩包之外"),
    worker.TWICE: lambda name, _, __: say("G07", what=f"有两个名为“{name}”的内部文件"),
    worker.DAMAGED: lambda name, _, __: say("G17", what=name),
    worker.MEMORY: lambda _, __, limits: say(
        "G14", format="压缩包", what=f"用了 {size_text(limits.memory)} 以上的内存"
    ),
    worker.VOLUMES: lambda _, __, ___: say("G06", what="压缩包是分卷的，缺少其他分卷"),
    worker.LARGE: lambda name, found, limits: say(
        "G08", what=f"部件“{name}”解开后有 {size_text(found)}", limit=size_text(limits.file)
    ),
    worker.MANY: lambda _, found, limits: say(
        "G08", what=f"压缩包内有 {found} 个文件", limit=f"{limits.inbox_members} 个"
    ),
    worker.MUCH: lambda _, found, limits: say(
        "G08", what=f"压缩包解开后共有 {size_text(found)}", limit=size_text(limits.inbox_unpacked)
    ),
}
"""What is said of a fault that the worker names."""
