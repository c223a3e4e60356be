"""A small template that keeps the contract, and workbooks of it written part by part, so that any may break."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from perfeval_xl.records.address import Address, column_letters
from perfeval_xl.records.contract import Field, Role, Table, Template
from perfeval_xl.records.kind import KINDS

Position = tuple[int, int]


@dataclass(frozen=True)
class Formula:
    text: str
    value: float | str | None = None


@dataclass(frozen=True)
class Error:
    text: str


@dataclass(frozen=True)
class Shown:
    """A number in one of the cell styles below."""

    value: float
    style: int


@dataclass(frozen=True)
class Raw:
    """A cell's XML, written as it is."""

    xml: str


Content = float | str | bool | Formula | Error | Shown | Raw | Decimal | date
FORMATS = ("General", "0.00%", "yyyy\\-mm\\-dd", "#,##0.00", "@", 'm"月"d"日"', "0!.0000", "0.00,", "000000")
PERCENT, DAY, MONEY, TEXT, MONTH_DAY, POINT_PRINTED, IN_THOUSANDS, SIX_PLACES = range(1, 9)

COVER, FIGURES, PROJECTS, BOARD, REPORT, GUIDE, STAMP = (
    "封面",
    "表1 基础数据",
    "表2 项目",
    "核对",
    "报告",
    "填报说明",
    "_标识",
)
YEARS = {"上年决算": 3, "本年预算": 4, "本年决算": 5}
MONEY_ROWS = {"公车": 6, "出国": 7, "接待": 8}
TOTAL_ROW, PEOPLE_ROW, AREA_ROW, DAY_ROW, OPEN_ROW, STEPS_ROW, CODE_ROW, RATE_ROW = 5, 10, 11, 12, 13, 14, 15, 16
FIRST_PROJECT, PROJECT_ROWS = 5, 12
PROJECT_COLUMNS = {"名称": 3, "金额": 4, "执行率": 5, "性质": 6, "人数": 7}
SHARE_COLUMN = 8


@dataclass
class Draft:
    """A workbook being written: cells by sheet, names, and what else a test wants changed."""

    sheets: dict[str, dict[Position, Content]] = field(default_factory=dict)
    names: dict[str, tuple[str, int, int, int, int]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    merges: dict[str, list[str]] = field(default_factory=dict)
    hidden_rows: dict[str, set[int]] = field(default_factory=dict)
    hidden_sheets: set[str] = field(default_factory=set)
    epoch_1904: bool = False

    def put(self, name: str, content: Content | None, row: int = 0) -> Draft:
        sheet, top, left, _, _ = self.names[name]
        return self.at(sheet, (top + max(row - 1, 0), left), content)

    def at(self, sheet: str, position: Position, content: Content | None) -> Draft:
        if content is None:
            self.sheets[sheet].pop(position, None)
        else:
            self.sheets[sheet][position] = content
        return self

    def place(self, name: str, row: int = 0) -> str:
        sheet, top, left, _, _ = self.names[name]
        return f"{sheet}!{column_letters(left)}{top + max(row - 1, 0)}"

    def shift(self, sheet: str, axis: int, at: int, by: int, *, names: bool = True) -> Draft:
        """Insert (by > 0) or delete (by < 0) rows (axis 0) or columns (axis 1), as Excel does or as others."""

        def moved(line: int) -> int | None:
            if by < 0 and at <= line < at - by:
                return None
            return line + by if line >= at else line

        cells = {}
        for position, content in self.sheets[sheet].items():
            line = moved(position[axis])
            if line is not None:
                cells[(line, position[1]) if axis == 0 else (position[0], line)] = content
        self.sheets[sheet] = cells
        for name, (where, *corners) in list(self.names.items()) if names else []:
            if where == sheet:
                self._shift_name(name, corners, axis, moved)
        return self

    def _shift_name(self, name: str, corners: list[int], axis: int, moved: Callable[[int], int | None]) -> None:
        if moved(corners[axis]) is None and corners[axis] == corners[axis + 2]:
            self.lose(name)
            return
        size = corners[axis + 2] - corners[axis] + 1
        lines = [line for line in map(moved, range(corners[axis], corners[axis] + size)) if line is not None]
        corners[axis], corners[axis + 2] = min(lines), max(lines)
        sheet = self.names[name][0]
        self.names[name] = (sheet, corners[0], corners[1], corners[2], corners[3])

    def lose(self, *names: str) -> Draft:
        for name in names:
            del self.names[name]
            self.broken.append(name)
        return self

    def rename(self, old: str, new: str, *, names: bool = True) -> Draft:
        self.sheets = {new if name == old else name: cells for name, cells in self.sheets.items()}
        if names:
            self.names = {n: (new if w[0] == old else w[0], *w[1:]) for n, w in self.names.items()}
        return self

    def drop(self, sheet: str) -> Draft:
        del self.sheets[sheet]
        for name in [name for name, where in self.names.items() if where[0] == sheet]:
            self.lose(name)
        return self

    def copy(self, sheet: str, name: str) -> Draft:
        self.sheets[name] = dict(self.sheets[sheet])
        return self

    def parts(self) -> dict[str, bytes]:
        sheets = list(self.sheets)
        parts = {
            "[Content_Types].xml": _content_types(len(sheets)),
            "_rels/.rels": _relations([("rId1", "officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": self._workbook(),
            "xl/_rels/workbook.xml.rels": _relations(
                [
                    *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
                    ("rId90", "sharedStrings", "sharedStrings.xml"),
                    ("rId91", "styles", "styles.xml"),
                ]
            ),
            "xl/styles.xml": _styles(),
        }
        strings: dict[str, int] = {}
        for number, name in enumerate(sheets, 1):
            parts[f"xl/worksheets/sheet{number}.xml"] = self._sheet(name, strings)
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
        parts["xl/sharedStrings.xml"] = _xml(f'<sst xmlns="{MAIN}" count="{len(strings)}">{items}</sst>')
        return parts

    def part(self, sheet: str) -> str:
        return f"xl/worksheets/sheet{list(self.sheets).index(sheet) + 1}.xml"

    def bytes(self) -> bytes:
        return packed(self.parts())

    def _workbook(self) -> bytes:
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" {self._state(name)}r:id="rId{n}"/>'
            for n, name in enumerate(self.sheets, 1)
        )
        names = "".join(
            f"<definedName name={quoteattr(name)}>{escape(_reference(where))}</definedName>"
            for name, where in self.names.items()
        )
        names += "".join(f"<definedName name={quoteattr(name)}>#REF!</definedName>" for name in self.broken)
        epoch = '<workbookPr date1904="1"/>' if self.epoch_1904 else "<workbookPr/>"
        body = f"{epoch}<sheets>{sheets}</sheets><definedNames>{names}</definedNames>"
        return _xml(f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{body}</workbook>')

    def _state(self, sheet: str) -> str:
        return 'state="hidden" ' if sheet.startswith("_") or sheet in self.hidden_sheets else ""

    def _sheet(self, name: str, strings: dict[str, int]) -> bytes:
        rows: dict[int, list[str]] = {}
        for position in sorted(self.sheets[name]):
            rows.setdefault(position[0], []).append(_cell(position, self.sheets[name][position], strings))
        hidden = self.hidden_rows.get(name, set())
        data = "".join(
            f'<row r="{row}"{" hidden=" + quoteattr("1") if row in hidden else ""}>{"".join(cells)}</row>'
            for row, cells in rows.items()
        )
        merges = "".join(f"<mergeCell ref={quoteattr(merge)}/>" for merge in self.merges.get(name, ()))
        merged = f"<mergeCells>{merges}</mergeCells>" if merges else ""
        return _xml(f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{merged}</worksheet>')


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _xml(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{body}'.encode()


def _content_types(sheets: int) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    )
    overrides += f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
    overrides += f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
    overrides += f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return _xml(f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>')


def _relations(relations: list[tuple[str, str, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="{id_}" Type="{LINKS}/{kind}" Target="{target}"/>' for id_, kind, target in relations
    )
    return _xml(f'<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>')


def _styles() -> bytes:
    formats = "".join(
        f'<numFmt numFmtId="{170 + n}" formatCode={quoteattr(code)}/>' for n, code in enumerate(FORMATS)
    )
    styles = "".join(
        f'<xf numFmtId="{170 + n}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for n in range(len(FORMATS))
    )
    body = (
        f'<numFmts count="{len(FORMATS)}">{formats}</numFmts><fonts count="1"><font><sz val="11"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(FORMATS)}">{styles}</cellXfs>'
    )
    return _xml(f'<styleSheet xmlns="{MAIN}">{body}</styleSheet>')


def _reference(where: tuple[str, int, int, int, int]) -> str:
    sheet, top, left, bottom, right = where
    first, last = f"${column_letters(left)}${top}", f"${column_letters(right)}${bottom}"
    quoted = "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{first}" if first == last else f"{quoted}!{first}:{last}"


def _cell(  # noqa: PLR0911  # one case for each kind of content
    position: Position, content: Content, strings: dict[str, int]
) -> str:
    at = f"{column_letters(position[1])}{position[0]}"
    match content:
        case Raw(xml):
            return xml.replace("@", at)
        case bool():
            return f'<c r="{at}" t="b"><v>{int(content)}</v></c>'
        case date():
            return f'<c r="{at}" s="{DAY}"><v>{(content - date(1899, 12, 30)).days}</v></c>'
        case Shown(value, style):
            return f'<c r="{at}" s="{style}"><v>{value}</v></c>'
        case Error(text):
            return f'<c r="{at}" t="e"><v>{text}</v></c>'
        case Formula(text, None):
            return f'<c r="{at}"><f>{escape(text)}</f></c>'
        case Formula(text, str(value)):
            return f'<c r="{at}" t="str"><f>{escape(text)}</f><v>{escape(value)}</v></c>'
        case Formula(text, value):
            return f'<c r="{at}"><f>{escape(text)}</f><v>{value}</v></c>'
        case str():
            return f'<c r="{at}" t="s"><v>{strings.setdefault(content, len(strings))}</v></c>'
        case _:
            return f'<c r="{at}"><v>{content}</v></c>'


def packed(parts: dict[str, bytes]) -> bytes:
    """Return the archive of some parts, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part)
    return buffer.getvalue()


# --- the template ---------------------------------------------------------------------------------------------


def blank() -> Draft:
    """Return the blank workbook of the template, as handed out to unit 301."""
    draft = Draft()
    draft.sheets = {name: {} for name in (COVER, GUIDE, FIGURES, PROJECTS, BOARD, REPORT, STAMP)}
    _cover(draft)
    _figures(draft)
    _projects(draft)
    _board(draft)
    _stamp(draft)
    draft.at(GUIDE, (1, 1), "填报说明").at(GUIDE, (2, 1), "金额单位为万元。")
    return draft


def _name(draft: Draft, name: str, sheet: str, row: int, column: int, rows: int = 1) -> None:
    draft.names[name] = (sheet, row, column, row + rows - 1, column)


def _cover(draft: Draft) -> None:
    draft.at(COVER, (1, 2), "部门整体支出绩效自评").at(COVER, (3, 2), "单位代码").at(COVER, (4, 2), "单位名称")
    for name, row, text in (("单位代码", 3, "301"), ("单位名称", 4, "区交通运输局")):
        _name(draft, name, COVER, row, 3)
        draft.put(name, text)


def _figures(draft: Draft) -> None:
    sheet = FIGURES
    draft.at(sheet, (2, 2), "基础数据表").at(sheet, (4, 2), "经费控制情况（万元）")
    for key in "BCDE":
        draft.at(sheet, (1, ord(key) - 64), key)
    for year, column in YEARS.items():
        draft.at(sheet, (4, column), year)
        _name(draft, f"三公_{year}", sheet, TOTAL_ROW, column)
        letters = column_letters(column)
        draft.put(f"三公_{year}", Formula(f"SUM({letters}6:{letters}8)", 0))
    for item, row in {"三公": TOTAL_ROW, **MONEY_ROWS}.items():
        draft.at(sheet, (row, 1), item).at(sheet, (row, 2), item if item == "三公" else f"其中：{item}")
        for year, column in YEARS.items() if item != "三公" else ():
            _name(draft, f"{item}_{year}", sheet, row, column)
    for name, row in _SINGLES.items():
        draft.at(sheet, (row, 1), name).at(sheet, (row, 2), f"{name}：")
        _name(draft, name, sheet, row, 3)
    draft.put("上年三公", 30.5)


_SINGLES = {
    "在职人数": PEOPLE_ROW,
    "办公面积": AREA_ROW,
    "公开日期": DAY_ROW,
    "是否公开": OPEN_ROW,
    "节约措施": STEPS_ROW,
    "预算代码": CODE_ROW,
    "执行率": RATE_ROW,
    "上年三公": 17,
}


def _projects(draft: Draft) -> None:
    sheet = PROJECTS
    draft.at(sheet, (2, 2), "项目支出表").at(sheet, (4, 2), "序号").at(sheet, (4, SHARE_COLUMN), "占比")
    for column in range(2, SHARE_COLUMN + 1):
        draft.at(sheet, (1, column), column_letters(column))
    for title, column in PROJECT_COLUMNS.items():
        draft.at(sheet, (4, column), f"项目{title}")
        _name(draft, f"项目_{title}", sheet, FIRST_PROJECT, column, PROJECT_ROWS)
    _name(draft, "项目_占比", sheet, FIRST_PROJECT, SHARE_COLUMN, PROJECT_ROWS)
    for number in range(1, PROJECT_ROWS + 1):
        row = FIRST_PROJECT + number - 1
        draft.at(sheet, (row, 1), f"项目#{number}").at(sheet, (row, 2), number)
        draft.at(sheet, (row, SHARE_COLUMN), Formula(f'IF(D{row}="","",D{row}/SUM(项目_金额))', ""))


def _board(draft: Draft) -> None:
    for column, text in enumerate(("编号", "核对内容", "结果", "说明"), 1):
        draft.at(BOARD, (1, column), text)
    for row, check in enumerate(("B01", "B02"), 2):
        draft.at(BOARD, (row, 1), check).at(BOARD, (row, 2), f"核对 {check}")
        draft.at(BOARD, (row, 3), Formula(f"三公_本年决算>={row}", "✔"))
        _name(draft, f"说明_{check}", BOARD, row, 4)
    draft.at(REPORT, (1, 1), "报告").at(
        REPORT, (2, 1), Formula('"本年三公经费"&三公_本年决算&"万元。"', "本年三公经费0万元。")
    )


def _stamp(draft: Draft) -> None:
    values = {
        "标识_模板": "demo-2023",
        "标识_版本": "1.2",
        "标识_指纹": "f00d",
        "标识_单位代码": "301",
        "年度": 2023,
        "标识_序号": 7,
        "标识_探针": Formula("B6+1", 8),
    }
    for row, (name, value) in enumerate(values.items(), 1):
        draft.at(STAMP, (row, 1), name)
        _name(draft, name, STAMP, row, 2)
        draft.put(name, value)


def _fields() -> tuple[Field, ...]:
    fields = []

    def add(
        name: str, kind: str, role: Role, sheet: str, row: int, column: int, unit: str = "", **more: object
    ) -> None:
        label = str(more.pop("label", name))
        fields.append(Field(name, label, KINDS[kind], unit, role, Address(sheet, row, column), **more))  # type: ignore[arg-type]  # the tests' own keywords

    add("单位代码", "code", Role.PREFILL, COVER, 3, 3)
    add("单位名称", "text", Role.PREFILL, COVER, 4, 3)
    for item, row in {"三公": TOTAL_ROW, **MONEY_ROWS}.items():
        for year, column in YEARS.items():
            role = Role.COMPUTED if item == "三公" else Role.INPUT
            label = item if item == "三公" else f"其中：{item}"
            keys = {
                "row_key": item,
                "column_key": column_letters(column),
                "row_label": label,
                "column_label": year,
            }
            add(f"{item}_{year}", "money", role, FIGURES, row, column, "万元", **keys)
    kinds = {
        "在职人数": ("count", "人"),
        "办公面积": ("area", "㎡"),
        "公开日期": ("date", ""),
        "是否公开": ("choice", ""),
        "节约措施": ("longtext", ""),
        "预算代码": ("code", ""),
        "执行率": ("rate", "%"),
        "上年三公": ("money", "万元"),
    }
    for name, row in _SINGLES.items():
        kind, unit = kinds[name]
        role = Role.PREFILL if name == "上年三公" else Role.INPUT
        more: dict[str, object] = {"row_key": name, "column_key": "C", "row_label": f"{name}："}
        if name == "办公面积":
            more["nullable"] = True
        if name == "是否公开":
            more["options"] = ("是", "否")
        add(name, kind, role, FIGURES, row, 3, unit, **more)
    columns = {
        "名称": ("text", ""),
        "金额": ("money", "万元"),
        "执行率": ("rate", "%"),
        "性质": ("choice", ""),
        "人数": ("count", "人"),
    }
    for title, column in PROJECT_COLUMNS.items():
        kind, unit = columns[title]
        more = {"table": "项目", "column_key": column_letters(column), "column_label": f"项目{title}"}
        if title == "性质":
            more["options"] = ("新增", "延续")
        add(f"项目_{title}", kind, Role.INPUT, PROJECTS, FIRST_PROJECT, column, unit, **more)
    share = {"table": "项目", "column_key": "H", "column_label": "占比"}
    add("项目_占比", "rate", Role.COMPUTED, PROJECTS, FIRST_PROJECT, SHARE_COLUMN, "%", **share)
    for row, check in enumerate(("B01", "B02"), 2):
        add(f"说明_{check}", "longtext", Role.EXPLANATION, BOARD, row, 4, label=f"{check} 的说明")
    return tuple(fields)


@cache
def template() -> Template:
    tables = (Table("项目", "项目支出表", PROJECTS, FIRST_PROJECT, PROJECT_ROWS),)
    return Template("demo-2023", "1.2", "示例", "f00d", blank().bytes(), _fields(), tables, (), ())


@cache
def templates() -> dict[str, Template]:
    return {"demo-2023": template()}


SAMPLE: dict[tuple[str, int], Content] = {
    ("公车_上年决算", 0): 12.5,
    ("公车_本年预算", 0): 13,
    ("公车_本年决算", 0): 321.12,
    ("出国_本年决算", 0): 0,
    ("接待_本年决算", 0): 1.005,
    ("在职人数", 0): 46,
    ("公开日期", 0): date(2024, 3, 15),
    ("是否公开", 0): "是",
    ("节约措施", 0): "压减会议数量，会议费比上年减少。",
    ("预算代码", 0): "411001",
    ("执行率", 0): 0.935,
    ("项目_名称", 1): "道路养护",
    ("项目_金额", 1): 100,
    ("项目_执行率", 1): 1,
    ("项目_性质", 1): "延续",
    ("项目_名称", 2): "桥梁检测",
    ("项目_金额", 2): 20.5,
    ("项目_人数", 2): 3,
    ("说明_B01", 0): "上年有一次性支出，本年没有。",
}


def filled(changes: dict[tuple[str, int], Content | None] | None = None) -> Draft:
    """Return the template filled with the sample, and with a test's own values."""
    draft = blank()
    for (name, row), content in {**SAMPLE, **(changes or {})}.items():
        draft.put(name, content, row)
    return draft


def with_version(version: str, **changes: object) -> dict[str, Template]:
    """Return the template under another version or id."""
    other = replace(template(), version=version, **changes)  # type: ignore[arg-type]  # the tests' own keywords
    return {other.id: other}


def sample_values() -> dict[tuple[str, int], object]:
    """Return what reading the sample must give."""
    values: dict[tuple[str, int], object] = {
        ("单位代码", 0): "301",
        ("单位名称", 0): "区交通运输局",
        ("上年三公", 0): Decimal("30.5"),
    }
    for key, content in SAMPLE.items():
        number = isinstance(content, (int, float)) and not isinstance(content, bool)
        values[key] = Decimal(str(content)) if number else content
    return values
