"""What becomes of files that somebody names by hand: taken as an inbox takes them, or why they cannot be."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from perfeval_xl.admission.names import admitted
from perfeval_xl.checking.judge import Arrived, refused
from perfeval_xl.intake.workers import arrived, unread
from perfeval_xl.records.errors import PerfevalError, os_reason
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.verdict import Record
from perfeval_xl.workbook.taking import Deferred, Staged, stage

_UNREADABLE = "G16"
"""The rule of a file that the system does not give us: no fault of the file."""


class NamedFileError(PerfevalError):
    """A file that was named and cannot be had."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A path that gave nothing, and the sentence that says why."""

    sentence: str


def taken(path: Path) -> bytes:
    """Return the bytes of a file within the limits; NamedFileError says why there are none."""
    staged = _staged(path)
    if isinstance(staged, Missing):
        raise NamedFileError(staged.sentence)
    if isinstance(staged, Finding):
        raise NamedFileError(f"“{admitted(str(path))}”读不出来：{staged.message}")
    return staged.data


def arrival(path: Path) -> Arrived | Record | Missing:
    """Return a workbook as it arrived, the record of one that is refused unread, or why there is none."""
    staged = _staged(path)
    if isinstance(staged, Missing):
        return staged
    name = admitted(path.name)
    return refused(unread(name), staged) if isinstance(staged, Finding) else arrived(name, staged)


def _staged(path: Path) -> Staged | Finding | Missing:
    """Take a file; a link that somebody names by hand is followed."""
    name = admitted(str(path))
    try:
        target = path.resolve(strict=True)
        if stat.S_ISDIR(target.stat().st_mode):
            return Missing(f"“{name}”是文件夹，没有核对。请写出里面工作簿的文件名。")
        staged = stage(target)
    except (OSError, RuntimeError) as error:  # a ring of links is a RuntimeError
        reason = os_reason(error) if isinstance(error, OSError) else "链接指回了自己"
        return Missing(f"“{name}”读不出来：{reason}。")
    if isinstance(staged, Deferred):
        return Missing(f"“{name}”读不出来：{staged.reason}，请稍后再试。")
    if isinstance(staged, Finding) and staged.rule == _UNREADABLE:
        return Missing(f"“{name}”读不出来：{staged.message}")
    return staged
