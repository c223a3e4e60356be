"""Which characters may reach a screen or a store as they are, and how the others are shown."""

from __future__ import annotations

import re
import unicodedata

_STRANGE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Controls, invisible formats such as turned writing, halves of characters, separators of lines."""
_BYTES = range(0xDC80, 0xDD00)
"""What Python reads for bytes of a name that are not in the system's encoding."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEPT = "\n\t"


def is_strange(char: str) -> bool:
    """Whether a character is invisible, steers what shows it, or is no character at all."""
    return unicodedata.category(char) in _STRANGE or _is_no_character(ord(char))


def _is_no_character(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def visible(text: str) -> str:
    """Return a text with each strange character as its code: `[001B]`, a byte that is no text as `[字节B2]`."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    if not is_strange(char):
        return char
    code = ord(char)
    return f"[字节{code - 0xDC00:02X}]" if code in _BYTES else f"[{code:04X}]"


def one_line(text: str) -> str:
    """Return a text as a line shows it: its own ends of lines as ↵, strange characters as codes."""
    if text.isprintable():
        return text
    return visible(text.replace("\r\n", "↵").replace("\n", "↵").replace("\t", " "))


def printable(text: str) -> str:
    """Return a text of several lines with all strange characters but the ends of lines and tabs as codes."""
    if text.isprintable():
        return text
    return "".join(char if char in _KEPT else _visible(char) for char in text.replace("\r\n", "\n"))


def whole(text: str) -> str:
    """Return a text of whole characters only, as every encoding of Unicode can hold it: halves become U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def json_safe(text: str) -> str:
    """Return JSON whose strings hold strange characters as escapes: the same data, harmless on a screen.

    JSON itself never leaves a control raw within a string, so what stands raw and strange is text, or the end of a
    line between the values.
    """
    sound = whole(text)
    return "".join(char if char == "\n" or not is_strange(char) else _escaped(char) for char in sound)


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
