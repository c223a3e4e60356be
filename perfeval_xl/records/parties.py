"""Which line of the roster a workbook is for: the unit, or that part of it which the workbook is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from perfeval_xl.records.names import same_code, same_name

if TYPE_CHECKING:
    from perfeval_xl.records.unit import Part, Unit
    from perfeval_xl.records.verdict import Receipt


class Parties:
    """Those who have to report a workbook, each a unit or a part of one."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._by_key: dict[str, Unit] = {}
        self._of_unit: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            self._by_key.setdefault(unit.key, unit)
            self._of_unit[unit.code].append(unit)

    def of(self, receipt: Receipt) -> Unit | None:
        """Return whose workbook it is; None where that cannot be told.

        A unit without parts has all that comes in under its code. Of one with parts the part is told by its code,
        with or without zeros before it, or, where the workbook has none, by a name that only one of them bears.
        """
        found = self._by_key.get(receipt.key)
        several = self._of_unit.get(receipt.unit, [])
        if found is None and [unit.part for unit in several] == [None]:
            return several[0]
        if found is None:
            meant = [one for one in several if one.part and _may_be(one.part, receipt)]
            return meant[0] if len(meant) == 1 else None
        return found

    def parts_of(self, code: str) -> tuple[Unit, ...]:
        """Return the lines of a unit: itself, or its parts; none where it is not asked to report."""
        return tuple(self._of_unit.get(code, ()))


def _may_be(part: Part, receipt: Receipt) -> bool:
    """Whether a workbook that bears no part's very code is about this one."""
    return same_code(part.code, receipt.part) if receipt.part else same_name(part.name, receipt.part_name)


def several_parts(receipts: Iterable[Receipt]) -> tuple[str, ...]:
    """Return the names of what workbooks under one code are about, where they are about different things."""
    names: list[str] = []
    for receipt in receipts:
        if receipt.part_name and not any(same_name(receipt.part_name, one) for one in names):
            names.append(receipt.part_name)
    return tuple(names) if len(names) > 1 else ()
