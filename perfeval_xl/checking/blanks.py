"""Which blank cells are one gap: a workbook, a sheet, a table or a row of it that nobody has filled."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Related
from perfeval_xl.records.known import openings
from perfeval_xl.records.rule import MISSING, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perfeval_xl.records.contract import Field, Table, Template
    from perfeval_xl.records.finding import Finding
    from perfeval_xl.records.submission import Entry, Submission

_WORKBOOK = "整个工作簿"
_NAMED = 3
"""How many cells of a row are named one by one."""
_SHORT = 12
"""Characters of a cell that are quoted where its row is otherwise blank."""


def gathered(findings: Iterable[Finding], submission: Submission, template: Template) -> tuple[Finding, ...]:
    """Return findings with blank cells told once for the largest area that is blank as a whole.

    The first cell of an area bears what is said of it, the others are related to it. What else is found on a sheet
    that nobody began comes of what the bureau filled in: it hangs on that.
    """
    everything = tuple(findings)
    blank = [finding for finding in everything if finding.rule == MISSING]
    if len(blank) < 2:
        return everything
    gaps = _Gaps(submission, template)
    rest = (gaps.hung(finding) for finding in everything if finding.rule != MISSING)
    return (*rest, *gaps.told(blank))


class _Gaps:
    """One submission's blank cells, by the areas that they leave unfilled."""

    def __init__(self, submission: Submission, template: Template) -> None:
        self._template = template
        suggested = {*openings(template), template.parted.name if template.parted else ""}
        typed = [
            entry
            for entry in submission.entries
            if template.field[entry.name].role is Role.INPUT and entry.name not in suggested
        ]
        self._sheets = {self._field(entry.name).address.sheet for entry in typed}
        self._rows: dict[tuple[str, int], list[Entry]] = defaultdict(list)
        for entry in typed:
            if entry.value != 0 and (table := self._field(entry.name).table):
                self._rows[table, entry.row].append(entry)

    def told(self, blank: Iterable[Finding]) -> Iterator[Finding]:
        """Give one finding for each area, and one for each blank cell that is alone."""
        areas: dict[tuple[str, str, int], list[Finding]] = defaultdict(list)
        for finding in sorted(blank, key=self._reading_order):
            areas[self._area(finding)].append(finding)
        for area, several in areas.items():
            yield self._one(area, several) if len(several) > 1 else several[0]

    def hung(self, finding: Finding) -> Finding:
        """Return a finding, hung on what is blank where it stands on a sheet that nobody began."""
        unbegun = isinstance(finding.place, Address) and finding.place.sheet in self._order.keys() - self._sheets
        return replace(finding, root=MISSING) if unbegun and not finding.root else finding

    def _field(self, name: str) -> Field:
        return self._template.field[name]

    def _table(self, finding: Finding) -> Table | None:
        return self._template.table.get(self._field(finding.field).table)

    def _row(self, finding: Finding) -> int:
        """Return the row of its table that a blank cell is in; 0 outside tables."""
        table = self._table(finding)
        return finding.place.row - table.first_row + 1 if table and isinstance(finding.place, Address) else 0

    def _reading_order(self, finding: Finding) -> tuple[int, int, int]:
        """Return where the reader of a form comes upon a cell: from sheet to sheet, down, and to the right."""
        place = self._field(finding.field).at(self._row(finding))
        return self._order[place.sheet], place.row, place.column

    @cached_property
    def _order(self) -> dict[str, int]:
        sheets = dict.fromkeys(field.address.sheet for field in self._template.fields if field.role is Role.INPUT)
        return {sheet: number for number, sheet in enumerate(sheets)}

    def _area(self, finding: Finding) -> tuple[str, str, int]:
        """Return the largest unfilled area that a cell is in: sheet, table and row, blank and 0 from where all is.

        A cell of a form that is filled otherwise is an area of its own.
        """
        field, row = self._field(finding.field), self._row(finding)
        if not self._sheets:
            return "", "", 0
        if field.address.sheet not in self._sheets:
            return field.address.sheet, "", 0
        return field.address.sheet, field.table or field.name, row

    def _one(self, area: tuple[str, str, int], several: list[Finding]) -> Finding:
        """Return what is said of an area, at the first of its blank cells."""
        first, *others = several
        label, said = self._said(area, first, several)
        related = tuple(Related(one.place, one.label, None) for one in others if isinstance(one.place, Address))
        return replace(first, label=label, message=f"{label}：{said}", related=related)

    def _said(self, area: tuple[str, str, int], first: Finding, several: list[Finding]) -> tuple[str, str]:
        """Return what an area is called, and what is said of it."""
        sheet, table, row = area
        cell = first.place.cell if isinstance(first.place, Address) else ""
        begin = f"{cell}（{first.label}）填起"
        if not sheet:
            start = self._field(first.field).address.sheet
            return (
                _WORKBOOK,
                f"还没有填写，必填的有{len(several)}处。请从“{start}”的{begin}，逐张表填完后重新报送。",
            )
        if not table:
            return f"“{sheet}”", f"整张表还没有填写，必填的有{len(several)}处。请从{begin}。"
        title = self._template.table[table].title
        if (table, row) not in self._rows:
            return title, f"一行也没有填，至少填一行，必填的有{len(several)}处。请从{begin}。"
        return f"{title}（第{row}行）", self._of_row(self._rows[table, row], several)

    def _of_row(self, filled: list[Entry], several: list[Finding]) -> str:
        """Say what a row has and lacks; a row that was begun by mistake is to be cleared."""
        from_left = sorted(filled, key=lambda one: self._field(one.name).address.column)[:_NAMED]
        has = "、".join(f"{self._column(one.name)}“{_quoted(one.raw)}”" for one in from_left)
        lacks = "、".join(self._column(one.field) for one in several)
        more = f"等{len(filled)}格" if len(filled) > _NAMED else ""
        return (
            f"只填了{has}{more}，必填的{len(several)}处还没有填写：{lacks}。"
            "请填完这一行；不用的行请全部清空，不要留下符号。"
        )

    def _column(self, name: str) -> str:
        """Return what a column is called within its table."""
        field = self._field(name)
        return field.label.removeprefix(self._template.table[field.table].title).strip()


def _quoted(raw: str) -> str:
    text = shown(raw)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
