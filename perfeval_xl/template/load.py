"""How a template workbook is read: the contract's hidden sheets, names, board and report as records."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import openpyxl

from perfeval_xl.records.address import Address, column_letters
from perfeval_xl.records.contract import (
    BOARD,
    COVER,
    FIELDS,
    IDENTITY,
    LIST_NAME,
    PAPER,
    REPORT,
    STAMP_DESIGN,
    STAMP_TEMPLATE,
    STAMP_VERSION,
    SUMMARY,
    Aggregate,
    Attachment,
    Check,
    Field,
    FormLine,
    Paragraph,
    Role,
    Slot,
    Table,
    Template,
)
from perfeval_xl.records.errors import TemplateError
from perfeval_xl.records.finding import Level
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.summary_line import Judged, Part, SummaryLine, summary_line
from perfeval_xl.template.cells import Cells
from perfeval_xl.template.source.board import COLUMNS, Dependencies
from perfeval_xl.template.source.report import FIRST_ROW as REPORT_FIRST
from perfeval_xl.template.source.report import STYLE_COLUMN, TEXT_COLUMN
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.row_formula import row_names, without_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from perfeval_xl.records.finding import Value

_DAY = date(2024, 1, 1)
_HEADING_WITHIN = 30
_CODE_AND_NAME = 2
"""How many fields say what a workbook is about."""
_KEY_COLUMN = 1
"""The board's hidden column in which a row is named for good."""
_RANGE_TAIL = re.compile(r":\$?[A-Z]+\$?[0-9]+$")
_ROW_CELL = re.compile(r"(?<![!A-Z0-9$])\$?([A-Z]{1,3})([0-9]+)(?![0-9(:])")
_REPEATED = re.compile(r"\[(?P<by>\w+)=(?P<of>\w+)\]\s*")
_LEVELS = {"错误": Level.ERROR, "核实": Level.WARNING, "提示": Level.NOTICE}


@lru_cache(maxsize=8)
def load(package: bytes) -> Template:
    """Read a template's bytes; TemplateError lists all that breaks the contract."""
    return _Loader(package).template()


class _Loader:
    """A template while it is being read; collects every fault before it gives up."""

    def __init__(self, package: bytes) -> None:
        self.package = package
        self.cells = _cells(package)
        self.engine = engine.Engine(package, _DAY)
        self.engine.put({})
        self.faults: list[str] = []
        self.addresses = self.cells.names

    def template(self) -> Template:
        lines = list(self._lines(FIELDS))
        fields = tuple(field for line in lines if (field := self._field(line)))
        for name, count in Counter(field.name for field in fields).items():
            if count > 1:
                self.faults.append(f"{FIELDS}：名称“{name}”出现{count}次")
        fields = _by_columns(fields)
        by_name = {field.name: field for field in fields}
        self.faults += _unit_faults(by_name)
        checks = tuple(self._checks(by_name))
        fields += tuple(_explanations(checks, self.board, by_name))
        stamp = {name: self._stamp(name) for name in (STAMP_TEMPLATE, STAMP_VERSION, STAMP_DESIGN)}
        paper = list(self._lines(PAPER)) if PAPER in self.cells else []
        attachments = tuple(self._attachments(paper, by_name))
        summary = tuple(self._summary())
        self.faults += _judged_faults(summary, checks)
        self.faults += _parted_faults(summary, by_name)
        if self.faults:
            raise TemplateError(stamp[STAMP_TEMPLATE] or "未命名", tuple(self.faults))
        return Template(
            id=stamp[STAMP_TEMPLATE],
            version=stamp[STAMP_VERSION],
            title=self.cells.title or stamp[STAMP_TEMPLATE],
            design=stamp[STAMP_DESIGN],
            package=self.package,
            fields=fields,
            tables=tuple(_tables(lines, by_name)),
            checks=checks,
            paragraphs=tuple(self._paragraphs(by_name)),
            summary=summary,
            defaults={field.name: self._default(field) for field in fields if field.role is Role.SETTING},
            attachments=attachments,
            signature=_texts(paper, "落款"),
            omitted=_texts(paper, "不印"),
        )

    def _lines(self, sheet: str) -> Iterator[dict[str, Any]]:
        """Give a hidden sheet's rows as mappings from its heading."""
        if sheet not in self.cells:
            self.faults.append(f"缺少工作表“{sheet}”")
            return
        heading = self.cells.row(sheet, 1)
        for row in range(2, self.cells.last_row(sheet) + 1):
            values = {str(name): self._result(Address(sheet, row, column)) for column, name in heading.items()}
            if any(value not in (None, "") for value in values.values()):
                yield values

    def _result(self, place: Address) -> Any:
        """Return a cell's content; of a formula its result, but never of a text that only looks like one."""
        return self.engine.value(place) if self.cells.has_formula(place) else self.cells.at(place)

    def _stamp(self, name: str) -> str:
        address = self.addresses.get(name)
        if address is None or address.sheet != IDENTITY:
            self.faults.append(f"{IDENTITY}：缺少名称“{name}”")
            return ""
        return str(self.engine.value(address) or "")

    def _field(self, line: Mapping[str, Any]) -> Field | None:
        name = str(line["名称"])
        address = self.addresses.get(name)
        kind = KINDS.get(str(line.get("类型")))
        if address is None or address.sheet not in self.cells:
            self.faults.append(f"{FIELDS}：名称“{name}”没有指向任何单元格，请在“名称管理器”中定义")
            return None
        if kind is None:
            self.faults.append(f"{FIELDS}：“{name}”的类型“{line.get('类型')}”不认识，可用：{'、'.join(KINDS)}")
            return None
        if line.get("谁填") not in (None, "", *Role):
            roles = "、".join(role.value for role in Role)
            self.faults.append(f"{FIELDS}：“{name}”的“谁填”写着“{line.get('谁填')}”，可用：{roles}")
            return None
        longest = line.get("最多字数") or kind.longest
        if not isinstance(longest, int | float) or longest < 0 or longest != int(longest):
            self.faults.append(f"{FIELDS}：“{name}”的“最多字数”写着“{longest}”，应为正整数，不限制的不填")
            return None
        role = Role(line.get("谁填") or Role.INPUT)
        formula = self.cells.at(address) if role is Role.COMPUTED else ""
        return Field(
            name=name,
            label=str(line.get("显示名") or name),
            kind=kind,
            unit=str(line.get("计量单位") or ""),
            role=role,
            address=address,
            table=str(line.get("表") or ""),
            required=line.get("必填") == "是",
            nullable=line.get("可不适用") == "是",
            options=self._options(str(line.get("选项") or "")),
            row_key=str(line.get("行键") or ""),
            column_key=str(line.get("列键") or ""),
            row_label=str(line.get("行标签") or ""),
            column_label=str(line.get("列标签") or ""),
            aggregate=Aggregate(line.get("汇总") or Aggregate.NONE),
            formula=str(formula or ""),
            figure=str(line.get("口径") or ""),
            longest=int(longest) if role is Role.INPUT else 0,
            unit_from=str(line.get("单位取自") or ""),
        )

    def _default(self, field: Field) -> Value:
        result = self.engine.value(field.address)
        return Decimal(repr(result)).normalize() if isinstance(result, float) else result

    def _options(self, name: str) -> tuple[str, ...]:
        address = self.addresses.get(LIST_NAME + name) if name else None
        if address is None:
            return ()
        rows = range(address.row, self.cells.last_row(address.sheet) + 1)
        listed = (self.cells.at(Address(address.sheet, row, address.column)) for row in rows)
        return tuple(str(value) for value in listed if value is not None)

    def _checks(self, fields: Mapping[str, Field]) -> Iterator[Check]:
        if BOARD not in self.cells:
            self.faults.append(f"缺少工作表“{BOARD}”")
            return
        lacking = [name for name in ("编号", "级别", "核对内容", "左", "结果") if name not in self.board.columns]
        if lacking:
            self.faults.append(f"{BOARD}：标题行缺少这些列：{'、'.join(lacking)}")
            return
        depends = Dependencies(fields)
        for row in range(self.board.first_row, self.cells.last_row(BOARD) + 1):
            line = self.cells.row(BOARD, row)
            cells = {name: line.get(column) for name, column in self.board.columns.items()}
            if cells["编号"]:
                yield self._check(row, dict.fromkeys(COLUMNS) | cells, fields, depends)

    @cached_property
    def board(self) -> _Board:
        """Where the board's columns are: by its heading, which may stand in any of its first rows."""
        columns: dict[str, int] = {}
        first_row = 1
        for row in range(1, _HEADING_WITHIN + 1) if BOARD in self.cells else ():
            found = {str(value): column for column, value in self.cells.row(BOARD, row).items()}
            if "编号" in found:
                columns = {**found, **columns}
                first_row = row + 1
        return _Board(columns, first_row)

    def _check(
        self, row: int, line: Mapping[str, Any], fields: Mapping[str, Field], depends: Dependencies
    ) -> Check:
        in_rows = bool(line["表"])
        left, right = (str(line[part] or "") for part in (("行左", "行右") if in_rows else ("左", "右")))
        parts = [without_marks(part).removeprefix("=") for part in (left, right) if part]
        names = (
            row_names(f"{left}&{right}") if in_rows else tuple(n for part in parts for n in engine.names_in(part))
        )
        inputs = frozenset(name for part in parts for name in depends.inputs(part))
        self.faults += [
            f"{BOARD}!{line['编号']}：没有名为“{name}”的字段"
            for name in names
            if name not in fields and not name.startswith(LIST_NAME)
        ]
        return Check(
            id=str(self.cells.at(Address(BOARD, row, _KEY_COLUMN)) or line["编号"]),
            rule=str(line["规则"] or line["编号"]),
            level=_LEVELS.get(str(line["级别"]), Level.ERROR),
            title=str(line["核对内容"] or ""),
            message=str(line["提示"] or ""),
            source=str(line["依据"] or ""),
            left=left.removeprefix("="),
            relation=str((line["行关系"] if in_rows else line["关系"]) or "为真"),
            right=right.removeprefix("="),
            tolerance=Decimal(repr(float(line["容差"] or 0))),
            kind=KINDS.get(str(line["类型"]), KINDS["number"]),
            cell=Address(BOARD, row, self.board.columns["结果"]),
            left_cell=Address(BOARD, row, self.board.columns["左"]),
            right_cell=Address(BOARD, row, self.board.columns.get("右", self.board.columns["左"])),
            names=tuple(dict.fromkeys(name for name in names if name in fields)),
            inputs=inputs,
            table=str(line["表"] or ""),
            flags=Address.parse(_RANGE_TAIL.sub("", str(line["标志列"]))) if line["标志列"] else None,
            measure=str(line["叫法"] or ""),
        )

    def _paragraphs(self, fields: Mapping[str, Field]) -> Iterator[Paragraph]:
        if REPORT not in self.cells:
            return
        depends = Dependencies(fields)
        for row in range(REPORT_FIRST, self.cells.last_row(REPORT) + 1):
            style = self.cells.at(Address(REPORT, row, STYLE_COLUMN))
            if style:
                place = Address(REPORT, row, TEXT_COLUMN)
                text = str(self.cells.at(place) or "")
                inputs = depends.inputs(text) if self.cells.has_formula(place) else frozenset[str]()
                yield Paragraph(str(style), place, inputs, text)

    def _attachments(self, lines: list[dict[str, Any]], fields: Mapping[str, Field]) -> Iterator[Attachment]:
        """Give the forms that go with the printed report: all that are typed in, where the template names none."""
        declared = [line for line in lines if line["类别"] == "附件"]
        if not declared:
            sheets = dict.fromkeys(field.address.sheet for field in fields.values() if field.role is Role.INPUT)
            yield from (Attachment(sheet) for sheet in sheets if sheet != COVER)
        for line in declared:
            sheet, title = str(line["工作表"]), str(line["标题"] or "")
            table, without = str(line["表"] or ""), _listed(line["不印的列"])
            layout = tuple(
                form_line(str(row["内容"])) for row in lines if row["类别"] == "版式" and row["工作表"] == sheet
            )
            named = [name for line in layout for name in (*(slot.field for slot in line.slots), line.by, line.of)]
            named = [*without, *filter(None, named)]
            self.faults += [f"{PAPER}：没有名为“{name}”的字段" for name in named if name not in fields]
            if sheet not in self.cells:
                self.faults.append(f"{PAPER}：没有名为“{sheet}”的工作表")
            yield Attachment(sheet, title, table, without, layout)

    def _summary(self) -> Iterator[SummaryLine]:
        if SUMMARY not in self.cells:
            return
        for line in self._lines(SUMMARY):
            said = {key: str(value) for key, value in line.items() if value not in (None, "")}
            if said.get("类别") in set(Part):
                yield summary_line(Part(said["类别"]), said)


def _unit_faults(fields: Mapping[str, Field]) -> Iterator[str]:
    """Give the fields whose unit is said by what is no column of their table."""
    for field in fields.values():
        unit = fields.get(field.unit_from)
        if field.unit_from and (unit is None or not field.table or unit.table != field.table):
            yield f"{FIELDS}：“{field.name}”的“单位取自”写着“{field.unit_from}”，它不是同一张表格的列"


def _judged_faults(summary: Iterable[SummaryLine], checks: Iterable[Check]) -> Iterator[str]:
    """Give what is wrong with the lines that say which check looks at what comparing would look at otherwise."""
    rules = {check.rule for check in checks}
    for line in summary:
        if line.part is Part.JUDGED and line.name not in set(Judged):
            yield f"{SUMMARY}：自查“{line.name}”不认识，可用：{'、'.join(Judged)}"
        elif line.part is Part.JUDGED and line.formula not in rules:
            yield f"{SUMMARY}：自查“{line.name}”写的核对“{line.formula}”，“{BOARD}”里没有这个编号"


def _parted_faults(summary: Iterable[SummaryLine], fields: Mapping[str, Field]) -> Iterator[str]:
    """Give what is wrong with the line that says what each of a unit's workbooks is about."""
    lines = [line for line in summary if line.part is Part.PARTED]
    if len(lines) > 1:
        yield f"{SUMMARY}：类别“分报”只能有一行，现在有{len(lines)}行"
    for line in lines:
        if not line.name:
            yield f"{SUMMARY}：分报没有写名称，请写明按什么分开报送，例如 项目"
        if len(line.formulas) != _CODE_AND_NAME:
            yield f"{SUMMARY}：分报的公式要写代码和名称所在的两个字段，中间用“|”隔开，例如 项目代码|项目名称"
        for name in line.formulas:
            if name not in fields or fields[name].table:
                yield f"{SUMMARY}：分报写的“{name}”不是表格以外的字段"


@dataclass(frozen=True, slots=True)
class _Board:
    """The board's columns by their headings, and its first row of checks."""

    columns: dict[str, int]
    first_row: int


def opened(package: bytes) -> Any:
    """Open a workbook with its formats and rules of input; TemplateError where it is none."""
    try:
        return openpyxl.load_workbook(io.BytesIO(package))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        raise _no_workbook(error) from error


def _cells(package: bytes) -> Cells:
    try:
        return Cells(package)
    except ValueError as error:
        raise _no_workbook(error) from error


def _no_workbook(error: Exception) -> TemplateError:
    return TemplateError("未命名", (f"不是完整的 .xlsx 工作簿，请用 Excel 另存为 .xlsx 后再试：{error}",))


def _explanations(checks: tuple[Check, ...], board: _Board, fields: Mapping[str, Field]) -> Iterator[Field]:
    """Give the cells where a unit explains a check, where the fields do not list them."""
    column = board.columns.get("说明")
    for check in checks:
        name = f"说明_{check.id}"
        if column and name not in fields:
            place = Address(BOARD, check.cell.row, column)
            label = f"{check.id} 的说明"
            role, kind = Role.EXPLANATION, KINDS["longtext"]
            yield Field(name, label, kind, "", role, place, row_key=check.id, column_key="说明")


def _by_columns(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Put names in place of the row's own cells in the formulas of computed columns, as `@name`."""
    columns = {(field.table, column_letters(field.address.column)): field.name for field in fields if field.table}

    def named(field: Field) -> Field:
        def column(match: re.Match[str]) -> str:
            name = columns.get((field.table, match[1])) if int(match[2]) == field.address.row else None
            return f"@{name}" if name else match[0]

        return replace(field, formula=_ROW_CELL.sub(column, field.formula)) if field.table else field

    return tuple(named(field) for field in fields)


def form_line(text: str) -> FormLine:
    """Read a laid out line: its slots, after `[项目指标_项目=项目_名称]` where it is repeated."""
    repeated = _REPEATED.match(text)
    if repeated is None:
        return FormLine(slots_of(text))
    return FormLine(slots_of(text[repeated.end() :]), repeated["by"], repeated["of"])


def slots_of(line: str) -> tuple[Slot, ...]:
    """Read slots: `项目名称*2 | @项目_名称*6`; `^` continues the cell above, `^@` where both say the same."""
    slots = []
    for part in line.split("|"):
        text, star, columns = part.strip().rpartition("*")
        if not (star and columns.isdigit()):
            text, columns = part.strip(), "1"
        joined = text.startswith("^@")
        field = text.removeprefix("^")[1:] if joined or text.startswith("@") else ""
        plain = "" if field or text == "^" else text
        slots.append(Slot(plain, int(columns), field, continued=text == "^", joined=joined))
    return tuple(slots)


def _listed(text: Any) -> tuple[str, ...]:
    return tuple(part for part in str(text or "").split("|") if part)


def _texts(lines: list[dict[str, Any]], kind: str) -> tuple[str, ...]:
    return tuple(str(line["内容"]) for line in lines if line["类别"] == kind)


def _tables(lines: list[dict[str, Any]], fields: Mapping[str, Field]) -> Iterator[Table]:
    seen = set()
    for line in lines:
        name = str(line.get("表") or "")
        if name and name not in seen:
            seen.add(name)
            first = fields[str(line["名称"])].address
            title, needed = str(line.get("表标题") or name), line.get("必须有行") == "是"
            yield Table(name, title, first.sheet, first.row, int(line["行数"]), needed)
