"""What this program wrote itself: a file that is anything else was typed in, and is kept before it is replaced."""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.files.publish import DiskError, free, is_open
from perfeval_xl.files.publish import publish_made as replaced
from perfeval_xl.records.times import BEIJING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RECORD, KEPT = "写出记录.txt", "留存"
_HEAD = (
    "# 本程序写出的文件的指纹，用来看出文件后来有没有人改过，请不要改动。没有它，替换每个文件以前都会先留存原件。"
)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


class Outputs:
    """The files that a run writes into a campaign's `folder`, or beside no record at all.

    The record lists the fingerprint of everything that was written or kept. A file to be replaced whose
    fingerprint is not among them has been changed by somebody, or its record is lost: a copy of it goes into the
    folder `留存` beside it, under the time at which it was last saved, and `tell` gets a sentence that says so.
    Without a `folder` nothing is known, so that every file of other contents is kept.
    """

    def __init__(self, folder: Path | None = None, tell: Callable[[str], object] = lambda _: None) -> None:
        self._record = folder / RECORD if folder else None
        self.tell = tell
        self.unsettled = False
        """Whether something was told that a person has to settle."""

    def complain(self, sentence: str) -> None:
        """Tell what a person has to settle."""
        self.unsettled = True
        self.tell(sentence)

    def publish(self, path: Path, data: bytes, now: datetime | None = None) -> Path:
        """Write a file's bytes; see `publish_made`."""
        return self.publish_made(path, lambda temporary: temporary.write_bytes(data), now)

    def publish_made(self, path: Path, make: Callable[[Path], object], now: datetime | None = None) -> Path:
        """Write a file as `publish.publish_made` does, once what somebody typed into the old one is safe."""

        def made(temporary: Path) -> None:
            make(temporary)
            mark = fingerprint(temporary)
            stays = bool(now) and is_open(path)
            if path.exists() and not stays and fingerprint(path) != mark:
                self.keep(path)
            self._enter(mark, path)

        return replaced(path, made, now)

    def keep(self, path: Path) -> Path | None:
        """Copy a file that somebody has changed into `留存`; nothing where it is as this program wrote it."""
        mark = fingerprint(path)
        if mark in self._known:
            return None
        saved = path.stat().st_mtime
        target = free(path.parent / KEPT / f"{path.stem}-{saved_at(path):%Y%m%d-%H%M%S}{path.suffix}")

        def copied(temporary: Path) -> None:
            shutil.copyfile(path, temporary)
            os.utime(temporary, (saved, saved))

        replaced(target, copied)
        self._enter(mark, target)
        self.tell(f"“{path.name}”写出以后有人改过（或由别的程序保存过），原件留存在“{target}”。")
        return target

    def claim(self, paths: Iterable[Path]) -> None:
        """Take files for written by this program as they are now."""
        for path in paths:
            self._enter(fingerprint(path), path)

    def is_ours(self, path: Path) -> bool:
        """Whether a file is as this program wrote it, or is kept already."""
        return fingerprint(path) in self._known

    @cached_property
    def _known(self) -> set[str]:
        try:
            text = self._record.read_text("utf-8", "replace") if self._record else ""
        except FileNotFoundError:
            text = ""
        return {line.split(" ", 1)[0] for line in text.splitlines()}

    def _enter(self, mark: str, path: Path) -> None:
        """Add a fingerprint before the file itself stands: one too many does no harm.

        Each begins a line of its own, so that what a killed run left of one spoils no other.
        """
        if self._record is None or mark in self._known:
            return
        head = "" if self._record.exists() else _HEAD
        name = path.relative_to(self._record.parent) if path.is_relative_to(self._record.parent) else path
        try:
            with self._record.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(f"{head}\n{mark} {name.as_posix()}")
        except OSError as error:
            raise DiskError(self._record, error) from error
        self._known.add(mark)


def saved_at(path: Path) -> datetime:
    """Return when a file was last saved, in the bureau's time; nothing before 1970 or after 2100."""
    seconds = min(max(path.stat().st_mtime, 0), _LATEST)
    return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING).replace(microsecond=0)


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.sha256).hexdigest()
