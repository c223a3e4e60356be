"""What a campaign's ledger is as plain tables, for other programs: CSV that Excel opens safely, or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from perfeval_xl.admission.characters import printable
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.address import Address
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.export_format import ExportFormat
from perfeval_xl.records.handed import about
from perfeval_xl.records.times import short

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.provenance import Arrival, Serials
    from perfeval_xl.records.standing import Overview
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.unit import Unit
    from perfeval_xl.records.verdict import Contents, Receipt

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a text may not begin with, or a spreadsheet takes it for a formula."""
_BATCH = 20_000

Exported = str | Decimal | int | bool | None
Row = tuple[Exported, ...]


class MissingLibraryError(PerfevalError):
    """A format whose library is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "导出 Parquet 需要另外安装 pyarrow：pip install 'perfeval-xl[parquet]'。也可以改用 --format csv。"
        )


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, its columns with the type of each, its rows."""

    name: str
    columns: tuple[tuple[str, type], ...]
    rows: Iterable[Row]


_OF_FILE = (("单位代码", str), ("单位名称", str), ("文件", str), ("文件指纹", str), ("采用", bool))


def tables(
    overview: Overview,
    receipts: Iterable[Receipt],
    contents: Contents,
    template: Template,
    arrivals: Iterable[Arrival],
    serials: Serials,
) -> Iterator[Table]:
    """Give every table of a campaign; rows are made while they are written, so that thousands of units fit."""
    receipts = tuple(receipts)
    used = {standing.receipt.number for standing in overview.standings if standing.receipt}

    parties = {one.number: standing.unit for standing in overview.standings for one in standing.receipts}
    there = {one.receipt.number: one.department for one in overview.standings if one.receipt}
    parted = template.parted
    columns = (*_OF_FILE, (f"{parted.what}代码", str), (f"{parted.what}名称", str)) if parted else _OF_FILE

    def of_file(receipt: Receipt) -> Row:
        row = receipt.unit, receipt.unit_name, receipt.file, receipt.sha256, receipt.number in used
        return (*row, *_part_of(receipt, parties.get(receipt.number))) if parted else row

    yield Table(
        "报送记录",
        (
            *columns,
            ("文件时间", str),
            ("状态", str),
            ("模板", str),
            ("模板版本", str),
            ("填写格数", int),
            ("主管部门审核", str),
        ),
        (
            (
                *(*of_file(one), short(one.modified), one.status.label, one.template, one.version, one.filled),
                there.get(one.number, ""),
            )
            for one in receipts
        ),
    )
    yield Table(
        "填报数据",
        (
            *columns, ("来源", str), ("名称", str), ("行", int), ("含义", str), ("工作表", str), ("单元格", str),
            ("原文", str), ("数值", Decimal), ("文字", str),
        ),
        ((*of_file(one), *entry) for one in receipts for entry in _entries(one, contents, template)),
    )  # fmt: skip
    yield Table(
        "核对问题",
        (
            *columns, ("规则", str), ("级别", str), ("工作表", str), ("单元格", str), ("名称", str),
            ("含义", str), ("内容", str), ("现在的值", str), ("对照数", str), ("差额", Decimal), ("说明", str),
        ),
        _findings(overview, receipts, of_file),
    )  # fmt: skip
    yield _decided(overview)
    yield _filed(overview)
    yield _arrived(arrivals)
    yield _numbered(serials)


def _decided(overview: Overview) -> Table:
    return Table(
        "办理记录",
        (
            ("编号", int), ("时间", str), ("事项", str), ("单位代码", str), ("经办人", str), ("对象", str),
            ("原因", str), ("有效期至", str), ("文件指纹", str), ("撤销编号", int), ("部分", str), ("批次", str),
        ),
        (
            (
                act.number, short(act.at), act.deed.label, act.unit, act.by, _about(act),
                act.why, str(act.until or ""), act.sha256, act.withdraws or None, act.part,
                act.batch,
            )
            for act in overview.acts
        ),
    )  # fmt: skip


def _about(act: Act) -> str:
    told = act.deed in (Deed.CLAIM, Deed.PUBLISH, Deed.RELAY)
    return about(act) if told else act.subject or act.told


def _filed(overview: Overview) -> Table:
    return Table(
        "盖章件和佐证材料",
        (
            ("单位代码", str), ("单位名称", str), ("部分", str), ("类别", str), ("文件", str), ("文件指纹", str),
            ("文件时间", str), ("校验码", str), ("通过稿校验码", str),
        ),
        (
            (
                one.unit.code, one.unit.name, one.unit.part_code, filed.paper.value, filed.receipt.file,
                filed.receipt.sha256, short(filed.receipt.modified), filed.code, one.accepted_code,
            )
            for one in overview.standings
            for filed in one.papers
        ),
    )  # fmt: skip


def _arrived(arrivals: Iterable[Arrival]) -> Table:
    return Table(
        "首次收到",
        (("文件", str), ("文件指纹", str), ("第几次收取", int), ("收到时间", str), ("文件时间", str)),
        ((one.file, one.sha256, one.run, _moment(one.at), short(one.modified)) for one in arrivals),
    )


def _numbered(serials: Serials) -> Table:
    return Table(
        "序号",
        (
            ("序号", int), ("单位代码", str), ("部分", str), ("用途", str), ("模板", str), ("文件指纹", str),
            ("写出时间", str),
        ),
        (
            (one.number, one.unit, one.part, one.purpose.label, one.template, one.sha256, _moment(one.at))
            for one in serials.by_number.values()
        ),
    )  # fmt: skip


def _part_of(receipt: Receipt, party: Unit | None) -> tuple[str, str]:
    """Return code and name of what a file is about: by the roster, or else as the file has them."""
    part = party.part if party else None
    return (part.code, part.name) if part else (receipt.part, receipt.part_name)


def _moment(at: datetime | None) -> str:
    return short(at) if at else ""


def _entries(receipt: Receipt, contents: Contents, template: Template) -> Iterator[Row]:
    record = contents(receipt) if receipt.readable else None
    if record is None or record.submission is None:
        return
    for entry in record.submission.entries:
        place = entry.address
        yield (
            "填报", entry.name, entry.row, _label(template, entry.name), place.sheet, place.cell, entry.raw,
            *_split(entry.value),
        )  # fmt: skip
    for key, value in record.verdict.computed.items():
        at = _place(template, key)
        sheet, cell = (at.sheet, at.cell) if at else ("", "")
        yield "计算", key[0], key[1], _label(template, key[0]), sheet, cell, "", *_split(value)


def _label(template: Template, name: str) -> str:
    return template.field[name].label if name in template.field else ""


def _place(template: Template, key: Key) -> Address | None:
    return template.address(key) if key[0] in template.field else None


def _split(value: Value) -> tuple[Exported, Exported]:
    """Return a value as a figure or as a text."""
    return (value, "") if isinstance(value, Decimal) else (None, _text(value))


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _findings(
    overview: Overview, receipts: tuple[Receipt, ...], of_file: Callable[[Receipt], Row]
) -> Iterator[Row]:
    """Give the findings of every file; those that counts carry what was found across files, and all decisions."""
    whole = {one.receipt.number: one.all_findings for one in overview.standings if one.receipt}
    for receipt in receipts:
        for finding in whole.get(receipt.number, receipt.findings):
            place = finding.place
            sheet, cell = (place.sheet, place.cell) if isinstance(place, Address) else ("", "")
            yield (
                *of_file(receipt), finding.rule, finding.level.label, sheet, cell, finding.field, finding.label,
                finding.message, _text(finding.value), _text(finding.expected), finding.difference,
                finding.explanation,
            )  # fmt: skip


def writer(form: ExportFormat) -> Callable[[Table], Callable[[Path], None]]:
    """Return what writes a table in a format; MissingLibraryError where its library is not there."""
    if form is ExportFormat.CSV:
        return lambda table: lambda path: _write_csv(path, table)
    try:
        from pyarrow import parquet  # noqa: F401, PLC0415 - an optional library, asked for before anything is written
    except ImportError:
        raise MissingLibraryError from None
    return lambda table: lambda path: _write_parquet(path, table)


def _write_csv(path: Path, table: Table) -> None:
    """Write with the mark by which Excel knows UTF-8, and with texts that no spreadsheet takes for formulas.

    What is invisible in a text or steers a terminal is shown as its code, here and in Parquet.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(name for name, _ in table.columns)
        lines.writerows([_safe(cell) for cell in row] for row in table.rows)


def _safe(cell: Exported) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case str():
            text = printable(cell)
            return f"'{text}" if text.startswith(_DANGEROUS) else text
        case Decimal():
            return f"{cell:f}"
        case _:
            return str(cell)


def _write_parquet(path: Path, table: Table) -> None:
    import pyarrow as pa  # noqa: PLC0415 - an optional library, asked for only where it is needed
    from pyarrow import parquet  # noqa: PLC0415 - the same

    types: dict[type, Any] = {
        str: pa.string(),
        int: pa.int64(),
        bool: pa.bool_(),
        Decimal: pa.float64(),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in table.columns])
    rows = iter(table.rows)
    with parquet.ParquetWriter(path, schema) as file:
        while batch := list(islice(rows, _BATCH)):
            columns = [
                pa.array(map(_plain, column), type=kind)
                for column, kind in zip(zip(*batch, strict=True), schema.types, strict=True)
            ]
            file.write_table(pa.Table.from_arrays(columns, schema=schema))


def _plain(cell: Exported) -> Exported | float:
    if isinstance(cell, str):
        return printable(cell)
    return float(cell) if isinstance(cell, Decimal) else cell
