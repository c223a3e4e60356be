"""Text that stands twice: paragraphs that are the same, and long runs of words that two paragraphs share."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from perfeval_xl.proofread.characters import fold
from perfeval_xl.proofread.report import Paragraph, Report
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.word_lists import words
from perfeval_xl.records.finding import Finding

_SHORTEST, _GRAM, _RUN = 20, 5, 24
_SAME = 0.85
_TITLE = re.compile("《[^》]*》")


@dataclass(frozen=True, slots=True)
class _Plain:
    """A paragraph without punctuation; `positions` say where each character stands in it."""

    paragraph: Paragraph
    text: str
    positions: tuple[int, ...]


def _plain(paragraph: Paragraph) -> _Plain:
    folded = _TITLE.sub(lambda title: " " * len(title[0]), fold(paragraph.text))
    kept = [(index, character) for index, character in enumerate(folded) if character.isalnum()]
    return _Plain(paragraph, "".join(character for _, character in kept), tuple(index for index, _ in kept))


def repeats(report: Report) -> Iterator[Finding]:
    """Find paragraphs and long passages that stand twice."""
    plain = [item for item in map(_plain, report.body) if len(item.text) >= _SHORTEST]
    doubled = {}
    for later, earlier, share in _doubled(plain):
        doubled[later.paragraph.number] = earlier.paragraph.number
        place = later.paragraph.whole
        yield finding("P29", place, paragraph=earlier.paragraph.number, share=f"{share:.0%}")
    yield from _runs([item for item in plain if item.paragraph.number not in doubled and not _is_heading(item)])


def _is_heading(item: _Plain) -> bool:
    return not re.search("[。;,]", fold(item.paragraph.text))


def _doubled(plain: list[_Plain]) -> Iterator[tuple[_Plain, _Plain, float]]:
    holders: dict[str, list[int]] = defaultdict(list)
    grams: list[set[str]] = []
    for index, item in enumerate(plain):
        own = {item.text[at : at + _GRAM] for at in range(len(item.text) - _GRAM + 1)}
        shared = Counter(holder for gram in own for holder in holders[gram])
        for other, common in shared.most_common(1):
            share = common / len(own | grams[other])
            if share >= _SAME and _same_digits(item.text, plain[other].text):
                yield item, plain[other], share
        grams.append(own)
        for gram in own:
            if len(holders[gram]) < 50:  # a gram that half the report has tells nothing
                holders[gram].append(index)


def _same_digits(one: str, other: str) -> bool:
    return re.findall(r"\d+", one) == re.findall(r"\d+", other)


def _runs(plain: list[_Plain]) -> Iterator[Finding]:
    seen: dict[str, tuple[int, int]] = {}
    for index, item in enumerate(plain):
        longest: dict[int, tuple[int, int]] = {}
        starts = range(len(item.text) - _RUN + 1)
        at = 0
        while at < len(starts):
            other = seen.get(item.text[at : at + _RUN])
            if other is None:
                at += 1
                continue
            length = _common(item.text, at, plain[other[0]].text, other[1])
            if length > longest.get(other[0], (0, 0))[1]:
                longest[other[0]] = (at, length)
            at += max(length - _RUN, 0) + 1
        for other_index, (start, length) in longest.items():
            if _tells(item.text[start : start + length]):
                yield _repeated(item, start, length, plain[other_index].paragraph)
        for at in starts:
            seen.setdefault(item.text[at : at + _RUN], (index, at))


def _common(one: str, start: int, other: str, begin: int) -> int:
    length = 0
    while (
        start + length < len(one) and begin + length < len(other) and one[start + length] == other[begin + length]
    ):
        length += 1
    return length


def _tells(said: str) -> bool:
    """Whether a repetition is worth a word: a thought of its own, no figures, no set phrase, no heading."""
    if re.search(r"\d", said):
        return False
    rest = said
    for phrase in words("wording")["phrases"]["set"]:
        rest = rest.replace(phrase, "")
    return len(rest) >= _RUN


def _repeated(item: _Plain, start: int, length: int, other: Paragraph) -> Finding:
    place = item.paragraph.passage(item.positions[start], item.positions[start + length - 1] + 1)
    return finding("P30", place, paragraph=other.number, word=place.quote[:40])
