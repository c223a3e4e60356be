"""The one place for the grammar: which words before and behind a figure give it which role, account and year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from perfeval_xl.proofread.figures import PERCENT, POINTS, TIMES, Figure
from perfeval_xl.proofread.mentions.mention import Basis, Role
from perfeval_xl.proofread.word_lists import words
from perfeval_xl.proofread.written_dates import RELATIVE

UP = (
    "增加|增长|上升|提高|提升|增支|增收|上涨|扩大|净增|多支出|增幅|增长率|升高|超支|增长幅度|增加幅度|提高幅度"
    "|回升|攀升|上调|高出|增多|超出"
)
DOWN = (
    "减少|下降|降低|压减|压缩|节约|减支|减收|回落|缩减|少支出|下浮|降幅|减幅|下降率|核减|节约率|压减率|结余率"
    "|压缩幅度|压减幅度|下降幅度|降低幅度|节约幅度|回落幅度|节省|压降|下滑|缩短|少支|下调|走低"
)
_SIDES = (
    r"(?:年度|度|同期|年末|年底|期末|期初|决算|预算|计划|实际|支出|收入|完成|执行|累计|数|总额|总数|金额|基本支出|项目支出|水平"
    r"|安排|批复|指标|财政拨款|经费|资金|情况)*"
)
_OF = (
    r"(?:(?:19|20)\d{2}\s*年(?:度)?(?:年初|全年|调整后?)?|上一?年|去年|前年|往年|年初|全年|本年度?预算|年度|当年预算"
    r"|计划|目标|任务|调整后?|预算|批复|同期|期初)"
)
COMPARISON = re.compile(
    rf"(?:(?:与|较|比|同|相较于?|相比于?|对比)\s*(?P<of>{_OF}{_SIDES})\s*(?:的)?(?:相比|比较|来说|对比)?|(?:同比|环比)(?:上年)?)"
)
_SHORT_UP, _SHORT_DOWN = (
    r"(?<![新再])增|多[支花用收]|(?<=[又均各净再])增|多出",
    r"少[支花用收]|(?<=[再又均各净])减|(?<![核加下])减(?=了)|少于?$",
)
DIRECTION = re.compile(
    rf"(?P<word>(?P<up>{UP}|{_SHORT_UP})|(?P<down>{DOWN}|{_SHORT_DOWN}))\s*(?:了|支出|收入|资金|经费|投资|数额|数|额|额度|金额|幅度|率|比例|人数)?\s*(?:为|达到?|约|共|近|超过|:)?\s*$"
)
BEYOND = re.compile(rf"(?:(?P<up>高出|高于|超出|超过|好于)|低于)(?P<of>{_OF}{_SIDES})的?\s*$")
"""How percentage points are told with what they are measured from behind the verb: 高出上年1.4个百分点."""
WEIGHT = re.compile(r"(?:满分|权重|标准分|分值)(?:为|是|:)?\s*$")
"""What stands before the most that can be scored, which is no part of a score."""
REACHED = re.compile(rf"(?:(?:{UP}|{DOWN}|升|降|调整|压减|压缩|追加|调增|调减)(?:到|至|为)|调至)\s*$")
_SHARE = re.compile(
    r"(?P<subject>.*?)(?:总?体?占(?:到|了)?|占比)(?P<whole>[^占]*?)(?:的)?(?:比重|比例|比率|比)?(?:约)?(?:为|达到?|是|:)?\s*$"
)
_PLAN = r"(?:预算|计划|目标|任务)(?:数|总额|安排|资金|批复数|批复|值|任务|目标)?"
_OF_PLAN = re.compile(
    rf"(?:完成|达到?|执行|占|为|是|支出|相当于)(?:了)?(?P<basis>[^,;:()]{{0,10}}?{_PLAN})的?\s*$"
)
_BASE_OF = re.compile(r"(?:占|完成|达到?|为|是|相当于|执行)(?:了|到)?(?P<whole>[^,;:()占]*)$")
_MEASURES = re.compile(r"\s*的\s*(?:比重|比例|份额)?(?:为|达到?|是)?\s*(?:约|近)?\s*(?:[\d.]+\s*[%倍]|百分之)")
_MEASURED = re.compile(r"\s*的\s*(?:比重|比例|份额)?(?:为|达到?|是)?\s*(?:约|近)?\s*$")
RATE = re.compile(
    r"(?P<name>[一-鿿“”〔〕、]{0,16}?(?:率|度|进度|[覆受资参达]\S面|(?<![占总])比例))(?:[^一-鿿,;:]|仅|均|也|已|都|平均|分别)*(?:为|达到了?|达|是|约|只有|有|:)?\s*$"
)
_RATED = re.compile(r"(执行|完成|到位|支付|拨付|兑现)(?:了|达到?|仅|为|约)?\s*$")
REMAINS = re.compile(
    r"(?:尚有|尚余|剩余|余下|其余|还有|还差|尚差|未(?!满|超|达)[^,;:。]{1,6}的?|缺口|年末余额|退回|不予通过|不合格|跨年度实施)(?:的|为|有)?\s*$"
)
_JUST_MOVED = re.compile(r"\s*,?\s*(?:(?P<up>多|增|高)|少|减|低)(?:出)?(?:了)?\s*")
"""How a change follows what it is measured from: 比上年度的241.80万元多34.60万元."""
_NO_RATE = re.compile(r"(?:年度|季度|月度|本年度|上年度|程度|制度|额度|幅度|难度|力度|效率|进度款|税率|利率)$")
_EACH = re.compile(
    r"[人户年月日亩批次车床例单件场校村班生台项组]均(?!为|已|能)|平均每|平均(?!得?分|自评|复核|执行|满意|完成|水平)|每(?:人|户|公里|个|年|月|亩|套|台|辆|名|吨|次|位|批|件|平方米)|单价|均价"
)
_ADDED = re.compile(
    r"(?:加上|再加|另加|^\s*加|追加|调整增加|[年执][中行](?:预算)?(?:中)?增加(?=预算|$)|调增|增补|新增预算|追加预算|增加(?:了)?预算|划入(?:职能)?(?:增加预算)?)(?P<subject>(?!上级|大|强|快|工|装|班)[^,;:()]*)$"
)
_TAKEN = re.compile(
    r"(?:扣除|减去|调减|追减|核减|调整减少|年中减少|剔除|收回预算|收回(?=[^,;:]{0,20}(?:滞后|闲置|沉淀|结余|结转)[^,;:]*(?:资金|预算|指标|经费)$)|(?:压减|调整|结余|沉淀|统筹)[^,;:]*收回|划出|缴回)(?P<subject>[^,;:()]*)$"
)
_APART = re.compile(
    r"(?:差值|差额|相差|差异|差距|超编|缺编|空编|超员|缺员|超出(?:核定)?编制|超支|缺口|缺额|差了?)(?:[^一-鿿,;:]|数|额|人员|了|值)*(?:为|是|达)?\s*$"
    r"|(?:大于|小于|高于|低于|少于|多于)[^,;:\d]{1,10}$|[比较][^,;:]{0,8}(?:编制|核定)[^,;:]{0,4}(?:多|少|超)(?:出|了|编)?\s*$"
)
_PER = re.compile(r"\s*/\s*[一-鿿]")
ASIDE = re.compile(r"原因|由于|因为|主要(?:是|为|系)|(?<![关体联派])系(?!统|列|数)")
_SPENT = re.compile(r"决算|实际|执行|支付|完成(?!年初|预算)|发生|实有|实现|已")
_NO_PLAN = re.compile(
    r"(?:一般公共|政府性基金|国有资本经营|社会保险基金|社保基金|公共财政|财政|中央|省级?|市级?|县级?|区级?|同级)预算|预算(?:单位|管理|绩效|执行|编制|内|外|部门|科|股|处)"
    r"|计划生育|规划|计划单列"
)
_CARRIED_OVER = re.compile(
    r"(?:上年|上年度|以前年度|年初|上一年)(?:末)?(?:结转|结余|滚存)[^,;:]*|结转(?:至|到)?(?:下|次|来)(?:一)?年(?:度)?[^,;:]*"
)
_SCOPE = re.compile(
    r"下属|所属|直属|局属|二级(?:单位|机构|预算)|县本级|区本级|市本级|本级|市直|县直|区直|机关本部|全县|全区|全市|全省|全国|全镇|全乡|地方|上划|省级|市级|县级|区级|中央"
)
OPENS = re.compile(
    r"其中|(?:^|[,;:])\s*(?:主要)?(?:包括|包含|分为|含|细分为|具体为|具体是|分别是|分别为|即)|^\s*,\s*[^,;:()]{0,6}:|如下[:。]?"
    r"|[,:;]\s*(?:一是|1[.、)])|(?:组成|构成|来源|方面|部分|类|项|用途)[^,;:()]{0,4}:|[按从分][^,;:。]{1,10}(?:划?分|看)[,:]|^[一-鿿]{1,8}中[,:]|^[一-鿿]{1,8}\("
)
COMPLETES = re.compile(r"分为|共分|如下|具体如下|分别为|分别是|全部为")
ANNOUNCES = re.compile(r"(?:如下|其中|包括|分别为|分别是|分为|为|是)\s*[:。]?\s*$")
BELOW = re.compile(r"如下")
SETTLES = re.compile(r"^\s*[^,;。:]{0,6}(?:组成|构成)")
ADDS_UP = re.compile(
    r"(?:^|[,;。:])\s*(?:(?:(?P<all>以上|上述|前述)(?:共)?(?P<above>[两二三四五六七八九十\d]{1,2})?|(?P<count>[两二三四五六七八九十\d]{1,2})(?=[项类部块笔个年家户人批次处所座台辆件]))"
    r"(?:项|类|个?部分|个?方面|块|笔|年|家|户|人|批|次|处|所|座|台|辆|件|个[乡村县部单项片][镇区位门目]?)?(?:费用|资金|支出|收入|经费|单位|部门|项目)?)?"
    r"(?:合计|共计|总计|总共|加总|相加|之和|累计|总额|共)(?:支出|支付|收入|投入|投资|安排|下达|争取|完成|发放|到位|拨付|金额|数|额|资金|得|为|是|达到?|:)*\s*$"
)
WITHIN = re.compile(r"^(?P<whole>[^,;:。]{2,40}?)(?:当)?中(?:[,:]|(?=.{2}))")
JOINT = re.compile(
    rf"\s*(?:[、,]|和|与|及|以及|[、,](?:和|与|及))\s*(?:(?P<up>{UP})|(?P<down>{DOWN}))?(?:了|约)?\s*"
)
FROM = re.compile(r"(?:由|从)(?P<prior>[^由从,]{0,14})$")
TO = re.compile(
    rf"\s*(?P<word>(?P<up>{UP}|升|提)|(?P<down>{DOWN}|降|减)|调整|变|变更)?(?:到|至|为)(?P<rest>[^,;。]{{0,14}})$"
)
ABOUT_TOPIC = re.compile(r"(?:方面|情况|上|来看|部分|工作)$")
YEARS = re.compile(
    r"(?:[两二三四五六七八九十\d]{1,2}年(?:来|间|期)?|(?:19|20)\d{2}\s*年?\s*[-~—至到]\s*(?:19|20)?\d{2,4}年)(?:累计|共|合计|总|来)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the words beside a figure say of it. `name` is the text that holds its subject."""

    role: Role
    name: str
    sign: int = 1
    whole: str = ""
    against: Basis | None = None
    """The account that a rate is measured by."""
    comparison: re.Match[str] | None = None


def basis(words_before: str) -> tuple[Basis, bool]:
    """Return the account that a clause speaks of, and whether it says so itself."""
    text = _NO_PLAN.sub("", words_before)
    lists = words("subjects")["basis"]
    if re.search("决算|实际|实有|执行数", text) and not re.search(r"预算(?:数)?(?:为|是)?\s*$", text):
        return Basis.FINAL, True
    for name in (Basis.ADJUSTED, Basis.INITIAL):
        if any(word in text for word in lists[name.value]):
            return name, True
    planned = any(word in text for word in lists["budget"]) or re.search(
        r"预算(?:总额|合计|共计|为|是|共|数)?\s*$|^\W*应[^,]{1,4}$|(?:任务|目标)(?:数|值|量)?(?:为|是)?\s*$", text
    )
    return (Basis.BUDGET, True) if planned else (Basis.FINAL, bool(_SPENT.search(text)))


def scope(words_before: str) -> str:
    """Return the part of the unit or the level that a clause speaks of, "" where it says none."""
    found = _SCOPE.search(words_before)
    return found[0] if found else ""


@lru_cache(maxsize=256)
def without_comparison(text: str) -> str:
    """Return a clause without what it compares with and without last year's remainder, which is no period."""
    return _CARRIED_OVER.sub("", COMPARISON.sub("", text))


def compared_with(comparison: re.Match[str], year: int) -> int | Basis:
    """Return the year or account that 较…… names."""
    of = comparison.groupdict().get("of") or ""
    if account_of_year(comparison):
        found = re.search(r"\d{4}", of)
        return int(found[0]) if found else year - 1
    if re.search("预算|计划|目标|任务|批复|调整", of) or of.startswith(("年初", "年度", "全年")):
        return basis(of)[0] if basis(of)[0].planned else Basis.BUDGET
    digits = re.search(r"\d{4}", of)
    if digits:
        return int(digits[0])
    return year - 2 if of.startswith("前") else year - 1


OTHER_COMPARISON = re.compile(
    r"[比较][一二三四]季度|环比|[比较]上(?:月|季)|[比较](?:\d{1,2}|[一二三四五六七八九十]{1,2})月"
)
GENERIC = re.compile(r"(?:收入|支出)(?=(?:决算|总额|合计|数|额)?$)")


def generic(words_before: str) -> str:
    """Return 收入 or 支出 where a clause says no more of its subject, "" else."""
    text = re.sub(r"[\s为是共计]+$|(?:决算|预算|实际|完成|全年)+$", "", without_comparison(words_before).strip())
    found = GENERIC.search(text)
    return found[0] if found else ""


def account_of_year(comparison: re.Match[str]) -> Basis | None:
    """Return the account where a comparison names a year and a budget: 比2022年预算."""
    of = comparison.groupdict().get("of") or ""
    if not re.search(r"\d{4}|上年|去年", of) or not re.search("预算|计划", of):
        return None
    which = basis(of)[0]
    return which if which.planned else Basis.BUDGET


def saved(head: str) -> bool:
    """Whether a clause speaks of what was saved or overspent: against the budget, if nothing else is said."""
    return bool(re.search(r"(?:节约|节省|结余|超支)[^,;]{0,4}$", head))


def offset_words(text: str) -> list[str]:
    """Return the words of a clause that name a year by its distance: 上年, 本年."""
    return RELATIVE.findall(without_comparison(text))


def said(head: str, figure: Figure, lead: str, tail: str, *, measured: bool) -> Said:
    """Return the role of a figure from the words around it; `measured`: the figure before is its base."""
    if measured and _MEASURED.match(lead) and figure.dimension in (PERCENT, TIMES):
        return Said(Role.TIMES if figure.dimension == TIMES else Role.SHARE, "")
    if figure.dimension in (PERCENT, POINTS, TIMES):
        return _proportion(head, figure)
    moved = _JUST_MOVED.fullmatch(lead) if measured else None
    if moved:
        return Said(Role.CHANGE, "", 1 if moved["up"] else -1)
    base = _BASE_OF.search(head) if _MEASURES.match(tail) else None
    return Said(Role.BASE, head[: base.start()], whole=base["whole"]) if base else _amount(head, tail)


def _proportion(head: str, figure: Figure) -> Said:
    """Return the role of a percentage, of percentage points or of a multiple."""
    direction = DIRECTION.search(head)
    if figure.dimension == TIMES:
        return _multiple(head, direction)
    beyond = BEYOND.search(head) if figure.dimension == POINTS else None
    if beyond:
        return Said(Role.CHANGE, head[: beyond.start()], 1 if beyond["up"] else -1, comparison=beyond)
    known = _compared_rate(head, figure) or _of_plan(head)
    if known:
        return known
    if direction and not re.search(r"占[^,]*$", head[: direction.start()]):
        role = Role.CHANGE if figure.dimension == POINTS else Role.GROWTH
        return _moved(role, head, direction)
    return _rated(head)


def _compared_rate(head: str, figure: Figure) -> Said | None:
    """Return 较上年的51.3% as what a rate is compared with."""
    comparison = COMPARISON.search(head)
    if comparison is None or figure.dimension != PERCENT or not comparison["of"]:
        return None
    rest = head[comparison.end() :].strip("的为是 ")
    return None if rest else Said(Role.BASE, head[: comparison.start()], comparison=comparison)


def _of_plan(head: str) -> Said | None:
    planned = _OF_PLAN.search(head)
    if planned is None:
        return None
    which = basis(planned["basis"])[0]
    against = which if which.planned else Basis.BUDGET
    return Said(Role.SHARE, head[: planned.start()], whole="预算", against=against)


def _rated(head: str) -> Said:
    """Return a share, a rate by its name or by its verb, else a level."""
    share = _SHARE.match(head)
    if share and not re.search("抢占|侵占|占地|占用", head):
        return Said(Role.SHARE, share["subject"], whole=share["whole"] or "")
    rate = RATE.search(head)
    if rate and not _NO_RATE.search(rate["name"]):
        return Said(Role.RATE, rate["name"])
    verb = _RATED.search(head)
    return Said(Role.RATE, f"{verb[1]}率") if verb else Said(Role.LEVEL, REACHED.sub("", head))


def _multiple(head: str, direction: re.Match[str] | None) -> Said:
    if direction:
        return _moved(Role.GROWTH, head, direction)
    of = re.search(r"(?:是|为|达|相当于)(?P<whole>[^,;:()]*)的\s*$", head)
    return Said(Role.TIMES, head[: of.start()] if of else head, whole=of["whole"] if of else "")


def _moved(role: Role, head: str, direction: re.Match[str]) -> Said:
    before = head[: direction.start()]
    return Said(
        role, COMPARISON.sub("", before), 1 if direction["up"] else -1, comparison=COMPARISON.search(before)
    )


def _amount(head: str, tail: str) -> Said:
    if _PER.match(tail) or _EACH.search(head[-12:]):
        return Said(Role.EACH, head)
    apart = _APART.search(head)
    if apart:
        return Said(Role.DIFFERENCE, head[: apart.start()], 0)
    added = _ADDED.search(head) or _TAKEN.search(head)
    if added and not REACHED.search(head):
        return Said(Role.ADJUSTMENT, added["subject"], 1 if added.re is _ADDED else -1)
    direction = DIRECTION.search(head)
    if direction:
        return _moved(Role.CHANGE, head, direction)
    comparison = COMPARISON.search(head)
    if comparison and comparison[0] not in ("同比", "环比"):
        after = head[comparison.end() :].strip("的为是 ")
        before_it = re.match(rf"\s*(?:的|相比)?[,\s]*(?:{UP}|{DOWN}|相比|比较|多|少|超|持平)", tail)
        if not after or before_it:
            return Said(Role.BASE, head[: comparison.start()] + after, comparison=comparison)
    return Said(Role.LEVEL, REACHED.sub("", head))
