"""What a text beside an evaluation form says of that form: its indicators, its score and grade, what was spent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from perfeval_xl.proofread.characters import fold
from perfeval_xl.proofread.figures import Figure, figures
from perfeval_xl.proofread.report import Paragraph
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.written_dates import moments
from perfeval_xl.records.finding import Finding

_BREAK = re.compile(r"[,;。:、()!?]")
_ASIDE = re.compile(
    r"其中|只|增加|减少|提高|上升|下降|较|比|同期|每|平均|人均|上年|去年|累计|以来|剩余|余下|未|仅|超|差|原|分别|另|还"
)
"""Words before a figure that make it another figure than the indicator's."""
_ELSEWHEN = re.compile(r"\d{1,2}月|季度|上半年|下半年|上年|去年|(?:19|20)\d\d年")
_COMMON = re.compile(
    r"合格率|完成率|满意度|及时率|覆盖率|达标率|通过率|人数|数量|里程|面积|次数|个数|项目|工作|任务|指标|完成|实际|情况|达到|率$"
)
"""What many indicators are called: no sign of one of them."""
_TAIL = re.compile(r"(?:为|是|达到?|共|完成|实现|了|计|目标|全年)+$")
_OPENS = re.compile(
    r"(?:全年|年度|本年|当年|年末|本?项目|我[局委院校办站镇乡]|本?单位|部门|已|共|计划|预计|实际|按期|全部|顺利|超额|圆满"
    r"|完成|实现|确保|达到|使|对|将|其|群众|全[县区市镇乡]|\d)*"
)
"""What may stand before an indicator's name without making it another thing."""
_REACHED = re.compile(r"(?:完成|达到|实现|达|率为?|度为?|计划|目标为?|应完成)了?$")
_DONE = re.compile(r"(?:完成|达|实现|率|度|计划|目标)[^\d,;。]{0,2}\d")
_FEWEST, _LONGEST_NAME, _SIZE = 2, 24, 10
_NUMBER = r"(?P<value>\d+(?:\.\d+)?)\s*"
_SCORE = re.compile(r"(?:得分|总分|评分|总得分)(?:数)?(?:为|是|达到?|共|:)?\s*" + _NUMBER + r"分(?!钟|之)")
_GRADE = re.compile(
    r"(?:等级|等次|评价结果|自评结果|评价结论|自评结论)(?:为|是|:|评为|确定为|评定为)?\s*[“\"‘「]?(?P<value>优秀?|良好?|中|差)(?=[”\"’」,;。)\s]|等?$)"
)
_RATE = re.compile(r"(?:执行率|支付率|支出进度|完成率)(?:为|是|达到?|:)?\s*" + _NUMBER + "%")
_SPENT = re.compile(
    r"(?:全年|年度|实际|累计|共|本年|当年)(?:实际|共)?(?:执行|支出|支付|使用)(?:资金|预算|经费|数|金额|总额)?(?:共|合计|为|达)?\s*"
    + _NUMBER
    + r"(?P<unit>亿元|万元|元)"
)
_SCALES = {"元": Decimal(1), "万元": Decimal(10**4), "亿元": Decimal(10**8)}
_OF_A_PART = re.compile(
    r"指标|产出|效益|满意|成本|数量|质量|时效|扣|单项|平均|满分|复核|基本支出|项目支出|公用|人员|三公|采购|专项|结转|低于|高于|不[超低]|目标"
)
_OF_ALL = re.compile(r"^(?:本|该|我|全)?(?:项目|部门|单位|局|县|区|院|委)?(?:全年|年度|年末)?$")
_OWN, _OTHERS = re.compile("自评|绩效|总分|综合评价"), re.compile("考核|测评|考评|检查|测试|竞赛|调查")
_BUDGETED = re.compile("预算|资金|总体|支出|全年")


@dataclass(frozen=True, slots=True)
class Aim:
    """An indicator with figures: what is measured, its unit, the target and what was reached."""

    name: str
    unit: str
    target: Decimal
    actual: Decimal


@dataclass(frozen=True, slots=True)
class Results:
    """What the form says: `rate` is a fraction, `spent` in 元, `own` the indicator in whose row a text stands."""

    aims: tuple[Aim, ...] = ()
    own: Aim | None = None
    score: Decimal | None = None
    grade: str = ""
    rate: Decimal | None = None
    spent: Decimal | None = None


def misquoted(paragraph: Paragraph, folded: str, results: Results) -> Iterator[Finding]:
    """Find figures that a text gives for what the form has otherwise; at most one of each kind."""
    yield from _of_indicators(paragraph, folded, results)
    yield from _of_the_whole(paragraph, folded, results)


# --- indicators -------------------------------------------------------------------------------------------------


def _of_indicators(paragraph: Paragraph, folded: str, results: Results) -> Iterator[Finding]:
    named = results.aims and not _pairs(results.aims).isdisjoint(pairwise(folded))
    if not named and not (results.own and _DONE.search(folded)):
        return
    told, end = figures(folded, moments(folded)), 0
    for figure in told:
        before, end = _before(folded, end, figure.start), figure.end
        if not figure.exact or _ASIDE.search(before) or _ELSEWHEN.search(_sentence(folded, figure.start)):
            continue
        meant = _meant(before, figure, results)
        if meant and not _agrees(figure, meant):
            place = paragraph.passage(figure.start, figure.end)
            right = "、".join(f"{value.normalize():f}" for aim in meant for value in (aim.target, aim.actual))
            yield finding(
                "P46",
                place,
                value=figure.written,
                expected=meant[0].actual,
                said=place.quote,
                label=meant[0].name,
                right=right,
            )
            return


@lru_cache(maxsize=64)
def _pairs(aims: tuple[Aim, ...]) -> frozenset[tuple[str, str]]:
    """Return every two characters that stand together in a name: a text without any of them speaks of none."""
    names = (_COMMON.sub("", aim.name) for aim in aims)
    return frozenset(pair for name in names for pair in pairwise(name))


def _before(folded: str, since: int, start: int) -> str:
    """Return the words of the clause that lead to a figure, behind the figure before it."""
    breaks = [match.end() for match in _BREAK.finditer(folded, since, start)]
    return folded[breaks[-1] if breaks else since : start].strip()


def _sentence(folded: str, start: int) -> str:
    return folded[folded.rfind("。", 0, start) + 1 : start]


def _meant(before: str, figure: Figure, results: Results) -> list[Aim]:
    """Return the indicators that the words before a figure most likely speak of."""
    fitting = [(_shared(before, aim.name), aim) for aim in results.aims if _scale(aim, figure)]
    most = max((length for length, _ in fitting), default=0)
    if most:
        return [aim for length, aim in fitting if length == most]
    own = results.own
    return [own] if own and _scale(own, figure) and _REACHED.search(before) else []


def _shared(before: str, name: str) -> int:
    """Return how many characters of an indicator's name stand right before a figure; 0 where it may be another's.

    Most of the name must be there, and before it nothing that says of which part the figure is: 乡镇的信息采用率.
    """
    words = re.sub(r"[\W_]", "", _TAIL.sub("", before))[-_LONGEST_NAME:]
    if not any(name[at : at + _FEWEST] in words for at in range(len(name) - 1)):
        return 0
    starts = (at for at in range(len(words)) if words[at:] in name and _OPENS.fullmatch(words[:at]))
    run = words[next(starts, len(words)) :]
    core, said = _COMMON.sub("", name), _COMMON.sub("", run)
    return len(run) if len(said) >= _FEWEST and len(said) * 3 >= len(core) * 2 else 0


def _scale(aim: Aim, figure: Figure) -> Decimal:
    """Return what one of an indicator's unit is in the figure's; 0 where the two are of different things."""
    unit = _unit(aim.unit)
    return unit.scale if unit and unit.dimension == figure.dimension else Decimal(0)


@lru_cache(maxsize=512)
def _unit(unit: str) -> Figure | None:
    return next(iter(figures(fold(f"1{unit}"))), None)


def _agrees(figure: Figure, meant: Sequence[Aim]) -> bool:
    """Whether a figure is a target or a result, both of them apart, or all added up, or of another size."""
    pairs = [(aim.target * _scale(aim, figure), aim.actual * _scale(aim, figure)) for aim in meant]
    sums = (sum((target for target, _ in pairs), Decimal(0)), sum((actual for _, actual in pairs), Decimal(0)))
    known = [value for target, actual in pairs for value in (target, actual, abs(target - actual))]
    if any(abs(figure.value - value) * 2 <= figure.step for value in (*known, *sums)):
        return True
    largest = max(map(abs, known), default=Decimal(0))
    return not largest or not 1 / Decimal(_SIZE) < abs(figure.value) / largest < _SIZE


# --- the whole --------------------------------------------------------------------------------------------------


def _of_the_whole(paragraph: Paragraph, folded: str, results: Results) -> Iterator[Finding]:
    """Find a score, a grade, a rate of execution, a sum spent that is not the form's."""
    for pattern, right, what in _expected(results):
        for match in pattern.finditer(folded):
            before = _before(folded, 0, match.start())
            sentence = _sentence(folded, match.start())
            if _ELSEWHEN.search(sentence) or not _is_whole(what, sentence, before, match):
                continue
            if not _same(match, right):
                place = paragraph.passage(*match.span())
                said = match["value"]
                yield finding(
                    "P47",
                    place,
                    value=said,
                    expected=str(right),
                    label=what,
                    said=place.quote,
                    right=_shown(what, right),
                )
                return


def _expected(results: Results) -> Iterator[tuple[re.Pattern[str], Decimal | str, str]]:
    if results.score is not None:
        yield _SCORE, results.score, "自评总分"
    if results.grade:
        yield _GRADE, results.grade, "自评等级"
    if results.rate is not None:
        yield _RATE, results.rate * 100, "预算执行率"
    if results.spent is not None:
        yield _SPENT, results.spent, "全年执行数"


def _is_whole(what: str, sentence: str, before: str, match: re.Match[str]) -> bool:
    """Whether what is said is said of the whole evaluation."""
    if _ASIDE.search(before) or _OF_A_PART.search(before):
        return False
    if what == "自评总分" and not (_OWN.search(sentence + match[0]) and not _OTHERS.search(before)):
        return False
    if what == "全年执行数":
        return bool(_OF_ALL.match(before))
    if what == "预算执行率":
        return bool(_BUDGETED.search(before[-6:]) or match[0].startswith(("执行率", "支出进度")))
    return "执行" not in before


def _same(match: re.Match[str], right: Decimal | str) -> bool:
    """Whether it is said as exactly as it is printed."""
    if isinstance(right, str):
        return match["value"][0] == right[0]
    said = Decimal(match["value"])
    exponent = said.as_tuple().exponent
    scale = _SCALES[match["unit"]] if "unit" in match.re.groupindex else Decimal(1)
    step = scale.scaleb(exponent if isinstance(exponent, int) else 0)
    return abs(said * scale - right) * 2 <= step


def _shown(what: str, right: Decimal | str) -> str:
    if isinstance(right, str):
        return right
    if what == "全年执行数":
        return f"{right / 10**4:.2f}万元"
    return f"{right:.2f}{'%' if what == '预算执行率' else '分'}"
