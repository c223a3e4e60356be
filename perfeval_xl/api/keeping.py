"""What stays of a year: sealed for good in one file, and made public, with a record of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.api.acts import Decided, decide
from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, typed_kept
from perfeval_xl.api.person import person
from perfeval_xl.api.standings import overview
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.api.wishes import Publish
from perfeval_xl.campaign import archive as archives
from perfeval_xl.campaign.archive import Sealed
from perfeval_xl.campaign.standings import has_ledger
from perfeval_xl.outgoing.publication import Publication, write_publication
from perfeval_xl.records.errors import PerfevalError

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from perfeval_xl.campaign.backup import Kept
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.act import Act

__all__ = [
    "Publication",
    "Sealed",
    "archive",
    "archived",
    "note_published",
    "open_archive",
    "publish",
    "verify_archive",
]


def archive(campaign: Campaign, to: Path | None = None, *, by: str = "", now: datetime | None = None) -> Sealed:
    """Seal the whole year in one zip with a list for people; it lies in the folder `to`, or else in 档案.

    Who sealed it, when, and the zip's fingerprint are an act. BackupError where nothing has come in yet,
    UnsignedError, BusyError, DamagedLedgerError.
    """
    return archives.seal(campaign, person(campaign, by), at(now), to)


def verify_archive(file: Path) -> Kept:
    """Open an archive, of an earlier version too, and prove every file; BackupError says what is not as sealed."""
    return archives.verified(file)


def archived(campaign: Campaign, file: Path) -> Act | None:
    """Return the act by which a year knows this very archive; None where it knows none like it."""
    return archives.noted(campaign, file)


def open_archive(file: Path, folder: Path, *, now: datetime | None = None) -> Kept:
    """Unpack an archive into a new folder, which is a year's like any; nothing is overwritten."""
    return archives.open_sealed(file, folder, at(now))


def publish(campaign: Campaign, *, now: datetime | None = None, watch: Watch = UNWATCHED) -> Publication:
    """Write into 公开 what each unit that has passed must make public, the bureau's copy, and 公开清单.xlsx.

    Nothing is thereby noted as public; see `note_published`. PerfevalError where nothing has come in yet.
    """
    if not has_ledger(campaign):
        raise PerfevalError(f"“{campaign.folder}”还没有台账，没有可以公开的内容。请先运行 collect。")
    with alone(campaign, "公开"), watch.phase("写公开的报告", len(campaign.units)) as advance:
        return write_publication(campaign, at(now), typed_kept(campaign, watch), advance)


def note_published(
    campaign: Campaign,
    *units: str,
    where: str,
    on: date | None = None,
    why: str = "",
    by: str = "",
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Decided:
    """Note that what units have passed with is public, `where` and since which day; see `Publish` and `decide`.

    Without `units` it is all that have passed and are not noted so.
    """
    wishes = [Publish(unit, where, on, why) for unit in units or _due(campaign, at(now))]
    if not wishes:
        raise PerfevalError("没有可以记为公开的单位：还没有单位通过，或者通过的都已记为公开。")
    return decide(campaign, wishes, by=by, now=now, watch=watch)


def _due(campaign: Campaign, now: datetime) -> list[str]:
    return [one.unit.key for one in overview(campaign, now=now).standings if one.passed and not one.is_public]
