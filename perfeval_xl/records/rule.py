"""What a rule is that the program declares itself, and how its sentences show what was found.

Rules of a template are checks of its board; these are the others: of reading, and of comparing submissions.
"""

from __future__ import annotations

from dataclasses import dataclass

from perfeval_xl.records.finding import Level

WRONG_UNIT = "A00"
"""The rule by which a whole return is said to be in another unit of money: what else differs follows from it."""
MISSING = "F01"
"""The rule by which a required cell is said to be blank."""
LONGEST_QUOTE = 60
"""Characters of a cell that a message shows; the finding's `value` has them all."""

_HIDDEN = {
    "\u00a0": "␣",
    "\u200b": "[零宽空格]",
    "\u200c": "[零宽字符]",
    "\u200d": "[零宽字符]",
    "\u2060": "[零宽字符]",
    "\ufeff": "[零宽字符]",
    "\u3000": "[全角空格]",
    "\t": "[制表符]",
    "\r": "",
    "\n": "↵",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that the program itself declares; `found` and `remedy` have places for what was found."""

    code: str
    level: Level
    title: str
    found: str
    remedy: str
    why: str
    right: str
    wrong: str


def shown(text: str) -> str:
    """Return a text as messages quote it: one line, hidden characters made visible, not too long."""
    visible = "".join(_HIDDEN.get(char, char if char.isprintable() else f"[{ord(char):04X}]") for char in text)
    return visible if len(visible) <= LONGEST_QUOTE else visible[: LONGEST_QUOTE - 1] + "…"
