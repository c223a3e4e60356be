"""A template of a few cells with checks of a test's own: the workbook and its records, made in milliseconds."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import xlsxwriter

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import IDENTITY, Check, Field, Paragraph, Role, Table, Template
from perfeval_xl.records.finding import Level, Value
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.submission import Entry, Key, Submission

FORM, LIST, BOARD, REPORT = "表1", "表2", "核对", "报告"
ROWS = 3
"""How many rows the table has; they begin in the sheet's row 3."""


@dataclass(frozen=True)
class Rule:
    """A check: its sides, and what its result is by a formula; over the rows of the table with `flags`.

    In `flags` the row's cells are 额{row}, 得{row}; the text is the flag where it is broken.
    """

    id: str
    left: str = "=合计"
    right: str = "=甲+乙"
    result: str = '=IF(ABS(合计-甲-乙)<=0.01,"✔","✘")'
    names: tuple[str, ...] = ("合计", "甲", "乙")
    relation: str = "="
    level: Level = Level.ERROR
    kind: str = "money"
    title: str = "合计等于甲加乙"
    flags: str = ""
    inputs: tuple[str, ...] | None = None


def _field(
    name: str, kind: str, sheet: str, row: int, column: int = 3, role: Role = Role.INPUT, **more: object
) -> Field:
    at = Address(sheet, row, column)
    return Field(name, f"{name}（名）", KINDS[kind], "万元", role, at, **more)  # type: ignore[arg-type]  # by name


FIELDS = (
    _field("合计", "money", FORM, 1, required=True),
    _field("甲", "money", FORM, 2, required=True),
    _field("乙", "money", FORM, 3),
    _field("两倍", "money", FORM, 4, role=Role.COMPUTED, formula="=合计*2"),
    _field("起", "date", FORM, 5),
    _field("止", "date", FORM, 6),
    _field("备注", "text", FORM, 7),
    _field("占比", "rate", FORM, 8, role=Role.COMPUTED, formula="=甲/合计"),
    _field("话", "text", FORM, 9, role=Role.COMPUTED, formula='=备注&"。"'),
    _field("四倍", "money", FORM, 10, role=Role.COMPUTED, formula="=两倍*2"),
    _field("抬头", "text", FORM, 11, role=Role.PREFILL),
    _field("暗数", "money", "_计算", 1, role=Role.COMPUTED, formula="=合计+1"),
    _field("上限", "money", IDENTITY, 1, role=Role.SETTING),
    _field("标识_探针", "count", IDENTITY, 2, role=Role.COMPUTED, formula="=标识_序号+1"),
    _field("标识_序号", "count", IDENTITY, 3, role=Role.STAMP),
    _field("状态_余", "count", "_计算", 2, role=Role.COMPUTED, formula="=1"),
    _field("项_名", "text", LIST, 3, 2, table="项"),
    _field("项_额", "money", LIST, 3, 3, table="项", required=True),
    _field("项_得", "score", LIST, 3, 4, table="项"),
    _field("项_倍", "money", LIST, 3, 5, Role.COMPUTED, table="项", formula="=C{row}*2"),
)


def small(
    *rules: Rule, report: Mapping[str, tuple[str, ...]] | None = None, needed: bool = False, settled: bool = False
) -> Template:
    """Return a template with these checks; `report` has sentences as formulas, each with the fields it names."""
    paragraphs = tuple(
        Paragraph("body", Address(REPORT, row, 2), frozenset(names), text)
        for row, (text, names) in enumerate((report or {}).items(), 1)
    )
    checks = tuple(_check(rule, row) for row, rule in enumerate(rules, 1))
    table = Table("项", "项目表", LIST, 3, ROWS, needed)
    made = Template("小", "1", "小模板", "", b"", FIELDS, (table,), checks, paragraphs, settled=settled)
    return replace(made, package=_workbook(made, rules), defaults={"上限": Decimal(50)})


def _check(rule: Rule, row: int) -> Check:
    cells = [Address(BOARD, row, column) for column in (1, 2, 3)]
    flags = Address(LIST, 3, 9 + row) if rule.flags else None
    inputs = frozenset(rule.names if rule.inputs is None else rule.inputs)
    return Check(
        rule.id, rule.id.partition("_")[0], rule.level, rule.title, "请核对。", "",
        rule.left, rule.relation, rule.right,
        Decimal("0.01"), KINDS[rule.kind], cells[0], cells[1], cells[2], rule.names, inputs,
        "项" if rule.flags else "", flags,
    )  # fmt: skip


def _workbook(made: Template, rules: tuple[Rule, ...]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheets = {name: book.add_worksheet(name) for name in (FORM, LIST, BOARD, REPORT, "_计算", IDENTITY)}
    for field in made.fields:
        for row in made.rows(field):
            at = field.at(row)
            if field.formula:
                sheets[at.sheet].write_formula(at.row - 1, at.column - 1, field.formula.format(row=at.row))
        if not field.table:
            book.define_name(field.name, f"={field.address.reference}")
    sheets[IDENTITY].write(0, 2, 50)
    sheets[IDENTITY].write(2, 2, 7)
    for row, (rule, check) in enumerate(zip(rules, made.checks, strict=True)):
        for column, formula in enumerate((rule.result, rule.left, rule.right)):
            if not rule.flags and formula:
                sheets[BOARD].write_formula(row, column, formula)
        for line in range(3, 3 + ROWS if check.flags else 0):
            flags = rule.flags.replace("额{row}", f"C{line}").replace("得{row}", f"D{line}")
            sheets[LIST].write_formula(line - 1, 9 + row, flags)
    for paragraph in made.paragraphs:
        sheets[REPORT].write_formula(paragraph.address.row - 1, 1, paragraph.text)
    book.close()
    return target.getvalue()


def submission(
    made: Template,
    typed: Mapping[str | Key, Value | float],
    stored: Mapping[str | Key, Value | float] | None = None,
    unreadable: tuple[str | Key, ...] = (),
    explanations: Mapping[str, str] | None = None,
    translated: tuple[str | Key, ...] = (),
) -> Submission:
    """Return what a unit handed in: figures by their names, or by name and row."""
    return Submission(
        "一.xlsx", made.id, made.version, "402001", "区交通运输局",
        _entries(made, typed), _entries(made, stored or {}),
        frozenset(_key(key) for key in unreadable), dict(explanations or {}),
        translated=frozenset(_key(key) for key in translated),
    )  # fmt: skip


def _entries(made: Template, values: Mapping[str | Key, Value | float]) -> tuple[Entry, ...]:
    return tuple(
        Entry(*_key(key), made.address(_key(key)), str(value), _value(value)) for key, value in values.items()
    )


def _key(key: str | Key) -> Key:
    return (key, 0) if isinstance(key, str) else key


def _value(value: Value | float) -> Value:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
