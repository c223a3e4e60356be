"""What a unit changed between two submissions: every cell that says something else, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from perfeval_xl.ledger.changes import changes
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Entry, Key, Submission


def submission(template: Template, values: Mapping[Key, Value], wrong: Mapping[Key, str] = {}) -> Submission:
    entries = [Entry(*key, template.address(key), str(value), value) for key, value in values.items()]
    entries += [Entry(*key, template.address(key), raw, None) for key, raw in wrong.items()]
    return Submission(
        "一.xlsx", template.id, template.version, "1", "交通局", tuple(entries), unreadable=frozenset(wrong)
    )


def test_figures_texts_blanks_and_what_could_not_be_read(hunan: Template) -> None:
    before: dict[Key, Value] = {
        ("人员_编制数", 0): Decimal(46),
        ("人员_在职人数", 0): Decimal(50),
        ("厉行节约措施", 0): "公车统一管理",
        ("指标_三级", 2): "道路养护里程",
    }
    after: dict[Key, Value] = {
        ("人员_编制数", 0): Decimal("46.00"),
        ("厉行节约措施", 0): "公车统一调度",
        ("指标_三级", 2): "道路养护里程",
        ("指标_分值", 2): Decimal(10),
    }
    found = changes(
        submission(hunan, before, {}), submission(hunan, after, {("公用经费_本年决算", 0): "很多"}), hunan
    )
    told = {change.label: (change.before, change.after) for change in found}
    assert told == {
        "财政供养人员 2023年实际在职人数": ("50", "空白"),
        "公用经费 2023年决算数": ("空白", "很多"),
        "厉行节约保障措施": ("公车统一管理", "公车统一调度"),
        "绩效指标 分值（第2行）": ("空白", "10.00"),
    }
    sheets = [change.place.sheet for change in found]
    assert sheets == sorted(sheets, key=hunan.sheets.index)


def test_nothing_changed(hunan: Template) -> None:
    same = submission(hunan, {("人员_编制数", 0): Decimal(46)})
    assert changes(same, same, hunan) == ()
