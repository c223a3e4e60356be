"""What lies below a folder, whatever its shape: how deep, how long its paths, what may not be entered."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.admission.clutter import SYSTEM, is_system_folder
from perfeval_xl.records.errors import os_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 60
"""Levels of folders that are entered; nobody files deeper, and a program gone wild may."""
NOT_REGULAR = -1
"""What stands for the time of what is no regular file."""


@dataclass(frozen=True, slots=True)
class Met:
    """What was met: its path below the folder with `/` between the parts; `barred` says why it is not looked into.

    `system` marks a folder that a system keeps for itself: it is barred, too, and nobody need do anything.
    """

    path: str
    size: int = 0
    modified_ns: int = NOT_REGULAR
    barred: str = ""
    system: bool = False


def walk(folder: Path) -> Iterator[Met]:
    """Give every file below a folder, links as what they are, and every folder that cannot be entered.

    OSError where the folder itself cannot be listed.
    """
    waiting = [("", 0)]
    while waiting:
        below, depth = waiting.pop()
        try:
            with os.scandir(folder / below) as entries:
                names = [entry.name for entry in entries]
        except FileNotFoundError:
            if not below:
                raise
            continue
        except OSError as error:
            if not below:
                raise
            yield Met(below, barred=f"文件夹打不开（{os_reason(error)}）")
            continue
        for name in names:
            path = f"{below}/{name}" if below else name
            met = _met(folder, path, name, depth + 1)
            if isinstance(met, Met):
                yield met
            elif met:
                waiting.append((path, depth + 1))


def _met(folder: Path, path: str, name: str, depth: int) -> Met | bool:
    """Return what a path is to a listing; True for a folder to be entered, False for what is gone."""
    try:
        look = os.lstat(folder / path)
    except FileNotFoundError:
        return False
    except OSError as error:
        return Met(path, barred=f"打不开（{os_reason(error)}）")
    if not stat.S_ISDIR(look.st_mode) or _leads_elsewhere(look):
        regular = stat.S_ISREG(look.st_mode)
        return Met(path, look.st_size, look.st_mtime_ns if regular else NOT_REGULAR)
    if is_system_folder(name):
        return Met(path, barred=SYSTEM, system=True)
    if depth > DEEPEST:
        return Met(path, barred=f"文件夹套了{DEEPEST}层以上，没有再往里看；请把里面的文件移到外层")
    return True


def _leads_elsewhere(look: os.stat_result) -> bool:
    """Whether a folder is one of Windows' junctions, which are links."""
    return getattr(look, "st_reparse_tag", 0) == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
