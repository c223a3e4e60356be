"""Which of a unit's written words answer which finding, and when an answer counts.

Words count when they say something: digits, signs, blanks of every kind, one piece said over and over say nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from perfeval_xl.records.contract import MIN_EXPLANATION
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.rule import shown

SAME_WORDS = "F03"
"""The rule by which a unit that says the same of everything waits for a person to look at it."""
NOTED = "批注 "
"""How the keys of explanations begin that stand in a comment; the cell follows."""
LETTERS, KINDS_OF_LETTERS = 5, 4
"""How many letters and characters an explanation must hold, and how many different ones."""
_SUBJECTS = 3
"""Of how many different things the same must have been said."""
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that Unicode takes for letters or signs, and that show nothing."""


def counting(text: str) -> str:
    """Return an explanation without the blanks around it, or nothing where it does not count."""
    return "" if _why_not(text) else text.strip()


def unsaid(text: str) -> str:
    """Return a sentence on words that do not count as an explanation; nothing where they do or there are none."""
    why = _why_not(text) if text.strip() else ""
    return f"已写的说明“{shown(text.strip())}”{why}，不算说明。" if why else ""


def _why_not(text: str) -> str:
    """Return why words say nothing; nothing where they say something."""
    seen = "".join(filter(_is_seen, text))
    once = _once(seen)
    letters = [char for char in once if unicodedata.category(char)[0] == "L"]
    if len(seen) < MIN_EXPLANATION:
        return f"不足{MIN_EXPLANATION}个字"
    if len(once) < MIN_EXPLANATION or len(set(letters)) < KINDS_OF_LETTERS:
        return "只是重复，没有写出原因" if letters else "只有数字、符号，没有写出原因"
    return "" if len(letters) >= LETTERS else "只有数字、符号，没有写出原因"


def _is_seen(char: str) -> bool:
    return unicodedata.category(char)[0] not in "ZC" and char not in _BLANK_LETTERS


def _once(text: str) -> str:
    """Return the piece that a text repeats from its beginning to its end; all of it where it repeats none."""
    again = (text + text).find(text, 1) if text else 0
    return text[:again]


def answered(findings: Iterable[Finding], explanations: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return findings with what the unit wrote against them: on the list that went back, or in a cell's comment.

    `explanations` are by the findings' keys, those of comments by `NOTED` and the cell. Only what may be explained
    is: an error is to be corrected. Words that do not count are told.
    """
    return tuple(_answered(finding, explanations) for finding in findings)


def _answered(finding: Finding, explanations: Mapping[str, str]) -> Finding:
    if finding.level is not Level.WARNING or finding.explanation:
        return finding
    written, noted = explanations.get(finding.key, ""), explanations.get(f"{NOTED}{finding.place}", "")
    text = counting(written) or counting(noted)
    told = "" if text else unsaid(written)
    return replace(finding, explanation=text, message=finding.message + told) if text or told else finding


def same_words(findings: Iterable[Finding]) -> Finding | None:
    """Return a finding where a unit says the same of all that it explains, and of more than two things."""
    explained = [one for one in findings if one.level is Level.WARNING and one.explanation]
    said = {"".join(char for char in one.explanation if char.isalpha()) for one in explained}
    subjects = {(one.rule, one.label) for one in explained}
    if len(said) != 1 or len(subjects) < _SUBJECTS:
        return None
    text = explained[0].explanation
    message = (
        f"{len(subjects)}个不同的问题，说明都是“{shown(text)}”，存疑，由财政部门审定。"
        "各条的原因不同的，请分别写明。"
    )
    return Finding(SAME_WORDS, Level.WARNING, message, None, explained[0].unit, label="说明", value=text)
