"""What may stand behind a key of campaign.toml: each kind of value, and the words that say what is allowed.

Every function here takes what TOML gave and returns it as the program uses it, or raises NotAllowedError whose
text says, for officials, what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from perfeval_xl.records.finding import Value
from perfeval_xl.records.mail import is_address
from perfeval_xl.wording import numbers

Parse = Callable[[Any], Any]


class NotAllowedError(ValueError):
    """A value that may not stand there; the text says, for officials, what to write instead."""


FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_NAME, LONGEST_TEXT, LONGEST_PATH, LONGEST_LINES = 40, 200, 1000, 20_000
"""Characters of what becomes part of a file's name, of a line of text, of a path, and of a text of many lines."""
_SHOWN = 40
_YEAR_DAYS = 365
_HUGE_BITS = 64
_UNSAFE = re.compile(r'[\\/:*?"<>|]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_UNSEEN_KINDS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unassigned and private characters are not among them: rare characters of names are written with them."""


def shown(value: object) -> str:
    """Return a value of TOML as a sentence may hold it: short, on one line, nothing in it unseen."""
    match value:
        case bool():
            found = str(value).lower()
        case int() if value.bit_length() > _HUGE_BITS:
            found = "一个很大的整数"
        case str():
            found = f'"{visible(value)}"'
        case list():
            found = "方括号里的一列值"
        case dict():
            found = "一组值"
        case _:
            found = _cut(str(value))
    return found


def visible(text: str) -> str:
    """Return a text cut short, with an escape in place of every character that cannot be seen."""
    return _cut("".join(f"\\u{ord(sign):04x}" if is_unseen(sign) else sign for sign in text))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def is_unseen(sign: str) -> bool:
    """Whether a character is a control, a mark without a shape, or none at all."""
    code = ord(sign)
    return unicodedata.category(sign) in _UNSEEN_KINDS or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def text(longest: int = LONGEST_TEXT, *, lines: bool = False) -> Parse:
    """Return what takes a text of so many characters at most; with `lines` it may have several lines."""

    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise NotAllowedError("请写成文字，前后加英文双引号")
        if len(value) > longest:
            raise NotAllowedError(f"有{len(value)}个字，最多{longest}个字，请缩短")
        unseen = [sign for sign in value if is_unseen(sign) and not (lines and sign in "\r\n\t")]
        if unseen:
            what = "换行" if unseen[0] in "\r\n" else f"看不见的字符（\\u{ord(unseen[0]):04x}）"
            raise NotAllowedError(f"文字里有{what}，请删去后重新输入")
        return value.strip()

    return parse


def file_name_part(value: Any) -> str:
    """Take a text that becomes part of a file's name, and may therefore hold nothing that Windows refuses."""
    found = str(text(LONGEST_NAME)(value))
    if unsafe := _UNSAFE.search(found):
        raise NotAllowedError(f'它要用在文件名里，不能有 {unsafe[0]} （\\ / : * ? " < > | 都不能用），请删去')
    if found != found.strip(" ."):
        raise NotAllowedError("它要用在文件名里，前后不能是英文句点，请删去")
    if _RESERVED.fullmatch(found):
        raise NotAllowedError("它要用在文件名里，而这个名称是 Windows 保留的，请换一个")
    return found


def needed(parse: Parse) -> Parse:
    """Return what takes the same, but for a blank text."""

    def filled(value: Any) -> Any:
        found = parse(value)
        if not found:
            raise NotAllowedError("不能空着，请填写")
        return found

    return filled


def phone(value: Any) -> str:
    """Take a telephone number, which may be written without quotation marks."""
    return str(value) if _is_whole(value) and value >= 0 else str(text()(value))


def year(value: Any) -> Decimal:
    """Take a year of four digits."""
    if not _is_whole(value) or not FIRST_YEAR <= value <= LAST_YEAR:
        raise NotAllowedError(f"请写四位数的年度（{FIRST_YEAR}至{LAST_YEAR}），不加引号，不带小数，例如 2023")
    return Decimal(value)


def days(value: Any) -> int:
    """Take a whole number of days within a year; none for a blank text."""
    return 0 if value == "" else int(number(Decimal(0), Decimal(_YEAR_DAYS), whole=True)(value))


def number(least: Decimal, most: Decimal, *, whole: bool = False, hint: str = "") -> Parse:
    """Return what takes a figure within bounds."""
    kind = "整数" if whole else "数字"
    allowed = f"请写{least.normalize():f}至{most.normalize():f}之间的{kind}，不加引号{hint}"

    def parse(value: Any) -> Decimal:
        if not _is_figure(value):
            raise NotAllowedError(allowed)
        found = Decimal(value)
        if not least <= found <= most or (whole and found != found.to_integral_value()):
            raise NotAllowedError(allowed)
        return found

    return parse


def whole(most: int, *, least: int = 0) -> Parse:
    """Return what takes a whole number within bounds."""
    taken = number(Decimal(least), Decimal(most), whole=True)
    return lambda value: int(taken(value))


def address(value: Any) -> str:
    """Take one address of mail, or a blank text."""
    found = str(text()(value))
    if found and not is_address(found):
        raise NotAllowedError("这不是邮箱，请写成 name@example.gov.cn 这样，只写一个")
    return found


def host(value: Any) -> str:
    """Take the name or the number of a server, or a blank text."""
    found = str(text()(value))
    if not re.fullmatch(r"[A-Za-z0-9.:-]*", found):
        raise NotAllowedError('请只写服务器的名字，例如 "smtp.example.gov.cn"，不带 http:// 和端口')
    return found


def choice(options: Sequence[str]) -> Parse:
    """Return what takes one of some texts."""
    allowed = "、".join(f'"{option}"' for option in options)

    def parse(value: Any) -> str:
        found = value.strip() if isinstance(value, str) else None
        if found not in options:
            raise NotAllowedError(f"只能写 {allowed} 中的一个，加英文双引号")
        return str(found)

    return parse


def yes(value: Any) -> bool:
    """Take 是, 否 or nothing."""
    if value not in ("", "是", "否"):
        raise NotAllowedError('只填 "是" 或空着（""）')
    return bool(value == "是")


def day(value: Any) -> date | None:
    """Take a day, as a text or as TOML's own date; None for a blank text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        found: object = value
    elif isinstance(value, str):
        if not value.strip():
            return None
        read = numbers.day(value) if len(value) <= numbers.LONGEST else None
        found = read.value if isinstance(read, numbers.Sure) else None
    else:
        found = None
    if not isinstance(found, date) or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NotAllowedError('请写成 "2024-03-31" 这样的日期')
    return found


def scalar(value: Any) -> Value:
    """Take a text, a figure or a day, whatever the template says of it."""
    if isinstance(value, str):
        return str(text(LONGEST_LINES, lines=True)(value))
    if _is_figure(value):
        return Decimal(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise NotAllowedError("这里只能写一个数字（不加引号）或一段文字（加英文双引号）")


def measure(value: Any) -> Value:
    """Take a figure or a line of text."""
    return Decimal(value) if _is_figure(value) else str(text()(value))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= _HUGE_BITS


def _is_figure(value: Any) -> bool:
    """Whether it is a number that a workbook can hold."""
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value) < numbers.LARGEST
    return _is_whole(value) and abs(value) < numbers.LARGEST
