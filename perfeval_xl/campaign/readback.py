"""How what people typed into the bureau's own workbooks is read back before these are written anew.

It passes the same gate as a return. What is news becomes acts; what finds no place is told with its cell, and the
file that it stands in is never lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.files.outputs import fingerprint, saved_at
from perfeval_xl.files.publish import is_leftover
from perfeval_xl.records.act import Act
from perfeval_xl.records.address import column_letters
from perfeval_xl.records.typed_cells import (
    BASE,
    CODE,
    SCORE,
    Form,
    Line,
    Source,
    Values,
    act_of,
    line_names,
    number,
    plain,
    saved,
    source_name,
    standing,
    values_of,
)
from perfeval_xl.workbook.grids import BLANK, Filled, Grid, Grids, ReadError, open_grids
from perfeval_xl.workbook.limits import Limits

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.files.outputs import Outputs
    from perfeval_xl.ledger.ledger import Ledger
    from perfeval_xl.records.unit import Unit

_SUFFIXES = {".xlsx", ".xlsm"}
_GIBIBYTE = 1 << 30
_LIMITS = Limits(file=_GIBIBYTE, part=_GIBIBYTE, unpacked=2 * _GIBIBYTE)
"""A summary of ten thousand units is larger than any return; of it only two sheets are read."""
_HAND = "填表人"
"""Who typed where campaign.toml names nobody."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of reading back: the acts to enter, and what found no place, each a sentence with its cell."""

    acts: tuple[Act, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row that somebody may have typed into: whose it is, what stands in its cells, the most of a score."""

    code: str
    unit: str
    line: str
    values: dict[str, Filled]
    places: dict[str, str]
    most: Decimal | None = None


def typed_files(folder: Path, names: str, outputs: Outputs, *, everything: bool = False) -> tuple[Path, ...]:
    """Return the workbooks of a folder that are not as this program wrote them, the one saved last behind.

    With `everything` also those that are.
    """
    found = [
        path
        for path in folder.glob(names)
        if path.suffix.lower() in _SUFFIXES and path.is_file() and not is_leftover(path.name)
    ]
    return tuple(
        path
        for path in sorted(found, key=lambda path: (saved_at(path), path.name))
        if everything or not outputs.is_ours(path)
    )


def enter_typed(
    book: Ledger,
    folder: Path,
    form: Form,
    units: Iterable[Unit],
    by: str,
    outputs: Outputs,
    now: datetime | None,
    *,
    everything: bool = False,
) -> None:
    """Enter into the ledger what was typed into a form of the workbooks in a folder, and tell what came of it.

    With `everything` also from those that are as this program wrote them, for a ledger that does not know it.
    """
    paths = typed_files(folder, form.files, outputs, everything=everything)
    if not paths:
        return
    taken = read_back(paths, form, units, book.acts(), by, now)
    book.enter(taken.acts)
    if taken.acts:
        where = "、".join(dict.fromkeys(f"“{source_name(act)}”" for act in taken.acts))
        outputs.tell(f"从{where}读入{form.deed.label}{len(taken.acts)}项，已记入台账，用 history 可以查看。")
    for fault in taken.faults:
        outputs.complain(fault)


def read_back(
    paths: Iterable[Path], form: Form, units: Iterable[Unit], acts: Iterable[Act], by: str, now: datetime | None
) -> Taken:
    """Read what was typed into a form in several workbooks, one after the other; see `take`.

    Without `now` an act has the time at which its workbook was saved.
    """
    units, everything = tuple(units), tuple(acts)
    found, faults = list[Act](), list[str]()
    for path in paths:
        try:
            grids = open_grids(path, _LIMITS, {form.sheet, BASE})
        except ReadError as error:
            faults.append(f"{error}里面填的内容没有读入。")
            continue
        at = (now or saved_at(path)).replace(microsecond=0)
        source = Source(path.name, fingerprint(path), min(saved_at(path), at))
        taken = take(grids, form, source, units, (*everything, *found), by or _HAND, at)
        found += taken.acts
        faults += taken.faults
    return Taken(tuple(found), tuple(faults))


def take(
    grids: Grids, form: Form, source: Source, units: Iterable[Unit], acts: Iterable[Act], by: str, now: datetime
) -> Taken:
    """Read what was typed into a form of one workbook, and give an act for each row in which that is news.

    News is what differs from what the workbook was written with and from what the acts say, unless they say
    something of a workbook saved later, or this very file has said it before. What a workbook was written with is
    news, too, where no act has ever been of its row: it was written from another ledger.
    """
    grid = grids.sheet(form.sheet)
    if grid is None:
        return Taken()
    everything = tuple(acts)
    held, base, find = standing(everything, form.deed), _base(grids, form), _finder(units)
    acted = {(act.key, act.subject) for act in everything if act.deed is form.deed}
    told = {(act.key, act.subject) for act in everything if act.deed is form.deed and act.sha256 == source.sha256}
    found, faults = list[Act](), list[str]()
    for row in rows(grid, form):
        line = (find(row), row.line)
        before = base.get((row.code, row.line), {}) if line in acted else {}
        new = _changed(row, form, before, source, faults)
        act = held.get(line)
        if not new or line in told or (act and _is_settled(act, new, form, source)):
            continue
        if not line[0]:
            faults.append(_lost(row, new, source))
            continue
        values = {**(values_of(act, form) if act else dict.fromkeys(form.typed, "")), **new}
        found.append(act_of(form, line, values, source, row.places[next(iter(new))], by, now))
    return Taken(tuple(found), tuple(faults))


def rows(grid: Grid, form: Form) -> Iterator[Row]:
    """Give the rows below every line of headings that has those of the form, unit by unit."""
    columns = dict[str, int]()
    by_unit = dict[Line, list[Row]]()
    for position, cells in grid.rows():
        headings = _headings(cells, form)
        if headings:
            columns = headings
        elif columns:
            row = _row(grid, form, columns, position, cells)
            by_unit.setdefault((row.code, row.unit), []).append(row)
    for several in by_unit.values():
        names = line_names(row.line.split("\n") for row in several) if form.named else [""] * len(several)
        yield from (replace(row, line=name) for row, name in zip(several, names, strict=True))


def _headings(cells: dict[int, Filled], form: Form) -> dict[str, int]:
    """Return the columns by their headings, those to type in being the last of their name; or nothing."""
    last = {cell.text: column for column, cell in cells.items()}
    if not {*form.typed, form.unit, *form.named} <= last.keys():
        return {}
    first = {cell.text: column for column, cell in reversed(cells.items())}
    return {**first, **{name: last[name] for name in form.typed}}


def _row(grid: Grid, form: Form, columns: dict[str, int], position: int, cells: dict[int, Filled]) -> Row:
    def under(heading: str) -> Filled:
        return cells.get(columns.get(heading, 0), BLANK)

    most = under(form.most).value
    return Row(
        under(CODE).text,
        under(form.unit).text,
        "\n".join(" ".join(under(heading).text.split()) for heading in form.named),
        {heading: under(heading) for heading in form.typed},
        {heading: f"{grid.name}!{column_letters(columns[heading])}{position}" for heading in form.typed},
        most if isinstance(most, Decimal) else None,
    )


def _base(grids: Grids, form: Form) -> dict[Line, Values]:
    """Return what stood in the cells when the workbook was written; nothing in those of older programs."""
    grid = grids.sheet(BASE)
    found = dict[Line, Values]()
    for _, cells in grid.rows() if grid else ():
        code, line, *values = (cells.get(column, BLANK).text for column in range(1, len(form.typed) + 3))
        found[code, line] = dict(zip(form.typed, values, strict=True))
    return found


def _finder(units: Iterable[Unit]) -> Callable[[Row], str]:
    """Return what finds a row's unit: by its code, or else by a name that only one unit has."""
    codes, by_name = set[str](), dict[str, str]()
    for unit in units:
        codes.add(unit.key)
        by_name[unit.label] = "" if unit.label in by_name else unit.key
    return lambda row: row.code if row.code in codes else by_name.get(row.unit, "")


def _changed(row: Row, form: Form, before: Values, source: Source, faults: list[str]) -> dict[str, str]:
    """Return what was typed since the workbook was written; what cannot be taken is a fault."""
    new = dict[str, str]()
    for heading in form.typed:
        text = _text(row.values[heading])
        if text == before.get(heading, ""):
            continue
        fault = _fault(row.values[heading], row.most if heading == SCORE else None, heading)
        if fault:
            place = row.places[heading]
            faults.append(f"“{source.name}”{place}：{row.unit}的{heading}填的是“{text}”，{fault}，没有采用。")
        else:
            new[heading] = plain(number(text)) if heading == SCORE else text
    return new


def _text(cell: Filled) -> str:
    return plain(cell.value) if isinstance(cell.value, Decimal) and not cell.percent else cell.text


def _fault(cell: Filled, most: Decimal | None, heading: str) -> str:
    """Return what is wrong with a cell, or nothing."""
    if cell.error:
        return "这是错误值"
    if heading != SCORE or not cell.text:
        return ""
    score = number(_text(cell))
    if score is None or score < 0 or (most is not None and score > most):
        return f"要填{f'0到{plain(most)}' if most is not None else '不小于0'}的数"
    return ""


def _is_settled(act: Act, new: Values, form: Form, source: Source) -> bool:
    """Whether the acts say the same, or something of a workbook that was saved later."""
    return saved(act) > source.saved or new.items() <= values_of(act, form).items()


def _lost(row: Row, new: Values, source: Source) -> str:
    heading, text = next(iter(new.items()))
    unit = row.code or row.unit or "（没有写单位）"
    return f"“{source.name}”{row.places[heading]}：名册中没有“{unit}”，填的{heading}“{text}”没有地方放，没有采用。"
