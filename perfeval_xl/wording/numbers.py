"""How figures are written by hand: which spellings of a number or a date are certain, which have two readings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto
from functools import lru_cache

NOT_APPLICABLE = "不适用"
"""The answer of a unit that does not have the thing; neither zero nor blank."""
LARGEST = Decimal(10) ** 15
"""Excel keeps 15 digits; anything from here on is not exact any more."""
LONGEST = 100
"""Characters that a spelling of a figure may have."""

INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2066\u2067\u2068\u2069\ufeff\u00ad"
)
_SPACES = " \t\r\n\u00a0\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_SPACE = re.escape(_SPACES)
_INVISIBLE_CHARACTERS, _AT_EDGES = frozenset(INVISIBLE), frozenset(INVISIBLE + _SPACES)
_EDGES = re.compile(rf"^[{_SPACE}{INVISIBLE}]+|[{_SPACE}{INVISIBLE}]+$")
_UNSEEN = re.compile(rf"[{INVISIBLE}]")

ABSENT = frozenset(
    {NOT_APPLICABLE, "无", "—", "－", "-", "--", "——", "–", "―", "/", "／", "\\", "N/A", "n/a", "NA", "不涉及"}
)
"""Spellings of "we do not have this", when they are all that a cell holds."""


class Spelling(Enum):
    """What may stand around the digits of a figure: a unit, a currency and a scale, or a sign for per cent."""

    PLAIN = auto()
    MONEY = auto()
    RATE = auto()


@dataclass(frozen=True, slots=True)
class Sure:
    """A spelling with one reading. `how` says what was done to read it, '' when nothing.

    `rescaled` is whether it was written in another unit than the field's.
    """

    value: Decimal | date | str
    how: str = ""
    rescaled: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """A spelling with no reading, or with several: then `why` says which."""

    why: str = ""
    ambiguous: bool = False


def stripped(text: str) -> str:
    """Return a text without what cannot be seen at its ends: spaces of all widths, zero-width characters."""
    if text.isascii():
        return text.strip()
    return _EDGES.sub("", text) if text[0] in _AT_EDGES or text[-1] in _AT_EDGES else text


def unseen(text: str) -> bool:
    """Whether a stripped text holds characters that cannot be seen."""
    return not _INVISIBLE_CHARACTERS.isdisjoint(text)


# --- numbers --------------------------------------------------------------------------------------------------

_SCALES = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "百万元": Decimal(10) ** 6,
    "亿元": Decimal(10) ** 8,
}
_BARE_SCALES = ("百万", "千万", "万", "亿", "千", "百", "k", "w")
_SPELLINGS = {
    "m2": "㎡", "m^2": "㎡", "平方米": "㎡", "平米": "㎡", "平方": "㎡", "㎡": "㎡",
    "人": "人", "名": "人", "人次": "人次", "个": "个", "辆": "辆", "台": "辆", "户": "户", "项": "项", "分": "分",
}  # fmt: skip
_CURRENCY = re.compile(r"^(?:人民币|rmb|cny|[¥￥])\s*", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]*)?")
_POWER = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}")
_FIGURE = re.compile(r"([+-]?[0-9.,][0-9., ]*(?:[eE][+-]?[0-9]+)?)\s*([^0-9].*)?")
_VAGUE = re.compile(r"[约近余多左右上下超不足≈~～<>≤≥]|以上|以下|以内|大概")


def number(raw: str) -> Decimal:
    """Return the number that a program stored, in the shortest decimal that it stands for."""
    if len(raw) < 16 and "E" not in raw and "e" not in raw:
        return Decimal(raw.removesuffix(".0"))  # so few digits survive being stored as a float
    stored = float(raw)
    if abs(stored) < LARGEST and stored.is_integer():
        return Decimal(int(stored))
    return Decimal(repr(stored))


def figure(text: str, spelling: Spelling, unit: str) -> Sure | Unsure:
    """Read a number written as text into the field's unit; a rate becomes a fraction."""
    if len(text) > LONGEST:
        return Unsure()
    steps: list[str] = []
    plain = _narrowed(stripped(text), steps)
    plain, negative = _unbracketed(plain, steps)
    plain = _uncurrencied(plain, spelling, steps)
    match = _FIGURE.fullmatch(plain)
    if not match:
        return _not_a_figure(plain)
    digits = _digits(match[1].strip(), steps)
    if isinstance(digits, Unsure):
        return digits
    if negative:
        if digits < 0:
            return Unsure("括号和负号同时出现", ambiguous=True)
        digits = -digits
    return _scaled(digits, (match[2] or "").strip(), spelling, unit, steps)


def _narrowed(text: str, steps: list[str]) -> str:
    """Return a spelling in half-width characters without invisible ones."""
    if text.isascii():
        return text
    visible = _UNSEEN.sub("", text)
    if visible != text:
        steps.append("去掉看不见的字符")
    narrow = re.sub(
        rf"[{_SPACE}]+", " ", unicodedata.normalize("NFKC", visible).replace("−", "-").replace("–", "-")
    )
    if any(char in visible for char in "０１２３４５６７８９．，－＋％"):
        steps.append("全角改半角")
    return narrow


def _unbracketed(text: str, steps: list[str]) -> tuple[str, bool]:
    match = re.fullmatch(r"\(\s*(.+?)\s*\)(.*)", text)
    if not match or not re.match(r"[-+0-9.¥￥]", match[1]):
        return text, False
    steps.append("括号表示负数")
    return match[1] + match[2], True


def _uncurrencied(text: str, spelling: Spelling, steps: list[str]) -> str:
    sign = "-" if text.startswith("-") else ""
    bare = _CURRENCY.sub("", text[len(sign) :])
    if spelling is not Spelling.MONEY or sign + bare == text:
        return text
    steps.append("去掉货币符号")
    return sign + bare


def _not_a_figure(text: str) -> Unsure:
    if re.search(r"[0-9]", text):
        if _VAGUE.search(text):
            return Unsure("，不是一个确定的数")
        return Unsure("，数字之外还有其他文字")
    return Unsure()


def _digits(text: str, steps: list[str]) -> Decimal | Unsure:
    """Read digits with separators."""
    for pattern, separator, step in _WRITINGS:
        if pattern.fullmatch(text):
            if step:
                steps.append(step)
            return Decimal(text.replace(separator, "") if separator else text)
    if " " in text:
        return Unsure("数字中间有空格", ambiguous=True)
    if re.search(r"[eE]", text):
        return Unsure("科学记数法的指数不合常理", ambiguous=True)
    return Unsure("逗号和小数点的位置不合常规", ambiguous=True)


_WRITINGS = (
    (_PLAIN, "", ""),
    (_GROUPED, ",", "去掉千分位"),
    (_SPACED, " ", "去掉空格"),
    (_POWER, "", "科学记数法"),
)


def _scaled(digits: Decimal, suffix: str, spelling: Spelling, unit: str, steps: list[str]) -> Sure | Unsure:
    if spelling is Spelling.RATE:
        return _rate(digits, suffix, steps)
    if not suffix:
        return Sure(digits, _told(steps) or "文字改数字")
    if spelling is Spelling.MONEY:
        return _money(digits, suffix, unit, steps)
    if _SPELLINGS.get(suffix, suffix) == unit:
        return Sure(digits, _told([*steps, "去掉单位"]))
    return _foreign_suffix(suffix)


def _foreign_suffix(suffix: str) -> Unsure:
    """Say what is wrong with what follows the digits."""
    if suffix in ("%", "‰"):
        return Unsure("是百分比，这里要填数字", ambiguous=True)
    if suffix in _BARE_SCALES or suffix in _SCALES:
        return Unsure(f"带有“{suffix}”", ambiguous=True)
    if suffix in _SPELLINGS:
        return Unsure(f"单位是“{suffix}”", ambiguous=True)
    if _VAGUE.search(suffix):
        return Unsure("，不是一个确定的数")
    return Unsure("，数字之外还有其他文字")


def _told(steps: list[str]) -> str:
    return "、".join(dict.fromkeys(steps))


def _rate(digits: Decimal, suffix: str, steps: list[str]) -> Sure | Unsure:
    if suffix == "%":
        return Sure(digits / 100, _told([*steps, "百分比"]))
    if suffix == "‰":
        return Sure(digits / 1000, _told([*steps, "千分比"]))
    if suffix:
        return Unsure("，数字之外还有其他文字")
    if digits == 0:
        return Sure(digits, _told(steps) or "文字改数字")
    return Unsure("没有百分号，看不出是比率还是百分数", ambiguous=True)


def _money(digits: Decimal, suffix: str, unit: str, steps: list[str]) -> Sure | Unsure:
    suffix = suffix.removesuffix("整").removesuffix("人民币").strip()
    if suffix in _BARE_SCALES:
        typed = f"{plain_text(digits)}{suffix}"
        return Unsure(f"没有写“元”，可能是 {typed}元，也可能是 {typed}个“{unit}”", ambiguous=True)
    if suffix not in _SCALES or unit not in _SCALES:
        if _VAGUE.search(suffix):
            return Unsure("，不是一个确定的数")
        return Unsure("，数字之外还有其他文字")
    if suffix == unit:
        return Sure(digits, _told([*steps, "去掉单位"]))
    return Sure(digits * _SCALES[suffix] / _SCALES[unit], _told([*steps, "换算单位"]), rescaled=True)


# --- dates ----------------------------------------------------------------------------------------------------

_CHINESE_DIGITS = {
    **{char: index for index, char in enumerate("〇一二三四五六七八九")},
    "零": 0,
    "○": 0,
}
_TIME = r"(?:[T ]\s*0{1,2}:00(?::00(?:\.0+)?)?Z?)?"
_YEAR_FIRST = re.compile(r"([0-9]{4})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})" + _TIME)
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?" + _TIME)
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?")
_NO_DAY = re.compile(r"[0-9]{4}[-/.年][0-9]{1,2}月?")
_NO_YEAR = re.compile(r"[0-9]{1,2}[-/.月][0-9]{1,2}[日号]?")
_CHINESE_DATE = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
EARLIEST_SERIAL, LATEST_SERIAL = 1, 73_050
"""1900-01-01 and 2099-12-31 as Excel counts days."""


def day(text: str) -> Sure | Unsure:
    """Read a date written as text."""
    steps: list[str] = []
    plain = re.sub(r"\s+", " ", _narrowed(stripped(text[: LONGEST + 1]), steps))
    if len(text) > LONGEST:
        return Unsure()
    written = _western_digits(plain)
    for pattern in (_YEAR_FIRST, _YEAR_MONTH_DAY, _COMPACT):
        match = pattern.fullmatch(written)
        if match:
            year, month, date_ = (int(part) for part in match.groups())
            return _dated(year, month, date_, "" if _canonical(plain) and not steps else "日期写法")
    match = _YEAR_LAST.fullmatch(written)
    if match:
        return _year_last(int(match[1]), int(match[3]), int(match[4]))
    return _half_date(written)


def _canonical(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text))


def _western_digits(text: str) -> str:
    """Return 二〇二四年三月十五日 as 2024年3月15日; other texts as they are."""
    match = _CHINESE_DATE.fullmatch(text)
    if not match:
        return text
    year = "".join(str(_CHINESE_DIGITS[char]) for char in match[1])
    return f"{year}年{_small(match[2])}月{_small(match[3])}日"


def _small(text: str) -> int:
    """Return 二十三 as 23."""
    tens, mark, ones = text.rpartition("十")
    if not mark:
        return int("".join(str(_CHINESE_DIGITS[char]) for char in text))
    return (_CHINESE_DIGITS[tens[-1]] if tens else 1) * 10 + (_CHINESE_DIGITS[ones[-1]] if ones else 0)


def _dated(year: int, month: int, date_: int, how: str) -> Sure | Unsure:
    try:
        return Sure(date(year, month, date_), how)
    except ValueError:
        return Unsure("，没有这一天")


def _year_last(first: int, second: int, year: int) -> Sure | Unsure:
    if first == second or first > 12 >= second:
        return _dated(year, second, first, "日期写法")
    if second > 12 >= first:
        return _dated(year, first, second, "日期写法")
    return Unsure(f"可能是 {first} 月 {second} 日，也可能是 {second} 月 {first} 日", ambiguous=True)


def _half_date(text: str) -> Unsure:
    if _SHORT_YEAR.fullmatch(text):
        return Unsure("年份只有两位", ambiguous=True)
    if _NO_DAY.fullmatch(text):
        return Unsure("没有写明是哪一天", ambiguous=True)
    if _NO_YEAR.fullmatch(text):
        return Unsure("没有写明年份", ambiguous=True)
    return Unsure()


def serial_day(serial: Decimal, epoch_1904: bool) -> Sure | Unsure:
    """Read Excel's count of days; a number of eight digits is a date written without separators."""
    whole = int(serial.to_integral_value(rounding="ROUND_FLOOR")) if abs(serial) < LARGEST else 0
    compact = _COMPACT.fullmatch(str(whole))
    if compact:
        return _dated(int(compact[1]), int(compact[2]), int(compact[3]), "日期写法")
    if not EARLIEST_SERIAL <= whole <= LATEST_SERIAL:
        return Unsure("，不是日期")
    if whole == 60 and not epoch_1904:
        return Unsure("，没有这一天（1900 年 2 月 29 日）")
    if 1900 <= whole <= 2100 and whole == serial:
        return Unsure("只像一个年份，没有月和日", ambiguous=True)
    if epoch_1904:
        return Sure(date(1904, 1, 1) + timedelta(whole))
    return Sure(date(1899, 12, 31 if whole < 60 else 30) + timedelta(whole))


# --- how a number is shown ------------------------------------------------------------------------------------

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


_SECTION, _THOUSAND = ";", Decimal(1000)
_FALSE_POINT = re.compile(r'[0#?](?:!|\\)\.[0#?]|[0#?]"\."[0#?]')
"""A point that is only printed between digits: `0!.0000` shows 123456 as 12.3456."""
_PLAIN_TEXTS = re.compile(r'"[^"]*"|\\.|!.|\[[^\]]*\]|_.|\*.')
_COMMAS = re.compile(r"[0#?.](,+)(?![0#?,])")
"""Commas behind the last digit: each divides what is shown by a thousand."""


@lru_cache(maxsize=2_000)
def divisor(number_format: str) -> Decimal:
    """Return by how much a number format divides what it shows of a number; 1 where it shows it as it is.

    A point that is only printed divides by ten for each digit after it, a comma behind the digits by a thousand.
    """
    code = number_format.partition(_SECTION)[0]
    point = _FALSE_POINT.search(code)
    by = Decimal(1)
    if point:
        after = _PLAIN_TEXTS.sub("", code[point.end() - 1 :]).partition(".")[0]
        by *= Decimal(10) ** sum(char in "0#?" for char in after)
    for commas in _COMMAS.findall(_PLAIN_TEXTS.sub("", code)):
        by *= _THOUSAND ** len(commas)
    return by


@lru_cache(maxsize=2_000)
def look(number_format: str) -> str:
    """Return what a number format makes of a number: 'date', 'percent', 'divided', or ''."""
    if number_format in ("General", "@", "0", "0.00"):
        return ""
    if divisor(number_format) != 1:
        return "divided"
    code = _QUOTED.sub("", number_format.partition(";")[0]).lower()
    if "%" in code:
        return "percent"
    if re.search(r"[yd年日]|m+(?![a-z])", code) and not re.search(r"general", code):
        return "date"
    return "date" if re.search(r"h|s", code) and not re.search(r"general", code) else ""


def as_shown(value: Decimal, number_format: str, epoch_1904: bool) -> str:
    """Return a number in a text field as its cell shows it: 0.95 as 95%, 45291 as 2023-12-31, 42 as 000042."""
    seen = look(number_format)
    if seen == "percent":
        return f"{plain_text(value * 100)}%"
    if seen == "date":
        read = serial_day(value, epoch_1904)
        if isinstance(read, Sure):
            return str(read.value)
    places = _ZEROS.fullmatch(number_format)
    if places and value >= 0 and value == value.to_integral_value():
        return plain_text(value).zfill(len(places[1]))
    return plain_text(value)


_ZEROS = re.compile(r"(0+)(?:_.|;.*)*")
"""The format of codes that begin with zeros; it may leave some room behind, or say how other numbers look."""


def plain_text(value: Decimal) -> str:
    """Return a number without exponent and without needless zeros."""
    if value == value.to_integral_value():
        return str(value.quantize(Decimal(1))) if abs(value) < LARGEST else str(value)
    return f"{value.normalize():f}"
