"""What a text must be to stand in a cell: which characters, and how many, Excel takes."""

from __future__ import annotations

import re

LONGEST = 32_767
"""UTF-16 units that a cell holds, typed or computed: a character beyond U+FFFF counts two, as Excel counts."""

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def units(text: str) -> int:
    """Return how long Excel finds a text, in UTF-16 units."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def fitted(text: str) -> str:
    """Return a text as a cell can hold it; one that is too long is cut and says so at its end."""
    if len(text) <= LONGEST // 2 or units(text) <= LONGEST:
        return text
    told = f"……（原文共{units(text)}字，超过Excel单元格{LONGEST}字的上限，此处截断，全文见原来的文件）"
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (LONGEST - units(told))]
    return kept.decode("utf-16-le", "ignore") + told


def clean(text: str) -> str:
    """Return a text as a cell can hold it: without what XML refuses, and no longer than a cell is."""
    return fitted(text if text.isprintable() else _ILLEGAL.sub("\ufffd", text))


def literal(text: str) -> str:
    """Return a text with what Excel would take for an escaped character, `_x000D_`, escaped itself."""
    return _ESCAPE.sub("_x005F_", text) if "_x" in text else text
