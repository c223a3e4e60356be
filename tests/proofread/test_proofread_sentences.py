"""Single sentences of the genre: what hangs together is held against itself, what only stands together is not."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from strangers import Changed, found, grave

from perfeval_xl.proofread.mentions import told
from perfeval_xl.proofread.relations.slips import one_slip, variants
from perfeval_xl.proofread.report import Paragraph

SENTENCES = Path(__file__).with_name("sentences")
FEWEST = 0.8
_HELD = re.compile(r"⟦(?P<figure>[^⟧]*)⟧")


def lines(name: str) -> list[str]:
    rows = (SENTENCES / name).read_text("utf-8").splitlines()
    return [row.split("\t")[1].replace("\\n", "\n") for row in rows if row and not row.startswith("#")]


def plain(text: str) -> str:
    return _HELD.sub(lambda held: held["figure"], text)


def test_nothing_is_wrong_where_figures_only_stand_together() -> None:
    texts = lines("unrelated.txt")
    assert len(texts) >= 50
    assert [str(item) for text in texts for item in grave(text)] == []


def test_nothing_is_wrong_where_figures_hang_together() -> None:
    texts = lines("held.txt")
    assert len(texts) >= 100
    assert [str(item) for text in texts for item in grave(plain(text))] == []


def changed(text: str, chance: random.Random) -> Changed:
    """Return a text with one digit of one of its held figures another."""
    held = chance.choice(list(_HELD.finditer(text)))
    digits = [at for at, character in enumerate(held["figure"]) if character.isdigit()]
    at = chance.choice(digits)
    new = chance.choice([digit for digit in "123456789" if digit != held["figure"][at]])
    figure = held["figure"][:at] + new + held["figure"][at + 1 :]
    return Changed(plain(text[: held.start()] + figure + text[held.end() :]), plain(text), held["figure"], figure)


def test_a_changed_digit_is_noticed_in_nearly_every_sentence() -> None:
    chance = random.Random(7)  # noqa: S311 - a fixed seed is the point
    sample = [changed(text, chance) for text in lines("held.txt")]
    missed = [f"{one.text}: {one.was}→{one.figure}" for one in sample if not one.found]
    assert len(missed) <= len(sample) * (1 - FEWEST), missed


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("支付工程款265.83万元、监理费12.46万元、检测费6.82万元，总投资285.71万元。", "P49"),
        ("财政拨款年初结转12.5万元，本年拨款867.5万元，本年支出860.0万元，结转下年26.0万元。", "P49"),
        ("现有车辆19台。全年运行维护支出51.30万元，车均6.70万元。", "P10"),
        ("全县38个乡镇中有15个达到考核标准，达标率83.3%。", "P10"),
        ("到位资金2850万元，到位率91%（计划3000万元）。", "P10"),
        ("抽查的50个项目中，问题不少。有23个项目未提供问卷，占抽查项目的56%。", "N02"),
        ("税收收入6.3亿元，占一般公共预算收入9.0亿元的比重为78%。", "N02"),
        ("项目支出比去年同期减少126.50万元，降低12.15%，去年同期为1000.00万元。", "P05"),
        ("综合合格率为98.6%，高出上年1.1个百分点（上年97.2%）。", "P04"),
        ("中央、省、市、县资金分别占40%、30%、20%、15%。", "N09"),
        ("年初安排3600万元，年中追加450万元，全年预算4050万元，实际支出3888万元，预算执行率为76%。", "P10"),
    ],
)
def test_a_kind_of_wording_is_read(text: str, rule: str) -> None:
    assert rule in {item.rule for item in found(text)}


@pytest.mark.parametrize(
    "text",
    [
        "省级补助1840.00万元（26.71%），区级财政1580.00万元（22.93%），居民出资859.50万元（12.48%）。",
        "决策18分（满分20分）、过程17.5分（满分20分）、产出36分（满分40分），综合得分71.5分。",
        "标准为90分以上为优、80分至89分为良、60分至79分为中，本项目得分86.5分，评定等级为良。",
        "年中分两次追加共233万元（6月追加168.5万元，10月追加64.5万元），年初预算1020万元，调整后全年预算1253万元。",
        "地方收入10955万元，加上补助16326万元、调入资金1150万元、上年结余845万元，可用财力共29276万元。",
        "维修决算163.20万元，超出预算（150.00万元）13.20万元，超支8.80%。",
        "增值税完成25980万元，占41.34%；契税完成5235万元，同比减收2225万元，下降29.83%，完成比例58.17%。",
        "自评平均分94.2分，复核平均分83.7分，平均核减10.5分，其中核减10分以上的项目17个。",
        "7辆车中，使用未满5年的2辆，5年以上未满10年的3辆，10年以上的2辆。",
    ],
)
def test_a_right_wording_is_left_alone(text: str) -> None:
    assert [str(item) for item in grave(text)] == []


def test_a_rate_may_be_cut_off_but_not_raised_by_a_whole_unit() -> None:
    told_of = "物业费54.00万元，较上年60.00万元下降{}%。电费36.00万元，较上年38.40万元下降6%。"
    assert grave(told_of.format(10)) == []
    assert [item.rule for item in grave(told_of.format(11))] == ["P05"]


def test_one_slip_is_another_digit_or_two_that_changed_places() -> None:
    figure = told([Paragraph(1, "支出285.71万元。")], 2023).mentions[0].figure
    values = {value / figure.scale for value in variants(figure)}
    assert {str(value) for value in values} >= {"285.11", "258.71", "385.71"}
    assert all(one_slip(figure, value * figure.scale) for value in values)
    assert not one_slip(figure, figure.value + figure.step * 12)
    assert not one_slip(figure, figure.value)
