"""What seals a year: the whole folder with its list in one zip, and the act that says who sealed what and when.

An archive is a backup of everything that can be restored as any, with a list for people and with the version of
its form, so that a later program knows what it opens.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.admission.names import admitted
from perfeval_xl.campaign.archive.catalogue import Particulars, catalogue
from perfeval_xl.campaign.backup import LISTING, BackupError, check, left_out, restore, write
from perfeval_xl.campaign.folder import ARCHIVE
from perfeval_xl.campaign.standings import look
from perfeval_xl.files.lock import locked
from perfeval_xl.files.outputs import fingerprint
from perfeval_xl.files.publish import free, publish_made
from perfeval_xl.ledger import ledger
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.times import day_of
from perfeval_xl.records.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.backup import Kept
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.standing import Overview

CATALOGUE, ABOUT = "档案目录.xlsx", "档案.json"
FORMAT = 1
"""The version of the form in which a year is sealed."""
_FORM, _PROGRAM, _YEAR, _TEMPLATE, _BY, _ON = "格式", "程序", "年度", "模板", "经办人", "归档日期"
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Sealed:
    """An archive that was written, opened again and proven: its path, its fingerprint, what it holds.

    `lacking` are sentences of what is not in it, or was not finished when it was sealed.
    """

    path: Path
    sha256: str
    files: int
    submissions: int
    lacking: tuple[str, ...] = ()


def seal(campaign: Campaign, by: str, now: datetime, target: Path | None = None) -> Sealed:
    """Write the whole year into one zip in 档案, or in `target`, and enter who sealed it and its fingerprint.

    The same folder, person and moment give the same bytes. BackupError where nothing has come in yet, BusyError,
    DamagedLedgerError where the ledger is not whole.
    """
    if not ledger.is_there(campaign.ledger):
        raise BackupError(f"“{campaign.folder}”还没有台账，没有可以归档的内容。请先运行 collect。")
    name = f"{campaign.title}档案-{now:%Y%m%d-%H%M%S}.zip"
    with locked(campaign.folder, "归档"):
        with ledger.opened(campaign.ledger) as book:
            seen = look(campaign, book, day_of(now))
            lacking = tuple(_lacking(campaign, seen, book.present()))
        path = free((target or campaign.folder / ARCHIVE) / name)
        path = publish_made(path, lambda made: _write(campaign, made, seen, lacking, by, now))
        kept, mark = verified(path), fingerprint(path)
        with ledger.opened(campaign.ledger) as book:
            book.enter([Act(Deed.ARCHIVE, now, by, "", path.name, sha256=mark)])
    return Sealed(path, mark, kept.files, kept.submissions, lacking)


def _lacking(campaign: Campaign, seen: Overview, present: frozenset[tuple[str, str]]) -> Iterator[str]:
    """Say what is not finished, and what is not to be had any more."""
    left = [one.unit.label for one in seen.standings if one.stage not in (Stage.PASSED, Stage.EXEMPT)]
    if left:
        yield f"归档时还有{len(left)}户没有通过：{_named(left)}。"
    if not any(campaign.results.glob("*汇总*.xlsx")):
        yield "“汇总”文件夹里没有汇总工作簿，请先运行 summarize，再归档一次。"
    gone = [
        receipt.file
        for one in seen.standings
        for receipt in (*one.receipts, *(filed.receipt for filed in one.papers))
        if (receipt.file, receipt.sha256) not in present
    ]
    if gone:
        yield f"有{len(gone)}份报来的文件已不在“收件”里，档案里没有原件，只有台账中的内容：{_named(gone)}。"
    for told in left_out(campaign, everything=True):
        yield f"没有放进档案：{told}。"


def _named(names: list[str]) -> str:
    return "、".join(names[:_NAMED]) + (f"等{len(names)}项" if len(names) > _NAMED else "")


def _write(
    campaign: Campaign, path: Path, seen: Overview, lacking: tuple[str, ...], by: str, now: datetime
) -> None:
    template = campaign.plain
    about = Particulars(campaign.title, f"{template.id} {template.version}", __version__, by, day_of(now), lacking)

    def beside(listing: Mapping[str, str]) -> Mapping[str, bytes]:
        files = {admitted(name): (mark, (campaign.folder / name).stat().st_size) for name, mark in listing.items()}
        return {CATALOGUE: catalogue(about, seen, files), ABOUT: _about(campaign, about)}

    write(campaign, path, everything=True, beside=beside, but=(CATALOGUE, ABOUT))


def _about(campaign: Campaign, about: Particulars) -> bytes:
    told = {
        _FORM: FORMAT,
        _PROGRAM: about.program,
        _YEAR: campaign.year,
        _TEMPLATE: about.template,
        _BY: about.by,
        _ON: str(about.on),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def verified(path: Path) -> Kept:
    """Open an archive and compare all of it with its fingerprints; BackupError says what is not as it was sealed.

    One of an earlier program is read as it is; one of a form that came later is not.
    """
    kept = check(path)
    with zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist()]
        listed = json.loads(archive.read(LISTING))
        if ABOUT not in listed:
            raise BackupError(f"“{path}”是备份，不是档案（里面没有{ABOUT}）。备份用 restore 恢复。")
        _require_known(path, archive.read(ABOUT))
    more = sorted({*names} - {*map(admitted, listed), *listed, LISTING})
    if more or len(names) != len({*names}):
        named = f"：{_named(more)}" if more else ""
        raise BackupError(f"“{path}”里有封存以后放进去的文件{named}，已不是原来的档案。")
    return kept


def _require_known(path: Path, data: bytes) -> None:
    try:
        about = json.loads(data)
        form, program = int(about[_FORM]), str(about[_PROGRAM])
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"“{path}”里的{ABOUT}读不懂，不是完好的档案。") from error
    if form > FORMAT:
        raise BackupError(f"“{path}”由更新版本的程序（{program}）写成，请升级程序后再打开。")


def open_sealed(path: Path, folder: Path, now: datetime | None = None) -> Kept:
    """Unpack a proven archive into a new folder, which is then a year's like any; nothing is overwritten."""
    verified(path)
    return restore(path, folder, now)


def noted(campaign: Campaign, path: Path) -> Act | None:
    """Return the act by which a year's ledger knows this very archive; None where it knows of none like it."""
    if not ledger.is_there(campaign.ledger):
        return None
    mark = fingerprint(path)
    with ledger.opened(campaign.ledger) as book:
        archived = [act for act in book.acts() if act.deed is Deed.ARCHIVE and act.sha256 == mark]
    return archived[-1] if archived else None
