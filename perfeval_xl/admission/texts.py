"""Which characters a text of ours may have, and what becomes of the others when a text comes from outside."""

from __future__ import annotations

import re

_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What other programs take for the end of a line or of a page; Word's line break within a paragraph is one."""
_LOST = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
"""Halves of a character whose other half is gone, and what is no character: something stood there."""
_UNWANTED = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069"
"""Controls, and marks that turn the direction of writing, so that a text reads otherwise than it is."""
_STRANGE = re.compile(f"[{_BREAKS}{_LOST}{_UNWANTED}]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
LOST = "\ufffd"
"""What stands for a character that can't be told any more."""


def admitted(text: str) -> str:
    """Return a text as this program may keep, print and write it: Unicode scalar values, tabs, line ends.

    Halves of a character that stand together become that character, lone ones `LOST`; separators of other
    programs become line ends; controls and marks of direction are left out. What is clean stays the same object.
    """
    if text.isprintable() or not _STRANGE.search(text):
        return text
    return _STRANGE.sub(_replaced, _PAIR.sub(_joined, text))


def told(text: str) -> str:
    """Return which characters of a text are not admitted, as messages name them: `U+0000、U+D800`; '' for none."""
    found = dict.fromkeys(_STRANGE.findall(_PAIR.sub(_joined, text)))
    return "、".join(f"U+{ord(char):04X}" for char in found)


def _joined(match: re.Match[str]) -> str:
    return match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _replaced(match: re.Match[str]) -> str:
    if match[0] in _BREAKS:
        return "\n"
    return LOST if _IS_LOST.match(match[0]) else ""


_IS_LOST = re.compile(f"[{_LOST}]")
