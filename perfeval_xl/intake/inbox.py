"""Where departments' files lie: a folder, or a place behind a URL that fsspec opens; what is there, as bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from perfeval_xl.admission import times
from perfeval_xl.admission.folders import walk
from perfeval_xl.admission.names import admitted
from perfeval_xl.records.errors import PerfevalError, os_reason
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.taking import Deferred, Staged, stage, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

_REMOTE = "://"
_TIMES = ("LastModified", "last_modified", "mtime", "modified", "created")
"""What fsspec's file systems call the time of a file's last change."""


class InboxError(PerfevalError):
    """A place that cannot be listed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One path of an inbox, below it, with forward slashes; what it was like when the inbox was listed.

    `path` is spelt as its place spells it and opens the file; `name` is by what everybody here knows it. `barred`
    says why a folder could not be looked into; `system` marks one that a system keeps for itself.
    """

    path: str
    size: int
    modified_ns: int
    name: str
    barred: str = ""
    system: bool = False


class Inbox(Protocol):
    """A place that can be listed, and from which a file is taken whole."""

    def listing(self) -> Iterator[Seen]:
        """Give every file, in order of its path; InboxError where the place cannot be listed."""
        ...

    def take(self, path: str) -> Staged | Deferred | Finding:
        """Return a file's bytes, or why not now, or the finding that says why not at all."""
        ...


@dataclass(frozen=True, slots=True)
class FolderInbox:
    """A folder on this machine or on a share."""

    folder: Path

    def listing(self) -> Iterator[Seen]:
        """Give every file below the folder, in order of its path; links are not followed."""
        try:
            found = sorted(walk(self.folder), key=lambda met: met.path)
        except OSError as error:
            raise InboxError(f"列不出文件夹“{self.folder}”里的文件：{os_reason(error)}。") from error
        for met in found:
            time = times.stamp(met.modified_ns)
            yield Seen(met.path, met.size, time, admitted(met.path), met.barred, met.system)

    def take(self, path: str) -> Staged | Deferred | Finding:
        """Return a file's bytes by way of `stage`."""
        return stage(self.folder / path)


@dataclass(frozen=True, slots=True)
class RemoteInbox:
    """A place behind a URL: `s3://bucket/2023`, `hdfs://…`. Stores show a file only when it is whole."""

    url: str

    def listing(self) -> Iterator[Seen]:
        """Give every file below the URL, in order of its path."""
        system, root = self._opened()
        try:
            found = system.find(root, detail=True)
            lacking = not found and not system.exists(root)
        except Exception as error:  # each store has exceptions of its own, and all mean the same here
            raise InboxError(f"列不出“{self.url}”里的文件：{error}。请检查网址、网络和权限。") from error
        if lacking:
            raise InboxError(f"“{self.url}”没有这个位置，或里面还没有文件。")
        for path in sorted(found):
            info = found[path]
            below = path.removeprefix(root).lstrip("/")
            size = info.get("size")
            yield Seen(
                below, size if isinstance(size, int) else 0, times.stamp(_modified_ns(info)), admitted(below)
            )

    def take(self, path: str) -> Staged | Deferred | Finding:
        """Return a file's bytes; whatever the store refuses is tried again by the next run."""
        limits = Limits()
        name = admitted(path.rsplit("/", 1)[-1])
        try:
            system, root = self._opened()
            full = f"{root}/{path}"
            modified_ns = _modified_ns(system.info(full))
            with system.open(full, "rb") as file:
                data = file.read(limits.file + 1)
        except Exception as error:  # noqa: BLE001  # each store has exceptions of its own; nothing is lost, only put off
            return Deferred(name, f"暂时读不到（{error}）")
        if len(data) > limits.file:
            return too_large(len(data), limits)
        return Staged(name, data, hashlib.sha256(data).hexdigest(), modified_ns)

    def _opened(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415  # an optional library, needed for URLs only
        except ImportError as error:
            raise InboxError(f'要从“{self.url}”收取，请先安装：pip install "perfeval-xl[cluster]"。') from error
        try:
            system, root = url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise InboxError(f"打不开“{self.url}”：{error}。") from error
        return system, root.rstrip("/")


def inbox_at(place: str | Path) -> FolderInbox | RemoteInbox:
    """Return the inbox at a folder or a URL."""
    return RemoteInbox(place) if isinstance(place, str) and _REMOTE in place else FolderInbox(Path(place))


def _modified_ns(info: dict[str, Any]) -> int:
    """Return when a file was last changed, in nanoseconds; 0 where the store does not say."""
    return times.told(next((info[name] for name in _TIMES if info.get(name) is not None), 0))
