"""What a VALUES.json says: names and tables of plain values as a template's inputs, with every fault named."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from perfeval_xl.admission.texts import admitted, told
from perfeval_xl.records.contract import Role
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.kind import Holds
from perfeval_xl.wording import numbers
from perfeval_xl.wording.numbers import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key


class ValuesError(PerfevalError):
    """Values that do not fit the template; lists every fault with its path."""

    def __init__(self, file: str, faults: tuple[str, ...]) -> None:
        self.faults = faults
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"“{file}”有{len(faults)}处与模板不符，没有生成工作簿：\n{lines}")


def read_values(data: Any, template: Template, file: str) -> dict[Key, Value]:
    """Return inputs by (name, row) of `{"names": {NAME: value}, "tables": {TABLE: [{COLUMN: value}]}}`.

    A column may be named in full (指标_得分) or without its table (得分). Blanks may be left out or null.
    """
    if not isinstance(data, dict):
        raise ValuesError(file, ('最外层应为 {"names": {…}, "tables": {…}}',))
    faults: list[str] = [
        f"{key}：不认识的部分，只能有 names 和 tables" for key in data if key not in ("names", "tables")
    ]
    values: dict[Key, Value] = {}
    for spelt, name, row, raw in _cells(data, template, faults):
        path = admitted(spelt)
        field = template.field.get(name)
        if field is None or bool(field.table) != bool(row):
            faults.append(f"{path}：模板中没有这个名称")
        elif field.role is Role.COMPUTED:
            faults.append(f"{path}：这是自动计算的，不能填写")
        elif raw is not None:
            value, fault = _value(raw, field)
            if fault:
                faults.append(f"{path}：{fault}")
            values[name, row] = value
    if faults:
        raise ValuesError(file, tuple(faults))
    return values


def _cells(data: dict[str, Any], template: Template, faults: list[str]) -> Iterator[tuple[str, str, int, Any]]:
    """Give every value with its path, field name and row."""
    for name, raw in data.get("names", {}).items():
        yield f"names.{name}", name, 0, raw
    for table, rows in data.get("tables", {}).items():
        if table not in template.table:
            faults.append(f"tables.{table}：模板中没有这个表")
            continue
        if len(rows) > template.table[table].rows:
            faults.append(f"tables.{table}：有{len(rows)}行，模板只有{template.table[table].rows}行")
            continue
        for number, row in enumerate(rows, 1):
            for column, raw in row.items():
                name = column if column in template.field else f"{table}_{column}"
                yield f"tables.{table}[{number}].{column}", name, number, raw


def _value(raw: Any, field: Field) -> tuple[Value, str]:
    """Return a JSON value as the field's kind has it, or what is wrong with it."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        return None, f"应为数字或文字，不能是 {json.dumps(raw, default=str, ensure_ascii=False)}"
    return _text(raw, field) if isinstance(raw, str) else _number(raw, field)


def _number(raw: float | Decimal, field: Field) -> tuple[Value, str]:
    number = Decimal(str(raw))
    if not number.is_finite() or abs(number) >= numbers.LARGEST:
        return None, f"{number} 不是 Excel 能够准确保存的数字"
    return (number if field.kind.figures else str(raw)), ""


def _text(raw: str, field: Field) -> tuple[Value, str]:
    if admitted(raw) != raw:
        return None, f"文字中有不能使用的字符（{told(raw)}），请去掉"
    text = numbers.stripped(raw)
    if field.kind.holds not in (Holds.FIGURE, Holds.DAY) or (field.nullable and text == NOT_APPLICABLE):
        return raw, ""
    return _sure(field.kind.parse(text, field.unit), raw)


def _sure(reading: numbers.Sure | numbers.Unsure, raw: str) -> tuple[Value, str]:
    if isinstance(reading, numbers.Sure):
        return reading.value, ""
    return None, f"“{raw}”读不成{'确定的数' if not reading.why else reading.why}"
