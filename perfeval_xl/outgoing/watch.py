"""Where a returned workbook looks to tell by itself whether a finding still holds."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Check, Look, Role, broken_mark, sheets_filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Finding, Value
    from perfeval_xl.records.submission import Key


class Watch:
    """A template, with the values that a workbook goes back with."""

    def __init__(self, template: Template, values: Mapping[Key, Value]) -> None:
        self._template, self._values = template, values
        self._sheets = {name: Decimal(number) for number, name in enumerate(sheets_filled(template.fields), 1)}

    def columns(self, finding: Finding, place: Address | None) -> dict[str, Value]:
        """Return what the hidden columns of a finding's line hold: where it looks, and for what.

        Of a check of the board the board itself knows best, of one of a row its flags; of all others it is told
        only whether the cell still holds what was found. Nothing is said where that is no cell which one fills.
        """
        check = self._check(finding)
        if check and not check.table:
            return {"看哪里": Look.BOARD, "看什么": check.id}
        if check and check.flags and place and (row := self._row(check, place)):
            flags = Address(check.flags.sheet, check.flags.row + row - 1, check.flags.column)
            return {"看哪里": Look.FLAGS, "看什么": broken_mark(check.id), **self._at(flags)}
        if place and place in self._typed:
            return {"看哪里": Look.CELL, "看什么": self._values.get(self._typed[place]), **self._at(place)}
        return {}

    def _at(self, place: Address) -> dict[str, Value]:
        return {"表": self._sheets[place.sheet], "行": Decimal(place.row), "列": Decimal(place.column)}

    def _check(self, finding: Finding) -> Check | None:
        return self._checks.get((finding.rule, finding.label))

    def _row(self, check: Check, place: Address) -> int:
        """Return which row of a check's table a cell is in, counted from 1; 0 where it is in none."""
        table = self._template.table[check.table]
        inside = place.sheet == table.sheet and table.first_row <= place.row <= table.last_row
        return place.row - table.first_row + 1 if inside else 0

    @cached_property
    def _checks(self) -> dict[tuple[str, str], Check]:
        return {(check.rule, check.title): check for check in self._template.checks}

    @cached_property
    def _typed(self) -> dict[Address, Key]:
        """What the unit types on the form sheets, by its cell."""
        places, field = self._template.places, self._template.field
        return {place: key for key, place in places.items() if field[key[0]].role is Role.INPUT}
