"""How a workbook's own formulas tell whether an explanation says something, as reading it back does.

`records/answers.py` is the rule. Here it is in functions that every program has. None of them knows what a letter
is, so blanks, digits and signs are taken away by name, and what is left is letters. A sign that is not named
counts as one here; reading back has the last word.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from perfeval_xl.records.answers import KINDS_OF_LETTERS, LETTERS
from perfeval_xl.records.contract import MIN_EXPLANATION

if TYPE_CHECKING:
    from collections.abc import Iterable

_BREAKS = tuple(f"CHAR({code})" for code in (9, 10, 13))
_BLANKS = (
    *(" ", "\u00a0", "\u00ad", "\u115f", "\u1160", "\u1680", "\u180e"),
    *(chr(code) for code in range(0x2000, 0x2010)),
    *("\u202f", "\u205f", "\u2060", "\u2800", "\u3000", "\u3164", "\ufeff", "\uffa0"),
)
"""Without those that are no part of a text of ours (`admission/texts.py`): a formula may not hold them either."""
_DIGITS = "0123456789０１２３４５６７８９"
_ASCII_SIGNS = "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_CHINESE_SIGNS = "，。、；：？！“”‘’（）《》〈〉【】〔〕「」—–…·•～￥％＋－＝／＊＃＆＿｜±×÷°※★☆●○■□◆△→√①②③④⑤"


def seen(cell: str) -> str:
    """Return the formula that gives the words in a cell without blanks of any kind."""
    return without(cell, (*_BREAKS, *map(_quoted, _BLANKS)))


def without_digits(cell: str) -> str:
    """Return the formula that gives a text without digits and the signs of a keyboard."""
    return without(cell, ('""""', *map(_quoted, _DIGITS + _ASCII_SIGNS)))


def without_signs(cell: str) -> str:
    """Return the formula that gives a text without the signs of Chinese writing."""
    return without(cell, map(_quoted, _CHINESE_SIGNS))


def without(text: str, pieces: Iterable[str]) -> str:
    """Return a text expression from which other text expressions are taken away, wherever they stand."""
    return reduce(lambda left, piece: f'SUBSTITUTE({left},{piece},"")', pieces, text)


def says_something(seen_cell: str, letters_cell: str) -> str:
    """Return the condition that a text says something, from what of it is seen and which letters it has.

    The piece that a text repeats from beginning to end is as long as the place where the text, written twice,
    begins again.
    """
    piece = f"FIND({seen_cell},{seen_cell}&{seen_cell},2)-1"
    return (
        f"IF(LEN({seen_cell})<{MIN_EXPLANATION},FALSE,AND({piece}>={MIN_EXPLANATION},"
        f"LEN({letters_cell})*({piece})>={LETTERS}*LEN({seen_cell}),"
        f"LEN({_after_kinds(letters_cell, KINDS_OF_LETTERS - 1)})>0))"
    )


def _after_kinds(text: str, kinds: int) -> str:
    """Return what is left of a text without the first so many kinds of its letters."""
    for _ in range(kinds):
        text = f'SUBSTITUTE({text},LEFT({text},1),"")'
    return text


def _quoted(char: str) -> str:
    return f'"{char}"'
