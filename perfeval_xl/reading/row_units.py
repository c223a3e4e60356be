"""Which figures were typed with the unit of their row behind them: 94% in a row whose unit is %, 120公里."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.records.contract import Field
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.kind import Holds
from perfeval_xl.records.submission import Entry, Key
from perfeval_xl.wording import numbers
from perfeval_xl.wording.numbers import Spelling, Sure


def in_units_of_rows(entries: Iterable[Entry], fields: dict[str, Field]) -> Iterator[tuple[Entry, Finding]]:
    """Give the entries that hold a figure with its row's unit as that figure, each with what is told of it.

    Another unit than the row's, or a figure that is not certain (≥95%, 约120公里), stays the text that it is.
    """
    several = tuple(entries)
    typed = [entry for entry in several if isinstance(entry.value, str) and _may_have_unit(fields[entry.name])]
    if not typed:
        return
    values = {entry.key: entry.value for entry in several}
    for entry in typed:
        figure = _figure(str(entry.value), values.get(_unit_of(entry, fields)))
        if figure is not None:
            yield replace(entry, value=figure), _told(entry, figure, fields[entry.name])


def _may_have_unit(field: Field) -> bool:
    return bool(field.unit_from) and field.kind.holds is Holds.EITHER


def _unit_of(entry: Entry, fields: dict[str, Field]) -> Key:
    return fields[entry.name].unit_from, entry.row


def _figure(text: str, unit: object) -> Decimal | None:
    """Return the figure before the unit, or nothing where the text is not one with just that unit."""
    if not isinstance(unit, str) or not unit:
        return None
    plain, suffix = _plain(text), _plain(unit)
    if not plain.endswith(suffix):
        return None
    read = numbers.figure(plain.removesuffix(suffix), Spelling.PLAIN, "")
    return read.value if isinstance(read, Sure) and isinstance(read.value, Decimal) else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _told(entry: Entry, figure: Decimal, field: Field) -> Finding:
    label = f"{field.label}（第{entry.row}行）"
    shown = numbers.plain_text(figure)
    return say(
        "R40",
        entry.address,
        field=field.name,
        label=label,
        value=str(entry.value),
        expected=shown,
        what="去掉单位",
    )
