"""What is wrong with a spec before it is built: names, ids and functions, all faults at once with their place."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import LIST_NAME
from perfeval_xl.records.kind import KINDS, Holds
from perfeval_xl.template.lint.portable import PORTABLE
from perfeval_xl.template.source.spec import TableBlock
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.row_formula import row_names, without_marks

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from perfeval_xl.records.contract import Field
    from perfeval_xl.template.source.layout import SheetLayout
    from perfeval_xl.template.source.spec import ParagraphSpec, SheetSpec, Spec

FORMULA_LIMIT, LITERAL_LIMIT = 8192, 255
MOST_REQUIRED = 9
"""Required columns of a table: how many of them a row lacks is one digit."""
_PARTS = ("left", "right", "when")


def faults_of(spec: Spec, sheets: tuple[SheetLayout, ...], fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Return every fault of a spec as a sentence that begins with its path."""
    placed = [placed.field.name for sheet in sheets for placed in sheet.fields]
    doubled = [f"名称 {name}：有{count}个字段同名" for name, count in Counter(placed).items() if count > 1]
    ids = [check.id for check in spec.checks]
    ids += [check.id for _, table in _tables(spec) for check in table.checks]
    doubled += [f"编号 {name}：有{count}条核对同号" for name, count in Counter(ids).items() if count > 1]
    wide = [
        f"{sheet.name}.{table.name}：必填的列有{sum(column.required for column in table.columns)}个，最多9个"
        for sheet, table in _tables(spec)
        if sum(column.required for column in table.columns) > MOST_REQUIRED
    ]
    formula_faults = (
        fault
        for place, text in _formulas(spec, fields)
        for fault in _formula_faults(place, text, fields, {LIST_NAME + name for name in spec.options})
    )
    return (*doubled, *wide, *_option_faults(spec, sheets), *_judged_faults(spec), *formula_faults)


def _option_faults(spec: Spec, sheets: tuple[SheetLayout, ...]) -> Iterator[str]:
    for sheet in sheets:
        for placed in sheet.fields:
            if placed.options and placed.options not in spec.options:
                yield f"{placed.field.name}.options：没有名为“{placed.options}”的选项表"
    for setting in spec.settings:
        if KINDS[setting.kind].holds is Holds.CHOICE and setting.value not in setting.options:
            yield f"settings.{setting.name}：选择项要有 options，value 要在其中"
        if setting.options and spec.options.get(setting.name, setting.options) != setting.options:
            yield f"settings.{setting.name}.options：[options] 里有同名而不同的选项表"


def _judged_faults(spec: Spec) -> Iterator[str]:
    rules = {check.id for check in spec.checks} | {
        check.id for _, table in _tables(spec) for check in table.checks
    }
    for judged, check in spec.summary.judged.items():
        if check not in rules:
            yield f"summary.judged.{judged}：没有编号为“{check}”的核对"


def _formulas(spec: Spec, fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """Give every formula of a spec with its path."""
    for field in fields.values():
        yield field.name, field.formula
        yield f"{field.name}.label", field.label if field.label.startswith("=") else ""
    for number, check in enumerate(spec.checks):
        for key, part in product(check.each or ("",), _PARTS):
            yield f"checks[{number}] {check.id}.{part}", getattr(check, part).replace("{each}", key)
    for sheet, table in _tables(spec):
        for row_check, part in product(table.checks, _PARTS):
            yield f"{sheet.name}.{table.name}.{row_check.id}.{part}", getattr(row_check, part)
    for number, compared in enumerate(spec.summary.compared):
        yield f"summary.compared[{number}].figure", compared.figure
        yield f"summary.compared[{number}].per", compared.per
    yield from _paragraph_formulas("report", spec.report)


def _tables(spec: Spec) -> Iterator[tuple[SheetSpec, TableBlock]]:
    for sheet in spec.sheets:
        for block in sheet.blocks:
            if isinstance(block, TableBlock):
                yield sheet, block


def _paragraph_formulas(place: str, paragraphs: tuple[ParagraphSpec, ...]) -> Iterator[tuple[str, str]]:
    for number, paragraph in enumerate(paragraphs):
        yield f"{place}[{number}].text", paragraph.text if paragraph.text.startswith("=") else ""
        yield f"{place}[{number}].when", paragraph.when


def _formula_faults(place: str, formula: str, fields: Mapping[str, Field], lists: Container[str]) -> Iterator[str]:
    if not formula:
        return
    if len(formula) > FORMULA_LIMIT:
        yield f"{place}：公式有{len(formula)}个字符，超过{FORMULA_LIMIT}个；请分成几个"
    try:
        names = engine.names_in(without_marks(formula))
        functions = engine.functions_in(without_marks(formula))
    except ValueError as error:
        yield f"{place}：公式读不懂：{error}"
        return
    yield from (f"{place}：没有名为“{name}”的字段" for name in names if name not in fields and name not in lists)
    columns = {name for name, field in fields.items() if field.table}
    yield from (f"{place}：“@{name}”不是表中的一列" for name in row_names(formula) if name not in columns)
    for function in functions:
        if function not in PORTABLE:
            yield f"{place}：函数 {function} 不在可移植函数表中（见 docs/portable-formulas.md）"
    for literal in _literals(formula):
        if len(literal) > LITERAL_LIMIT:
            yield f"{place}：引号中的文字有{len(literal)}个字，超过{LITERAL_LIMIT}个；请用 & 分开"


def _literals(formula: str) -> Iterator[str]:
    inside = formula.replace('""', "”").split('"')
    yield from inside[1::2]
