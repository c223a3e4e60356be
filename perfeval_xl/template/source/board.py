"""What a check becomes on the board: its formulas, what it depends on, and when it counts as answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address, column_letters, quoted
from perfeval_xl.records.contract import (
    BLANK,
    BOARD,
    BROKEN,
    EXPLAINED,
    FAILED,
    NOT_CONCERNED,
    PASSED,
    Role,
    broken_mark,
    kept_mark,
)
from perfeval_xl.records.kind import KINDS
from perfeval_xl.template.source.saying import says_something, seen, without_digits, without_signs
from perfeval_xl.template.source.tolerance import BY_GAP, allowed, comparison, within
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.row_formula import row_names, without_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.records.contract import Field
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.template.source.layout import FlagColumn
    from perfeval_xl.template.source.spec import CheckSpec, RowCheck

LIST_FIRST, LIST_ROWS = 6, 10
"""Where what fails stands first, above the board, and how many lines it has."""
FIRST_ROW = LIST_FIRST + LIST_ROWS + 3
SAID = ("可见字", "非数字", "文字", "算说明")
"""Columns in which an explanation loses its blanks, its digits and its signs, and that say whether it counts."""
COLUMNS = {
    name: number
    for number, name in enumerate(
        (
            *("编号", "级别", "核对内容", "左", "关系", "右", "差额", "容差", "结果", "说明", "定位", "提示"),
            *("规则", "所在表", "依据", "表", "行左", "行关系", "行右", "标志列", "类型", "叫法"),
            *SAID,
            *("目标", "数样", "次序"),
        ),
        2,
    )
}
"""The board's columns by name. From 规则 on they are hidden and for programs."""
LAST_PRINTED = COLUMNS["提示"]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One row of the board, ready to be written: texts, and formulas that begin with `=`.

    `target` is where its link leads, as text. `kind` is of the figures on the board, `sides` of the two sides that
    are compared (in rows of a table, the board itself shows how many rows fail).
    """

    id: str
    rule: str
    level: str
    title: str
    left: str
    relation: str
    right: str
    tolerance: float
    result: str
    target: str
    sheet: str
    message: str
    source: str
    kind: Kind
    sides: Kind
    names: tuple[str, ...]
    table: str = ""
    row_left: str = ""
    row_relation: str = ""
    row_right: str = ""
    flags: str = ""
    measure: str = ""


class Dependencies:
    """Which typed fields a formula rests on, through whatever computed cells."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields
        self._known: dict[str, frozenset[str]] = {}

    def inputs(self, formula: str) -> frozenset[str]:
        """Return the names of the typed fields below a formula."""
        found: frozenset[str] = frozenset()
        for name in engine.names_in(without_marks(formula)):
            found |= self._of(name)
        return found

    def _of(self, name: str) -> frozenset[str]:
        if name not in self._known:
            field = self._fields.get(name)
            self._known[name] = frozenset()
            if field and field.role is Role.COMPUTED:
                self._known[name] = self.inputs(field.formula)
            elif field and field.role in (Role.INPUT, Role.PREFILL):
                self._known[name] = frozenset({name})
        return self._known[name]


def board_rows(
    checks: Iterable[CheckSpec],
    row_checks: Iterable[tuple[RowCheck, FlagColumn]],
    fields: Mapping[str, Field],
) -> tuple[BoardRow, ...]:
    """Give every check its row, sorted by id within its sheet's order of appearance."""
    depends = Dependencies(fields)
    number = FIRST_ROW
    rows: list[BoardRow] = []
    for check in checks:
        for key in check.each or ("",):
            rows.append(_cell_row(check, key, number, fields, depends))
            number += 1
    for row_check, flag in row_checks:
        rows.append(_table_row(row_check, flag, number, fields))
        number += 1
    return tuple(rows)


def _cell_row(
    check: CheckSpec, key: str, number: int, fields: Mapping[str, Field], depends: Dependencies
) -> BoardRow:
    def keyed(text: str) -> str:
        return text.replace("{each}", key)

    left, right = keyed(check.left), keyed(check.right)
    names = tuple(dict.fromkeys((*engine.names_in(left), *(engine.names_in(right) if right else ()))))
    inputs = sorted(depends.inputs(left) | (depends.inputs(right) if right else frozenset()))
    first = next((fields[name] for name in names if name in fields), None)
    kind = check.kind or (first.kind.id if first else "text")
    position = check.each.index(key) + 1 if check.each else 0
    return BoardRow(
        id=f"{check.id}_{position}" if position else check.id,
        rule=check.id,
        level=check.level,
        title=keyed(check.title),
        left=f"={_side(left, fields)}",
        relation=check.relation,
        right=f"={_side(right, fields)}" if right else "",
        tolerance=allowed(check),
        result=_result(check, number, KINDS[kind], inputs, keyed(check.when)),
        target=_target(_typed(names, inputs, fields) or first) if first else "",
        sheet=first.address.sheet if first else "",
        message=keyed(check.message),
        source=check.source,
        kind=KINDS[kind],
        sides=KINDS[kind],
        names=names,
        measure=keyed(check.measure),
    )


def _side(formula: str, fields: Mapping[str, Field]) -> str:
    """Return a side of a check as the board shows it: a blank cell as 0, a division by nothing as blank.

    Of a blank cell Excel makes 0, but only N() does so in every program.
    """
    field = fields.get(formula)
    if "/" in formula:
        return f'IFERROR({formula},"")'
    return f"N({formula})" if field and field.kind.numeric else formula


def _result(check: CheckSpec, number: int, kind: Kind, inputs: list[str], when: str) -> str:
    left, right, gap, tolerance = (
        f"{column_letters(COLUMNS[name])}{number}" for name in ("左", "右", "差额", "容差")
    )
    holds = (
        within(gap, check.relation, tolerance)
        if kind.numeric and check.relation in BY_GAP
        else comparison(left, check.relation, right, tolerance)
    )
    answer = f'IF({holds},"{PASSED}",{_failed(check.level, number)})'
    if inputs:
        blank = f"COUNTA({','.join(inputs)})" + ("=0" if check.needs == "any" else f"<{len(inputs)}")
        answer = f'IF({blank},"{BLANK}",{answer})'
    if when:
        answer = f'IF({when},{answer},"{NOT_CONCERNED}")'
    return f'=IFERROR({answer},"{BROKEN}")'


def _failed(level: str, number: int) -> str:
    if level == "error":
        return f'"{FAILED}"'
    return f'IF({column_letters(COLUMNS[SAID[-1]])}{number},"{EXPLAINED}","{FAILED}")'


def said(number: int) -> tuple[str, ...]:
    """Return the formulas of the columns `SAID`: what is left of a row's explanation, and whether it counts."""
    text, visible, other, letters = (f"{column_letters(COLUMNS[name])}{number}" for name in ("说明", *SAID[:-1]))
    counts = says_something(visible, letters)
    return tuple(f"={step}" for step in (seen(text), without_digits(visible), without_signs(other), counts))


def _table_row(check: RowCheck, flag: FlagColumn, number: int, fields: Mapping[str, Field]) -> BoardRow:
    table = flag.table
    letters = column_letters(flag.column)
    flags = f"{quoted(table.sheet)}!${letters}${table.first_row}:${letters}${table.last_row}"
    names = tuple(dict.fromkeys((*row_names(check.left), *row_names(check.right))))
    target = (_typed(names, (), fields) or fields[names[0]]).address
    broken, kept = (f'"*{mark}*"' for mark in (broken_mark(check.id), kept_mark(check.id)))
    row = f"IFERROR(MATCH({broken},{flags},0),1)-1+{table.first_row}"
    bad = f"{column_letters(COLUMNS['左'])}{number}"
    seldom = f'IF(COUNTIF({flags},{kept})=0,"{NOT_CONCERNED}","{PASSED}")'
    answer = f"IF({bad}=0,{seldom},{_failed(check.level, number)})"
    return BoardRow(
        id=check.id,
        rule=check.id,
        level=check.level,
        title=check.title + "（不符的行数）",
        left=f"=COUNTIF({flags},{broken})",
        relation="=",
        right="=0",
        tolerance=0,
        result=f'=IFERROR({answer},"{BROKEN}")',
        target=f'="#{quoted(table.sheet)}!{column_letters(target.column)}"&({row})',
        sheet=table.sheet,
        message=check.message,
        source=check.source,
        kind=KINDS["count"],
        sides=fields[names[0]].kind,
        names=names,
        table=table.name,
        row_left=check.left,
        row_relation=check.relation,
        row_right=check.right,
        flags=flags,
        measure=check.measure,
    )


def _typed(names: Iterable[str], inputs: Iterable[str], fields: Mapping[str, Field]) -> Field | None:
    """Return the first field that the department types: on a form, only such cells can be gone to."""
    named = (fields[name] for name in (*names, *inputs) if name in fields)
    return next((field for field in named if field.role is Role.INPUT), None)


def _target(field: Field) -> str:
    return f"#{quoted(field.address.sheet)}!{field.address.cell}"


def explanation_address(number: int) -> Address:
    """Return the cell where a unit explains the check in a row of the board."""
    return Address(BOARD, number, COLUMNS["说明"])
