"""One run at a time in a campaign's folder: who holds it, since when, and what to do about a holder that died."""

from __future__ import annotations

import json
import os
import socket
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from perfeval_xl.errors import PerfevalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = ".运行中"


class BusyError(PerfevalError):
    """Somebody else is at work in the folder."""

    def __init__(self, holder: Holder, path: Path) -> None:
        super().__init__(
            f"电脑“{holder.host}”上的另一次运行（{holder.what}，进程{holder.pid}）从{holder.since}开始，还没有结束。"
            f"请等它结束后再试；如果确认那次运行已不在，请删除文件“{path}”。"
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a folder."""

    pid: int
    host: str
    since: str
    what: str


@contextmanager
def locked(folder: Path, what: str, now: datetime) -> Iterator[None]:
    """Hold a folder while the block runs; BusyError names who holds it already.

    A holder on this machine whose process is gone is taken for dead, and its lock is taken over.
    """
    path = folder / FILE
    holder = Holder(os.getpid(), socket.gethostname(), f"{now:%Y-%m-%d %H:%M:%S}", what)
    _take(path, json.dumps(asdict(holder), ensure_ascii=False).encode("utf-8"))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _take(path: Path, content: bytes) -> None:
    for _ in range(2):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            holder = _holder(path)
            if holder and _is_alive(holder):
                raise BusyError(holder, path) from None
            path.unlink(missing_ok=True)
        else:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            return
    raise BusyError(Holder(0, "？", "刚才", "另一次运行"), path)


def _holder(path: Path) -> Holder | None:
    """Return who left the lock; None where nobody can be made out, as after a crash in the middle of writing."""
    try:
        return Holder(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _is_alive(holder: Holder) -> bool:
    """Whether the holder may still be running; on another machine we cannot know, so it may."""
    if holder.host != socket.gethostname():
        return True
    if os.name == "nt":
        return _is_alive_on_windows(holder.pid)
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_alive_on_windows(pid: int) -> bool:
    """Ask Windows: signal 0 would end the process there instead of asking after it."""
    import ctypes  # noqa: PLC0415 - windll exists on Windows only

    windll = getattr(ctypes, "windll", None)
    handle = windll.kernel32.OpenProcess(0x1000, 0, pid) if windll else 0
    if handle and windll:
        windll.kernel32.CloseHandle(handle)
    return bool(handle)
