"""How results reach the disk: whole or not at all, nobody's work overwritten, one run at a time in a folder."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.files.lock import locked
from perfeval_xl.files.outbox import send
from perfeval_xl.files.outputs import KEPT, RECORD, Outputs
from perfeval_xl.files.publish import clean, publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign

__all__ = ["RECORD", "alone", "changed", "claim", "publish", "save", "sent", "typed_kept"]


def save(path: Path, data: bytes, *, now: datetime | None = None, watch: Watch = UNWATCHED) -> Path:
    """Write a file whole or not at all and return its path; DiskError where that fails.

    A file with other contents that is there is copied into the folder `留存` beside it first. One that is open in
    Excel or Word stays, and the new one has the time `now` in its name.
    """
    return Outputs(tell=watch.tell).publish(path, data, at(now))


def claim(folder: Path, paths: Iterable[Path]) -> None:
    """Note in a campaign's folder that these files are as the program left them, whoever wrote them."""
    Outputs(folder).claim(paths)


def changed(folder: Path, paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files that somebody has put into a campaign's folder or changed since the program left them."""
    outputs = Outputs(folder)
    return tuple(path for path in paths if not outputs.is_ours(path))


def typed_kept(campaign: Campaign, watch: Watch) -> Outputs:
    """Return how a stage writes into a campaign's folder: what people typed into a file is kept before."""
    return Outputs(campaign.folder, watch.tell)


@contextmanager
def alone(campaign: Campaign, what: str) -> Iterator[None]:
    """Hold the campaign's folder and clear away what a killed run left in it; BusyError where another run does."""
    with locked(campaign.folder, what):
        for place in campaign.written:
            clean(place)
            clean(place / KEPT)
        yield


def sent(paths: Iterable[Path], campaign: Campaign, url: str) -> int:
    """Copy what was written to a place behind a URL, where one is given; return how many files that were."""
    return send(paths, campaign.folder, url) if url else 0
