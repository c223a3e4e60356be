"""The years that the desk works on, by names that are no paths, and where their units stand now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from perfeval_xl.api.clock import now
from perfeval_xl.api.standings import overview, status_lines
from perfeval_xl.api.year import LEDGER, ROSTER, SETTINGS, campaigns_in, open_campaign
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from perfeval_xl.api.standings import Line
    from perfeval_xl.api.year import Campaign
    from perfeval_xl.records.standing import Overview, Standing

_KEPT = 4
"""Years of which what was seen is kept in memory."""
_LOOKS = 3
"""How often we look again while what we look at changes."""

Kept = TypeVar("Kept")
Mark = tuple[object, ...]
"""What all that is seen of a year rests on, so that a change of it is noticed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A year as it was seen: where its units stand, a line for each, each by its key."""

    campaign: Campaign
    day: date
    overview: Overview
    lines: tuple[Line, ...]
    by_key: dict[str, Standing]


class Years:
    """The years below a folder, or the one that the folder is, with those beside it."""

    def __init__(self, folder: Path) -> None:
        resolved = folder.resolve()
        self.opened = key_of(resolved) if (resolved / SETTINGS).is_file() else ""
        self.root = resolved.parent if self.opened else resolved
        self._lock = Lock()
        self._seen: dict[str, tuple[Mark, Seen]] = {}
        self._campaigns: dict[str, tuple[Mark, Campaign]] = {}

    def folders(self) -> dict[str, Path]:
        """Return every year's folder by its key."""
        return {key_of(path): path for path in campaigns_in(self.root)}

    def folder(self, key: str) -> Path | None:
        """Return the folder of a key; None where there is none."""
        return self.folders().get(key)

    def campaign(self, key: str) -> Campaign:
        """Return a year's campaign as it is now; KeyError where there is none, PerfevalError of a faulty one."""
        folder = self.folders()[key]
        kept = self._campaigns.get(key)
        if kept is None or kept[0] != _basis(kept[1]):
            opened = open_campaign(folder)
            kept = (_basis(opened), opened)
            _keep(self._campaigns, key, kept)
        return kept[1]

    def seen(self, key: str) -> Seen:
        """Return where the units of a year stand now; see `campaign`, and PerfevalError as `overview` says."""
        for _ in range(_LOOKS):
            campaign = self.campaign(key)
            mark, kept = _mark(campaign), self._seen.get(key)
            if kept and kept[0] == mark:
                return kept[1]
            with self._lock:
                _keep(self._seen, key, (mark, _look(campaign)))
        return self._seen[key][1]


def _keep(shelf: dict[str, tuple[Mark, Kept]], key: str, found: tuple[Mark, Kept]) -> None:
    """Keep what was found of a year, and of a few others only."""
    shelf.pop(key, None)
    shelf[key] = found
    for old in [*shelf][:-_KEPT]:
        del shelf[old]


def key_of(folder: Path) -> str:
    """Return the name by which addresses speak of a folder: a fingerprint, which leads nowhere by itself."""
    return hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _look(campaign: Campaign) -> Seen:
    moment = now()
    found = overview(campaign, now=moment)
    lines = status_lines(found, campaign.office.deadline, day_of(moment))
    by_key = {one.unit.key: one for one in found.standings}
    return Seen(campaign, day_of(moment), found, lines, by_key)


def _basis(campaign: Campaign) -> Mark:
    """Return what a campaign rests on besides its own ledger: settings, roster, and last year's ledger."""
    last = campaign.folder / campaign.office.last_folder / LEDGER if campaign.office.last_folder else None
    return _stats((campaign.folder / SETTINGS, campaign.folder / ROSTER, *((last,) if last else ())))


def _mark(campaign: Campaign) -> Mark:
    ledger = (campaign.ledger, campaign.ledger.with_name(f"{LEDGER}-wal"))
    return (day_of(now()), *_basis(campaign), *_stats(ledger))


def _stats(paths: Iterable[Path]) -> Mark:
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            stat = path.stat()
            found.append((stat.st_mtime_ns, stat.st_size))
        except OSError:
            found.append(None)
    return tuple(found)
