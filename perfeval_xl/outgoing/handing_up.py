"""How a 主管部门 hands up what it has taken in and reviewed: the files of its units that passed, and its list."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.campaign.folder import HANDED_UP
from perfeval_xl.campaign.handover import LIST, HandedFile, Handover, HandoverError, below, department_of, list_of
from perfeval_xl.campaign.originals import originals_of
from perfeval_xl.campaign.standings import look
from perfeval_xl.files.lock import locked
from perfeval_xl.files.publish import free, publish
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.handout import without_unsafe
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.handed import news
from perfeval_xl.records.provenance import arrival_of
from perfeval_xl.records.times import day_of
from perfeval_xl.workbook.limits import MEBIBYTE

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.ledger.ledger import Ledger
    from perfeval_xl.records.provenance import Arrivals
    from perfeval_xl.records.standing import Overview, Standing
    from perfeval_xl.records.verdict import Receipt

_MOST_BYTES, _MOST_FILES = 40 * MEBIBYTE, 2_000
"""What one file that is handed up may hold, so that whoever takes it in takes it whole."""
_DATE = (1980, 1, 1, 0, 0, 0)
_OURS = frozenset({Deed.ISSUE, Deed.HANDOVER, Deed.RELAY, Deed.ARCHIVE})
"""Acts that are nothing to whom is handed up to."""


@dataclass(frozen=True, slots=True)
class HandedUp:
    """What was handed up: the files, each with its 校验码; how many units, how many of them new or changed since.

    `left` are units that were not handed up, with the reason.
    """

    department: str
    files: tuple[tuple[Path, str], ...]
    units: int
    changed: int
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bundle:
    """What is handed up of one unit: its files with their bytes."""

    key: str
    files: tuple[tuple[HandedFile, bytes], ...]

    @property
    def size(self) -> int:
        return sum(len(data) for _, data in self.files)


def hand_up(campaign: Campaign, department: str, by: str, now: datetime, target: Path | None = None) -> HandedUp:
    """Write all that has passed of a department's units into one file in 上报, or in `target`, and enter that.

    Left out, the `department` is the one above all units of the roster. One file holds 40 MB at most; more become
    several, each complete in itself. HandoverError where no unit may be handed up, or several departments stand
    on the roster.
    """
    with locked(campaign.folder, "上报"), ledger.opened(campaign.ledger) as book:
        seen = look(campaign, book, day_of(now))
        name = department.strip() or _only_department(seen)
        bundles, left = _bundles(campaign, book, _of_department(seen, name))
        if not bundles:
            told = "；".join(left) or "名册里没有它的单位"
            raise HandoverError(f"“{name}”没有可以上报的单位（{told}）", "请先收取、审核，通过以后再上报")
        template = campaign.plain
        whole = [
            Handover(
                name,
                template.id,
                template.version,
                campaign.year,
                by,
                now.replace(microsecond=0),
                tuple(file for bundle in volume for file, _ in bundle.files),
                tuple(_acts(seen.acts, {bundle.key for bundle in volume})),
            )
            for volume in _volumes(bundles)
        ]
        written = _written(campaign, target, name, now, whole, list(_volumes(bundles)))
        entered = news([act for one in whole for act in _entered(one)], seen.acts)
        book.enter(entered)
    files = tuple((path, handover.code) for path, handover in zip(written, whole, strict=True))
    return HandedUp(name, files, len(bundles), len({act.key for act in entered}), tuple(left))


def _only_department(seen: Overview) -> str:
    names = Counter(department_of(one.unit) for one in seen.standings)
    if len(names) != 1:
        told = "、".join(names) or "（没有）"
        raise HandoverError(f"名册里的主管部门有{len(names)}个：{told}", "请用 --department 写明是哪一个")
    return next(iter(names))


def _of_department(seen: Overview, department: str) -> list[Standing]:
    keys = below((one.unit for one in seen.standings), department)
    return [one for one in seen.standings if one.unit.key in keys]


def _bundles(campaign: Campaign, book: Ledger, standings: Iterable[Standing]) -> tuple[list[_Bundle], list[str]]:
    """Return what is handed up, by unit, and what is said of those that are not."""
    arrivals = {one.key: one for one in book.arrivals()}
    passed: list[Standing] = []
    left: list[str] = []
    for one in standings:
        if one.passed and one.receipt:
            passed.append(one)
        elif not one.exempt:
            left.append(f"{one.unit.key} {one.unit.label}：{one.progress}，没有上报")
    originals = originals_of(campaign.inbox, [receipt for one in passed for receipt in _receipts(one)])
    bundles = []
    for one in passed:
        if one.receipt and one.receipt.sha256 not in originals:
            left.append(f"{one.unit.key} {one.unit.label}：“收件”里没有原件{one.receipt.file}，没有上报")
        else:
            bundles.append(_Bundle(one.unit.key, tuple(_files(one, originals, arrivals))))
    return bundles, left


def _receipts(standing: Standing) -> tuple[Receipt, ...]:
    return (*standing.receipts, *(filed.receipt for filed in standing.papers))


def _files(
    standing: Standing, originals: Mapping[str, bytes], arrivals: Arrivals
) -> Iterator[tuple[HandedFile, bytes]]:
    """Give a unit's files that are still there, under names by which they are known again."""
    unit, taken = standing.unit, set[str]()
    for receipt in reversed(_receipts(standing)):
        data = originals.get(receipt.sha256)
        if data is None:
            continue
        base = receipt.file.rsplit("/", 1)[-1]
        folder = without_unsafe(f"{unit.key.replace('/', '-')} {unit.label}")
        member = f"{folder}/{base}"
        if member in taken:
            member = f"{folder}/{receipt.sha256[:8]} {base}"
        taken.add(member)
        counts = receipt is standing.receipt
        found = standing.all_findings if counts else receipt.findings
        yield (
            HandedFile(
                member,
                receipt.sha256,
                unit.code,
                unit.part_code,
                unit.label,
                receipt.modified,
                arrival_of(arrivals, receipt).at,
                standing.result if counts else "",
                tuple(map(str, found)) if receipt.readable else (),
            ),
            data,
        )


def _volumes(bundles: Iterable[_Bundle]) -> Iterator[list[_Bundle]]:
    """Give what is handed up in portions that are taken in whole."""
    volume, size, files = list[_Bundle](), 0, 0
    for one in bundles:
        if volume and (size + one.size > _MOST_BYTES or files + len(one.files) > _MOST_FILES):
            yield volume
            volume, size, files = [], 0, 0
        volume.append(one)
        size, files = size + one.size, files + len(one.files)
    if volume:
        yield volume


def _acts(acts: Iterable[Act], keys: set[str]) -> Iterator[Act]:
    """Give what the department decided of units and parts, and of units as a whole."""
    units = {key.partition("/")[0] for key in keys}
    return (act for act in acts if act.deed not in _OURS and (act.key in keys or act.key in units))


def _entered(handover: Handover) -> Iterator[Act]:
    """Give the acts by which the department itself keeps what it has handed up."""
    files = {one.key for one in handover.files}
    return (act for act in handover.entered(files, "") if act.deed is Deed.HANDOVER)


def _written(
    campaign: Campaign,
    target: Path | None,
    department: str,
    now: datetime,
    handovers: list[Handover],
    volumes: list[list[_Bundle]],
) -> list[Path]:
    folder, stem = target or campaign.folder / HANDED_UP, without_unsafe(department)
    paths = []
    for number, (handover, volume) in enumerate(zip(handovers, volumes, strict=True), 1):
        behind = f"-{number}" if len(volumes) > 1 else ""
        path = free(folder / f"主管部门上报-{stem}-{now:%Y%m%d-%H%M%S}{behind}.zip")
        paths.append(publish(path, _zip(handover, volume)))
    return paths


def _zip(handover: Handover, volume: Iterable[_Bundle]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member(LIST), list_of(handover))
        for bundle in volume:
            for file, data in bundle.files:
                archive.writestr(_member(file.member), data)
    return target.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _DATE)
    member.create_system = 0
    return member
