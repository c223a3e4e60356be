"""How a campaign's folder knows that it had a ledger, and how far that had come: the mark, letters and summaries.

The mark is written when a run that entered something closes the ledger, after what it tells of: it may lag behind
and then says less, never more.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from perfeval_xl.files.publish import is_leftover, publish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

RETURNS, SUMMARY = "退回", "汇总"
"""The folders of what is made from a ledger and from nothing else."""
MARK = ".有台账"
_SAYS = "这个工作文件夹有台账（台账.sqlite）。程序凭本文件发现台账丢失、被旧的盖掉，请不要删除。\n"
_WITHOUT_LEDGER = ("报送情况", "催报清单", "审核单")
"""What is written of a year in which nothing has come in yet, too."""


def leave(folder: Path) -> None:
    """Leave the mark that this folder has a ledger; DiskError where that cannot be written."""
    if not (folder / MARK).exists():
        publish(folder / MARK, _SAYS.encode("utf-8"))


def start(folder: Path) -> None:
    """Forget how far a ledger had come, as another is begun: all that is left is that there ought to be one."""
    publish(folder / MARK, _SAYS.encode("utf-8"))


def note(folder: Path, version: int, reached: Mapping[str, tuple[int, int]]) -> None:
    """Note how far a ledger has come: by table how many rows it has and the sum of their seals."""
    text = f"{_SAYS}{json.dumps({'version': version, 'reached': reached})}\n".encode()
    mark = folder / MARK
    if not mark.exists() or mark.read_bytes() != text:
        publish(mark, text)


def noted(folder: Path, version: int) -> dict[str, tuple[int, int]]:
    """Return how far the ledger had come; nothing where that was not noted, or for a ledger of another version."""
    try:
        told = json.loads((folder / MARK).read_text("utf-8").splitlines()[-1])
        reached = told["reached"] if told["version"] == version else {}
        return {str(name): (int(rows), int(total)) for name, (rows, total) in reached.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def left(folder: Path) -> Path | None:
    """Return something that only a ledger can have left in a folder, or nothing."""
    return next(_traces(folder), None)


def results(folder: Path) -> tuple[Path, ...]:
    """Return the summaries and reports that were made from a ledger."""
    return tuple(path for path in _files(folder / SUMMARY) if not path.name.startswith(_WITHOUT_LEDGER))


def _traces(folder: Path) -> Iterator[Path]:
    yield from results(folder)
    yield from _files(folder / RETURNS)
    if (folder / MARK).exists():
        yield folder / MARK


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*.*")) if path.is_file() and not is_leftover(path.name))
