"""What departments type into the workbook is held against its own figures, and only what is sure is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.checking.prose import Reader
from perfeval_xl.proofread import Beside, StatedField, changes_of, sure, typed_texts
from perfeval_xl.proofread.mentions import told
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load
from perfeval_xl.template.source.examples import sample_fill
from perfeval_xl.template.source.spec import read_spec

SOURCE = Path(__file__).parents[2] / "workbook_templates" / "hunan-2023" / "template.toml"
TODAY = date(2024, 3, 15)
FIGURES = {
    field.name: field
    for field in (
        StatedField("公用经费_本年决算", "公用经费 本年决算数", Decimal("127.24")),
        StatedField("公用经费_上年决算", "公用经费 上年决算数", Decimal("100.00")),
        StatedField("公用经费_变动额", "公用经费 比上年增减额", Decimal("27.24")),
    )
}


def said(text: str, *near: str) -> list[str]:
    beside = Beside(
        2023,
        "临水县水务局",
        FIGURES,
        tuple(map(Decimal, near)),
        "公用经费",
        changes_of(FIGURES),
    )
    found = sure(text, beside)
    assert {item.level for item in found} <= {Level.WARNING}
    return sorted(item.rule for item in found)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("公用经费比上年增加27.24万元，主要是新增办公楼电费。", []),
        ("公用经费比上年增加72.24万元，主要是新增办公楼电费。", ["P44"]),
        ("公用经费比上年增加37.24万元，主要是新增办公楼电费。", ["N01"]),
        ("新增办公楼电费72.24万元。", ["P44"]),
        ("受益群众2741人。", ["P44"]),
        ("减少的原因是压减会议。", ["P45"]),
        ("公用经费比上年减少，因压减会议。", ["P45"]),
        ("2019年新建泵站3座。", ["P18"]),
        ("2023年2月30日完成验收。", ["P16"]),
        ("我区水利建设稳步推进。", ["P27"]),
        ("抽检300批次，合格280批次，合格率95%。", ["P10"]),
        ("抽检300批次，合格280批次，合格率93.33%。", []),
        ("拆迁协议签订率达到95%以上才进场施工，2024年5月底前完成第三条街。", []),
        ("电费10万元，水费5万元，物业费12.24万元。", []),
    ],
)
def test_only_what_is_sure_is_said_of_a_typed_text(text: str, rules: list[str]) -> None:
    assert said(text, "27.24", "2714") == rules


@cache
def judged(name: str, text: str) -> tuple[Finding, ...]:
    template = load(SOURCE.with_name("hunan-2023.xlsx").read_bytes())
    fill = sample_fill(read_spec(SOURCE).sample, template.field) | ({(name, 0): text} if name else {})
    data = Filler(template, TODAY).fill(fill)
    arrived = Arrived("例.xlsx", datetime(2024, 1, 1, tzinfo=UTC), data)
    return Desk({template.id: template}, TODAY).judge(arrived).verdict.findings


def test_the_sample_has_nothing_to_look_at() -> None:
    assert judged("", "") == ()


def test_check_speaks_of_the_cell_that_the_words_stand_in() -> None:
    (item,) = judged("人员经费_原因", "增加的主要原因是有人员调出。")
    assert (item.rule, item.level, item.field) == ("P45", Level.WARNING, "人员经费_原因")
    assert str(item.place).startswith("表2")
    assert "人员经费 增减的主要原因" in item.message


def test_a_row_that_the_board_finds_fault_with_is_not_held_against_words_too() -> None:
    template = load(SOURCE.with_name("hunan-2023.xlsx").read_bytes())
    values = sample_fill(read_spec(SOURCE).sample, template.field) | {
        ("人员经费_原因", 0): "增加的主要原因是有人员调出。"
    }
    assert [item.rule for item in Reader(template).prose(values, "")] == ["P45"]
    assert list(Reader(template).prose(values, "", {"人员经费_上年决算"})) == []


def test_counts_of_different_things_cost_no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned: list[object] = []
    monkeypatch.setattr(
        typed_texts, "told", lambda paragraphs, year: scanned.append(paragraphs) or told(paragraphs, year)
    )
    assert said("完成日常养护118公里，修补路面3720平方米，汛期抢修11处。") == []
    assert scanned == []
    assert said("清查房屋36处，分为办公用房14处、业务用房15处、出租用房9处。") == ["P01"]
    assert said("２０２３年清查房屋３６处，分为办公用房１４处、业务用房１５处、出租用房９处。") == ["P01"]
    assert len(scanned) == 2
