"""How a file appears whole or not at all, and what happens when Excel holds the old one open."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.admission.clutter import OPENED, why_ignored
from perfeval_xl.records.errors import PerfevalError, os_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

_PREFIX, _SUFFIX = ".~", ".tmp"


class DiskError(PerfevalError):
    """A folder or file that cannot be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"无法写入“{path}”：{os_reason(error)}。请检查磁盘空间和文件夹权限后重试。")


def publish(path: Path, data: bytes, now: datetime | None = None) -> Path:
    """Write a file's bytes; see `publish_made`."""
    return publish_made(path, lambda temporary: temporary.write_bytes(data), now)


def publish_made(path: Path, make: Callable[[Path], object], now: datetime | None = None) -> Path:
    """Write a file by way of a temporary one in the same folder, which `make` fills; return the path it now has.

    Where the old file is open in Excel and cannot be replaced, the new one gets a name with the time `now`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _written(path, make)
    except OSError as error:
        raise DiskError(path, error) from error
    try:
        target = path
        if now and is_open(path):
            target = _beside(path, now)
        try:
            temporary.replace(target)
        except PermissionError:
            if now is None or target != path:
                raise
            target = _beside(path, now)
            temporary.replace(target)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise DiskError(path, error) from error
    return target


def publish_beside(path: Path, make: Callable[[Path], object]) -> Path:
    """Write a new file that `make` fills, under the first free name, and return its path.

    What is there is never replaced, whoever puts a file of this name there meanwhile.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _written(path, make)
        target = _named(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        raise DiskError(path, error) from error
    return target


def _named(temporary: Path, path: Path) -> Path:
    """Give a temporary file the first name that is free at the very moment at which it gets it."""
    while True:
        target = free(path)
        try:
            _given(temporary, target)
        except FileExistsError:
            continue
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        return target


def _given(temporary: Path, target: Path) -> None:
    """Rename a file; FileExistsError where the name is taken. Disks without links can only look before."""
    if os.name != "posix":
        temporary.rename(target)
        return
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:
        temporary.rename(free(target))
    else:
        temporary.unlink()


def put_aside(paths: Iterable[Path], folder: Path) -> tuple[Path, ...]:
    """Move files into a folder unless somebody has them open; what is there already is never replaced."""
    moved = []
    for path in paths:
        if path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with suppress(PermissionError):
                moved.append(path.rename(free(folder / path.name)))
    return tuple(moved)


def free(path: Path) -> Path:
    """Return the path, or the first one with a number that is not taken."""
    numbered = (path.with_stem(f"{path.stem}（{number}）") for number in count(2))
    return next(name for name in chain((path,), numbered) if not name.exists())


def clean(folder: Path) -> int:
    """Remove the temporary files that a killed run left in a folder; return how many."""
    left = [path for path in folder.glob(f"{_PREFIX}*{_SUFFIX}") if path.is_file()]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def is_leftover(name: str) -> bool:
    """Whether a file is a temporary one of ours, or the mark that office programs leave for an open file."""
    return why_ignored(name) == OPENED


def _written(path: Path, make: Callable[[Path], object]) -> Path:
    handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        make(temporary)
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return temporary


def is_open(path: Path) -> bool:
    """Whether Excel or WPS has the file open: they put a hidden file of this name beside it."""
    return (path.parent / f"~${path.name}").exists()


def _beside(path: Path, now: datetime) -> Path:
    return path.with_name(f"{path.stem}-{now:%Y%m%d-%H%M%S}{path.suffix}")


def sync_folder(folder: Path) -> None:
    """See that what was named in a folder is on the disk, where the system can be asked to."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
