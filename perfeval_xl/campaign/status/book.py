"""How the reporting table and the list of those to be called look in Excel: filtered, frozen, ready to print."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from perfeval_xl.campaign.status.lines import Line, counts, headline, owing, reckoned
from perfeval_xl.ledger.changes import Changed
from perfeval_xl.records.act import Act
from perfeval_xl.records.address import LAST_ROW
from perfeval_xl.records.finding import Value
from perfeval_xl.records.handed import about
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.standing import Overview, Stage
from perfeval_xl.records.times import long_day, short
from perfeval_xl.records.typed_cells import CHASING, NOTE, Values, as_value, base_rows
from perfeval_xl.records.unit import reached_by
from perfeval_xl.workbook.row_writer import Pattern, Rows, Style
from perfeval_xl.workbook.sheet_writer import HEAD_ROW, Binder, Page, draw_base
from perfeval_xl.workbook.styles import MISSING_FILL, RIGHT_INK, WARN_INK, WRONG_INK

_TAB, _QUIET_TAB = "#C00000", "#7F7F7F"
_COLUMNS: tuple[tuple[str, float], ...] = (
    ("序号", 5), ("单位代码", 9), ("单位名称", 27), ("主管部门", 18), ("业务股室", 11), ("联系人", 8),
    ("电话", 14), ("应报表数", 5), ("实报表数", 5), ("首报时间", 16), ("最近时间", 16), ("次数", 5),
    ("错误", 5), ("核实", 5), ("未说明", 5), ("状态", 16), ("逾期天数", 5),
    ("盖章件", 8), ("佐证材料", 8), ("退回原因", 60), ("审核记录", 50), ("文件名", 60), ("文件指纹", 14),
    ("校验码", 11), ("公开", 40), ("主管部门审核", 40),
)  # fmt: skip
_PRINTED = 19
"""Columns of the table of units that fit on a printed page; what is behind them is for the screen."""
_STATE_COLUMN = 16
_INKS = {
    Stage.PASSED.value: RIGHT_INK,
    Stage.RETURNED.value: WRONG_INK,
    "审核有误": WRONG_INK,
    Stage.DOUBTFUL.value: WARN_INK,
}
_CHASE: tuple[tuple[str, float], ...] = (
    ("序号", 5), ("单位代码", 9), ("单位名称", 26), ("联系人", 9), ("电话", 14), ("需要做什么", 20),
    ("状态", 16), ("逾期天数", 9), ("退回原因", 50), (NOTE, 22),
)  # fmt: skip
_BEFORE_REACH, _REACH_WIDTH = 5, 18
"""Columns of the list of those to be called behind which other ways to reach a unit stand."""
_COUNTS = {
    *(
        "序号",
        "应报表数",
        "实报表数",
        "次数",
        "错误",
        "核实",
        "未说明",
        "逾期天数",
        "编号",
        "户数",
        "项目数",
        "大小",
    ),
    *(stage.value for stage in Stage),
}
_CENTERED = {
    *("单位代码", "联系人", "首报时间", "最近时间", "状态", "文件指纹", "盖章件", "佐证材料", "校验码"),
    *("类别", "通过稿校验码"),
    *("时间", "事项", "经办人", "有效期至"),
}


def tracking_book(
    title: str,
    overview: Overview,
    table: tuple[Line, ...],
    forms: int,
    filled: Mapping[str, int],
    changed: Mapping[str, Changed],
    today: date,
) -> bytes:
    """Return `报送情况.xlsx`. `forms` is how many forms there are to fill, `filled` how many a unit did, by code.

    `changed` is what each unit changed in its last submission against the one before, by code.
    """
    binder = Binder(f"{title}报送情况", _without_formulas)
    _write_units(binder.page("报送情况", _TAB), title, table, forms, filled, today, overview.what)
    _write_sections(binder.page("按股室统计"), title, table, overview.what)
    _write_changes(binder.page("修改情况"), title, table, changed)
    _write_acts(binder.page("办理记录"), title, overview.acts, {line.unit.key: line.unit.label for line in table})
    _write_papers(binder.page("盖章件和佐证材料"), title, overview)
    _write_files(binder.page("其他文件", _QUIET_TAB), title, overview)
    return binder.bytes()


def _write_units(
    page: Page,
    title: str,
    table: tuple[Line, ...],
    forms: int,
    filled: Mapping[str, int],
    today: date,
    what: str,
) -> None:
    said = f"截至{long_day(today)}：{headline(table, what)}。"
    page.title(f"{title}报送情况表", _PRINTED, said)
    rows = (
        _unit_values(number, line, forms, filled.get(line.unit.key, 0)) for number, line in enumerate(table, 1)
    )
    last = grid(page, _COLUMNS, rows, _PRINTED)
    area = (HEAD_ROW, _STATE_COLUMN - 1, max(last - 1, HEAD_ROW), _STATE_COLUMN - 1)
    for word, ink in _INKS.items():
        rule = {"type": "text", "criteria": "begins with", "value": word}
        page.sheet.conditional_format(*area, {**rule, "format": page.binder.formats.extra(font_color=ink)})
    missing = page.binder.formats.extra(bg_color=MISSING_FILL)
    page.sheet.conditional_format(
        *area, {"type": "cell", "criteria": "==", "value": f'"{Stage.MISSING}"', "format": missing}
    )
    page.sheet.freeze_panes(HEAD_ROW, 3)


def _unit_values(number: int, line: Line, forms: int, filled: int) -> Iterator[Value]:
    unit = line.unit
    yield Decimal(number)
    yield from (unit.key, unit.label, unit.parent, unit.section, unit.contact, unit.phone)
    yield Decimal(forms) if line.stage is not Stage.EXEMPT else None
    yield Decimal(filled) if line.times else None
    yield short(line.first) if line.first else ""
    yield short(line.last) if line.last else ""
    for count in (line.times, line.errors, line.doubts, line.open_doubts):
        yield Decimal(count) if line.times else None
    yield line.progress
    yield Decimal(line.late) if line.late else None
    yield from (line.stamped or "", line.evidence or "")
    yield from (line.reason, line.remark, line.file, line.sha256[:12], line.code, line.public, line.department)


def _write_sections(page: Page, title: str, table: tuple[Line, ...], what: str) -> None:
    """Write how many units of each business section are at each stage."""
    sections = dict.fromkeys(line.unit.section or "（未填业务股室）" for line in table)
    heads = (("业务股室", 24), (f"{what or '户'}数", 8), *((stage.value, 13) for stage in Stage))
    page.title(f"{title}分股室报送情况", len(heads))
    rows = [
        _section_values(section, [line for line in table if (line.unit.section or "（未填业务股室）") == section])
        for section in sections
    ]
    grid(page, heads, [*rows, _section_values("合计", list(table))])


def _section_values(section: str, group: list[Line]) -> list[Value]:
    found = counts(group)
    return [section, Decimal(len(group)), *(Decimal(found[stage]) if stage in found else None for stage in Stage)]


def _write_changes(page: Page, title: str, table: tuple[Line, ...], changed: Mapping[str, Changed]) -> None:
    page.title(f"{title}再次报送的修改情况", 6, "与上一次报送相比，单位改动了哪些格子；只列最近一次。")
    rows = (row for line in table if line.unit.key in changed for row in _changes(line, changed[line.unit.key]))
    grid(
        page,
        (("单位代码", 11), ("单位名称", 26), ("位置", 22), ("内容", 40), ("上一次", 26), ("这一次", 26)),
        rows,
    )


def _changes(line: Line, changed: Changed) -> Iterator[tuple[str, ...]]:
    unit = line.unit
    for change in changed.first:
        yield unit.key, unit.label, str(change.place), change.label, change.before, change.after
    if changed.count > len(changed.first):
        yield unit.key, unit.label, "", f"……共改动{changed.count}处，其余的没有列出", "", ""


def _write_acts(page: Page, title: str, acts: Iterable[Act], names: Mapping[str, str]) -> None:
    page.title(f"{title}办理记录", 9, "只增不改；撤销也是一条记录。")
    rows = (
        (
            Decimal(act.number), short(act.at), act.deed.label, act.key, names.get(act.key, ""),
            act.by, about(act), act.why, str(act.until or ""),
        )
        for act in acts
    )  # fmt: skip
    heads = (
        ("编号", 6), ("时间", 16), ("事项", 10), ("单位代码", 10), ("单位名称", 26), ("经办人", 10), ("对象", 24),
        ("原因", 46), ("有效期至", 11),
    )  # fmt: skip
    grid(page, heads, rows)


def _write_papers(page: Page, title: str, overview: Overview) -> None:
    """Write which stamped papers and evidence were filed to whom, and whether they are of what has passed."""
    page.title(f"{title}盖章件和佐证材料", 7, "按文件名、文件夹或认领归到单位；文件留在收件中，没有打开。")
    rows = (
        (
            one.unit.key, one.unit.label, filed.paper.value, filed.receipt.file, filed.code, one.accepted_code,
            _agreeing(filed.code, one.accepted_code),
        )
        for one in overview.standings
        for filed in one.papers
    )  # fmt: skip
    heads = (
        ("单位代码", 11), ("单位名称", 26), ("类别", 10), ("文件", 60), ("校验码", 12), ("通过稿校验码", 12),
        ("与通过稿", 12),
    )  # fmt: skip
    grid(page, heads, rows)


def _agreeing(told: str, passed: str) -> str:
    """Return whether a paper is of what has passed; '' where it tells no 校验码, or nothing has passed."""
    if not told or not passed:
        return ""
    return "相符" if told == passed else "不符"


def _write_files(page: Page, title: str, overview: Overview) -> None:
    """Write what came in and does not count: nobody's, undecided, unreadable, come before, left alone."""
    page.title(f"{title}没有计入的文件", 4)
    rows: list[tuple[Value, ...]] = [
        (receipt.file, "未能读取", "", receipt.findings[0].message) for receipt in overview.rejected
    ]
    rows += [
        (receipt.file, "不在名册中", f"{receipt.key} {receipt.unit_name}".strip(), "请核对名册和封面的单位代码。")
        for receipt in overview.strangers
    ]
    rows += [(one.receipt.file, "待定", "、".join(one.units), one.finding.message) for one in overview.waiting]
    rows += [
        (receipt.file, Stage.UNREADABLE.value, standing.unit.key, receipt.findings[0].message)
        for standing in overview.standings
        for receipt in standing.unread
    ]
    rows += [(receipt.file, "以前收到过", receipt.unit, told.message) for receipt, told in overview.again]
    rows += [(receipt.file, "不处理", act.by, act.why) for receipt, act in overview.ignored]
    grid(page, (("文件", 40), ("情况", 12), ("单位或经办人", 18), ("原因", 80)), rows)


def grid(
    page: Page, columns: Iterable[tuple[str, float]], rows: Iterable[Iterable[Value]], printed: int = 0
) -> int:
    """Write a table with its heading, filter, frozen heading and print setup; return its last row.

    `printed` is how many columns go on paper, all of them if it is 0.
    """
    columns = tuple(columns)
    page.widths(*(width for _, width in columns))
    page.heads(*(heading for heading, _ in columns))
    page.sheet.set_row(HEAD_ROW - 1, 30)
    packed = Rows(LAST_ROW - HEAD_ROW)
    for values in rows:
        packed.add(values)
    page.body((Pattern(tuple(_style(heading) for heading, _ in columns)),), packed)
    last = HEAD_ROW + packed.count
    page.sheet.autofilter(HEAD_ROW - 1, 0, last - 1, len(columns) - 1)
    page.sheet.freeze_panes(HEAD_ROW, 0)
    page.printed(last, printed or len(columns), HEAD_ROW)
    return last


def _style(heading: str) -> Style:
    if heading in _COUNTS:
        return Style("board_center", KINDS["count"])
    return Style("board_center" if heading in _CENTERED else "board", KINDS["text"])


def _without_formulas(_sheet: str, _row: int, _column: int) -> None:
    """Stand for what formulas gave, in a workbook that has none."""


def _write_row(page: Page, row: int, columns: tuple[tuple[str, float], ...], values: Iterable[Value]) -> None:
    """Write one row, high enough for its longest text."""
    lines = 1
    for column, ((heading, width), value) in enumerate(zip(columns, values, strict=True), 1):
        style = _style(heading)
        page.value(row, column, value, style.look, style.kind or KINDS["text"])
        lines = max(lines, math.ceil(_breadth(value) / width))
    page.sheet.set_row(row - 1, min(409, 15 * lines + 3))


def _breadth(value: Value) -> int:
    """Return how many narrow characters a text is wide: a Chinese one counts two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in value) if isinstance(value, str) else 0


def chase_book(
    title: str,
    table: tuple[Line, ...],
    deadline: date | None,
    today: date,
    notes: Mapping[tuple[str, str], Values] = MappingProxyType({}),
    what: str = "",
) -> bytes:
    """Return `催报清单.xlsx`: who has to be called, a page for each business section.

    `notes` are what was typed into it before; see `typed`. `what` is the word for the parts that units report.
    """
    binder = Binder(f"{title}催报清单")
    page = binder.page("催报清单", _TAB)
    by_section = owing(table)
    reach = reached_by(line.unit for group in by_section.values() for line in group)
    columns = (*_CHASE[:_BEFORE_REACH], *((heading, _REACH_WIDTH) for heading in reach), *_CHASE[_BEFORE_REACH:])
    page.widths(*(width for _, width in columns))
    total = reckoned([line for group in by_section.values() for line in group], what)
    until = f"报送截止日期{long_day(deadline)}，" if deadline else ""
    page.title(f"{title}催报清单", len(columns), f"{until}截至{long_day(today)}，需要催办{total}。")
    row, breaks = 4, []
    for section, group in by_section.items():
        if row > 4:
            breaks.append(row - 1)
        row = _write_section(page, row, f"{section}：{reckoned(group, what)}", group, notes, columns)
    page.sheet.set_h_pagebreaks(breaks)
    page.printed(row - 1, len(columns))
    if notes:
        draw_base(binder, base_rows(notes, CHASING))
    return binder.bytes()


def _write_section(
    page: Page,
    row: int,
    headed: str,
    group: tuple[Line, ...],
    notes: Mapping[tuple[str, str], Values],
    columns: tuple[tuple[str, float], ...],
) -> int:
    """Write one section's list; return the first free row below it."""
    page.text(row, 1, headed, "section", len(columns))
    reach = [heading for heading, _ in columns[_BEFORE_REACH : len(columns) - len(_CHASE) + _BEFORE_REACH]]
    for column, (heading, _) in enumerate(columns, 1):
        page.text(row + 1, column, heading, "head")
    for number, line in enumerate(group, 1):
        unit = line.unit
        values: tuple[Value, ...] = (
            Decimal(number), unit.key, unit.label, unit.contact, unit.phone,
            *(unit.reach.get(heading, "") for heading in reach), line.owes, line.progress,
            Decimal(line.late) if line.late else None, line.reason,
            as_value(notes.get((unit.key, ""), {}).get(NOTE, "")),
        )  # fmt: skip
        _write_row(page, row + 1 + number, columns, values)
    return row + 3 + len(group)
