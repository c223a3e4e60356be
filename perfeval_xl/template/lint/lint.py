"""What is wrong with a workbook that claims the contract: all faults at once, each with place and remedy."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from perfeval_xl.records.address import Address, cell_position
from perfeval_xl.records.contract import (
    BOARD,
    COVER,
    FIELDS,
    GUIDE,
    LIST_NAME,
    MARKS,
    STATE,
    Check,
    Field,
    Role,
    Template,
    broken_mark,
)
from perfeval_xl.records.errors import TemplateError
from perfeval_xl.records.kind import Holds
from perfeval_xl.template.lint.portable import strange_functions, strange_shapes
from perfeval_xl.template.lint.spoken import unknown_names
from perfeval_xl.template.lint.ties import untied
from perfeval_xl.template.lint.trials import Answers, literals, tried
from perfeval_xl.template.load import load, opened
from perfeval_xl.template.source.build import build
from perfeval_xl.template.source.layout import FLAGS
from perfeval_xl.workbook import engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from perfeval_xl.template.source.spec import Spec

_DAY = date(2024, 1, 1)
_SHOWN = 3
_ANSWERS = ("✔", "✘", "未填", "不适用", "已说明", "无法计算")
_CELL = re.compile(
    r"""("[^"]*")|(?:'((?:[^']|'')+)'|([\w.]+))?(!?)\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?[A-Z]{1,3}\$?([0-9]+))?(?![\w(])"""
)
_COUNTS = (STATE, FLAGS)
"""How the names of cells begin that only count what is filled."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and where it stands."""

    place: Address
    text: str


def lint(package: bytes, spec: Spec | None = None) -> tuple[str, ...]:
    """Return every fault of a template's workbook; with its source, also whether the two are the same."""
    try:
        book = opened(package)
    except TemplateError as error:
        return error.faults
    formulas = tuple(_formulas(book))
    faults = [*_dead_names(book), *_formula_faults(formulas, book), *_errors(package, formulas)]
    try:
        template = load(package)
    except TemplateError as error:
        return tuple(dict.fromkeys((*error.faults, *faults)))
    faults += [
        *_doubled(template),
        *_locked(book, template),
        *_listless(book, template),
        *_unused(template, formulas, book),
        *unknown_names(template),
        *untied(template),
        *_unmoved(template, _words_of_checks(template, formulas, book)),
    ]
    if spec is not None and build(spec) != package:
        faults.append("工作簿与模板源文件生成的不同：请重新运行 template build，不要直接修改生成的工作簿")
    return tuple(dict.fromkeys(faults))


def _formulas(book: Any) -> Iterator[Formula]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield Formula(
                        Address(sheet.title, cell.row, cell.column), str(getattr(cell.value, "text", cell.value))
                    )


def _dead_names(book: Any) -> Iterator[str]:
    for name, defined in book.defined_names.items():
        sheet = defined.attr_text.rpartition("!")[0].strip("'").replace("''", "'")
        if "#REF!" in defined.attr_text or (sheet and sheet not in book.sheetnames):
            yield f"名称“{name}”没有指向单元格（{defined.attr_text}）：请在“名称管理器”中重新指定或删除"


def _formula_faults(formulas: Iterable[Formula], book: Any) -> Iterator[str]:
    """Report functions, shapes and names once each, with the first places where they stand."""
    places: dict[str, list[str]] = defaultdict(list)
    columns = [name for name, defined in book.defined_names.items() if ":" in defined.attr_text]
    for formula in formulas:
        for said in _said_of(formula.text, columns, book.defined_names):
            places[said].append(str(formula.place))
    for said, where in places.items():
        more = f"等{len(where)}处" if len(where) > _SHOWN else ""
        yield f"{'、'.join(where[:_SHOWN])}{more}：{said}"


def _said_of(text: str, columns: list[str], names: Mapping[str, Any]) -> Iterator[str]:
    try:
        functions, used = engine.functions_in(text), engine.names_in(text)
    except ValueError as error:
        yield f"公式读不懂：{error}"
        return
    yield from (
        f"函数 {name} 在各程序中结果不同或没有：{instead}" for name, instead in strange_functions(functions)
    )
    yield from (f"写法 {shape} 各程序结果不同：{instead}" for shape, instead in strange_shapes(text, columns))
    unknown = [name for name in used if name not in names]
    yield from (f"没有名为“{name}”的名称：请在“名称管理器”中定义，或改正公式" for name in unknown)


def _errors(package: bytes, formulas: tuple[Formula, ...]) -> Iterator[str]:
    """Report formulas that give an error on the blank form, circles among them."""
    blank = engine.Engine(package, _DAY)
    blank.put({})
    circles: list[str] = []
    for formula in formulas:
        result = blank.value(formula.place)
        if result == "#CIRC!":
            circles.append(str(formula.place))
        elif engine.is_error(result):
            yield f"{formula.place}：空白表上的结果是错误值 {result}，请在公式外加 IFERROR，或先判断有没有填"
    if circles:
        more = f"等{len(circles)}处" if len(circles) > _SHOWN else ""
        yield f"{'、'.join(circles[:_SHOWN])}{more}：循环引用，公式经过别的格子又用到自己，请改正其中一个"


def _doubled(template: Template) -> Iterator[str]:
    seen: dict[str, int] = defaultdict(int)
    for check in template.checks:
        seen[check.id] += 1
    yield from (
        f"{BOARD}：编号“{name}”用了{count}次，请改成不同的编号" for name, count in seen.items() if count > 1
    )


def _locked(book: Any, template: Template) -> Iterator[str]:
    """Report cells that a department must or may fill but cannot, because their sheet is protected."""
    for field in template.fields:
        sheet = book[field.address.sheet]
        if not (sheet.protection.sheet and field.role.typed):
            continue
        locked = [
            field.at(row)
            for row in template.rows(field)
            if sheet.cell(field.at(row).row, field.address.column).protection.locked
        ]
        if locked:
            word = "必填" if field.required else "要填的"
            yield f"{locked[0]}：{word}“{field.label}”被锁定，填不进去；请在“设置单元格格式—保护”中去掉“锁定”"


def _listless(book: Any, template: Template) -> Iterator[str]:
    """Report choices without a list to choose from, in the field and in the cell's validation."""
    for field in template.fields:
        if field.role is Role.SETTING and field.kind.holds is Holds.CHOICE and not field.options:
            yield (
                f"{field.address}：设置“{field.label}”是选择项，却没有选项：请在“{FIELDS}”的“选项”列写选项表的名字，"
                f"并定义名称“{LIST_NAME}…”，这样 campaign.toml 里写错的会指出来"
            )
        if field.role is Role.INPUT and field.kind.holds is Holds.CHOICE and not field.options:
            rules = book[field.address.sheet].data_validations.dataValidation
            if not any(rule.type == "list" and field.address.cell in rule.cells for rule in rules):
                yield (
                    f"{field.address}：“{field.label}”是选择项，却没有选项：请在“{FIELDS}”的“选项”列写选项表的名字，"
                    f"并定义名称“{LIST_NAME}…”"
                )


def _unused(template: Template, formulas: Iterable[Formula], book: Any) -> Iterator[str]:
    """Report inputs that no check, no computed cell, no sentence, no laid out form and no summary uses."""
    counting = {address for name, address in _named(book) if name.startswith(_COUNTS)}
    counting |= set(_flag_columns(book))
    used: set[str] = {name for check in template.checks for name in check.inputs}
    cells: set[Address] = set()
    for formula in formulas:
        place = formula.place
        column_head = Address(place.sheet, 0, place.column)
        if place in counting or column_head in counting or place.sheet in (BOARD, GUIDE, MARKS):
            continue
        used.update(engine.names_in(formula.text))
        cells.update(_cells_in(formula))
    used.update(slot.field for one in template.attachments for line in one.layout for slot in line.slots)
    used.update(name for line in template.summary for text in line.texts for name in _words(text))
    for field in template.fields:
        if field.role is not Role.INPUT or field.address.sheet == COVER:
            continue
        if field.name not in used and not _among(field, template, cells):
            yield (
                f"{field.address}：填了“{field.label}”却没有一项核对、一句报告或一个汇总用到它；"
                "请加上核对或文字，或删去这一格"
            )


def _named(book: Any) -> Iterator[tuple[str, Address]]:
    for name, defined in book.defined_names.items():
        try:
            yield name, Address.parse(defined.attr_text)
        except ValueError:
            continue


def _flag_columns(book: Any) -> Iterator[Address]:
    """Give the hidden columns of flags, as row 0 of their column."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(_COUNTS[1]):
                    yield Address(sheet.title, 0, cell.column)


def _words(text: str) -> Iterator[str]:
    yield from re.findall(r"[^\W\d][\w.]*", text)


def _cells_in(formula: Formula) -> Iterator[Address]:
    """Give the cells that a formula names by address; of an area its first and last row."""
    for match in _CELL.finditer(formula.text):
        if match[1]:
            continue
        sheet = (match[2] or match[3] or "").replace("''", "'") if match[4] else formula.place.sheet
        try:
            row, column = cell_position(match[5] + match[6])
        except ValueError:
            continue
        for line in range(row, int(match[7] or row) + 1):
            yield Address(sheet, line, column)


def _among(field: Field, template: Template, cells: set[Address]) -> bool:
    return any(field.at(row) in cells for row in template.rows(field))


def _words_of_checks(template: Template, formulas: Iterable[Formula], book: Any) -> dict[str, tuple[str, ...]]:
    """Give the texts that each check's formulas compare with: those in quotes, and the lists that they name."""
    text_at = {formula.place: formula.text for formula in formulas}
    lists = {name: _list(book, address) for name, address in _areas(book) if name.startswith(LIST_NAME)}
    year = template.defaults.get("年度")
    years = (f"{year - 1:f}年", f"{year:f}年") if isinstance(year, Decimal) else ()
    found = {}
    for check in template.checks:
        beneath = [template.field[name].formula for name in check.names]
        own = [text_at.get(check.cell, ""), _own_part(check, text_at.get(check.flags, "") if check.flags else "")]
        parts = [check.left, check.right, *beneath, *own]
        words = [word for part in parts for word in literals(part) if not word.endswith(_ANSWERS)]
        words += [word for name, texts in lists.items() if any(name in part for part in parts) for word in texts]
        found[check.id] = tuple(dict.fromkeys((*words, *years)))
    return found


def _own_part(check: Check, flags: str) -> str:
    """Return the part of a formula of flags that speaks of a check: where it joins several, each begins alike."""
    return next((part for part in flags.split("&IFERROR(") if broken_mark(check.id) in part), flags)


def _areas(book: Any) -> Iterator[tuple[str, str]]:
    for name, defined in book.defined_names.items():
        if defined.attr_text:
            yield name, defined.attr_text


def _list(book: Any, area: str) -> tuple[str, ...]:
    """Return the texts in a list of choices, and the parts of those that join several."""
    sheet, _, cells = area.rpartition("!")
    rows = book[sheet.strip("'").replace("''", "'")][cells.replace("$", "")]
    rows = rows if isinstance(rows, tuple) else ((rows,),)
    texts = [str(cell.value) for row in rows for cell in row if cell.value is not None]
    return tuple(part for text in texts for part in (text, *text.split("/")) if part)


def _unmoved(template: Template, words: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Report checks that no trial could fail, or none could satisfy."""
    for check_id, answers in tried(template, words).items():
        place = next(check.cell for check in template.checks if check.id == check_id)
        if Answers.FAILED not in answers:
            yield f"{place}：核对 {check_id} 试了各种填法都不会出现✘，等于没有核对；请检查左、关系、右和容差"
        elif Answers.PASSED not in answers:
            yield f"{place}：核对 {check_id} 试了各种填法都通不过；请检查左、关系、右和容差"
