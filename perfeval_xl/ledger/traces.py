"""How a campaign's folder knows that it had a ledger once: the mark beside it, letters and summaries of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.files.publish import is_leftover, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RETURNS, SUMMARY = "退回", "汇总"
"""The folders of what is made from a ledger and from nothing else."""
MARK = ".有台账"
_SAYS = "这个工作文件夹有台账（台账.sqlite）。程序凭本文件发现台账丢失，请不要删除。\n"
_WITHOUT_LEDGER = ("报送情况", "催报清单", "审核单")
"""What is written of a year in which nothing has come in yet, too."""


def leave(folder: Path) -> None:
    """Leave the mark that this folder has a ledger; DiskError where that cannot be written."""
    if not (folder / MARK).exists():
        publish(folder / MARK, _SAYS.encode("utf-8"))


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
