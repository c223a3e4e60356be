"""Characters: folding full-width and look-alike forms without moving anything, sentences, Chinese numerals."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

_FOLDED = (range(0x2000, 0x2010), range(0x2E80, 0x2FE0), range(0x3000, 0x3001), range(0xFE30, 0xFFEF), (0xA0,))
_ALIKE = {"−": "-", "–": "-", "○": "〇", "\t": " ", "\n": "。", "﹦": "=", "•": "·"}


def _table() -> dict[int, str]:
    folded = {}
    for code in (code for codes in _FOLDED for code in codes):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            folded[code] = plain
    return folded | {ord(character): plain for character, plain in _ALIKE.items()}


_TABLE = _table()
_SENTENCE = re.compile(r"[^。!?]*[。!?]*[”」』\"]?")
_DIGITS = {digit: value for value, row in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆",
                                                     "七柒", "八捌", "九玖")) for digit in row}  # fmt: skip
_POWERS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
NUMERAL = "[零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]"
"""One character of a number written in Chinese."""


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the text in half-width forms, each character where it was; a line break ends a sentence."""
    return text.translate(_TABLE)


def sentences(folded: str) -> tuple[tuple[int, int], ...]:
    """Return start and end of each sentence of a folded paragraph."""
    return tuple(match.span() for match in _SENTENCE.finditer(folded) if match[0].strip())


def bare(text: str) -> str:
    """Return what remains of a text when spaces, punctuation and quotes are taken out."""
    return re.sub(r"[\W_]+", "", fold(text))


def chinese_number(numeral: str) -> Decimal | None:
    """Return the value of 三百二十一, 二〇二三 or 三十五点五; None where it is not a number."""
    whole, point, fraction = numeral.partition("点")
    value = _chinese_whole(whole)
    if value is None or (point and not all(digit in _DIGITS for digit in fraction)):
        return None
    return Decimal(f"{value}.{''.join(str(_DIGITS[digit]) for digit in fraction)}") if point else Decimal(value)


def _chinese_whole(numeral: str) -> int | None:
    if not numeral:
        return None
    if len(numeral) > 1 and all(character in _DIGITS for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _POWERS:
            section += (digit or 1) * _POWERS[character]
            digit = 0
        elif character in _MYRIADS:
            total += (section + digit) * _MYRIADS[character]
            section = digit = 0
        else:
            return None
    return total + section + digit


def chinese_numeral(number: int) -> str:
    """Return 1 to 99 as headings count: 一, 十二, 二十."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")
