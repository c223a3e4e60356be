"""One run at a time in a campaign's folder: the operating system's own lock, and who holds it since when.

The system frees the lock of a process that has died, however it died. A process may take the lock again while it
holds it, so that a command and the stages in it each make sure of it; threads exclude each other like processes.
"""

from __future__ import annotations

import json
import os
import socket
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from perfeval_xl.records.errors import PerfevalError, os_reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = ".运行中"
"""Says who holds the folder; only while somebody does."""
LOCK = ".运行中.lock"
"""What is locked. It stays, and means nothing by being there."""


class BusyError(PerfevalError):
    """Somebody else is at work in the folder."""

    def __init__(self, holder: Holder | None, since: str) -> None:
        who = f"电脑“{holder.host}”上的另一次运行（{holder.what}，进程{holder.pid}）" if holder else "另一次运行"
        super().__init__(f"{who}{f'从{since}开始' if since else ''}，还没有结束。请等它结束后再试。")


class LockError(PerfevalError):
    """A folder that cannot be held: not writable, or on a disk that knows no locks."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a folder."""

    pid: int
    host: str
    what: str


@contextmanager
def locked(folder: Path, what: str) -> Iterator[None]:
    """Hold a folder while the block runs; BusyError names who holds it already."""
    path = folder / FILE
    lock = FileLock(folder.resolve() / LOCK, is_singleton=True)
    _take(lock, path, folder)
    try:
        if lock.lock_counter == 1:
            _sign(path, Holder(os.getpid(), socket.gethostname(), what))
        yield
    finally:
        if lock.lock_counter == 1:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        lock.release()


def _take(lock: FileLock, path: Path, folder: Path) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(_holder(path), _since(path)) from None
    except NotImplementedError as error:
        raise LockError(
            f"文件夹“{folder}”所在的磁盘不支持文件锁，两个人可能同时改动。请把工作文件夹放到本机磁盘。"
        ) from error
    except OSError as error:
        raise LockError(
            f"无法使用工作文件夹“{folder}”：{os_reason(error)}。请检查文件夹的权限和磁盘空间。"
        ) from error


def _sign(path: Path, holder: Holder) -> None:
    """Write down who holds the folder, for those who come meanwhile; else they only learn that it is held."""
    with suppress(OSError):
        path.write_text(json.dumps(asdict(holder), ensure_ascii=False), "utf-8")


def _holder(path: Path) -> Holder | None:
    """Return who holds the folder; None where nobody can be made out."""
    try:
        return Holder(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _since(path: Path) -> str:
    """Return when the holder signed, by the disk's clock."""
    try:
        return f"{datetime.fromtimestamp(path.stat().st_mtime).astimezone():%Y-%m-%d %H:%M:%S}"
    except OSError:
        return ""
