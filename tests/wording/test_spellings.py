"""Each spelling of a figure or a date with its one reading and what was done for it, or with why it has none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from perfeval_xl.records.kind import KINDS
from perfeval_xl.wording.numbers import (
    LONGEST,
    Spelling,
    Sure,
    Unsure,
    as_shown,
    day,
    figure,
    look,
    number,
    plain_text,
    serial_day,
    stripped,
    unseen,
)


def sure(value: str, how: str = "", *, rescaled: bool = False) -> Sure:
    return Sure(Decimal(value), how, rescaled)


def unsure(why: str = "", *, ambiguous: bool = True) -> Unsure:
    return Unsure(why, ambiguous)


OTHER_TEXT = unsure("，数字之外还有其他文字", ambiguous=False)
VAGUE = unsure("，不是一个确定的数", ambiguous=False)
NOTHING = unsure(ambiguous=False)
COMMAS = unsure("逗号和小数点的位置不合常规")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12", sure("12", "文字改数字")),
        ("-12.5", sure("-12.5", "文字改数字")),
        ("+.5", sure("0.5", "文字改数字")),
        ("1,234.5", sure("1234.5", "去掉千分位")),
        ("-1,234,567", sure("-1234567", "去掉千分位")),
        ("1 234.5", sure("1234.5", "去掉空格")),
        ("1.2e3", sure("1200", "科学记数法")),
        ("3E-2", sure("0.03", "科学记数法")),
        ("１２．５", sure("12.5", "全角改半角")),
        ("12，345", sure("12345", "全角改半角、去掉千分位")),
        ("1\u200b2", sure("12", "去掉看不见的字符")),
        ("−5", sure("-5", "文字改数字")),
        ("–5", sure("-5", "文字改数字")),
        ("(12)", sure("-12", "括号表示负数")),
        ("（ 12 ）万元", sure("-12", "括号表示负数、去掉单位")),
        ("(￥12)", sure("-12", "括号表示负数、去掉货币符号")),
        ("(0)", sure("0", "括号表示负数")),
        ("(-12)", unsure("括号和负号同时出现")),
        ("(说明)12", OTHER_TEXT),
        ("￥12", sure("12", "去掉货币符号")),
        ("-￥12", sure("-12", "去掉货币符号")),
        ("人民币 12", sure("12", "去掉货币符号")),
        ("RMB12", sure("12", "去掉货币符号")),
        ("12万元", sure("12", "去掉单位")),
        ("12元", sure("0.0012", "换算单位", rescaled=True)),
        ("12千元", sure("1.2", "换算单位", rescaled=True)),
        ("12百万元", sure("1200", "换算单位", rescaled=True)),
        ("12亿元", sure("120000", "换算单位", rescaled=True)),
        ("12元整", sure("0.0012", "换算单位", rescaled=True)),
        ("12万元人民币", sure("12", "去掉单位")),
        ("1,200 元", sure("0.12", "去掉千分位、换算单位", rescaled=True)),
        ("12万", unsure("没有写“元”，可能是 12万元，也可能是 12万个“万元”")),
        ("1.50w", unsure("没有写“元”，可能是 1.5w元，也可能是 1.5w个“万元”")),
        ("12人", OTHER_TEXT),
        ("12左右", VAGUE),
        ("12万元以上", VAGUE),
        ("约12", VAGUE),
        ("第12", OTHER_TEXT),
        ("没有", NOTHING),
        ("", NOTHING),
        ("12,34", COMMAS),
        ("1,2345", COMMAS),
        ("1.2.3", COMMAS),
        ("12 34", unsure("数字中间有空格")),
        ("12e5", unsure("科学记数法的指数不合常理")),
        ("1e100", unsure("科学记数法的指数不合常理")),
    ],
)  # fmt: skip
def test_an_amount_in_ten_thousands(text: str, read: Sure | Unsure) -> None:
    assert figure(text, Spelling.MONEY, "万元") == read


@pytest.mark.parametrize(
    ("text", "kind", "unit", "read"),
    [
        ("12万元", "money", "", OTHER_TEXT),
        ("12元", "money", "元", sure("12", "去掉单位")),
        ("93.5%", "rate", "%", sure("0.935", "百分比")),
        ("５‰", "rate", "%", sure("0.005", "全角改半角、千分比")),
        ("0", "rate", "%", sure("0", "文字改数字")),
        ("(0)", "rate", "%", sure("0", "括号表示负数")),
        ("0.93", "rate", "%", unsure("没有百分号，看不出是比率还是百分数")),
        ("93成", "rate", "%", OTHER_TEXT),
        ("12", "count", "人", sure("12", "文字改数字")),
        ("12名", "count", "人", sure("12", "去掉单位")),
        ("(12)人", "count", "人", sure("-12", "括号表示负数、去掉单位")),
        ("12台", "count", "辆", sure("12", "去掉单位")),
        ("12只", "count", "只", sure("12", "去掉单位")),
        ("12m2", "area", "㎡", sure("12", "去掉单位")),
        ("12辆", "count", "人", unsure("单位是“辆”")),
        ("12%", "count", "人", unsure("是百分比，这里要填数字")),
        ("12‰", "number", "", unsure("是百分比，这里要填数字")),
        ("12万", "count", "人", unsure("带有“万”")),
        ("12万元", "count", "人", unsure("带有“万元”")),
        ("12余", "count", "人", VAGUE),
        ("12号", "count", "人", OTHER_TEXT),
        ("￥12", "count", "人", OTHER_TEXT),
    ],
)
def test_a_figure_of_another_kind(text: str, kind: str, unit: str, read: Sure | Unsure) -> None:
    assert figure(text, KINDS[kind].spelling, unit) == read


def test_a_spelling_may_have_a_hundred_characters() -> None:
    assert LONGEST == 100
    assert figure("0" * 99 + "7", Spelling.MONEY, "万元") == sure("7", "文字改数字")
    assert figure("0" * 100 + "7", Spelling.MONEY, "万元") == NOTHING
    assert day(" " * 90 + "2024-03-15") == Sure(date(2024, 3, 15))
    assert day(" " * 91 + "2024-03-15") == NOTHING


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("46", "46"),
        ("46.0", "46"),
        ("46.50", "46.50"),
        ("123456789012.0", "123456789012"),
        ("0.1000000000000000055", "0.1"),
        ("321.12000000000001", "321.12"),
        ("1234567890123.5", "1234567890123.5"),
        ("1E3", "1000"),
        ("1e3", "1000"),
        ("-5E-1", "-0.5"),
        ("999999999999999.0", "999999999999999"),
        ("1000000000000000.0", "1000000000000000.0"),
        ("1E+20", "1E+20"),
        ("9999999999999999", "1E+16"),
    ],
)
def test_a_stored_number(raw: str, value: str) -> None:
    assert str(number(raw)) == value


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (" a ", "a"),
        ("\u3000张三", "张三"),
        ("张三\u200b", "张三"),
        ("张三", "张三"),
        ("张 三", "张 三"),
        ("\u200b\u3000", ""),
    ],
)
def test_what_cannot_be_seen_at_the_ends(text: str, left: str) -> None:
    assert stripped(text) == left


@pytest.mark.parametrize("code", ["h", "ss", "hh.0"])
def test_a_format_of_hours_or_seconds_alone_is_a_date_s(code: str) -> None:
    assert look(code) == "date"


def test_what_cannot_be_seen_within() -> None:
    assert unseen("张\u200b三")
    assert not unseen("张 三")


DATED = Sure(date(2024, 3, 15), "日期写法")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024-03-15", Sure(date(2024, 3, 15))),
        ("2024-3-15", DATED),
        ("２０２４-03-15", DATED),
        ("2024/03/15", DATED),
        ("2024.3.15", DATED),
        ("2024 - 3 - 15", DATED),
        ("2024-03-15 00:00:00", DATED),
        ("2024-03-15T00:00:00.000Z", DATED),
        ("2024-03-15 08:30:00", NOTHING),
        ("2024年3月15日", DATED),
        ("2024年3月15号", DATED),
        ("2024 年 3 月 15", DATED),
        ("20240315", DATED),
        ("18240315", NOTHING),
        ("二〇二四年三月十五日", DATED),
        ("二零二四年十二月二十三日", Sure(date(2024, 12, 23), "日期写法")),
        ("二○二四年十月三十号", Sure(date(2024, 10, 30), "日期写法")),
        ("二〇二四年一二月十日", Sure(date(2024, 12, 10), "日期写法")),
        ("2024-02-30", unsure("，没有这一天", ambiguous=False)),
        ("2024-13-01", unsure("，没有这一天", ambiguous=False)),
        ("15/3/2024", DATED),
        ("3/15/2024", DATED),
        ("3-3-2024", Sure(date(2024, 3, 3), "日期写法")),
        ("12/13/2024", Sure(date(2024, 12, 13), "日期写法")),
        ("13/12/2024", Sure(date(2024, 12, 13), "日期写法")),
        ("3/12/2024", unsure("可能是 3 月 12 日，也可能是 12 月 3 日")),
        ("12/3/2024", unsure("可能是 12 月 3 日，也可能是 3 月 12 日")),
        ("13/14/2024", unsure("可能是 13 月 14 日，也可能是 14 月 13 日")),
        ("14/14/2024", unsure("，没有这一天", ambiguous=False)),
        ("3/15-2024", NOTHING),
        ("24-3-15", unsure("年份只有两位")),
        ("24年3月15日", unsure("年份只有两位")),
        ("2024-3", unsure("没有写明是哪一天")),
        ("2024年3月", unsure("没有写明是哪一天")),
        ("3月15日", unsure("没有写明年份")),
        ("3-15", unsure("没有写明年份")),
        ("三月", NOTHING),
        ("", NOTHING),
    ],
)
def test_a_date(text: str, read: Sure | Unsure) -> None:
    assert day(text) == read


NO_DATE = unsure("，不是日期", ambiguous=False)
A_YEAR = unsure("只像一个年份，没有月和日")


@pytest.mark.parametrize(
    ("serial", "read"),
    [
        ("0.5", NO_DATE),
        ("-1", NO_DATE),
        ("1", Sure(date(1900, 1, 1))),
        ("59.75", Sure(date(1900, 2, 28))),
        ("60", unsure("，没有这一天（1900 年 2 月 29 日）", ambiguous=False)),
        ("61", Sure(date(1900, 3, 1))),
        ("1899", Sure(date(1905, 3, 13))),
        ("1900", A_YEAR),
        ("1900.5", Sure(date(1905, 3, 14))),
        ("2100", A_YEAR),
        ("2101", Sure(date(1905, 10, 1))),
        ("45366", Sure(date(2024, 3, 15))),
        ("45366.99", Sure(date(2024, 3, 15))),
        ("73050", Sure(date(2099, 12, 31))),
        ("73051", NO_DATE),
        ("20240315", DATED),
        ("20240332", unsure("，没有这一天", ambiguous=False)),
        ("1e15", NO_DATE),
        ("-1e15", NO_DATE),
        ("1e400", NO_DATE),
    ],
)
def test_a_count_of_days(serial: str, read: Sure | Unsure) -> None:
    assert serial_day(Decimal(serial), epoch_1904=False) == read


def test_a_count_of_days_from_1904() -> None:
    assert serial_day(Decimal(60), epoch_1904=True) == Sure(date(1904, 3, 1))
    assert serial_day(Decimal(43904), epoch_1904=True) == Sure(date(2024, 3, 15))
    assert serial_day(Decimal(2024), epoch_1904=True) == A_YEAR


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("0.95", "0%", "95%"),
        ("0.9512", "0.00%", "95.12%"),
        ("45291", "yyyy-mm-dd", "2023-12-31"),
        ("45291", "0.00", "45291"),
        ("45291", "General", "45291"),
        ("2024", "yyyy", "2024"),
        ("-3", "yyyy-mm-dd", "-3"),
        ("1.50", "@", "1.5"),
        ("12.00", "@", "12"),
        ("1200", "General", "1200"),
        ("12001", "000000", "012001"),
        ("12001", "000000_ ", "012001"),
        ("12001", "000000;[Red]-000000", "012001"),
        ("1234567", "000000", "1234567"),
        ("-5", "000000", "-5"),
        ("1.5", "000000", "1.5"),
    ],
)
def test_a_number_in_a_text_field_is_what_the_cell_shows(value: str, code: str, shown: str) -> None:
    assert as_shown(Decimal(value), code, epoch_1904=False) == shown


def test_the_first_day_in_a_text_field_is_the_workbook_s() -> None:
    assert as_shown(Decimal(43829), "yyyy-mm-dd", epoch_1904=True) == "2023-12-31"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+3", "1000"),
        ("1.500", "1.5"),
        ("-0.10", "-0.1"),
        ("1E-7", "0.0000001"),
        ("999999999999999", "999999999999999"),
        ("1E+15", "1E+15"),
        ("-1E+15", "-1E+15"),
    ],
)
def test_a_number_without_needless_characters(value: str, text: str) -> None:
    assert plain_text(Decimal(value)) == text
