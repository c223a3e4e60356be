"""What has to be kept to be able to start again: one zip of a campaign, proven when made and when used."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.admission import times
from perfeval_xl.admission.folders import walk
from perfeval_xl.admission.names import admitted
from perfeval_xl.campaign.folder import ARCHIVE, BACKUP, INBOX, LEDGER, OUT, RETURNS, SETTINGS, SUMMARY, TEMPLATES
from perfeval_xl.files.lock import FILE, LOCK, locked
from perfeval_xl.files.publish import is_leftover, publish_made, sync_folder
from perfeval_xl.ledger import ledger, traces
from perfeval_xl.records.errors import DamagedLedgerError, PerfevalError, os_reason

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign

LISTING = "清单.json"
_FOLDERS = (INBOX, OUT, RETURNS, SUMMARY)
_BUILDING, _INSIDE = "恢复中", "内容"
_MEMBER_DATE = (1980, 1, 1, 0, 0, 0)
_OF_LEDGER = ("-wal", "-shm", "-journal")


class BackupError(PerfevalError):
    """A backup that cannot be made or used."""


Beside = Callable[[Mapping[str, str]], Mapping[str, bytes]]
"""What else goes into a backup, name and bytes, by name and fingerprint of the folder's files in it."""


def _nothing(_: Mapping[str, str]) -> Mapping[str, bytes]:
    return {}


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was opened and proven: its path, its files, and how many files of units its ledger holds.

    `left_out` names what could not be looked into and is not in it.
    """

    path: Path
    files: int
    submissions: int
    left_out: tuple[str, ...] = ()


def back_up(campaign: Campaign, now: datetime, target: Path | None = None, *, everything: bool = False) -> Kept:
    """Write settings, roster and whatever else lies beside them, and a consistent copy of the ledger, as one zip.

    With `everything` the inbox and what was written are in it, too. The zip is opened again and every file of it
    compared with its fingerprint before this returns. A ledger that is not whole is not kept. All is of
    one moment: the folder is held, and BusyError says who else holds it.
    """
    name = f"{campaign.folder.resolve().name}-{now:%Y%m%d-%H%M%S}.zip"
    with locked(campaign.folder, "备份"):
        path = publish_made(
            (target or campaign.folder / BACKUP) / name, lambda made: write(campaign, made, everything=everything)
        )
    return replace(check(path), left_out=tuple(left_out(campaign, everything=everything)))


def write(
    campaign: Campaign, path: Path, *, everything: bool, beside: Beside = _nothing, but: Collection[str] = ()
) -> None:
    """Write a backup's zip, the same bytes of the same folder.

    `beside` gives, by the fingerprints of all the rest, further files at its top; files `but` of their names there
    are left out.
    """
    listing: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in sources(campaign, everything=everything):
            if name not in but:
                listing[name] = _add(archive, name, source, source.stat())
        if ledger.is_there(campaign.ledger):
            copy = Path(scratch) / LEDGER
            ledger.copy(campaign.ledger, copy)
            _prove(copy, campaign.ledger)
            listing[LEDGER] = _add(archive, LEDGER, copy, campaign.ledger.stat())
        for name, data in beside(dict(listing)).items():
            archive.writestr(_beside(name), data)
            listing[name] = hashlib.sha256(data).hexdigest()
        listed = json.dumps(listing, ensure_ascii=False, indent=1)
        archive.writestr(_beside(LISTING), listed.encode(errors="surrogatepass"))


def sources(campaign: Campaign, *, everything: bool) -> Iterator[tuple[str, Path]]:
    """Give every file with its true name: beside the settings, the kept template, with everything the folders."""
    ours = {FILE, LOCK, traces.MARK, LEDGER, *(LEDGER + suffix for suffix in _OF_LEDGER)}
    found = [path for path in campaign.folder.iterdir() if path.name not in ours]
    for folder in _folders(campaign, everything):
        found += [folder / met.path for met in walk(folder) if not met.barred]
    for path in sorted(found):
        if path.is_file() and not path.is_symlink() and not is_leftover(path.name):
            yield path.relative_to(campaign.folder).as_posix(), path


def _folders(campaign: Campaign, everything: bool) -> list[Path]:
    """Return the folders that are kept: with everything all there are, but for what is itself a copy of them."""
    copies = {campaign.folder / name for name in (BACKUP, ARCHIVE)}
    found = campaign.folder.iterdir() if everything else (campaign.folder / TEMPLATES,)
    return sorted(
        folder for folder in found if folder.is_dir() and not folder.is_symlink() and folder not in copies
    )


def left_out(campaign: Campaign, *, everything: bool) -> Iterator[str]:
    """Give what cannot be looked into, and why: nothing of it is kept."""
    for folder in _folders(campaign, everything):
        for met in walk(folder):
            if met.barred and not met.system:
                yield f"{folder.name}/{admitted(met.path)}：{met.barred}"


def _beside(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MEMBER_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _add(archive: zipfile.ZipFile, name: str, source: Path, look: os.stat_result) -> str:
    """Add a file under its clean name, by which the listing's true one finds it again; `look` tells its time."""
    mark = hashlib.sha256()
    entry = zipfile.ZipInfo(admitted(name), times.zip_time(look.st_mtime_ns))
    entry.external_attr, entry.file_size = (look.st_mode & 0xFFFF) << 16, source.stat().st_size
    entry.compress_type = zipfile.ZIP_DEFLATED
    with source.open("rb") as file, archive.open(entry, "w") as part:
        while block := file.read(1 << 20):
            mark.update(block)
            part.write(block)
    return mark.hexdigest()


def check(path: Path) -> Kept:
    """Open a backup and compare every file with its fingerprint, and ask the ledger in it whether it is whole."""
    if path.exists() and not path.is_file():
        raise BackupError(f"“{path}”不是普通文件，不能使用。请写出备份的压缩包（.zip）的文件名。")
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as scratch:
            listing = _listing(archive, path)
            _unpack(archive, listing, Path(scratch), path)
            return Kept(path, len(listing), _submissions(Path(scratch)))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
        raise BackupError(f"“{path}”不是完好的备份文件，不能使用。") from error


def restore(path: Path, folder: Path, now: datetime | None = None) -> Kept:
    """Unpack a proven backup into a new or empty folder; nothing that exists is overwritten.

    That workbooks may have gone out since the backup was made is noted in the ledger `now`.

    The folder is built beside, under another name, and gets its own when all of it is on the disk: whatever cuts
    this short, there is no folder of that name with half a campaign in it.
    """
    kept = check(path)
    target = folder.resolve()
    building = target.with_name(f".~{target.name}.{_BUILDING}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        building.mkdir(exist_ok=True)
        with locked(building, "恢复"):
            _clear(target, folder)
            made = building / _INSIDE
            if made.exists():
                shutil.rmtree(made)
            _build(path, made, now)
            made.rename(target)
            sync_folder(target.parent)
        shutil.rmtree(building, ignore_errors=True)
    except OSError as error:
        raise BackupError(
            f"无法写入“{folder}”：{os_reason(error)}。请检查磁盘空间，或换一个还没有的文件夹。"
        ) from error
    return kept


def _clear(target: Path, folder: Path) -> None:
    """Make way for a folder: an empty one of its name may be there, and nothing else."""
    if target.exists():
        if not target.is_dir() or any(target.iterdir()):
            raise BackupError(f"文件夹“{folder}”里已有文件。请恢复到一个新的空文件夹，核对无误后再换下原来的。")
        target.rmdir()


def _build(path: Path, made: Path, now: datetime | None) -> None:
    """Make a campaign's folder of a backup, and see that it is on the disk."""
    with zipfile.ZipFile(path) as archive:
        _unpack(archive, _listing(archive, path), made, path)
    for name in _FOLDERS:
        (made / name).mkdir(parents=True, exist_ok=True)
    if (made / LEDGER).exists():
        traces.leave(made)
        if now:
            with ledger.opened(made / LEDGER) as book:
                book.leave_gap(now)
    for place in (made, *(found for found in made.rglob("*") if found.is_dir())):
        sync_folder(place)


def _listing(archive: zipfile.ZipFile, path: Path) -> dict[str, str]:
    try:
        listing = json.loads(archive.read(LISTING))
    except (KeyError, ValueError) as error:
        raise BackupError(f"“{path}”不是本程序的备份文件（里面没有{LISTING}）。") from error
    if not isinstance(listing, dict) or SETTINGS not in listing:
        raise BackupError(f"“{path}”不是本程序的备份文件（清单中没有{SETTINGS}）。")
    return {str(name): str(mark) for name, mark in listing.items()}


def _unpack(archive: zipfile.ZipFile, listing: dict[str, str], folder: Path, path: Path) -> None:
    for name, mark in listing.items():
        target = folder.joinpath(*name.split("/"))
        if not target.resolve().is_relative_to(folder.resolve()):
            raise BackupError(f"备份“{path}”里的文件名“{admitted(name)}”不安全，没有恢复。")
        target.parent.mkdir(parents=True, exist_ok=True)
        found = hashlib.sha256()
        with _member(archive, name, path) as part, target.open("wb") as file:
            while block := part.read(1 << 20):
                found.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if found.hexdigest() != mark:
            raise BackupError(f"备份“{path}”里的“{admitted(name)}”与清单不符，文件已损坏，不能使用。")


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> zipfile.ZipExtFile:
    clean = admitted(name)
    try:
        return archive.open(clean if clean in archive.NameToInfo else name)  # type: ignore[return-value]  # a name opens to read, whatever the stubs say
    except KeyError as error:
        raise BackupError(f"备份“{path}”里缺少“{clean}”，不能使用。") from error


def _submissions(folder: Path) -> int:
    path = folder / LEDGER
    if not path.exists():
        return 0
    try:
        return ledger.proven(path)
    except DamagedLedgerError as error:
        raise BackupError("备份里的台账已损坏，不能使用。请换一个更早的备份。") from error


def _prove(copied: Path, source: Path) -> None:
    try:
        ledger.proven(copied)
    except DamagedLedgerError as error:
        raise DamagedLedgerError(source, "台账的内容有损坏，没有备份") from error
