"""Whose texts are nearly the same: 5-grams compared by Jaccard's index, and the passages that two have in common.

A few hundred units are compared each with each; for more MinHash finds the pairs that are worth comparing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import rensa

from perfeval_xl.records.known import Texts
from perfeval_xl.records.submission import Key

GRAM = 5
LEAST_TEXT = 120
"""Characters that a unit must have written to be compared at all."""
_EXACT_UP_TO = 150
_SEED = 20240331
_PERMUTATIONS = 256
_NAMED = 3
"""Of so many of the most similar units a finding speaks."""
_PASSAGES, _LEAST_PASSAGE, _QUOTED = 3, 12, 40


@dataclass(frozen=True, slots=True)
class Alike:
    """Another unit with nearly the same texts: how much of both together is the same."""

    other: str
    share: float


def alike(written: Mapping[str, Texts], least: float) -> dict[str, tuple[Alike, ...]]:
    """Return by code the most similar others, whose share is above `least`, the most similar first."""
    wholes = {code: whole for code, texts in written.items() if len(whole := _whole(texts)) >= LEAST_TEXT}
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for first, second, share in _pairs(wholes, least):
        found[first].append((share, second))
        found[second].append((share, first))
    return {
        code: tuple(
            Alike(other, share)
            for share, other in sorted(found[code], key=lambda pair: (-pair[0], pair[1]))[:_NAMED]
        )
        for code in wholes
        if code in found
    }


def likeness(texts: Texts, others: Texts) -> float:
    """Return Jaccard's index of two units' texts; 0 where one is too short to be compared."""
    first, second = _whole(texts), _whole(others)
    if min(len(first), len(second)) < LEAST_TEXT:
        return 0.0
    return _jaccard(_grams(first), _grams(second))


def common(texts: Texts, others: Texts) -> tuple[tuple[Key, str], ...]:
    """Return the longest passages of `texts` that stand in `others` too, each with where it stands."""
    elsewhere = _whole(others)
    grams = _grams(elsewhere)
    passages = [(key, passage) for key, text in texts for passage in _shared(text, grams, elsewhere)]
    return tuple(sorted(passages, key=lambda passage: -len(passage[1]))[:_PASSAGES])


def quoted(passages: Iterable[tuple[Key, str]]) -> str:
    """Return passages as a message quotes them."""
    texts = (passage if len(passage) <= _QUOTED else passage[: _QUOTED - 1] + "…" for _, passage in passages)
    return "、".join(f"“{text}”" for text in texts)


def _whole(texts: Texts) -> str:
    return "\n".join("".join(text.split()) for _, text in texts)


def _grams(text: str) -> set[str]:
    return {text[start : start + GRAM] for start in range(len(text) - GRAM + 1)}


def _jaccard(first: set[str], second: set[str]) -> float:
    shared = len(first & second)
    together = len(first) + len(second) - shared
    return shared / together if together else 0.0


def _pairs(wholes: Mapping[str, str], least: float) -> Iterator[tuple[str, str, float]]:
    """Give every pair above `least` with its exact share; only the closest of each unit where there are many."""
    if len(wholes) <= _EXACT_UP_TO:
        grams = {code: _grams(text) for code, text in wholes.items()}
        for first, second in combinations(grams, 2):
            if (share := _jaccard(grams[first], grams[second])) > least:
                yield first, second, share
        return
    for first, second in sorted(_likely_pairs(wholes, least)):
        if (share := _jaccard(_grams(wholes[first]), _grams(wholes[second]))) > least:
            yield first, second, share


def _likely_pairs(wholes: Mapping[str, str], least: float) -> set[tuple[str, str]]:
    """Return the pairs whose sketches agree in a band: for each unit those that look the most similar."""
    codes = list(wholes)
    rows = _rows(least)
    bands = _PERMUTATIONS // rows
    sketches = []
    for text in wholes.values():
        sketch = rensa.RMinHash(bands * rows, _SEED)
        sketch.update([text[start : start + GRAM] for start in range(len(text) - GRAM + 1)])
        sketches.append(sketch)
    index = rensa.RMinHashLSH(least, bands * rows, bands)
    index.insert_pairs(list(enumerate(sketches)))
    pairs = set()
    for number, near in enumerate(index.query_all(sketches)):
        others = [other for other in near if other != number]
        others.sort(key=lambda other: (-sketches[number].jaccard(sketches[other]), other))
        for other in others[: 2 * _NAMED]:
            pairs.add((codes[min(number, other)], codes[max(number, other)]))
    return pairs


def _rows(least: float) -> int:
    """Return rows of a band so that a pair at the threshold is missed less than once in fifty times."""
    return next((rows for rows in (4, 3, 2) if (1 - least**rows) ** (_PERMUTATIONS // rows) < 0.02), 1)


def _shared(text: str, grams: set[str], elsewhere: str) -> Iterator[str]:
    """Give the passages of a text whose every 5-gram stands in the other's texts, as long as they go together."""
    text = "".join(text.split())
    if text in elsewhere and len(text) >= _LEAST_PASSAGE:
        yield text
        return
    start = 0
    while start <= len(text) - GRAM:
        end = start
        while (
            end <= len(text) - GRAM and text[end : end + GRAM] in grams and text[start : end + GRAM] in elsewhere
        ):
            end += 1
        if end > start:
            passage = text[start : end + GRAM - 1].strip("，。；、：！？")
            if len(passage) >= _LEAST_PASSAGE:
                yield passage
        start = end + GRAM - 1 if end > start else start + 1
