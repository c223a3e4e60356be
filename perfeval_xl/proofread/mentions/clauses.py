"""How a paragraph falls into sentences and clauses: brackets of a noun, and brackets that hold a thought."""

from __future__ import annotations

import re
from dataclasses import dataclass

from perfeval_xl.proofread.characters import fold

_NOUN_BRACKETS = re.compile(r"(?<=[一-鿿”])\(([^()\d,;:。、]{1,8})\)(?=[一-鿿])")
_LONGEST_ASIDE = 400
"""Characters; a bracket that stays open longer was forgotten, and holds nothing."""
_ENDS = "。!?"
_CLOSERS = '”」』"'
_ORDINAL = re.compile(
    r"^\s*(?:\(?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)、.]\s*(?!\d)|[①-⑳]\s*|第?[一二三四五六七八九十]是)+"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A paragraph in half-width forms, each character where it was; brackets inside nouns are 〔〕."""

    text: str
    depths: tuple[int, ...]
    """How deep in brackets each character stands."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The words before a figure: `head` is its own clause, `topic` the clauses since the last figure."""

    topic: str
    head: str


def folded(text: str) -> Folded:
    """Return a paragraph ready for reading."""
    plain = _NOUN_BRACKETS.sub(lambda found: f"〔{found[1]}〕", fold(text))
    return Folded(plain, _depths(plain))


def _depths(text: str) -> tuple[int, ...]:
    pairs, waiting = {}, []
    for position, character in enumerate(text):
        if character == "(":
            waiting.append(position)
        elif character == ")" and waiting:
            start = waiting.pop()
            if position - start <= _LONGEST_ASIDE:
                pairs[start] = position
    deep, depths, closing = 0, [], set(pairs.values())
    for position in range(len(text)):
        if position in pairs:
            deep += 1
        depths.append(deep)
        if position in closing:
            deep -= 1
    return tuple(depths)


def sentences(paragraph: Folded) -> tuple[tuple[int, int], ...]:
    """Return start and end of each sentence; a full stop in brackets ends none."""
    text, found, start, position = paragraph.text, [], 0, 0
    while position < len(text):
        if text[position] in _ENDS and not paragraph.depths[position]:
            while position + 1 < len(text) and text[position + 1] in _ENDS + _CLOSERS:
                position += 1
            found.append((start, position + 1))
            start = position + 1
        position += 1
    found.append((start, len(text)))
    return tuple((begin, end) for begin, end in found if text[begin:end].strip())


def without_number(text: str) -> str:
    """Return a text without the number of a list that it begins with: (一), 1., 二是."""
    return _ORDINAL.sub("", text)


def clause(lead: str) -> Clause:
    """Cut the words before a figure into its own clause and those before."""
    plain = _ORDINAL.sub("", lead).rstrip("( ")  # 人员经费（161.21万元） is of 人员经费
    cut = max(plain.rfind(mark) for mark in ",;:()。")
    return Clause(plain[: cut + 1], _ORDINAL.sub("", plain[cut + 1 :]))
