"""How what a run has written reaches a place behind a URL, beside the campaign's own folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.errors import PerfevalError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class OutboxError(PerfevalError):
    """A place that cannot be written."""


def send(paths: Iterable[Path], below: Path, url: str) -> int:
    """Copy files to a URL under their paths below a folder; return how many. Stores show a file only when whole.

    The campaign's folder has them already, so that nothing is lost when the place cannot be reached.
    """
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415  # an optional library, needed for URLs only
    except ImportError as error:
        raise OutboxError(f'要送到“{url}”，请先安装：pip install "perfeval-xl[cluster]"。') from error
    count, local = 0, url.startswith("file:") or "://" not in url
    try:
        system, root = url_to_fs(url, auto_mkdir=True) if local else url_to_fs(url)
        for path in paths:
            system.pipe_file(f"{root.rstrip('/')}/{path.relative_to(below).as_posix()}", path.read_bytes())
            count += 1
    except Exception as error:  # each store has exceptions of its own, and all mean the same here
        raise OutboxError(
            f"送不到“{url}”：{error}。文件已在“{below}”中，检查网址、网络和权限后再次运行即可。"
        ) from error
    return count
