"""What words claim of figures (as much as last year, more than planned, a grade, a rank), held against them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from perfeval_xl.proofread.calculation import slack
from perfeval_xl.proofread.characters import chinese_number, fold
from perfeval_xl.proofread.figures import SCORE
from perfeval_xl.proofread.mentions import Basis, Mention, Role
from perfeval_xl.proofread.relations.index import PLANS, Index, elsewhere
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.verdict import Verdict, softened

if TYPE_CHECKING:
    from perfeval_xl.proofread.report import Paragraph

_FLAT = re.compile(
    r"(?:与|同|和|较|比)(?P<of>上年度?|去年|上一年|(?:19|20)\d\d年(?:度)?(?:年初)?(?:预算)?|年初预算|预算|计划|上年同期)[^,;。()]{0,8}?(?:持平|一致|相同|相等|无增减|没有变化|无变化)"
)
_MORE = re.compile(
    r"(?:决算|支出|执行|实际|完成)(?:数|额|支出)?(?:为)?(?P<word>大于|小于|高于|低于|多于|少于|超过|等于|未超过)(?:了)?(?P<of>年初预算|调整后?预算|全年预算|预算|上年|去年)(?:数|决算数|决算|支出)?"
)
_HIGHER = re.compile(
    r"(?P<word>高于|低于|大于|小于|多于|少于)(?:了)?(?:(?:19|20)\d\d年(?:度)?|上年|去年|年初预算|预算|计划|目标)[^,;。\d]{0,6}$"
)
_BESIDE = re.compile(
    r"(?P<word>高于|低于|大于|小于|多于|少于|超过|未达到|未超过|不足)(?:了)?(?:(?:本|当|全)?年度?|年初|调整后?|实际|核定|下达)?的?"
    r"(?:收入|支出|预算控制数|预算数?|控制数|计划数?|限额|标准|任务数?|目标值?|编制数?|合同价|概算|批复数?)(?:总额|合计|数|额)?\s*(?=\d)"
)
_RANKED_OF = re.compile(
    r"(?P<count>\d{1,3})\s*个[^,;。\d]{1,16}[中里][^;。\d]{0,20}(?P<last>第\s*(?P<rank>\d{1,3}|[一二三四五六七八九十]{1,3})\s*[名位])"
)
_LINE_OF_RANK = re.compile(r"\s*第\s*(?P<rank>\d{1,3}|[一二三四五六七八九十]{1,3})\s*[名位]")
_RISING = frozenset({"大于", "高于", "多于", "超过"})
_FALLING = frozenset({"小于", "低于", "少于"})
_GRADE = re.compile(
    r"(?:等级|等次|评级|档次|结果|评定|评价|评为|定为)[^,;。\d]{0,6}?[为是“\"]+\s*[“\"]?(?P<grade>优秀|良好|优|良|中|差|合格|不合格)(?![一-鿿]{2})[”\"]?"
)
_FLOORS = {
    "优": (90, None),
    "优秀": (90, None),
    "良": (80, 90),
    "良好": (80, 90),
    "中": (60, 80),
    "差": (None, 60),
}
_NO_SCORE = re.compile(r"扣|减|满分|权重|加分|分值|差距|提高|上升|下降|低于|高于")
_RANK = re.compile(r"(?:第\s*(?P<rank>\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:名|位)?|(?:排|居)(?:名)?首位)")
_RANK_REACH, _LONGEST_LIST = 24, 40
_IN_ORDER = re.compile(
    r"(?:[前后][一二三四五六七八九十\d]{1,3}[名位][^。:]{0,12}(?:依次|分别)?(?:为|是)?|由高到低[^。:]{0,10}|从高到低[^。:]{0,10}):"
)
_FEWEST, _BACK, _ON = 2, 24, 6
_LOWEST, _HIGHEST = 30, 100
"""What a score of a hundred may be; ten points of ten are another scale."""


def claims(index: Index, paragraphs: Sequence[Paragraph]) -> Iterator[Verdict]:
    """Hold every claim of a paragraph against the figures that it speaks of."""
    for paragraph in paragraphs:
        mentions = index.paragraphs.get(paragraph.number, [])
        if mentions:
            text = fold(paragraph.text)
            yield from _flat(paragraph, text, mentions, index)
            yield from _more(paragraph, text, mentions, index)
            yield from _graded(paragraph, text, mentions, index)
            yield from _higher(paragraph, text, mentions)
            yield from _above_next(paragraph, text, mentions)
            yield from _past_last(paragraph, text, mentions)
            yield from _ranked(paragraph, text, mentions)
            yield from _falling(text, mentions)
    yield from _listed_ranks(index, paragraphs)


def _contradicts(paragraph: Paragraph, match: re.Match[str], evidence: str, *mentions: Mention) -> Verdict:
    place = paragraph.passage(*match.span())
    return Verdict(mentions, finding("P40", place, value=place.quote, word=place.quote, evidence=evidence))


def _around(mentions: Sequence[Mention], position: int, on: int = 0) -> Sequence[Mention]:
    """Return the mentions of a paragraph that stand near before a place, and `on` of those behind it."""
    at = bisect_right(mentions, position, key=lambda item: item.figure.end)
    return mentions[max(0, at - _BACK) : at + on]


def _before(mentions: Sequence[Mention], text: str, position: int) -> Mention | None:
    """Return the level that a clause speaks of: the last one before it in its sentence."""
    last = next((item for item in reversed(_around(mentions, position)) if item.level), None)
    return last if last and not re.search("[;。]", text[last.figure.end : position]) else None


def _spoken_of(mentions: Sequence[Mention], text: str, position: int) -> Mention | None:
    """Return the level that a claim is of: the last before it, or this year's where last year's is last."""
    last = _before(mentions, text, position)
    if last is None:
        return None
    near = _around(mentions, position)
    alike = [item for item in near if item.level and item.beside(last) and item.subject == last.subject]
    later = [item for item in alike if item.period > last.period and item.figure.start < last.figure.start]
    return later[-1] if later else last


def _flat(paragraph: Paragraph, text: str, mentions: Sequence[Mention], index: Index) -> Iterator[Verdict]:
    """Find 与上年持平 beside a change, or beside last year's other figure."""
    for match in _FLAT.finditer(text):
        if "基本" in match[0] or text[match.start() - 1 : match.start()] == "不":
            continue
        now = _spoken_of(mentions, text, match.start())
        if not now or not now.figure.exact:
            continue
        planned = "预算" in match["of"] or "计划" in match["of"]
        change = _changed(now, mentions, match, planned=planned)
        base = _base(now, index, planned=planned)
        if change:
            yield _contradicts(paragraph, match, f"又写{_said(change)}", now, change)
        elif base and abs(base.value - now.value) > slack([base.figure, now.figure]):
            verdict = _contradicts(paragraph, match, f"前后两个数是{base.text}和{now.text}", now, base)
            yield verdict if base.paragraph.number == now.paragraph.number else softened(verdict)


def _said(change: Mention) -> str:
    return ("增加" if change.sign > 0 else "减少") + change.text


def _changed(now: Mention, mentions: Sequence[Mention], match: re.Match[str], *, planned: bool) -> Mention | None:
    for item in _around(mentions, match.end(), on=_ON):
        moved = (
            item.role in (Role.CHANGE, Role.GROWTH)
            and item.owner is not None
            and item.owner.position == now.position
        )
        near = abs(item.figure.start - match.end()) < 60
        same_base = isinstance(item.against, Basis) is planned or str(item.against) in match["of"]
        if moved and near and item.value and same_base and not item.aside:
            return item
    return None


def _base(now: Mention, index: Index, *, planned: bool) -> Mention | None:
    for item in index.levels(now.subject or "", now) if now.subject else _alone(now, index):
        other = item.basis in PLANS and item.period == now.period if planned else item.period == now.period - 1
        same_account = planned or item.basis is now.basis
        near = item.paragraph.number == now.paragraph.number
        if other and same_account and near and not elsewhere(item):
            return item
    return None


def _alone(now: Mention, index: Index) -> list[Mention]:
    """Return the levels of the sentence that have no subject either."""
    return [item for item in index.sentence(now) if item.level and not item.subject and item is not now]


def _higher(paragraph: Paragraph, text: str, mentions: Sequence[Mention]) -> Iterator[Verdict]:
    """Find 15.32万元，高于2022年的18.90万元."""
    for item in mentions:
        match = _HIGHER.search(text[max(0, item.figure.start - 24) : item.figure.start])
        if not match or not item.figure.exact or item.role is Role.DIFFERENCE:
            continue
        now = _before(mentions, text, item.figure.start - len(match[0]))
        if not now or now is item or now.figure.dimension != item.figure.dimension or not now.figure.exact:
            continue
        gap = now.figure.value - item.figure.value
        if (match["word"] in _RISING and gap < 0) or (match["word"] in _FALLING and gap > 0):
            start = item.figure.start - len(match[0])
            place = paragraph.passage(start, item.figure.end)
            evidence = f"前面的数是{now.text}"
            yield Verdict(
                (now, item), finding("P40", place, value=place.quote, word=place.quote, evidence=evidence)
            )


def _above_next(paragraph: Paragraph, text: str, mentions: Sequence[Mention]) -> Iterator[Verdict]:
    """Find 支出46.2万元，低于控制数45万元: what it is said to be below or above stands behind it.

    Where the second is much smaller it may be the difference, and nothing is said.
    """
    for match in _BESIDE.finditer(text):
        behind = _around(mentions, match.end(), on=1)[-1:]
        item = behind[0] if behind and behind[0].figure.start == match.end() else None
        now = _before(mentions, text, match.start()) if item else None
        if not item or not now or now.figure.dimension != item.figure.dimension or not now.value:
            continue
        gap = now.value - item.value
        wrong = (match["word"] in _RISING and gap < 0) or (match["word"] not in _RISING and gap > 0)
        if wrong and now.figure.exact and not 2 * item.value < now.value:
            evidence = f"前面的数是{now.text}"
            place = paragraph.passage(match.start(), item.figure.end)
            found = finding("P40", place, value=place.quote, word=place.quote, evidence=evidence)
            yield softened(Verdict((now, item), found))


def _past_last(paragraph: Paragraph, text: str, mentions: Sequence[Mention]) -> Iterator[Verdict]:
    """Find 14个市州中排名第16位: a rank behind the last."""
    for match in _RANKED_OF.finditer(text):
        rank, count = _number(match["rank"]), int(match["count"])
        if rank > count:
            place = paragraph.passage(match.start("last"), match.end())
            evidence = f"前面写的是一共{count}个"
            near = tuple(
                item for item in _around(mentions, match.end()) if item.figure.start == match.start("count")
            )
            yield Verdict(near, finding("P40", place, value=place.quote, word=place.quote, evidence=evidence))


def _more(paragraph: Paragraph, text: str, mentions: Sequence[Mention], index: Index) -> Iterator[Verdict]:
    """Find 决算数大于预算数 where it is smaller."""
    for match in _MORE.finditer(text):
        planned = "预算" in match["of"] or "计划" in match["of"]
        levels = [
            item for item in _around(mentions, match.start()) if item.level and item.counted and item.figure.exact
        ]
        now = next((item for item in reversed(levels) if not item.basis.planned), None)
        base = _base(now, index, planned=planned) if now else None
        if not now or not base or "。" in text[min(now.figure.end, match.start()) : match.start()]:
            continue
        gap = now.value - base.value
        wrong = (match["word"] in _RISING and gap <= 0) or (match["word"] in _FALLING and gap >= 0)
        wrong = wrong or (match["word"] == "等于" and gap != 0) or (match["word"] == "未超过" and gap > 0)
        if wrong and not re.search(r"不$|未$|没有$", text[max(0, match.start() - 2) : match.start()]):
            yield _contradicts(paragraph, match, f"前后两个数是{now.text}和{base.text}", now, base)


def _graded(paragraph: Paragraph, text: str, mentions: Sequence[Mention], index: Index) -> Iterator[Verdict]:
    """Find a grade that its score does not have: 90 and more are 优, 80 良, 60 中."""
    for match in _GRADE.finditer(text):
        every = [item for item in _around(mentions, match.start()) if item.figure.dimension == SCORE]
        scores = [item for item in every if item.figure.exact and not _NO_SCORE.search(item.head)]
        whole = [item for item in scores if not index.list_of(item)]
        near = [item for item in whole if "。" not in text[item.figure.end : match.start()]]
        floors = _FLOORS.get(match["grade"])
        if not near or floors is None or not _LOWEST <= near[-1].value <= _HIGHEST:
            continue
        low, high = floors
        score = near[-1]
        if (low is not None and score.value < low) or (high is not None and score.value >= high):
            yield softened(_contradicts(paragraph, match, f"得分是{score.text}", score))


def _ranked(paragraph: Paragraph, text: str, mentions: Sequence[Mention]) -> Iterator[Verdict]:
    """Find a higher rank beside a lower score."""
    found: list[tuple[Mention, int, re.Match[str]]] = []
    scores = [item for item in mentions if item.figure.dimension == SCORE and not _NO_SCORE.search(item.head)]
    ranks = list(_RANK.finditer(text)) if len(scores) >= _FEWEST else []
    for match in ranks:
        rank = _number(match["rank"] or "1")
        near = [
            item
            for item in scores
            if abs(item.figure.start - match.start()) <= _RANK_REACH
            and "。" not in text[item.figure.end : match.start()]
        ]
        if near and rank:
            found.append((min(near, key=lambda item: abs(item.figure.start - match.start())), rank, match))
    for (one, first, _), (other, second, match) in combinations(found[:40], 2):
        if one is not other and (first - second) * (one.value - other.value) > 0:
            yield softened(
                _contradicts(
                    paragraph, match, f"得分{one.text}的排第{first}，得分{other.text}的排第{second}", one, other
                )
            )
            return


def _listed_ranks(index: Index, paragraphs: Sequence[Paragraph]) -> Iterator[Verdict]:
    """Find a higher score below a lower one where each rank has a line of its own: 第3名 河口镇 92.3分."""
    before: tuple[int, Mention] | None = None
    for paragraph in paragraphs:
        match = _LINE_OF_RANK.match(fold(paragraph.text))
        scores = (
            [item for item in index.paragraphs.get(paragraph.number, ()) if item.figure.dimension == SCORE]
            if match
            else []
        )
        if match is None or not scores:
            before = None
            continue
        rank, score = _number(match["rank"]), scores[0]
        if before and rank == before[0] + 1 and score.value > before[1].value:
            evidence = f"第{before[0]}名是{before[1].text}，第{rank}名是{score.text}"
            found = finding("P40", score.place, value=score.value, word=score.text, evidence=evidence)
            yield softened(Verdict((before[1], score), found))
        before = (rank, score)


def _falling(text: str, mentions: Sequence[Mention]) -> Iterator[Verdict]:
    """Find a score that is higher than the one before it in a list from high to low."""
    for match in _IN_ORDER.finditer(text):
        end = text.find("。", match.end())
        inside = [item for item in mentions if match.end() <= item.figure.start < (end if end > 0 else len(text))]
        scores = [item for item in inside if item.figure.dimension == SCORE and item.level][:_LONGEST_LIST]
        turned = [(one, other) for one, other in pairwise(scores) if other.value > one.value]
        if len(scores) > _FEWEST and len(turned) == 1:
            one, other = turned[0]
            found = finding(
                "P40", other.place, value=other.value, word=other.text, evidence=f"按高低排列，前面的是{one.text}"
            )
            yield softened(Verdict((one, other), found))


def _number(text: str) -> int:
    value = int(text) if text.isdigit() else chinese_number(text)
    return int(value or 0)
