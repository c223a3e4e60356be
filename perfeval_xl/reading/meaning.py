"""What a cell's content means in the field that it was found for, and what is to be said about it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from perfeval_xl.reading.blank import Spot
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.reading.typed_formulas import Arithmetic, computed
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Field
from perfeval_xl.records.finding import Finding, Value
from perfeval_xl.records.kind import Holds
from perfeval_xl.wording import numbers
from perfeval_xl.wording.numbers import NOT_APPLICABLE, Sure, Unsure
from perfeval_xl.workbook.cells import BOOLEAN, BROKEN, DATE, ERROR, NOTHING, NUMBER, TEXT, Book, Cell
from perfeval_xl.workbook.shared_formulas import formula_at

_ERRORS = {
    "#REF!": "公式引用的单元格已被删除",
    "#DIV/0!": "除数为零",
    "#VALUE!": "公式中有文字参与计算",
    "#N/A": "公式没有找到要找的内容",
    "#NAME?": "公式中有不认识的名称",
    "#NUM!": "数字无法计算",
    "#NULL!": "公式的区域不相交",
}
_YES, _NO = (
    {"✓", "√", "☑", "✔", "Y", "YES", "TRUE", "1", "对"},
    {"×", "✗", "✘", "☒", "X", "N", "NO", "FALSE", "0", "错"},
)
_SIGNS = {">=": "≥", "=>": "≥", "≧": "≥", "⩾": "≥", "<=": "≤", "=<": "≤", "≦": "≤", "⩽": "≤", "==": "="}
"""How signs of comparison are typed, in half width, and what they mean."""
_SORT_OF_MONEY = re.compile(r"(?<=..)(?:专项经费|专项资金|专项|经费|资金|支出)$")
"""How names of expenditure end; forms of former years end the same name otherwise (业务工作专项, 业务工作经费)."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a cell means: its value, or nothing readable; `blank` where it holds only spaces."""

    value: Value = None
    findings: tuple[Finding, ...] = ()
    readable: bool = True
    blank: bool = False


_NEAR = Decimal("1e-9")
_BLANK = Understood(blank=True)
_BROKEN = Understood(readable=False)


@dataclass(frozen=True, slots=True)
class _Question:
    """One cell with all that is needed to understand it."""

    field: Field
    label: str
    place: Address
    cell: Cell
    book: Book
    arithmetic: Arithmetic | None

    @property
    def formula(self) -> str:
        """The cell's formula as it is shown."""
        sheet = self.book.sheet(self.place.sheet)
        text = formula_at(sheet, (self.place.row, self.place.column)) if sheet else self.cell.formula
        return f"={text}" if text else "（看不到的公式）"

    @property
    def computed(self) -> Decimal | None:
        """What the cell's formula gives over its own sheet; None where that takes more, or no figure is asked."""
        sheet = self.book.sheet(self.place.sheet)
        if self.arithmetic is None or sheet is None or not self.field.kind.numeric:
            return None
        return computed(sheet, (self.place.row, self.place.column), self.arithmetic)

    def say(self, code: str, value: str | None = None, **details: object) -> Finding:
        """Return a finding about this cell."""
        kind = self.field.kind
        unit = self.field.unit
        details = {"unit": unit, "in_unit": f"单位为{unit}，" if unit else "", "sample": kind.sample, **details}
        shown = self.cell.text if value is None else value
        return say(code, self.place, field=self.field.name, label=self.label, value=shown, **details)  # type: ignore[arg-type]  # `details` never holds a named parameter of another type

    def unreadable(self, code: str, value: str | None = None, **details: object) -> Understood:
        """Return the answer for a cell that holds no value of its kind."""
        return Understood(None, (self.say(code, value, **details),), readable=False)


def easily_understood(spot: Spot, cell: Cell, book: Book) -> Value:
    """Return what most cells mean, those that need no interpretation; None where it takes `understood` to say."""
    kind, text, formula, _ = cell
    if formula is not None:
        return None
    if kind == NUMBER and spot.easy == "number":
        if len(text) > 15 or text[0] == "-" or "E" in text or "e" in text or book.look(cell):
            return None
        if spot.field.kind.whole and not text.isdigit():
            return None
        return numbers.number(text)
    if kind == TEXT and spot.easy == "text" and not numbers.unseen(text):
        return numbers.stripped(text) or None
    return None


def understood(
    field: Field, row: int, place: Address, cell: Cell, book: Book, arithmetic: Arithmetic | None = None
) -> Understood:
    """Return what a filled cell means in its field."""
    label = f"{field.label}（第{row}行）" if row else field.label
    return _asked(_Question(field, label, place, cell, book, arithmetic))


def _asked(question: _Question) -> Understood:
    cell = question.cell
    if cell.kind == BROKEN:
        return _BROKEN
    if cell.kind == ERROR:
        return question.unreadable("R43", what=_ERRORS.get(cell.text, "公式出错"))
    if cell.kind == NOTHING:
        return _without_result(question)
    if cell.kind == TEXT and not numbers.stripped(cell.text):
        return _BLANK
    answer = _by_kind(question)
    return answer if cell.formula is None or not answer.readable else _of_formula(question, answer)


def _by_kind(question: _Question) -> Understood:
    kind = question.field.kind
    if kind.numeric:
        return _numeric(question)
    if kind.holds is Holds.DAY:
        return _date(question)
    if question.field.options:
        return _choice(question)
    return _measure(question) if kind.holds is Holds.EITHER else _text(question)


def _of_formula(question: _Question, answer: Understood) -> Understood:
    """Say that a formula was typed, or that it gives something else than the file has as its result."""
    result, formula = question.computed, question.formula
    if result is None or not isinstance(answer.value, Decimal) or _agree(question, answer.value, result):
        return Understood(answer.value, (question.say("R44", what=formula), *answer.findings))
    shown, told = _figure_text(answer.value), _figure_text(result)
    return _checked(question, result, (question.say("R35", shown, expected=told, what=formula),))


def _agree(question: _Question, stored: Decimal, computed: Decimal) -> bool:
    """Whether two results of a formula are one to a reader, or but for the last digits of a float."""
    kind = question.field.kind
    near = abs(stored - computed) <= max(_NEAR, abs(computed) * _NEAR)
    return near or kind.shown(stored) == kind.shown(computed)


def _without_result(question: _Question) -> Understood:
    """Answer for a formula that the program which saved the file did not compute."""
    if question.cell.formula is None:
        return _BLANK
    formula, value = question.formula, question.computed
    if value is None:
        return question.unreadable("R46", formula, what=formula)
    told = question.say("R45", formula, expected=_figure_text(value), what=formula)
    return _checked(question, value, (told,))


# --- numbers --------------------------------------------------------------------------------------------------


def _shown_oddly(field: Field, seen: str) -> str:
    """Return 'date' or 'percent' where a number is shown as something that its field is not."""
    return "" if seen == "percent" and field.kind.percent else seen


def _checked(question: _Question, value: Decimal, told: tuple[Finding, ...] = ()) -> Understood:
    """Return a number with what its kind does not allow."""
    kind = question.field.kind
    if abs(value) >= numbers.LARGEST:
        return question.unreadable("R57")
    shown = _figure_text(value)
    if kind.minimum is not None and value < kind.minimum:
        told = (*told, question.say("R55", shown, what=_figure_text(kind.minimum)))
    if kind.whole and value != value.to_integral_value():
        told = (*told, question.say("R56", shown))
    return Understood(value, told)


def _figure_text(value: Decimal) -> str:
    return numbers.plain_text(value)


def _numeric(question: _Question) -> Understood:
    field, cell = question.field, question.cell
    if cell.kind == BOOLEAN:
        return question.unreadable("R41", "TRUE" if cell.text == "1" else "FALSE", what="（逻辑值）")
    if cell.kind == DATE:
        return question.unreadable("R58", what="日期")
    if cell.kind == NUMBER:
        value = numbers.number(cell.text)
        oddly = _shown_oddly(field, question.book.look(cell))
        if oddly == "divided":
            return _divided(question, value)
        if oddly:
            shown = numbers.as_shown(value, question.book.format(cell), question.book.epoch_1904)
            return question.unreadable("R58", shown, what="日期" if oddly == "date" else "百分比")
        return _checked(question, value)
    return _written(question, numbers.stripped(cell.text))


def _divided(question: _Question, value: Decimal) -> Understood:
    """Answer for a figure that its number format shows divided: what is stored counts, and both are told."""
    if not value:
        return _checked(question, value)
    seen = value / numbers.divisor(question.book.format(question.cell))
    told = question.say(
        "R50", _figure_text(value), expected=_figure_text(seen), what=question.book.format(question.cell)
    )
    return _checked(question, value, (told,))


def _measure(question: _Question) -> Understood:
    """Answer for a field that holds a figure or, of a qualitative indicator, words."""
    seen = question.book.look(question.cell) if question.cell.kind == NUMBER else TEXT
    if not seen:
        return Understood(numbers.number(question.cell.text))
    if seen == "divided":
        return _divided(question, numbers.number(question.cell.text))
    read = question.field.kind.parse(question.cell.text)
    if question.cell.kind == TEXT and isinstance(read, Sure) and isinstance(read.value, Decimal):
        told = question.say("R40", expected=_figure_text(read.value), what=read.how)
        return Understood(read.value, (told,))
    return _text(question)


def _written(question: _Question, text: str) -> Understood:
    """Answer for a number field that holds a text."""
    field = question.field
    if text in numbers.ABSENT:
        return _absent(question, text)
    if text.startswith("=") and question.arithmetic:
        computed = question.arithmetic(text)
        if computed is not None:
            told = question.say("R45", text, expected=_figure_text(computed), what=text)
            return _checked(question, computed, (told,))
    read = field.kind.parse(text, field.unit)
    if isinstance(read, Unsure) or not isinstance(read.value, Decimal):
        why = read.why if isinstance(read, Unsure) else ""
        ambiguous = isinstance(read, Unsure) and read.ambiguous
        return question.unreadable("R42" if ambiguous else "R41", what=why)
    expected = field.kind.exact(read.value)
    told = question.say("R47" if read.rescaled else "R40", expected=expected, what=read.how)
    return _checked(question, read.value, (told,))


def _absent(question: _Question, text: str) -> Understood:
    if not question.field.nullable:
        return question.unreadable("R49")
    if text == NOT_APPLICABLE:
        return Understood(NOT_APPLICABLE)
    return Understood(NOT_APPLICABLE, (question.say("R48"),))


# --- dates, choices, texts ------------------------------------------------------------------------------------


def _date(question: _Question) -> Understood:
    cell, text = question.cell, numbers.stripped(question.cell.text)
    if cell.kind == NUMBER:
        read = numbers.serial_day(numbers.number(cell.text), question.book.epoch_1904)
    elif cell.kind == BOOLEAN:
        return question.unreadable("R51", "TRUE" if cell.text == "1" else "FALSE", what="（逻辑值）")
    elif text in numbers.ABSENT and question.field.nullable:
        return _absent(question, text)
    else:
        read = question.field.kind.parse(text)
    if isinstance(read, Unsure):
        return question.unreadable("R52" if read.ambiguous else "R51", what=read.why)
    if not read.how or not isinstance(read.value, date):
        return Understood(read.value)
    return Understood(read.value, (question.say("R40", expected=str(read.value), what=read.how),))


def _shown_text(question: _Question) -> str:
    """Return a cell's text as it is seen in the sheet."""
    cell, book = question.cell, question.book
    if cell.kind == NUMBER:
        return numbers.as_shown(numbers.number(cell.text), book.format(cell), book.epoch_1904)
    if cell.kind == BOOLEAN:
        return "TRUE" if cell.text == "1" else "FALSE"
    if cell.kind == DATE:
        return cell.text.removesuffix("Z").removesuffix("T00:00:00")
    return numbers.stripped(cell.text)


def _choice(question: _Question) -> Understood:
    text, options = _shown_text(question), question.field.options
    if text in options:
        return Understood(text)
    if text in numbers.ABSENT and question.field.nullable:
        return _absent(question, text)
    plain = _SIGNS.get(_plain(text), _plain(text))
    same = [option for option in options if _plain(option) == plain]
    same = same or [option for option in options if _stem(option) == _stem(plain)]
    if not same and {"是", "否"} <= set(options):
        same = ["是"] if plain in _YES else ["否"] if plain in _NO else []
    if len(same) == 1:
        return Understood(same[0], (question.say("R40", text, expected=same[0], what="按选项的写法"),))
    return question.unreadable("R53", text, what="、".join(options))


def _plain(text: str) -> str:
    """Return a text without spaces and invisible characters, in half width and capitals."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(char for char in narrow if not char.isspace() and char not in numbers.INVISIBLE).upper()


def _stem(name: str) -> str:
    """Return a name of expenditure without the word for money at its end."""
    return _SORT_OF_MONEY.sub("", name)


def _text(question: _Question) -> Understood:
    text = _shown_text(question)
    if question.field.kind.holds is Holds.CODE and question.cell.kind == TEXT:
        plain = _plain(text)
        if plain != text.upper():
            return Understood(plain, (question.say("R40", expected=plain, what="去掉空格和全角字符"),))
        return Understood(text)
    if question.cell.kind == NUMBER and question.book.look(question.cell):
        return Understood(text, (question.say("R40", expected=text, what="按单元格显示的样子"),))
    if numbers.unseen(text):
        return Understood(text, (question.say("R64", text),))
    return Understood(text)
