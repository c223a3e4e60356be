"""Which cells of a form are red, by the board and by the bureau: a grid of 1, so that no rule has to search."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import BOARD, FAILED, MARK_BESIDE, MARK_NAME
from perfeval_xl.template.source.board import COLUMNS, FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.template.source.board import BoardRow
    from perfeval_xl.template.source.layout import SheetLayout


def is_marked(number: int) -> str:
    """Return the rule of whether a cell of the form of a number is marked, by either half of its block."""
    name = f"{MARK_NAME}{number}"
    return f"=N(INDEX({name},ROW(),COLUMN()))+N(INDEX({name},ROW(),COLUMN()+{MARK_BESIDE}))>0"


def failing(layout: SheetLayout, rows: tuple[BoardRow, ...]) -> Iterator[tuple[Address, str]]:
    """Give the cells of a form that checks of the board speak of, each with the formula of whether one fails."""
    fields = {placed.field.name: placed.field for placed in layout.fields if not placed.field.table}
    concerning: dict[Address, list[str]] = defaultdict(list)
    for number, row in enumerate(rows, FIRST_ROW):
        result = Address(BOARD, number, COLUMNS["结果"]).reference
        for name in row.names if not row.table else ():
            if name in fields:
                concerning[fields[name].address].append(f'{result}="{FAILED}"')
    for address, tests in concerning.items():
        yield address, f"=IF(OR({','.join(tests)}),1,0)"
