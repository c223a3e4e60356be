"""How a spec becomes a workbook: the only writer of templates."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address, column_letters, quoted
from perfeval_xl.records.contract import (
    BOARD,
    COVER,
    FIELDS,
    GUIDE,
    IDENTITY,
    LIST_NAME,
    MARK_BESIDE,
    MARK_BLOCK,
    MARK_NAME,
    MARKS,
    OPINIONS,
    OPTIONS,
    PAPER,
    REPORT,
    STAMP_DESIGN,
    STAMP_PART,
    STAMP_PROBE,
    STAMP_SERIAL,
    STAMP_TEMPLATE,
    STAMP_UNIT,
    STAMP_VERSION,
    SUMMARY,
    WORK,
    Aggregate,
    Field,
    Role,
    sheets_filled,
)
from perfeval_xl.records.errors import TemplateError
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.summary_line import KEY, RANKED, Part
from perfeval_xl.template.source import guide, marks, opinions, report
from perfeval_xl.template.source.board import FIRST_ROW as BOARD_FIRST
from perfeval_xl.template.source.board import BoardRow, board_rows, explanation_address
from perfeval_xl.template.source.board_sheet import write_board
from perfeval_xl.template.source.compact import compacted
from perfeval_xl.template.source.faults import faults_of
from perfeval_xl.template.source.forms import write_form
from perfeval_xl.template.source.layout import PlacedField, SheetLayout, hidden_field, hidden_setting, lay_out
from perfeval_xl.template.source.state import state_fields
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.styles import FORM_TAB, TABS, Formats, new_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from perfeval_xl.template.source.report import ReportRow
    from perfeval_xl.template.source.spec import Derived, Setting, Spec, SummarySpec
    from perfeval_xl.workbook.styles import Workbook, Worksheet

BUILT = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed date without zone, so that the same spec gives the same bytes
_EXCEL_ENGINE = 191029
"""What Excel's engine calls itself. With every value stored, and by no older one, it need not compute on opening:
then it does not ask on closing whether to save a workbook in which nobody changed anything."""
FIELD_COLUMNS = (
    *("名称", "显示名", "类型", "计量单位", "谁填", "必填", "可不适用", "选项", "表", "表标题", "行数"),
    *("行键", "列键", "行标签", "列标签", "汇总", "示例", "必须有行", "口径", "最多字数", "单位取自"),
)
SUMMARY_COLUMNS = (
    *("类别", "名称", "标签", "公式", "类型", "计量单位", "样式", "条件"),
    *("上年决算", "年初预算", "全年预算", "本年决算", "层次"),
)
PAPER_COLUMNS = ("类别", "工作表", "表", "标题", "不印的列", "内容")


@dataclass(frozen=True)
class Plan:
    """A spec worked out: everything that will be written, before anything is."""

    spec: Spec
    sheets: tuple[SheetLayout, ...]
    derived: tuple[PlacedField, ...]
    stamps: tuple[PlacedField, ...]
    rows: tuple[BoardRow, ...]
    report: tuple[ReportRow, ...]

    @property
    def placed(self) -> tuple[PlacedField, ...]:
        """Every field of the workbook but the explanations."""
        forms = (placed for sheet in self.sheets for placed in sheet.fields)
        return (*forms, *self.derived, *self.stamps)

    @property
    def fields(self) -> dict[str, Field]:
        """Every field but the explanations, by its name."""
        return {placed.field.name: placed.field for placed in self.placed}


def plan(spec: Spec) -> Plan:
    """Work a spec out; TemplateError lists all its faults."""
    sheets = _laid_out(spec)
    stamps = _stamps(spec)
    derived = _derived(spec)
    fields = {
        placed.field.name: placed.field
        for placed in (*(p for sheet in sheets for p in sheet.fields), *derived, *stamps)
    }
    faults = faults_of(spec, sheets, fields)
    if faults:
        raise TemplateError(spec.id, faults)
    row_checks = [
        (check, flag)
        for sheet in sheets
        for block in sheet.spec.blocks
        if block.block == "table"
        for check in block.checks
        for flag in sheet.flags
        if check.id in flag.checks
    ]
    rows = board_rows(spec.checks, row_checks, fields)
    counts = state_fields(sheets, len(rows), len(derived) + 2)
    return Plan(spec, sheets, (*derived, *counts), stamps, rows, report.rows_of(spec, sheets))


def _laid_out(spec: Spec) -> tuple[SheetLayout, ...]:
    """Place the form sheets; the first, the cover, lists those that ask for something, itself among them."""
    cover, *others = spec.sheets
    forms = tuple(lay_out(sheet, spec.options) for sheet in others)
    return (lay_out(cover, spec.options, 1 + sum(form.asks for form in forms)), *forms)


def build(spec: Spec) -> bytes:
    """Make the template workbook; the same spec gives the same bytes, and every stored value is right."""
    planned = plan(spec)
    target = io.BytesIO()
    book = new_workbook(target)
    book.set_properties({"title": spec.title, "created": BUILT, "comments": f"{spec.id} {spec.version}"})
    book.set_calc_mode("auto", _EXCEL_ENGINE)
    book.calc_on_load = False
    _Writer(book, planned).write()
    book.close()
    return compacted(engine.recalculate(target.getvalue(), BUILT.date()))


def design_of(planned: Plan) -> str:
    """Return the fingerprint of a template: what it asks, computes and says, but not how it looks."""
    spec = planned.spec
    undeclared = set() if spec.summary.judged else {"judged"}
    exclude: dict[str, bool | set[str]] = {"settings": True, "version": True, "summary": undeclared}
    if spec.part is None:
        exclude["part"] = True
    text = spec.model_dump_json(exclude=exclude)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _stamps(spec: Spec) -> tuple[PlacedField, ...]:
    """Give the cells of `_标识`: what identifies the workbook, then the settings."""
    parted = spec.part and (STAMP_PART, f"发放{spec.part.what}代码", "code", Role.STAMP, "")
    fixed = (
        (STAMP_TEMPLATE, "模板编号", "code", Role.STAMP, ""),
        (STAMP_VERSION, "模板版本", "code", Role.STAMP, ""),
        (STAMP_DESIGN, "模板指纹", "code", Role.STAMP, ""),
        (STAMP_UNIT, "发放单位代码", "code", Role.STAMP, ""),
        (STAMP_SERIAL, "发放序号", "count", Role.STAMP, ""),
        (STAMP_PROBE, "重新计算标记", "count", Role.COMPUTED, f"={STAMP_SERIAL}+1"),
        *((parted,) if parted else ()),
    )
    stamps = [
        hidden_field(Address(IDENTITY, row, 3), name, kind, role, label, formula=formula)
        for row, (name, label, kind, role, formula) in enumerate(fixed, 2)
    ]
    settings = (
        hidden_setting(Address(IDENTITY, row, 3), setting)
        for row, setting in enumerate(spec.settings, len(stamps) + 2)
    )
    return (*stamps, *settings)


def _derived(spec: Spec) -> tuple[PlacedField, ...]:
    expanded = [(derived, key) for derived in spec.derived for key in derived.each or ("",)]
    return tuple(_derived_field(derived, key, row) for row, (derived, key) in enumerate(expanded, 2))


def _derived_field(derived: Derived, key: str, row: int) -> PlacedField:
    name, formula, label = (text.replace("{each}", key) for text in (derived.name, derived.formula, derived.label))
    place = Address(WORK, row, 3)
    return hidden_field(place, name, derived.kind, Role.COMPUTED, label, derived.unit, f"={formula}")


def _summary_lines(spec: Spec) -> Iterator[tuple[str | int, ...]]:
    """Give the summary's declarations as rows: what is added up first, then what is shown and said."""
    if spec.part:
        yield Part.PARTED.value, spec.part.what, "", f"{spec.part.code}|{spec.part.name}"
    yield from _named_lines(spec.summary)
    yield from _shown_lines(spec.summary)


def _named_lines(summary: SummarySpec) -> Iterator[tuple[str | int, ...]]:
    """Give what plays which part, figures, lists of units, groups of problems and what faults are called."""
    for part, name in summary.parts.items():
        yield Part.ROLE.value, part.value, "", name
    for judged, check in summary.judged.items():
        yield Part.JUDGED.value, judged.value, "", check
    for figure in summary.figures:
        for key in figure.each or ("",):
            named = (text.replace("{each}", key) for text in (figure.name, figure.label, figure.formula))
            yield Part.FIGURE.value, *named, figure.kind, figure.unit, KEY if figure.key else ""
    for listed in summary.lists:
        yield Part.LIST.value, listed.name, listed.label, listed.when
    for compared in summary.compared:
        yield Part.COMPARED.value, "", compared.label, f"{compared.figure}/{compared.per}".rstrip("/")
    for problem in summary.problems:
        yield Part.PROBLEM.value, problem.title, "", "|".join(problem.rules)
    for rule, words in summary.faults.items():
        yield Part.FAULT.value, rule, "", words


def _shown_lines(summary: SummarySpec) -> Iterator[tuple[str | int, ...]]:
    """Give the rows of sums, views, charts and paragraphs."""
    for row in summary.rows:
        amounts = (row.previous, row.budget, row.adjusted, row.final)
        yield Part.ROW.value, "", row.label, "", "", "", "", "", *amounts, row.level
    for view in summary.views:
        order = RANKED if view.ranked else ""
        for column in view.columns:
            yield Part.VIEW.value, view.title, column.label, column.formula, column.kind, "", order, column.total
    for chart in summary.charts:
        for item in chart.items:
            yield (
                Part.CHART.value,
                chart.title,
                item.label,
                "|".join(item.formulas),
                chart.kind,
                "",
                "|".join(chart.series),
            )
    for brief in summary.brief:
        yield Part.BRIEF.value, "", brief.topic, brief.text, "", "", "", brief.when
    for paragraph in summary.paragraphs:
        yield Part.PARAGRAPH.value, paragraph.repeat, "", paragraph.text, "", "", paragraph.style, paragraph.when


def _paper_lines(spec: Spec) -> Iterator[tuple[str | int, ...]]:
    """Give how the report is printed as rows: who signs, phrases left out, attachments with their layout."""
    paper = spec.paper
    yield from (("落款", "", "", "", "", name) for name in paper.signature)
    yield from (("不印", "", "", "", "", phrase) for phrase in paper.omitted)
    for attachment in paper.attachments:
        yield "附件", attachment.sheet, attachment.table, attachment.title, "|".join(attachment.without), ""
        yield from (("版式", attachment.sheet, "", "", "", line) for line in attachment.layout)


class _Writer:
    """Writes a plan sheet by sheet; holds what every sheet needs."""

    def __init__(self, book: Workbook, planned: Plan) -> None:
        self.book, self.plan = book, planned
        self.formats = Formats(book)
        first = {placed.field.table: placed.field.name for placed in reversed(planned.placed)}
        self.heads = {name for table, name in first.items() if table}

    def write(self) -> None:
        cover, *forms = self.plan.sheets
        self._form(cover, TABS[COVER])
        guide.write(self._sheet(GUIDE), self.plan.spec, self.formats)
        for sheet in forms:
            self._form(sheet, FORM_TAB if sheet.asks else TABS[GUIDE])
        self._board(self._sheet(BOARD))
        report.write(self._sheet(REPORT), self.plan.report, self.formats)
        seen = opinions.Seen(self.plan.sheets, BOARD_FIRST + len(self.plan.rows) - 1)
        opinions.write(self._sheet(OPINIONS), seen, self.formats)
        self._hidden()
        self._names()

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        if name in TABS:
            sheet.set_tab_color(TABS[name])
        return sheet

    def _form(self, layout: SheetLayout, tab: str) -> None:
        sheet = self._sheet(layout.spec.name)
        sheet.set_tab_color(tab)
        filled = sheets_filled(self.plan.fields.values())
        number = filled.index(layout.spec.name) + 1 if layout.spec.name in filled else 0
        write_form(sheet, layout, self.plan.rows, self.plan.sheets, number, self.formats)

    def _board(self, sheet: Worksheet) -> None:
        write_board(sheet, self.plan.rows, self.formats)

    def _hidden(self) -> None:
        self._table(FIELDS, FIELD_COLUMNS, [self._field_line(placed) for placed in self.plan.placed])
        self._options()
        self._identity()
        self._marks(self._sheet(MARKS))
        work = [(field.field.name, field.field.label, field.field.formula) for field in self.plan.derived]
        self._table(WORK, ("名称", "说明", "结果"), work, formulas=("结果",))
        self._table(SUMMARY, SUMMARY_COLUMNS, list(_summary_lines(self.plan.spec)))
        self._table(PAPER, PAPER_COLUMNS, list(_paper_lines(self.plan.spec)))

    def _marks(self, sheet: Worksheet) -> None:
        """Write what makes cells red as the board changes, and name each form's block for the rules that look."""
        sheet.hide()
        sheets = {layout.spec.name: layout for layout in self.plan.sheets}
        for number, name in enumerate(sheets_filled(self.plan.fields.values())):
            first = number * MARK_BLOCK
            for cell, formula in marks.failing(sheets[name], self.plan.rows):
                sheet.write_formula(first + cell.row - 1, cell.column - 1, formula)
            area = f"$A${first + 1}:${column_letters(2 * MARK_BESIDE)}${first + MARK_BLOCK}"
            self.book.define_name(f"{MARK_NAME}{number + 1}", f"={quoted(MARKS)}!{area}")

    def _listed(self) -> tuple[PlacedField, ...]:
        explanations = (
            PlacedField(
                Field(
                    f"说明_{row.id}",
                    f"{row.id} 的说明",
                    KINDS["longtext"],
                    "",
                    Role.EXPLANATION,
                    explanation_address(number),
                    row_key=row.id,
                    column_key="说明",
                )
            )
            for number, row in enumerate(self.plan.rows, BOARD_FIRST)
        )
        return (*self.plan.placed, *explanations)

    def _field_line(self, placed: PlacedField) -> tuple[str | int, ...]:
        field = placed.field
        tables = {table.name: table for sheet in self.plan.sheets for table in sheet.tables}
        table = tables.get(field.table)
        return (
            *(field.name, field.label, field.kind.id, field.unit),
            "" if field.role is Role.INPUT else field.role.value,
            *(
                "是" if field.required else "",
                "是" if field.nullable else "",
                placed.options if field.options else "",
            ),
            *(field.table, *((table.title, table.rows) if table and field.name in self.heads else ("", ""))),
            *(field.row_key, field.column_key, field.row_label, field.column_label),
            *("" if field.aggregate is Aggregate.NONE else field.aggregate.value, placed.sample),
            "是" if table and table.needed and field.name in self.heads else "",
            field.figure,
            field.longest if field.longest != field.kind.longest else "",
            field.unit_from,
        )

    def _table(
        self,
        name: str,
        columns: tuple[str, ...],
        lines: Sequence[tuple[str | int, ...]],
        formulas: tuple[str, ...] = (),
    ) -> None:
        sheet = self._sheet(name)
        sheet.hide()
        for column, title in enumerate(columns):
            sheet.write_string(0, column, title)
        live = {*formulas, *(("显示名", "表标题", "行标签", "列标签") if name == FIELDS else ())}
        for row, line in enumerate(lines, 1):
            for column, value in enumerate(line):
                if isinstance(value, int):
                    sheet.write_number(row, column, value)
                elif value.startswith("=") and columns[column] in live:
                    sheet.write_formula(row, column, value)
                elif value:
                    sheet.write_string(row, column, value)

    def _options(self) -> None:
        sheet = self._sheet(OPTIONS)
        sheet.hide()
        for column, (name, values) in enumerate(self.plan.spec.lists.items()):
            sheet.write_string(0, column, name)
            sheet.write_column(1, column, values)
            letters = column_letters(column + 1)
            area = f"${letters}$2:${letters}${len(values) + 1}"
            self.book.define_name(LIST_NAME + name, f"={quoted(OPTIONS)}!{area}")

    def _identity(self) -> None:
        sheet = self._sheet(IDENTITY)
        sheet.hide()
        sheet.write_row(0, 0, ("名称", "含义", "值", "说明"))
        spec = self.plan.spec
        values: dict[str, str | float] = {
            STAMP_TEMPLATE: spec.id,
            STAMP_VERSION: spec.version,
            STAMP_DESIGN: design_of(self.plan),
            STAMP_SERIAL: 0,
        }
        settings: dict[str, Setting] = {setting.name: setting for setting in spec.settings}
        values |= {name: setting.value for name, setting in settings.items()}
        for placed in self.plan.stamps:
            field, row = placed.field, placed.field.address.row - 1
            sheet.write_row(row, 0, (field.name, field.label))
            sheet.write_string(row, 3, settings[field.name].about if field.name in settings else "")
            style = self.formats.of("plain", field.kind)
            value = values.get(field.name, "")
            if field.formula:
                sheet.write_formula(row, 2, field.formula, style)
            elif value == "":
                sheet.write_blank(row, 2, None, style)
            else:
                sheet.write(row, 2, value, style)

    def _names(self) -> None:
        tables = {table.name: table for sheet in self.plan.sheets for table in sheet.tables}
        for placed in self._listed():
            field = placed.field
            reference = field.address.reference
            if field.table:
                letters = column_letters(field.address.column)
                reference += f":${letters}${tables[field.table].last_row}"
            self.book.define_name(field.name, f"={reference}")
