"""How the roster workbook is drawn for filling: titles, hints, lists, a column for each known figure."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from perfeval_xl.campaign.roster.layout import (
    CODE,
    CONTROLS,
    GUIDE,
    GUIDE_LINES,
    NAME,
    NOTES,
    OPENINGS,
    SHOWN,
    STEP_COLUMNS,
    STEPS,
    TITLES,
    UNIT_COLUMNS,
    UNITS,
    YES,
    Column,
    added_column,
    part_columns,
    part_guide,
    part_headings,
    part_note,
    unit_note,
)
from perfeval_xl.records.contract import Template
from perfeval_xl.records.known import bureau_field, controls, openings, shows_controls
from perfeval_xl.records.succession import Change, Step
from perfeval_xl.records.unit import Unit
from perfeval_xl.workbook.styles import (
    MISSING_FILL,
    WRONG_FILL,
    Format,
    Formats,
    Workbook,
    Worksheet,
    new_workbook,
)

_CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed date without zone, so that the same roster gives the same bytes
_TITLE, _NOTE, _KEYS, _HEADS, _FIRST = range(5)
_LEAST_ROWS, _SPARE, _LAST = 60, 30, 6000
_HEAD_HEIGHT, _ROW_HEIGHT = 34, 18
_TABS = {UNITS: "#C00000", CONTROLS: "#2E75B6", OPENINGS: "#2E75B6", STEPS: "#3A7D44", GUIDE: "#7F7F7F"}


def write_roster(
    units: Iterable[Unit] = (), template: Template | None = None, steps: Iterable[Step] = ()
) -> bytes:
    """Return a roster workbook with the units and the steps of succession given, ready to be filled further.

    The template says which figures the bureau may know; without one the workbook has no sheets for figures. Where
    it asks for a workbook for each part of a unit, units with a part stand on the list of these, too.
    """
    listed = tuple(units)
    target = io.BytesIO()
    book = new_workbook(target)
    book.set_properties({"title": TITLES[UNITS], "created": _CREATED})
    drawing = _Drawing(book, listed)
    drawing.units()
    if template and template.parted:
        drawing.parts(template.parted.what)
    if template:
        drawing.figures(CONTROLS, template, controls(template))
        drawing.figures(OPENINGS, template, tuple(openings(template)))
    drawing.steps(tuple(steps))
    shown = SHOWN if template and shows_controls(template) else ""
    drawing.guide(shown, part_guide(template.parted.what) if template and template.parted else ())
    book.close()
    return target.getvalue()


class _Drawing:
    """The workbook while it is drawn."""

    def __init__(self, book: Workbook, units: tuple[Unit, ...]) -> None:
        self._book, self._reporting, self._formats = book, units, Formats(book)
        self._units = tuple({unit.code: unit for unit in reversed(units)}.values())[::-1]
        self._rows = max(len(units) + _SPARE, _LEAST_ROWS)

    def units(self) -> None:
        """Draw 名册."""
        added = tuple(dict.fromkeys(heading for unit in self._units for heading, _ in unit.more))
        columns = (*UNIT_COLUMNS, *map(added_column, added))
        sheet = self._sheet(UNITS, columns)
        names = Counter(unit.name for unit in self._units)
        for row in range(self._rows):
            sheet.set_row(_FIRST + row, _ROW_HEIGHT)
            line = _unit_line(self._units[row], names, added) if row < len(self._units) else ("",) * len(columns)
            for column, text in enumerate(line):
                self._write_text(sheet, row, column, text)
        sheet.conditional_format(
            _FIRST, 0, _LAST, 0, {"type": "duplicate", "format": self._formats.extra(bg_color=WRONG_FILL)}
        )
        required = {
            "type": "formula",
            "criteria": f'=AND($A{_FIRST + 1}<>"",$B{_FIRST + 1}="")',
            "format": self._formats.extra(bg_color=MISSING_FILL),
        }
        sheet.conditional_format(_FIRST, 1, _LAST, 1, required)
        sheet.autofilter(_HEADS, 0, _FIRST + self._rows - 1, len(columns) - 1)

    def parts(self, what: str) -> None:
        """Draw the list of what each unit has a workbook for."""
        sheet = self._sheet(f"{what}{UNITS}", part_columns(what), part_note(what), f"应报{what}名册")
        listed = [unit for unit in self._reporting if unit.part]
        for row in range(max(len(listed) + _SPARE, _LEAST_ROWS)):
            unit = listed[row] if row < len(listed) else None
            self._code_and_name(sheet, row, 0, unit)
            self._write_text(sheet, row, 2, unit.part.code if unit and unit.part else "")
            self._write_text(sheet, row, 3, unit.part.name if unit and unit.part else "")
            self._write_text(sheet, row, 4)

    def figures(self, name: str, template: Template, fields: Sequence[str]) -> None:
        """Draw a sheet of figures: a column for each field, its name hidden above the heading."""
        labels = [bureau_field(template, field).label for field in fields]
        what = template.parted.what if template.parted else ""
        code = Column(part_headings(what)[0], 22, f"照“{what}名册”填写：这些数是哪个{what}的。")
        parted = (code,) if what else ()
        first = 2 + len(parted)
        columns = (
            Column(CODE, 14, "从列表中选，或照名册填写。", required=True, of_roster=True),
            Column(NAME, 32, "自动显示名册中的名称。"),
            *parted,
            *(Column(label, 15, f"{label}。填数字，单位{template.field[field].unit}；没有的留空。")
              for field, label in zip(fields, labels, strict=True)),
        )  # fmt: skip
        sheet = self._sheet(name, columns, NOTES[name] + unit_note([template.field[one].unit for one in fields]))
        for column, field in enumerate(fields, first):
            sheet.write_string(_KEYS, column, field)
        for row in range(self._rows):
            unit = self._reporting[row] if row < len(self._reporting) else None
            self._code_and_name(sheet, row, 0, unit)
            if parted:
                self._write_text(sheet, row, 2, unit.part.code if unit and unit.part else "")
            for column, field in enumerate(fields, first):
                figure = self._formats.of("figure", template.field[field].kind)
                sheet.write_blank(_FIRST + row, column, None, figure)

    def steps(self, steps: tuple[Step, ...]) -> None:
        """Draw 沿革."""
        sheet = self._sheet(STEPS, STEP_COLUMNS)
        units = {unit.code: unit for unit in self._units}
        for row in range(max(_LEAST_ROWS, len(steps) + _SPARE)):
            step = steps[row] if row < len(steps) else None
            for column in (1, 6):
                self._write_text(sheet, row, column)
            self._write_text(sheet, row, 0, step.old if step else "")
            self._write_text(sheet, row, 2, step.change if step else "")
            self._write_text(
                sheet, row, 5, f"{step.share * 100:g}" if step and step.change is Change.SPLIT else ""
            )
            self._code_and_name(sheet, row, 3, units.get(step.new) if step else None)

    def guide(self, shown: str, more: tuple[tuple[str, str], ...] = ()) -> None:
        """Draw 填写说明, with what is to be said `more` about this template's sheets.

        `shown` says that departments see the control figures, where they do.
        """
        sheet = self._plain_sheet(GUIDE)
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 96)
        sheet.merge_range(0, 0, 0, 1, "名册工作簿怎样填", self._formats.of("title"))
        sheet.set_row(0, 34)
        for row, (head, line) in enumerate((*GUIDE_LINES[:-1], *more, GUIDE_LINES[-1]), 2):
            sheet.write_string(row, 0, head, self._formats.of("guide_head"))
            sheet.write_string(row, 1, line.format(shown=shown), self._formats.of("guide"))
            sheet.set_row(row, 22)

    def _sheet(self, name: str, columns: Sequence[Column], note: str = "", title: str = "") -> Worksheet:
        sheet = self._plain_sheet(name)
        last = len(columns) - 1
        sheet.merge_range(_TITLE, 0, _TITLE, last, title or TITLES[name], self._formats.of("title"))
        sheet.merge_range(_NOTE, 0, _NOTE, last, note or NOTES[name], self._formats.of("note"))
        sheet.set_row(_TITLE, 34)
        sheet.set_row(_NOTE, 22)
        sheet.set_row(_KEYS, None, None, {"hidden": True})
        sheet.set_row(_HEADS, _HEAD_HEIGHT if all(len(column.heading) < 12 for column in columns) else 64)
        for position, column in enumerate(columns):
            sheet.set_column(position, position, column.width)
            mark = "*" if column.required else ""
            heading = column.heading.replace(" ", "\n") + mark
            sheet.write_string(_HEADS, position, heading, self._formats.of("head"))
            sheet.data_validation(_FIRST, position, _LAST, position, _validation(column))
        sheet.freeze_panes(_FIRST, 2)
        sheet.repeat_rows(_TITLE, _HEADS)
        return sheet

    def _plain_sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.set_tab_color(_TABS.get(name, _TABS[UNITS]))
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R第&P页，共&N页")
        return sheet

    def _write_text(self, sheet: Worksheet, row: int, column: int, text: str = "") -> None:
        """Write a text into its box, or an empty box to be filled."""
        if text:
            sheet.write_string(_FIRST + row, column, text, self._text())
        else:
            sheet.write_blank(_FIRST + row, column, None, self._text())

    def _code_and_name(self, sheet: Worksheet, row: int, column: int, unit: Unit | None) -> None:
        """Write a code, and beside it the formula that shows the unit's name on the roster."""
        place, cell = _FIRST + row, f"${chr(ord('A') + column)}{_FIRST + row + 1}"
        self._write_text(sheet, row, column, unit.code if unit else "")
        lookup = f"INDEX({UNITS}!$B${_FIRST + 1}:$B${_LAST},MATCH({cell},{UNITS}!$A${_FIRST + 1}:$A${_LAST},0))"
        formula = f'=IF({cell}="","",IFERROR({lookup},"不在名册中"))'
        sheet.write_formula(place, column + 1, formula, self._formats.of("computed"), unit.name if unit else "")

    def _text(self) -> Format:
        return self._formats.extra(
            num_format="@", border=1, border_color="#8A98A8", valign="vcenter", font_name="宋体", font_size=11
        )


def _unit_line(unit: Unit, names: Mapping[str, int], added: tuple[str, ...]) -> tuple[str, ...]:
    """Return a unit's cells; a 主管部门 whose name several units have is written by its code."""
    parent = unit.superior if unit.superior and names.get(unit.parent, 1) > 1 else unit.parent
    marks = (YES if unit.exempt else "", YES if unit.gathers else "")
    reach = (unit.contact, unit.phone, unit.mobile, unit.email, unit.qq)
    more = dict(unit.more)
    return (unit.code, unit.name, parent, unit.section, *reach, *marks, *(more.get(head, "") for head in added))


def _validation(column: Column) -> dict[str, object]:
    """Return what Excel says of a cell: a hint, and a list where there are choices."""
    hint = {"input_title": column.heading[:32], "input_message": column.hint[:255], "ignore_blank": True}
    if column.choices:
        return {"validate": "list", "source": list(column.choices), **hint}
    if column.of_roster:
        source = f"={UNITS}!$A${_FIRST + 1}:$A${_LAST}"
        return {"validate": "list", "source": source, "error_type": "warning", **hint}
    return {"validate": "any", **hint}
