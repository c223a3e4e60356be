"""Who ought to report: the roster workbook, made for filling and read back with all its faults at once."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl

from perfeval_xl.errors import PerfevalError
from perfeval_xl.looks import new_workbook
from perfeval_xl.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SHEET = "名册"
HEADINGS = ("单位代码", "单位名称", "主管部门", "业务股室", "联系人", "联系电话", "免报")
_WIDTHS = (14, 34, 24, 16, 12, 18, 8)
_NOTES = (
    "单位代码：必填，不能重复，只含数字和字母。",
    "单位名称：必填，写全称，发放的文件和汇总表都用这个名称。",
    "主管部门：没有上级主管部门的可空。",
    "业务股室：催报清单按业务股室分组，可空。",
    "免报：不用报送的填“是”，其余留空。",
)
_CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed date without zone, so that the same roster gives the same bytes


class RosterError(PerfevalError):
    """A roster that cannot be used; lists every fault with its cell."""

    def __init__(self, name: str, faults: tuple[str, ...]) -> None:
        self.faults = faults
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"名册“{name}”有{len(faults)}处问题，改正后再试：\n{lines}")


def write_roster(units: Iterable[Unit] = ()) -> bytes:
    """Return a roster workbook with the units given, ready to be filled further."""
    target = io.BytesIO()
    book = new_workbook(target)
    book.set_properties({"title": "应报单位名册", "created": _CREATED})
    sheet = book.add_worksheet(SHEET)
    box = {"border": 1, "border_color": "#8A98A8", "valign": "vcenter", "font_name": "宋体", "font_size": 11}
    head = book.add_format({**box, "bold": True, "bg_color": "#DCE6F1", "align": "center", "font_name": "黑体"})
    text = book.add_format({**box, "num_format": "@"})
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width, None)
        sheet.write_string(0, column, heading, head)
    lines = [_line(unit) for unit in units]
    for row in range(max(len(lines), 60)):
        for column, value in enumerate(lines[row] if row < len(lines) else [""] * len(HEADINGS)):
            sheet.write_string(row + 1, column, value, text) if value else sheet.write_blank(
                row + 1, column, None, text
            )
    for row, note in enumerate(_NOTES):
        sheet.write_string(row + 1, len(HEADINGS) + 1, note)
    sheet.data_validation(1, 6, 5000, 6, {"validate": "list", "source": ["是"], "ignore_blank": True})
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(lines), 60), len(HEADINGS) - 1)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return target.getvalue()


def _line(unit: Unit) -> list[str]:
    exempt = "是" if unit.exempt else ""
    return [unit.code, unit.name, unit.parent, unit.section, unit.contact, unit.phone, exempt]


def read_roster(path: Path) -> tuple[Unit, ...]:
    """Read a roster in its own order; RosterError lists every fault with its cell."""
    rows = list(_rows(path))
    faults = [fault for number, values in rows for fault in _faults(number, values)]
    counts = Counter(values["单位代码"] for _, values in rows if values["单位代码"])
    for number, values in rows:
        if counts[values["单位代码"]] > 1:
            faults.append(f"A{number}：单位代码“{values['单位代码']}”重复了，每个单位一个代码。")
    if not rows:
        faults.append("A2：名册是空的，请至少填写一个单位。")
    if faults:
        raise RosterError(path.name, tuple(faults))
    return tuple(_unit(values) for _, values in rows)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
    except (OSError, ValueError, KeyError) as error:
        raise RosterError(path.name, (f"打不开：{error}",)) from error
    headings = [str(value or "").strip() for value in (rows[0] if rows else ())]
    missing = [heading for heading in HEADINGS[:2] if heading not in headings]
    if missing:
        raise RosterError(path.name, tuple(f"第1行：缺少“{heading}”一列。" for heading in missing))
    for number, row in enumerate(rows[1:], 2):
        values = {
            heading: _text(value) for heading, value in zip(headings, row, strict=False) if heading in HEADINGS
        }
        if any(values.values()):
            yield number, {heading: values.get(heading, "") for heading in HEADINGS}


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).replace("　", " ").strip()


def _faults(row: int, values: dict[str, str]) -> Iterator[str]:
    if not values["单位代码"]:
        yield f"A{row}：没有单位代码，请填写。"
    elif not values["单位代码"].isascii() or not values["单位代码"].isalnum():
        yield f"A{row}：单位代码“{values['单位代码']}”只能由数字和字母组成。"
    if not values["单位名称"]:
        yield f"B{row}：没有单位名称，请填写全称。"
    if values["免报"] not in ("", "是", "否"):
        yield f"G{row}：“免报”只填“是”或留空，现在是“{values['免报']}”。"


def _unit(values: dict[str, str]) -> Unit:
    return Unit(
        code=values["单位代码"],
        name=values["单位名称"],
        parent=values["主管部门"],
        section=values["业务股室"],
        contact=values["联系人"],
        phone=values["联系电话"],
        exempt=values["免报"] == "是",
    )
