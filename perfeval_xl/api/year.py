"""One year's folder: set up, opened, moved to another template, kept outside and got back."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, BinaryIO

from perfeval_xl.admission.names import on_any_disk as file_name
from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, typed_kept
from perfeval_xl.api.reports import DEFAULT_TEMPLATE
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.campaign import folder as folders
from perfeval_xl.campaign import upgrade as upgrading
from perfeval_xl.campaign.backup import Kept, back_up
from perfeval_xl.campaign.backup import restore as unpack
from perfeval_xl.campaign.folder import (
    INBOX,
    LEDGER,
    MARK,
    OUT,
    RETURNS,
    ROSTER,
    SETTINGS,
    SUMMARY,
    TEMPLATES,
    Campaign,
    open_campaign,
)
from perfeval_xl.campaign.new_start import begin_anew
from perfeval_xl.campaign.roster import write_roster as roster_book
from perfeval_xl.campaign.upgrade import Move
from perfeval_xl.files.publish import publish, publish_beside
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.records.office import UNSET, Office

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.succession import Step as Succession
    from perfeval_xl.records.unit import Unit

__all__ = [
    "INBOX",
    "LEDGER",
    "MARK",
    "OUT",
    "RETURNS",
    "ROSTER",
    "SETTINGS",
    "SUMMARY",
    "TEMPLATES",
    "Campaign",
    "Kept",
    "Move",
    "Upgrade",
    "backup",
    "campaigns_in",
    "create_campaign",
    "file_name",
    "hand_in",
    "open_campaign",
    "restore",
    "start_anew",
    "upgrade",
    "write_roster",
]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A move to another version of the template: what it changes, a Chinese line each, and whether it was made.

    `campaign` is the year as it is now.
    """

    campaign: Campaign
    move: Move
    changes: tuple[str, ...]
    made: bool


def create_campaign(
    folder: Path,
    settings: Mapping[str, Value],
    *,
    template: str = DEFAULT_TEMPLATE,
    units: Iterable[Unit] = (),
    office: Office = UNSET,
    last: Campaign | None = None,
) -> Campaign:
    """Make a year's folder: settings, roster, and where files are put. `settings` are the template's own, by name.

    年度 is a Decimal, 地区 the region. After a `last` year its units and lasting settings are taken over, and
    handing out prefills its final figures. CampaignError where the folder is a campaign's already, SettingsError
    where a setting cannot be used; nothing is made then.
    """
    if last:
        return folders.create_after(last, folder, template, settings, office)
    return folders.create(folder, template, settings, units, office)


def write_roster(campaign: Campaign, units: Iterable[Unit], steps: Iterable[Succession] = ()) -> Campaign:
    """Replace the roster by these units, with who became whom since last year; return the campaign as it is now.

    Nothing else of the old roster stays, control figures among it. RosterError, later, where the units do not fit.
    """
    with alone(campaign, "名册"):
        publish(campaign.folder / ROSTER, roster_book(units, campaign.template, steps))
    return open_campaign(campaign.folder)


def hand_in(campaign: Campaign, file: str, data: bytes | BinaryIO, *, now: datetime | None = None) -> Path:
    """Put a file that arrived at the moment `now` into the inbox, synced to the disk, and return its path.

    `data` are its bytes, or a file from which they are copied piece by piece. One of the same name that is there
    is not replaced: the new one gets a number. `file` is a name, not a path: CampaignError where it leads out of
    the inbox; `file_name` makes a name of whatever somebody calls a file. DiskError where it cannot be written.
    """
    if file in {"", ".", ".."} or Path(file).name != file or "\\" in file:
        raise CampaignError(f"“{file}”不是文件名，没有放进“{campaign.inbox}”。请只写文件名，不带文件夹。")
    moment = at(now).timestamp()

    def fill(path: Path) -> None:
        with path.open("wb") as into:
            copyfileobj(io.BytesIO(data) if isinstance(data, bytes) else data, into)
        os.utime(path, (moment, moment))

    return publish_beside(campaign.inbox / file, fill)


def campaigns_in(folder: Path) -> tuple[Path, ...]:
    """Return the folders of years that lie in a folder, by name; nothing where it cannot be looked into."""
    try:
        return tuple(sorted(path.parent for path in folder.glob(f"*/{SETTINGS}") if path.is_file()))
    except OSError:
        return ()


def upgrade(
    campaign: Campaign,
    template: str = "",
    *,
    back: bool = False,
    preview: bool = False,
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Upgrade:
    """Move a year to another version of its template: the one named, or else the one that we ship now.

    With `back` it returns to the one before; with `preview` it only tells. `watch.tell` gets the changes before
    they are made. CampaignError where there is nothing to move to, SettingsError where a setting does not fit it;
    nothing has changed then.
    """
    with alone(campaign, "换模板"):
        planned = upgrading.plan_back(campaign) if back else upgrading.plan(campaign, template)
        if planned.needless:
            return Upgrade(campaign, planned, (), made=False)
        changes = tuple(upgrading.told(planned))
        for line in changes:
            watch.tell(line)
        moved = campaign if preview else upgrading.move(planned, at(now))
    return Upgrade(moved, planned, changes, made=not preview)


def start_anew(campaign: Campaign, *, now: datetime | None = None, watch: Watch = UNWATCHED) -> tuple[Path, ...]:
    """Begin a new ledger where the old one is lost or damaged and no backup is left; return what was put aside.

    What people typed into our workbooks is read back; what they decided has to be decided again. LedgerError
    where the ledger is whole.
    """
    with alone(campaign, "重新开始"):
        return begin_anew(campaign, at(now), typed_kept(campaign, watch))


def backup(
    campaign: Campaign, to: Path | None = None, *, everything: bool = False, now: datetime | None = None
) -> Kept:
    """Keep settings, roster and ledger in one zip, opened again and proven; with `everything` the files, too.

    It lies in the folder `to`, or else in 备份. DamagedLedgerError where the ledger is not whole.
    """
    return back_up(campaign, at(now), to, everything=everything)


def folder_above(path: Path) -> Path:
    """Return the campaign's folder in which a file lies, however deep; else the current folder."""
    places = path.resolve().parents
    return next((place for place in places if (place / folders.SETTINGS).exists()), Path())


def restore(file: Path, folder: Path, *, now: datetime | None = None) -> Kept:
    """Unpack a backup into a new folder; BackupError where it is not whole or a file would be overwritten."""
    return unpack(file, folder, at(now))
