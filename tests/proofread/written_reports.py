"""A seeded writer of reports that are right in every figure, in the usual varied ways."""
# ruff: noqa: E501, S311 -- sentences are easier to read unbroken; a fixed seed is the point

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Office:
    unit: str
    self: str
    area: str
    duties: tuple[str, str, str]
    sections: tuple[str, ...]
    work: str
    deeds: tuple[str, str]


OFFICES = (
    Office("临江县水利局", "我局", "全县", ("负责全县水资源管理和节约用水工作", "指导全县水土保持和河道采砂管理", "承担小型水库安全运行监督"),
           ("办公室", "规划建设股", "水资源股", "河湖管理股"), "水库巡查和渠道清淤", ("完成水库除险加固{n}座", "清淤渠道{k}公里")),
    Office("东湖区教育局", "我局", "全区", ("统筹全区义务教育和学前教育发展", "指导教师队伍建设和师德师风建设", "负责学生资助工作"),
           ("办公室", "基础教育股", "计财股", "人事股", "督导室"), "校园设备更新和教师培训", ("改造教室{n}间", "培训教师{k}人次")),
    Office("云阳县卫生健康局", "我局", "全县", ("拟订全县卫生健康事业发展规划", "组织开展传染病防控和预防接种", "指导基层医疗卫生机构建设"),
           ("办公室", "医政医管股", "疾控股"), "基层卫生院设备购置", ("新建村卫生室{n}个", "签约家庭{k}户")),
    Office("安平市民政局", "我局", "全市", ("负责全市城乡低保和特困人员供养", "管理婚姻登记和殡葬事务", "指导养老机构建设"),
           ("办公室", "社会救助科", "养老服务科", "社会事务科"), "低保核查和敬老院维修", ("改造敬老院{n}所", "发放高龄津贴{k}人次")),
    Office("清河县交通运输局", "我局", "全县", ("承担全县农村公路养护管理", "负责道路运输市场监督", "组织公路建设市场管理"),
           ("办公室", "计划基建股", "安全监督股", "运输管理股"), "公路养护和桥梁检测", ("维修桥梁{n}座", "养护公路{k}公里")),
    Office("新安区人力资源和社会保障局", "我局", "全区", ("促进城镇新增就业", "负责劳动人事争议仲裁", "管理社会保险经办"),
           ("办公室", "就业促进股", "劳动关系股"), "职业技能培训和就业服务", ("举办招聘会{n}场", "培训学员{k}人次")),
    Office("石门县农业农村局", "我局", "全县", ("指导全县粮食生产和高标准农田建设", "组织动物疫病防控", "监督农产品质量安全"),
           ("办公室", "种植业股", "畜牧兽医股", "农田建设股", "质量监管股"), "农田水渠维护和疫苗采购", ("建成示范基地{n}个", "检测农产品{k}批次")),
    Office("长岭县林业局", "我局", "全县", ("组织植树造林和森林防火", "管理林地和林木采伐", "保护野生动植物"),
           ("办公室", "资源管理股", "防火办"), "防火隔离带维护和苗木采购", ("维护防火瞭望塔{n}座", "抚育林地{k}亩")),
    Office("河西区城市管理局", "我局", "全区", ("负责市容市貌和户外广告管理", "组织道路清扫和生活垃圾清运", "管理市政设施和路灯"),
           ("办公室", "市容股", "环卫股", "法制股"), "环卫车辆维修和路灯电费", ("新建公厕{n}座", "更换路灯{k}盏")),
    Office("平江县住房和城乡建设局", "我局", "全县", ("推进老旧小区改造和农村危房改造", "监管建筑市场和建筑工程质量", "负责保障性住房管理"),
           ("办公室", "建筑管理股", "房产股", "村镇建设股"), "小区改造设计和质量检测", ("改造小区{n}个", "检查工地{k}次")),
    Office("宁远县自然资源局", "我局", "全县", ("负责全县耕地保护和国土空间规划", "办理不动产登记", "组织地质灾害防治"),
           ("办公室", "耕保股", "规划股", "确权登记股"), "卫片核查和测绘", ("治理隐患点{n}处", "办理登记{k}件")),
    Office("衡水区审计局", "我局", "全区", ("组织预算执行审计和经济责任审计", "督促审计整改", "开展政策跟踪审计"),
           ("办公室", "财政审计股", "投资审计股"), "聘请工程造价人员", ("完成审计项目{n}个", "出具审计建议{k}条")),
    Office("永兴县应急管理局", "我局", "全县", ("监督烟花爆竹和非煤矿山安全", "组织防灾减灾和应急救援队伍建设", "开展隐患排查整治"),
           ("办公室", "矿山股", "危化股", "应急指挥中心"), "应急物资储备和演练", ("组织演练{n}场", "检查企业{k}家")),
    Office("沅陵县人民法院", "我院", "全县", ("审理各类民商事和刑事案件", "办理案件执行", "开展诉前调解"),
           ("立案庭", "民事审判庭", "刑事审判庭", "执行局", "综合办公室"), "审判庭维修和送达服务", ("新建法庭{n}个", "审结案件{k}件")),
    Office("江口县人民检察院", "我院", "全县", ("依法审查逮捕和提起公诉", "开展公益诉讼", "实行法律监督"),
           ("办公室", "第一检察部", "第二检察部", "政治部"), "办案用车维护和技术鉴定", ("开展普法讲座{n}场", "办理案件{k}件")),
    Office("桃源县文化旅游广电体育局", "我局", "全县", ("组织公共文化服务和文物保护", "发展全域旅游", "开展全民健身"),
           ("办公室", "公共文化股", "旅游股", "体育股"), "场馆免费开放和送戏下乡", ("维修文物点{n}处", "送戏下乡{k}场")),
    Office("蓝山县市场监督管理局", "我局", "全县", ("负责市场主体登记", "监管食品安全和特种设备", "保护消费者权益"),
           ("办公室", "食品股", "特设股", "登记注册股"), "食品抽检和执法装备", ("建成快检室{n}个", "抽检食品{k}批次")),
    Office("青山区退役军人事务局", "我局", "全区", ("落实优抚对象待遇", "组织双拥活动", "管理烈士纪念设施"),
           ("办公室", "优抚股", "安置股"), "纪念设施维护和走访慰问", ("修缮纪念设施{n}处", "走访优抚家庭{k}户")),
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """The figures of one unit, in 万元 where not said otherwise; all that follows from others is computed."""

    year: int
    staff: Decimal
    office: Decimal
    staff_before: Decimal
    office_before: Decimal
    biz: Decimal
    run: Decimal
    special: Decimal
    project_before: Decimal
    posts: tuple[int, int]
    heads: int
    retired: int
    car: Decimal
    guests: Decimal
    initial: Decimal
    adjusted: Decimal
    checked: int
    passed: int
    n: int
    k: int

    @property
    def basic(self) -> Decimal:
        return self.staff + self.office

    @property
    def basic_before(self) -> Decimal:
        return self.staff_before + self.office_before

    @property
    def project(self) -> Decimal:
        return self.biz + self.run + self.special

    @property
    def total(self) -> Decimal:
        return self.basic + self.project


def drawn(rng: random.Random) -> Figures:
    def money(low: float, high: float) -> Decimal:
        return Decimal(str(rng.uniform(low, high))).quantize(CENT)

    staff, office = money(150, 900), money(40, 280)
    biz, run, special = money(30, 200), money(20, 150), money(100, 2000)
    posts = (rng.randint(8, 30), rng.randint(5, 40))
    total = staff + office + biz + run + special
    checked = rng.randint(60, 400)
    return Figures(
        year=rng.choice((2021, 2022, 2023, 2024)),
        staff=staff,
        office=office,
        staff_before=(staff * money(0.85, 1.2)).quantize(CENT),
        office_before=(office * money(0.8, 1.25)).quantize(CENT),
        biz=biz,
        run=run,
        special=special,
        project_before=((biz + run + special) * money(0.8, 1.2)).quantize(CENT),
        posts=posts,
        heads=sum(posts) - rng.randint(0, 4),
        retired=rng.randint(3, 30),
        car=money(2, 20),
        guests=money(0.5, 6),
        initial=(total * money(0.8, 0.97)).quantize(CENT),
        adjusted=(total * money(1.0, 1.15)).quantize(CENT),
        checked=checked,
        passed=checked - rng.randint(1, 9),
        n=rng.randint(3, 28),
        k=rng.randint(110, 980),
    )


@dataclass(frozen=True)
class Hand:
    """A writer's habits."""

    rng: random.Random
    spaced: bool
    wide: bool
    thousands: bool
    short: bool

    def money(self, value: Decimal) -> str:
        text = f"{value:,.2f}" if self.thousands else f"{value:.2f}"
        if self.short and "." in text:
            text = text.rstrip("0").rstrip(".")
        text = f" {text} " if self.spaced else text
        return wide(text + "万元") if self.wide else text + "万元"

    def rate(self, value: Decimal, places: int = 2) -> str:
        shown = (abs(value) * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        return wide(f"{shown}%") if self.wide else f"{shown}%"

    def pick(self, *ways: str) -> str:
        return self.rng.choice(ways)

    def change(self, now: Decimal, before: Decimal) -> str:
        """较上年增加…, with or without a rate."""
        word, grown = ("增加", "增长") if now >= before else ("减少", "下降")
        base = self.pick("较上年", "比上年", "较上年决算数", "与上年相比，", "同比")
        amount, rate = self.money(abs(now - before)), self.rate((now - before) / before)
        return self.pick(
            f"{base}{word}{amount}，{grown}{rate}",
            f"{base}{word}{amount}",
            f"{base}{word}了{amount}，{'增幅' if now >= before else '降幅'}{rate}",
        )


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() or c in ".%" else c for c in text)


def numeral(n: int) -> str:
    return "零一二三四五六七八九十"[n]


@dataclass(frozen=True)
class Written:
    office: Office
    year: int
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def written(seed: int) -> Written:
    """Write one right report."""
    rng = random.Random(seed)
    office, f = OFFICES[seed % len(OFFICES)], drawn(rng)
    hand = Hand(rng, spaced=seed % 5 == 1, wide=seed % 7 == 2, thousands=seed % 3 == 0, short=seed % 4 == 3)
    paragraphs = tuple(_paragraphs(office, f, hand))
    if seed % 6 == 4:
        paragraphs = tuple(p.replace("，", ",").replace("：", ":") for p in paragraphs)
    return Written(office, f.year, paragraphs)


def _paragraphs(office: Office, f: Figures, hand: Hand) -> Iterator[str]:
    yield hand.pick(
        f"{office.unit}{f.year}年度部门整体支出绩效评价报告", f"{f.year}年度{office.unit}部门整体支出绩效自评报告"
    )
    yield "根据预算绩效管理的有关要求，" + office.self + "对部门整体支出进行了绩效自评，现将情况报告如下："
    yield hand.pick("一、部门基本情况", "一、部门（单位）概况")
    yield "（一）职能职责"
    for number, duty in enumerate(office.duties, 1):
        yield f"{number}．{duty}。"
    yield "（二）机构设置"
    yield _sections(office, hand)
    yield "（三）人员情况"
    yield _people(f, office, hand)
    yield "二、一般公共预算支出情况"
    yield _budget(f, office, hand)
    yield "（一）基本支出情况"
    yield _basic(f, hand)
    yield _sangong(f, hand)
    yield "（二）项目支出情况"
    yield _project(f, office, hand)
    for number, title in zip("三四五", ("政府性基金", "国有资本经营", "社会保险基金"), strict=True):
        yield f"{number}、{title}预算支出情况"
        yield f"{office.self.replace('我', '本')[:1]}部门无{title}预算支出。"
    yield "六、部门整体支出绩效情况"
    yield _results(f, office, hand)
    yield _quality(f, hand)
    yield "七、存在的问题及原因分析"
    yield "（一）预算编制还不够细。个别项目在年中才明确实施内容，年初测算依据不充分。"
    yield "（二）绩效指标还不够实。有的指标偏重工作过程，对服务对象的感受反映较少。"
    yield "八、下一步改进措施"
    yield "（一）细化预算编制。在申报环节逐项列明数量、单价和测算依据。"
    yield "（二）完善绩效指标。增加反映服务对象感受的指标，并在年中开展一次跟踪。"
    yield "九、部门整体支出绩效自评结果拟应用和公开情况"
    yield "自评结果作为编制下年预算的参考，并随部门决算一并公开。"
    yield "十、其他需要说明的情况"
    yield _again(f, office, hand)


def _sections(office: Office, hand: Hand) -> str:
    names, count = office.sections, len(office.sections)
    listed = "、".join(names)
    return hand.pick(
        f"{office.self}内设{count}个股室，分别是{listed}。",
        f"{office.self}设有{listed}{numeral(count)}个内设机构。",
        f"{office.self}现有内设机构{count}个：{listed}。",
        f"{office.self}内设机构{count}个，分别是" + "".join(f"{i}、{name}。" for i, name in enumerate(names, 1)),
    )


def _people(f: Figures, office: Office, hand: Hand) -> str:
    posts = sum(f.posts)
    return hand.pick(
        f"{f.year}年末，{office.self}共有编制{posts}人，其中行政编制{f.posts[0]}人，事业编制{f.posts[1]}人。年末实有在职人员{f.heads}人，退休人员{f.retired}人。",
        f"{office.self}核定编制{posts}名，其中：行政编制{f.posts[0]}名、事业编制{f.posts[1]}名；截至{f.year}年12月31日，实有在职人员{f.heads}名，退休{f.retired}名。",
        f"经机构编制部门核定，{office.self}编制{posts}人（行政编制{f.posts[0]}人、事业编制{f.posts[1]}人），在职人员{f.heads}人。",
    )


def _budget(f: Figures, office: Office, hand: Hand) -> str:
    m, rate = hand.money, hand.rate(f.total / f.adjusted)
    return hand.pick(
        f"{f.year}年，{office.self}部门整体支出年初预算{m(f.initial)}，调整后预算{m(f.adjusted)}，实际支出{m(f.total)}，预算执行率{rate}。其中基本支出{m(f.basic)}，项目支出{m(f.project)}。",
        f"{f.year}年部门整体支出{m(f.total)}，其中：基本支出{m(f.basic)}，占部门整体支出的{hand.rate(f.basic / f.total)}；项目支出{m(f.project)}，占部门整体支出的{hand.rate(f.project / f.total)}。",
        f"全年预算数{m(f.adjusted)}，全年执行数{m(f.total)}，执行率为{rate}。按支出性质分，由基本支出{m(f.basic)}和项目支出{m(f.project)}组成。",
        f"{f.year}年度总支出{m(f.total)}，完成年初预算的{hand.rate(f.total / f.initial)}，年初预算为{m(f.initial)}。基本支出、项目支出分别为{m(f.basic)}和{m(f.project)}，分别占总支出的{hand.rate(f.basic / f.total)}和{hand.rate(f.project / f.total)}。",
    )


_WHY = ("主要是新录用人员工资{}", "主要原因是办公楼维修{}", "原因是补缴职业年金{}")


def _basic(f: Figures, hand: Hand) -> str:
    m = hand.money
    staff, office = hand.rate(f.staff / f.basic), hand.rate(f.office / f.basic)
    why = hand.pick(*_WHY).format(hand.money(Decimal("12.30")))
    one = (
        f"{f.year}年基本支出{m(f.basic)}，{hand.change(f.basic, f.basic_before)}。基本支出中人员经费{m(f.staff)}，占基本支出的{staff}，"
        f"{hand.change(f.staff, f.staff_before)}；日常公用经费{m(f.office)}，占基本支出的{office}，{hand.change(f.office, f.office_before)}，{why}。"
    )
    two = (
        f"{f.year}年度基本支出决算数为{m(f.basic)}（其中：人员经费{m(f.staff)}，占比{staff}；公用经费{m(f.office)}，占比{office}），"
        f"上年为{m(f.basic_before)}，{hand.change(f.basic, f.basic_before)}，{why}。"
    )
    three = (
        f"基本支出方面，全年支出{m(f.basic)}。人员经费和公用经费分别为{m(f.staff)}、{m(f.office)}，分别占基本支出的{staff}和{office}。"
        f"公用经费由上年的{m(f.office_before)}{'增加' if f.office >= f.office_before else '减少'}到{m(f.office)}，{why}。"
    )
    four = (
        f"本年基本支出{m(f.basic)}，比{f.year - 1}年的{m(f.basic_before)}{'增加' if f.basic >= f.basic_before else '减少'}{m(abs(f.basic - f.basic_before))}，"
        f"{why}。其中：人员支出{m(f.staff)}，占{staff}；公用支出{m(f.office)}，占{office}。"
    )
    return hand.pick(one, one, two, three, four)


def _sangong(f: Figures, hand: Hand) -> str:
    m, total = hand.money, f.car + f.guests
    return hand.pick(
        f"“三公”经费支出{m(total)}，其中：因公出国（境）费0万元，公务用车购置及运行维护费{m(f.car)}，公务接待费{m(f.guests)}。",
        f"全年三公经费{m(total)}，其中公务用车运行维护费{m(f.car)}，公务接待费{m(f.guests)}，没有因公出国（境）支出。",
        f"公务用车运行维护费{m(f.car)}，公务接待费{m(f.guests)}，合计{m(total)}。",
    )


def _project(f: Figures, office: Office, hand: Hand) -> str:
    m = hand.money
    change = hand.change(f.project, f.project_before)
    return hand.pick(
        f"{f.year}年项目支出{m(f.project)}，{change}，主要用于{office.work}。其中：业务工作经费支出{m(f.biz)}，运行维护经费支出{m(f.run)}，专项资金支出{m(f.special)}。",
        f"项目支出共{m(f.project)}，包括业务工作经费{m(f.biz)}、运行维护经费{m(f.run)}和专项资金{m(f.special)}，用于{office.work}等方面。项目支出{change}，主要是专项任务的资金量不同。",
        f"全年项目支出{m(f.project)}，由业务工作经费{m(f.biz)}、运行维护经费{m(f.run)}、专项资金{m(f.special)}三部分构成，其中专项资金占项目支出的{hand.rate(f.special / f.project)}。",
    )


def _results(f: Figures, office: Office, hand: Hand) -> str:
    first, second = (deed.format(n=f.n, k=f.k) for deed in office.deeds)
    return hand.pick(
        f"一年来，{office.self}围绕年度目标开展工作，{first}，{second}，推动了{office.area}相关工作。",
        f"产出方面，{first}；{second}，均达到年度指标值。",
        f"（1）数量指标。{first}，计划数为{f.n}，按计划推进。（2）时效指标。{second}，在{f.year}年11月底前办结。",
    )


def _quality(f: Figures, hand: Hand) -> str:
    rate = hand.rate(Decimal(f.passed) / Decimal(f.checked))
    return hand.pick(
        f"质量方面，全年验收{f.checked}项，合格{f.passed}项，验收合格率{rate}。群众满意度由上年的93.5%提高到95.2%，提高1.7个百分点。",
        f"全年共验收{f.checked}件，其中合格{f.passed}件，合格率为{rate}，服务对象满意度95.20%，比上年提高1.7个百分点。",
        f"问卷调查发放{f.checked}份，收回{f.passed}份，回收率{rate}，满意度达到96%以上。",
    )


def _again(f: Figures, office: Office, hand: Hand) -> str:
    m = hand.money
    return hand.pick(
        f"{office.self}{f.year}年基本支出{m(f.basic)}、项目支出{m(f.project)}，均已按规定公开。",
        f"{f.year}年人员经费{m(f.staff)}、公用经费{m(f.office)}，与部门决算口径一致。",
        f"本年度基本支出为{m(f.basic)}，项目支出为{m(f.project)}，数据来自部门决算报表。",
    )
