"""What a figure is of: subjects, their synonyms and parts, and the words around them that don't belong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from perfeval_xl.proofread.characters import bare
from perfeval_xl.proofread.word_lists import words
from perfeval_xl.proofread.written_dates import RELATIVE

_MOMENT = re.compile(
    r"(?:(?:19|20)\d{2}|[一二][〇零九]..)\s*年(?:度)?(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)?|\d{1,2}月(?:\d{1,2}日|份|底|末)?"
)
_PARENTHESES = re.compile(r"\([^()]*\)")
_JOINTS = re.compile(r"以及|[、和与及]")
_ENDING = re.compile(r"(?<=..)(?:经费|费用|资金|项目)?(?:支出|开支)$")

_SHORTEST_END = 2
_FUND = re.compile(r"财政拨款(?:安排的?)?$|安排的?$")
_OF_ONE_FUND = frozenset(
    {
        "三公经费",
        "公务接待费",
        "因公出国（境）费",
        "公务用车购置及运行维护费",
        "公务用车购置费",
        "公务用车运行维护费",
    }
)
"""Subjects that are always paid from the general budget, so that 财政拨款 before them says nothing new."""
_WHOSE = re.compile(r"(?:部门|单位|中心|局|委|办|院|校|镇|乡|政府|街道|年度|本年|全年|发生|列支|的)$")
_GRADES = frozenset("优良中差")
_OTHER_THING = re.compile("(?:非|其他|其它|其余|下属|所属|专项|离退休|财政拨款|公共预算|[和及与])$|分项")


@dataclass(frozen=True, slots=True)
class Partition:
    """A whole that consists of `parts`, and of `more` where a unit has them, and of nothing else."""

    whole: str
    parts: tuple[str, ...]
    more: tuple[str, ...]


@cache
def partitions() -> tuple[Partition, ...]:
    """Return the wholes whose parts are known."""
    return tuple(
        Partition(item["whole"], tuple(item["parts"]), tuple(item["more"]))
        for item in words("subjects")["partitions"]
    )


@cache
def known() -> Mapping[str, str]:
    """Return the term for each way of writing a subject, without punctuation."""
    names: dict[str, str] = {}
    for item in words("subjects")["subjects"]:
        names |= {bare(name): item["term"] for name in (item["term"], *item["also"])}
    return names


@cache
def _terms() -> frozenset[str]:
    return frozenset(known().values())


@cache
def _trims() -> tuple[tuple[str, ...], tuple[str, ...]]:
    trim = words("subjects")["trim"]
    return (
        tuple(sorted(trim["before"], key=len, reverse=True)),
        tuple(sorted(trim["after"], key=len, reverse=True)),
    )


@cache
def _known_joined() -> re.Pattern[str]:
    joined = sorted((name for name in known() if _JOINTS.search(name)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, joined)))


def subject(text: str) -> str:
    """Return the subject in the words before a figure; a known one by its term, "" where nothing is left."""
    rest = bare(_PARENTHESES.sub("", _MOMENT.sub("", text)))
    whole = _trimmed(rest)  # 本年支出 is a subject, though 本年 alone is a time
    return whole if whole in _terms() else _trimmed(RELATIVE.sub("", rest))


@cache
def _trimmed(rest: str) -> str:
    """Return the known subject that is left when the fewest words are cut off, else what is left of all."""
    before, after = _trims()
    short = rest.removeprefix("其中")
    if short.rstrip("的") in _GRADES:
        return short.rstrip("的")
    for begun in _cuts(rest, before, str.removeprefix):
        for short in _cuts(begun, after, str.removesuffix):
            name = known().get(short) or known().get(_ENDING.sub("", short)) or _modified(short)
            if name:
                return name
    return "" if short in _empty() else _ENDING.sub("", short)


def _modified(text: str) -> str:
    """Return the known subject that a text ends with, where what stands before only says whose it is."""
    for name, term in _by_length():
        before = text[: -len(name)]
        if text.endswith(name) and (_WHOSE.search(before) or (term in _OF_ONE_FUND and _FUND.search(before))):
            return term
    return ""


@cache
def _by_length() -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            ((name, term) for name, term in known().items() if len(name) > _SHORTEST_END),
            key=lambda pair: -len(pair[0]),
        )
    )


@cache
def _empty() -> frozenset[str]:
    return frozenset(words("subjects")["trim"]["empty"])


def _cuts(text: str, cut: tuple[str, ...], remove: Callable[[str, str], str]) -> Iterator[str]:
    """Yield a text, and again each time that one of the words is cut off it."""
    yield text
    while text:
        shorter = next(
            (short for word in cut if (short := remove(text, word)) != text and not len(short) == len(word) == 1),
            text,
        )
        if shorter == text:
            return
        text = shorter
        yield text


@cache
def _names() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, known()), key=len, reverse=True)))


def names_a_subject(text: str) -> bool:
    """Whether one of the declared subjects is named anywhere in a text."""
    return bool(_names().search(bare(text)))


def is_known(term: str) -> bool:
    """Whether a subject is one of those declared."""
    return bare(term) in known()


def same(one: str, other: str) -> bool:
    """Whether two subjects mean the same thing: equal, or one the end of the other."""
    if one == other:
        return bool(one)
    short, long = sorted((one, other), key=len)
    if len(long) > len(short) and _JOINTS.search(long[: -len(short)]):
        return False
    return len(short) >= _SHORTEST_END and long.endswith(short) and not _OTHER_THING.search(long[: -len(short)])


def listed(text: str) -> tuple[str, ...]:
    """Return the subjects of a list such as 人员经费和日常公用经费; a name that contains 和 stays whole."""
    joined = _known_joined().pattern and _known_joined().search(text)
    if joined:
        inside = (joined[0],) if joined[0] else ()
        return (*listed(text[: joined.start()]), *map(subject, inside), *listed(text[joined.end() :]))
    return tuple(name for name in map(subject, _JOINTS.split(text)) if name)
