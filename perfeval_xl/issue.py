"""Handing out: one workbook for every unit on the roster, with its cover filled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.contract import STAMP_SERIAL, STAMP_UNIT, UNIT_CODE, UNIT_NAME
from perfeval_xl.fill import Filler
from perfeval_xl.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.contract import Template
    from perfeval_xl.finding import Value
    from perfeval_xl.submission import Key
    from perfeval_xl.unit import Unit

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Issued:
    """What handing out did: files written, files that were there already and are the same, and those kept back.

    `kept` exist and differ from what would be handed out now; they are never overwritten.
    """

    written: tuple[Path, ...]
    same: tuple[Path, ...]
    kept: tuple[Path, ...]


def issue(campaign: Campaign, units: Iterable[Unit], progress: Callable[[Unit], None] = lambda _: None) -> Issued:
    """Write each unit's workbook into `发放/`; a file that somebody has changed stays as it is."""
    filler = Filler(campaign.template, campaign.clock)
    serials = {unit.code: number for number, unit in enumerate(campaign.units, 1)}
    written, same, kept = [], [], []
    for unit in units:
        data = filler.fill(cover(campaign.template, unit, serials[unit.code]))
        path = campaign.out / file_name(unit)
        if not path.exists():
            written.append(publish(path, data))
        elif path.read_bytes() == data:
            same.append(path)
        else:
            kept.append(path)
        progress(unit)
    return Issued(tuple(written), tuple(same), tuple(kept))


def cover(template: Template, unit: Unit, serial: int) -> dict[Key, Value]:
    """Return what the bureau fills before a workbook goes out: cover and stamp, where the template has them."""
    values: dict[str, Value] = {
        UNIT_CODE: unit.code,
        UNIT_NAME: unit.name,
        "主管部门": unit.parent or "无",
        STAMP_UNIT: unit.code,
        STAMP_SERIAL: Decimal(serial),
    }
    return {(name, 0): value for name, value in values.items() if name in template.field}


def file_name(unit: Unit) -> str:
    """Return a unit's file name, without what Windows does not allow in one."""
    return f"{unit.code} {_UNSAFE.sub('', unit.name).strip(' .')}.xlsx"
