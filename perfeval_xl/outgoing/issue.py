"""Handing out: one workbook for every unit on the roster, with its cover and what the bureau knows filled."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.campaign.readback import enter_typed
from perfeval_xl.files.lock import locked
from perfeval_xl.files.outputs import Outputs
from perfeval_xl.files.publish import publish, put_aside
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.handout import ARCHIVES, LIST_NAME, HandedOut, archives, handout_list, without_unsafe
from perfeval_xl.outgoing.numbering import Made, Numbering
from perfeval_xl.records.act import AUTOMATIC, Act, Deed, decision_of, decisions
from perfeval_xl.records.contract import STAMP_PART, STAMP_SERIAL, STAMP_UNIT, UNIT_CODE, UNIT_NAME
from perfeval_xl.records.known import Dossier, bureau_cells, openings, shows_controls, suggested_cells
from perfeval_xl.records.provenance import Purpose
from perfeval_xl.records.typed_cells import SIGNING, shown
from perfeval_xl.records.unit import BEHIND
from perfeval_xl.template.fill import Filler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.unit import Unit


RENAMED = "旧名"
_BATCH = 100
_LONGEST_PART = 30
"""Characters of a part's name in a file's name; a path may have 260 on Windows."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What handing out did: files written, files that were there already and are the same, and those kept back.

    `kept` were changed by somebody and differ from what would be handed out now; they are never overwritten.
    `renamed` bore a former name of their unit and were put aside. `renewed` lay there as they were written, and
    were written anew since what goes out has changed.
    """

    written: tuple[Path, ...]
    same: tuple[Path, ...]
    kept: tuple[Path, ...]
    renamed: tuple[Path, ...] = ()
    renewed: tuple[Path, ...] = ()


def due(campaign: Campaign) -> tuple[Unit, ...]:
    """Return the units that get a workbook: all but those exempt, by the roster or by an act."""
    with ledger.opened(campaign.ledger) as book:
        decided = decisions(book.acts())
    return tuple(
        unit for unit in campaign.units if not unit.exempt and decision_of(decided, unit.key).exempt is None
    )


def enter_issue(campaign: Campaign, done: Issued, now: datetime) -> None:
    """Write down in the ledger who was given a workbook."""
    by_name, moment = {file_name(unit): unit for unit in campaign.units}, now.replace(microsecond=0)
    units = [by_name[path.name] for path in (*done.written, *done.renewed)]
    acts = [Act(Deed.ISSUE, moment, AUTOMATIC, unit.code, part=unit.part_code) for unit in units]
    with locked(campaign.folder, "发放"), ledger.opened(campaign.ledger) as book:
        book.enter(acts)


def issue(
    campaign: Campaign,
    units: Iterable[Unit],
    progress: Callable[[Unit], object] = lambda _: None,
    now: datetime | None = None,
) -> Issued:
    """Write each unit's workbook into `发放/`; a file that somebody has changed stays as it is.

    One that lies there as it was written is written anew where the roster, a setting or a figure was corrected.

    A file that bears a former name of its unit is put aside, lest two of them go out. Which workbook goes to whom
    under which serial stands in the ledger before it lies there.
    """
    with locked(campaign.folder, "发放"), ledger.opened(campaign.ledger) as book:
        return _issue(campaign, units, progress, Numbering(book, Purpose.ISSUE, now))


def _issue(
    campaign: Campaign, units: Iterable[Unit], progress: Callable[[Unit], object], numbering: Numbering
) -> Issued:
    campaign.keep_template()
    filler = Filler(campaign.template, campaign.clock)
    known = campaign.dossiers
    written, renewed, same, kept = list[Path](), list[Path](), list[Path](), list[Path]()

    def filled(unit: Unit, serial: int) -> bytes:
        suggested = suggested_cells(campaign.template, known[unit.key]) | part_cells(campaign.template, unit)
        return filler.fill({**given(campaign.template, unit, serial, known[unit.key]), **suggested})

    def made(unit: Unit) -> Made:
        return numbering.made(unit.code, campaign.template.id, partial(filled, unit), unit.part_code)

    due = iter(units)
    while batch := tuple(islice(due, _BATCH)):
        paths = [campaign.out / file_name(unit) for unit in batch]
        several = [made(unit) for unit in batch]
        lying = [path.read_bytes() if path.exists() else None for path in paths]
        untouched = [
            data is None or numbering.wrote(unit.code, data, unit.part_code)
            for unit, data in zip(batch, lying, strict=True)
        ]
        numbering.note(one for one, ours in zip(several, untouched, strict=True) if ours)
        for unit, path, one, data, ours in zip(batch, paths, several, lying, untouched, strict=True):
            if data == one.data:
                same.append(path)
            elif ours:
                (written if data is None else renewed).append(publish(path, one.data))
            else:
                kept.append(path)
            progress(unit)
    return Issued(tuple(written), tuple(same), tuple(kept), _put_aside_renamed(campaign), tuple(renewed))


def _put_aside_renamed(campaign: Campaign) -> tuple[Path, ...]:
    names = {code_in_names(unit): file_name(unit) for unit in campaign.units}
    old = [
        path
        for path in sorted(campaign.out.glob("* *.xlsx"))
        if path.name != names.get(path.name.split(" ", 1)[0], path.name)
    ]
    return put_aside(old, campaign.out / RENAMED)


def write_list(campaign: Campaign, now: datetime | None = None, outputs: Outputs | None = None) -> Path:
    """Write `发放清单.xlsx` over all workbooks that lie in `发放/`, whenever they were made.

    Who signed for a workbook in the list before stands in the new one.
    """
    with locked(campaign.folder, "发放"):
        return _write_list(campaign, now, outputs)


def _write_list(campaign: Campaign, now: datetime | None, outputs: Outputs | None) -> Path:
    outputs = outputs or Outputs(campaign.folder)
    with ledger.opened(campaign.ledger) as book:
        enter_typed(book, campaign.out, SIGNING, campaign.units, campaign.office.operator, outputs, now)
        signed = shown(book.acts(), SIGNING)
    known = campaign.dossiers
    opens, shown_controls = bool(openings(campaign.template)), shows_controls(campaign.template)
    lines = [
        HandedOut(
            unit,
            file_name(unit),
            any(figure.last_year for figure in known[unit.key].figures) if opens else None,
            any(not figure.last_year for figure in known[unit.key].figures) if shown_controls else None,
            known[unit.key].note,
        )
        for unit in campaign.units
        if (campaign.out / file_name(unit)).exists()
    ]
    title = f"{campaign.settings.get('地区') or ''}{campaign.year}年度自评工作簿发放清单"
    return outputs.publish(campaign.out / LIST_NAME, handout_list(lines, title, signed), now)


def write_archives(
    campaign: Campaign, outputs: Outputs | None = None, for_all: tuple[Path, ...] = ()
) -> tuple[Path, ...]:
    """Write one archive for each parent department: workbooks as they lie in `发放/`, and what is `for_all`."""
    paths = {unit.key: campaign.out / file_name(unit) for unit in campaign.units}
    files = {code: (path.name, path.read_bytes()) for code, path in paths.items() if path.exists()}
    units = [unit for unit in campaign.units if unit.key in files]
    outputs = outputs or Outputs(campaign.folder)
    shared = tuple((path.name, path.read_bytes()) for path in for_all)
    made = archives(units, files, shared)
    return tuple(outputs.publish(campaign.out / ARCHIVES / name, data) for name, data in made)


def given(template: Template, unit: Unit, serial: int, dossier: Dossier) -> dict[Key, Value]:
    """Return all that stays the bureau's in a unit's workbook: cover, stamp, and the figures in its own cells."""
    return {**cover(template, unit, serial), **bureau_cells(template, dossier)}


def cover(template: Template, unit: Unit, serial: int) -> dict[Key, Value]:
    """Return what the bureau fills before a workbook goes out: cover and stamp, where the template has them."""
    values: dict[str, Value] = {
        UNIT_CODE: unit.code,
        UNIT_NAME: unit.name,
        "主管部门": unit.parent or "无",
        STAMP_UNIT: unit.code,
        STAMP_SERIAL: Decimal(serial),
    }
    if template.parted and unit.part:
        values |= {template.parted.code: unit.part.code, STAMP_PART: unit.part.code}
    return {(name, 0): value for name, value in values.items() if name in template.field}


def part_cells(template: Template, unit: Unit) -> dict[Key, Value]:
    """Return what a workbook is about, for a cell that the unit answers for: filled once, when handed out."""
    return {(template.parted.name, 0): unit.part.name} if template.parted and unit.part else {}


def code_in_names(unit: Unit) -> str:
    """Return whose a file is as names of files have it at their head."""
    return unit.key.replace(BEHIND, "-")


def file_name(unit: Unit) -> str:
    """Return a unit's file name, without what Windows does not allow in one."""
    part = f" {without_unsafe(unit.part.name)[:_LONGEST_PART]}" if unit.part else ""
    return f"{code_in_names(unit)} {without_unsafe(unit.name)}{part}.xlsx"
