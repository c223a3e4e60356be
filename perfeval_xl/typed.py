"""What people type into the workbooks that the program writes for the bureau, and how it is read back as acts.

Such a workbook carries on a hidden sheet what stood in its cells when it was written. What differs from that was
typed; so a copy that somebody goes on using never brings back what has been changed elsewhere since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from perfeval_xl.acts import Act, Deed, valid
from perfeval_xl.address import column_letters
from perfeval_xl.finding import Value
from perfeval_xl.reading import BLANK, Filled, Grid, Grids

if TYPE_CHECKING:
    from perfeval_xl.unit import Unit

CODE, LINE = "单位代码", "事项"
BASE = "_已记"
"""The hidden sheet of what stood in the cells when a workbook was written."""
REVIEW_SHEET, REVIEWED, SCORE, REMARK = "复核表", "复核完成值", "复核得分", "备注"
NOTE, SIGNED = "催办情况", "签收"
_SOURCE, _PLACE, _SAVED = "来自", "单元格", "文件时间"

Line = tuple[str, str]
"""Whose row it is and which: the unit's code, and the name of the row below it."""
Values = Mapping[str, str]
"""What a person typed into a row, by the headings; blanks are ''."""


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet with cells to type in. `named` are the headings that name a row below its unit.

    `unit` is the heading of the unit's name. `most` is the heading of the most that a score may be.
    """

    deed: Deed
    sheet: str
    typed: tuple[str, ...]
    unit: str = "单位名称"
    named: tuple[str, ...] = ()
    most: str = ""


CHASING = Form(Deed.CHASE, "催报清单", (NOTE,))
SIGNING = Form(Deed.SIGN, "发放清单", (SIGNED,))


@dataclass(frozen=True, slots=True)
class Row:
    """One row that somebody may have typed into: by whom it is, the values, their cells, the most of a score."""

    code: str
    unit: str
    line: str
    values: dict[str, Filled]
    places: dict[str, str]
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The workbook that was typed into: its name, fingerprint, and when it was last saved."""

    name: str
    sha256: str
    saved: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of reading a workbook: the acts to enter, and what found no place, each a sentence with its cell."""

    acts: tuple[Act, ...] = ()
    faults: tuple[str, ...] = ()


def standing(acts: Iterable[Act], deed: Deed) -> dict[Line, Act]:
    """Return for every row the act that holds: not withdrawn, and of the workbook that was saved last."""
    found: dict[Line, Act] = {}
    for act in valid(acts):
        line = (act.unit, act.subject)
        if act.deed is deed and (line not in found or saved(act) >= saved(found[line])):
            found[line] = act
    return found


def shown(acts: Iterable[Act], form: Form) -> dict[Line, Values]:
    """Return what stands in the cells of every row by what was typed; rows that are blank are left out."""
    found = {line: _values(act, form) for line, act in standing(acts, form.deed).items()}
    return {line: values for line, values in found.items() if any(values.values())}


def saved(act: Act) -> datetime:
    """Return when the workbook was saved that an act was typed into."""
    return datetime.fromisoformat(act.grounds[_SAVED])


def base_rows(rows: Mapping[Line, Values], form: Form) -> Iterator[tuple[str, ...]]:
    """Give the rows of the hidden sheet, the headings first."""
    yield (CODE, LINE, *form.typed)
    for (code, line), values in rows.items():
        yield (code, line, *(values.get(heading, "") for heading in form.typed))


def line_names(texts: Iterable[Iterable[str]]) -> Iterator[str]:
    """Give the name of each row of one unit by the texts that name it; one that occurs again gets its number."""
    seen = Counter[str]()
    for several in texts:
        name = "／".join(" ".join(text.split()) for text in several)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}（第{seen[name]}个）"


def as_value(text: str) -> Value:
    """Return a typed text as the cell that is written again holds it: a number where it is nothing else."""
    number = _number(text)
    return number if number is not None and plain(number) == text else text or None


def plain(value: Value) -> str:
    """Return a value as it is compared and kept: a number without the zeros behind it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value or "")


def take(
    grids: Grids, form: Form, source: Source, units: Iterable[Unit], acts: Iterable[Act], by: str, now: datetime
) -> Taken:
    """Read what was typed into a workbook's cells, and give an act for each row in which that is news.

    News is what differs from what the workbook was written with and from what the ledger holds, unless the ledger
    holds something of a workbook saved later, or that this very file has said before.
    """
    grid = grids.sheet(form.sheet)
    if grid is None:
        return Taken()
    everything = tuple(acts)
    held, told = standing(everything, form.deed), _told(everything, form.deed, source)
    base, find = _base(grids, form), _finder(units)
    found, faults = list[Act](), list[str]()
    for row in rows(grid, form):
        code = find(row)
        line = (code, row.line)
        before = base.get(line, dict.fromkeys(form.typed, ""))
        act = held.get(line)
        values = _checked(row, form, before, _values(act, form) if act else before, source, faults)
        if values == before or line in told or (act and _is_settled(act, values, form, source)):
            continue
        if not code:
            faults.append(_lost(row, form, source))
            continue
        found.append(_act(form, line, values, row, source, by, now))
    return Taken(tuple(found), tuple(faults))


def rows(grid: Grid, form: Form) -> Iterator[Row]:
    """Give the rows below each line of headings that has all that are typed in."""
    columns: dict[str, int] = {}
    pending: list[Row] = []
    for number, cells in grid.rows():
        headings = {cell.text: column for column, cell in reversed(cells.items())}
        if {*form.typed, form.unit} <= headings.keys():
            columns = headings
        elif columns:
            pending.append(_row(grid, form, columns, number, cells))
    yield from _numbered(pending, form)


def _row(grid: Grid, form: Form, columns: dict[str, int], number: int, cells: dict[int, Filled]) -> Row:
    def at(heading: str) -> Filled:
        return cells.get(columns.get(heading, 0), BLANK)

    most = at(form.most).value
    return Row(
        at(CODE).text,
        at(form.unit).text,
        "\n".join(at(heading).text for heading in form.named),
        {heading: at(heading) for heading in form.typed},
        {heading: f"{grid.name}!{column_letters(columns[heading])}{number}" for heading in form.typed},
        most if isinstance(most, Decimal) else None,
    )


def _numbered(found: list[Row], form: Form) -> Iterator[Row]:
    """Give the rows with their names, which are those of one unit in its order."""
    by_unit: dict[Line, list[Row]] = {}
    for row in found:
        by_unit.setdefault((row.code, row.unit), []).append(row)
    for several in by_unit.values():
        names = line_names(row.line.split("\n") for row in several) if form.named else [""] * len(several)
        for row, name in zip(several, names, strict=True):
            yield Row(row.code, row.unit, name, row.values, row.places, row.most)


def _base(grids: Grids, form: Form) -> dict[Line, dict[str, str]]:
    """Return what stood in the cells when the workbook was written; nothing in those of older programs."""
    grid = grids.sheet(BASE)
    found: dict[Line, dict[str, str]] = {}
    for _, cells in grid.rows() if grid else ():
        code, line, *values = (cells.get(column, BLANK).text for column in range(1, len(form.typed) + 3))
        found[code, line] = dict(zip(form.typed, values, strict=True))
    return found


def _finder(units: Iterable[Unit]) -> Callable[[Row], str]:
    """Return what finds a row's unit: by its code, or in older workbooks by a name that only one unit has."""
    listed = tuple(units)
    codes, names = {unit.code for unit in listed}, Counter(unit.name for unit in listed)
    by_name = {unit.name: unit.code for unit in listed if names[unit.name] == 1}
    return lambda row: (row.code if row.code in codes else "") if row.code else by_name.get(row.unit, "")


def _checked(
    row: Row, form: Form, before: Mapping[str, str], held: Values, source: Source, faults: list[str]
) -> dict[str, str]:
    """Return what was typed, text by text; what cannot be taken stays as it was and is a fault."""
    values = {}
    for heading, cell in row.values.items():
        text = plain(cell.value) if isinstance(cell.value, Decimal) and not cell.percent else cell.text
        fault = ""
        if text != before[heading]:
            fault = "单元格是错误值" if cell.error else _misfit(text, row.most) if heading == SCORE else ""
        if fault:
            place = row.places[heading]
            faults.append(f"“{source.name}”{place}：{row.unit}的{heading}填的是“{text}”，{fault}，没有采用。")
            text = held.get(heading, "")
        values[heading] = _plain_number(text) if heading == SCORE else text
    return values


def _misfit(text: str, most: Decimal | None) -> str:
    """Return what is wrong with a score, or nothing."""
    score = _number(text)
    until = f"0到{plain(most)}" if most is not None else "不小于0"
    if text and (score is None or score < 0 or (most is not None and score > most)):
        return f"要填{until}的数"
    return ""


def _plain_number(text: str) -> str:
    number = _number(text)
    return text if number is None else plain(number)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _told(acts: Iterable[Act], deed: Deed, source: Source) -> set[Line]:
    """Return the rows of which this very file has said something before, withdrawn or not."""
    return {(act.unit, act.subject) for act in acts if act.deed is deed and act.sha256 == source.sha256}


def _is_settled(act: Act, values: Values, form: Form, source: Source) -> bool:
    return saved(act) > source.saved or _values(act, form) == values


def _values(act: Act, form: Form) -> dict[str, str]:
    return {heading: act.grounds.get(heading, "") for heading in form.typed}


def _act(
    form: Form, line: Line, values: dict[str, str], row: Row, source: Source, by: str, now: datetime
) -> Act:
    place = row.places[form.typed[0]]
    told = "，".join(f"{heading}{text}" for heading, text in values.items() if text) or "清空"
    if len(form.typed) == 1:
        told = values[form.typed[0]] or "清空"
    grounds = {**values, _SOURCE: source.name, _PLACE: place, _SAVED: source.saved.isoformat()}
    why = f"{told}（填在“{source.name}”{place}）"
    return Act(form.deed, now, by, line[0], line[1], why, None, source.sha256, grounds)


def _lost(row: Row, form: Form, source: Source) -> str:
    heading = next(heading for heading in form.typed if row.values[heading].text)
    text, place = row.values[heading].text, row.places[heading]
    return f"“{source.name}”{place}：名册中没有“{row.code or row.unit}”，它的{heading}“{text}”没有地方放，没有采用。"
