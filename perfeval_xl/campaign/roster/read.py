"""How the roster workbook is read back: every sheet, with all its faults at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from perfeval_xl.campaign.roster.figures import read_figures
from perfeval_xl.campaign.roster.layout import (
    CHANGE,
    CODE,
    CONTROLS,
    NAME,
    NEW,
    OLD,
    OPENINGS,
    STEPS,
    UNITS,
    part_headings,
)
from perfeval_xl.campaign.roster.listing import Listing, read_listing
from perfeval_xl.campaign.roster.parts import parted_units, read_parts
from perfeval_xl.campaign.roster.steps import read_steps
from perfeval_xl.campaign.roster.units import read_units
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Template
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.known import Known
from perfeval_xl.records.succession import Step
from perfeval_xl.records.unit import Part, Unit
from perfeval_xl.workbook.grids import Grid, Grids, ReadError, bureau_sentence, open_grids


class RosterError(PerfevalError):
    """A roster that cannot be used; lists every fault with its sheet and cell."""

    def __init__(self, name: str, faults: tuple[str, ...]) -> None:
        self.faults = faults
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"名册“{name}”有{len(faults)}处问题，改正后再试：\n{lines}")


@dataclass(frozen=True)
class Roster:
    """The roster workbook as read: who ought to report, what the bureau knows of them, who they were last year.

    `units` are its lines; `reporting` those that report: the same, or a line for each of their parts where the
    template asks for a workbook each and the roster lists them. What is known is by their keys. `doubts` are
    sentences on what may be meant otherwise, which keep nobody from working with it.
    """

    units: tuple[Unit, ...]
    controls: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    openings: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    parts: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    @property
    def reporting(self) -> tuple[Unit, ...]:
        """Who ought to report a workbook, and about what."""
        return parted_units(self.units, self.parts) if self.parts else self.units

    @property
    def without_parts(self) -> tuple[Unit, ...]:
        """The units that need not report since the list of parts has none of theirs."""
        return tuple(one for one in self.units if self.parts and not one.exempt and one.code not in self.parts)


def read_roster(
    path: Path,
    template: Callable[[], Template] | None = None,
    last: Callable[[], frozenset[str] | None] = lambda: None,
) -> Roster:
    """Read a roster; RosterError lists every fault of all its sheets.

    Only a workbook with figures needs the `template` whose fields they are of, and only one with a succession
    table last year's codes. A workbook of one sheet, whatever its name, is a roster without either.
    """
    try:
        grids = open_grids(path)
    except ReadError as error:
        raise RosterError(path.name, tuple(f"打不开：{fault}" for fault in error.faults)) from None
    used = [sheet for name in (UNITS, CONTROLS, OPENINGS, STEPS) if (sheet := grids.sheet(name))]
    first = grids.sheet(UNITS) or grids.sheets[0]
    faults = _unclean(grids, {first.name, *(sheet.name for sheet in used)})
    listing = _listing(first, (CODE, NAME), faults)
    doubts: list[str] = []
    units = read_units(listing, faults, doubts) if listing else ()
    names = {unit.code: unit.name for unit in units}
    parts = _parts(grids, template, units, faults)
    roster = Roster(units, parts=parts, doubts=tuple(doubts))
    reporting = {unit.key: unit.label for unit in roster.reporting}
    known: dict[str, dict[str, tuple[Known, ...]]] = {CONTROLS: {}, OPENINGS: {}}
    for name in known:
        sheet = grids.sheet(name)
        found = _listing(sheet, (CODE,), faults) if sheet else None
        if found and template and any(found.lines()):
            known[name] = read_figures(found, template(), reporting, faults, last_year=name == OPENINGS)
    sheet = grids.sheet(STEPS)
    table = _listing(sheet, (OLD, CHANGE, NEW), faults) if sheet else None
    steps = read_steps(table, names, last(), faults) if table and any(table.lines()) else ()
    if faults:
        raise RosterError(path.name, tuple(faults))
    return replace(roster, controls=known[CONTROLS], openings=known[OPENINGS], steps=steps)


def read_listed(path: Path, template: Template) -> tuple[Unit, ...]:
    """Return all units of a roster, of those with parts a line for each; RosterError lists the faults of both."""
    units, faults = read_roster(path).units, list[str]()
    parts = _parts(open_grids(path), lambda: template, units, faults) if template.parted else {}
    if faults:
        raise RosterError(path.name, tuple(faults))
    return tuple(line for unit in units for line in parted_units((unit,), parts) or (unit,))


def _parts(
    grids: Grids, template: Callable[[], Template] | None, units: tuple[Unit, ...], faults: list[str]
) -> dict[str, tuple[Part, ...]]:
    """Return the parts of each unit, where there is a list of them and the template asks for a workbook each."""
    lists = [sheet for sheet in grids.sheets if sheet.name.endswith(UNITS) and sheet.name != UNITS]
    parted = template().parted if template and lists else None
    sheet = grids.sheet(parted.sheet) if parted else None
    if parted is None or sheet is None:
        return {}
    faults += _unclean(grids, {sheet.name})
    listing = _listing(sheet, (CODE, *part_headings(parted.what)), faults)
    return read_parts(listing, parted.what, {unit.code: unit for unit in units}, faults) if listing else {}


def _unclean(grids: Grids, sheets: set[str]) -> list[str]:
    """Return a fault for each text of a sheet that had to be cleaned: codes and names must be exact."""
    return [
        f"{notice.place}：{bureau_sentence(notice)}"
        for notice in grids.notices
        if notice.rule in ("R65", "R67")
        if isinstance(notice.place, Address) and notice.place.sheet in sheets
    ]


def _listing(sheet: Grid, needed: tuple[str, ...], faults: list[str]) -> Listing | None:
    listing = read_listing(sheet, needed)
    if listing is None:
        told = "、".join(f"“{heading}”" for heading in needed)
        faults.append(f"{sheet.name}：找不到表头，前10行中要有一行写着{told}。")
    return listing
