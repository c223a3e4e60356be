"""A figure written by hand in any certain way is the figure; an uncertain way is never a figure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfeval_xl.wording.numbers import (
    Spelling,
    Sure,
    Unsure,
    as_shown,
    day,
    divisor,
    figure,
    look,
    number,
    plain_text,
    serial_day,
    stripped,
)

amounts = st.decimals(min_value=-(10**10), max_value=10**10, places=4)
dates = st.dates(date(1900, 3, 1), date(2099, 12, 31))
SPACES = st.text(" \t\n\u00a0\u3000\u200b\ufeff", max_size=3)
WIDE = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")


def money(text: str) -> Decimal | None:
    read = figure(text, Spelling.MONEY, "万元")
    return read.value if isinstance(read, Sure) and isinstance(read.value, Decimal) else None


@given(amounts, SPACES, SPACES)
def test_plain(value: Decimal, before: str, after: str) -> None:
    assert money(f"{before}{value}{after}") == value


@given(amounts)
def test_grouped_wide_and_in_brackets(value: Decimal) -> None:
    assert money(f"{value:,}") == value
    assert money(f"{value:,}".translate(WIDE)) == value
    assert money(f"￥{abs(value)}") == abs(value)
    assert money(f"({abs(value)})") == -abs(value)
    assert money(f"（{abs(value)}）") == -abs(value)


@given(amounts)
def test_units_are_converted_exactly(value: Decimal) -> None:
    assert money(f"{value}万元") == value
    assert money(f"{value}元") == value / 10_000
    assert money(f"{value} 亿元") == value * 10_000
    in_yuan = figure(f"{value}万元", Spelling.MONEY, "元")
    assert isinstance(in_yuan, Sure)
    assert in_yuan.value == value * 10_000
    assert in_yuan.rescaled


@given(amounts)
def test_bare_wan_is_never_a_figure(value: Decimal) -> None:
    for text in (f"{value}万", f"{value}亿", f"{value}w"):
        read = figure(text, Spelling.MONEY, "万元")
        assert isinstance(read, Unsure)
        assert read.ambiguous


@given(amounts)
def test_percent(value: Decimal) -> None:
    read = figure(f"{value}%", Spelling.RATE, "%")
    assert isinstance(read, Sure)
    assert read.value == value / 100


@given(st.text(max_size=30), st.sampled_from(Spelling))
def test_any_text_ends_in_an_answer(text: str, spelling: Spelling) -> None:
    assert isinstance(figure(text, spelling, "万元"), Sure | Unsure)
    assert isinstance(day(text), Sure | Unsure)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_a_stored_number_is_the_shortest_decimal(value: float) -> None:
    assert float(number(repr(value))) == value
    assert number(f"{value:.17g}") == number(repr(value))


def test_the_classic() -> None:
    assert str(number("321.12000000000001")) == "321.12"
    assert str(number("46")) == str(number("46.0")) == "46"


@given(dates)
def test_dates_in_every_spelling(value: date) -> None:
    year, month, day_ = value.year, value.month, value.day
    chinese = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    for text in (
        value.isoformat(),
        f"{year}/{month}/{day_}",
        f"{year}.{month}.{day_}",
        f"{year}年{month}月{day_}日",
        f"{value:%Y%m%d}",
        f"{value.isoformat()} 00:00:00",
        value.isoformat().translate(WIDE),
        f"{chinese}年{_chinese(month)}月{_chinese(day_)}日",
    ):
        read = day(text)
        assert isinstance(read, Sure), text
        assert read.value == value, text


def _chinese(value: int) -> str:
    tens, ones = divmod(value, 10)
    return (
        ("" if tens < 2 else "一二三"[tens - 1])
        + ("十" if tens else "")
        + ("" if not ones else "一二三四五六七八九"[ones - 1])
    )


@given(dates)
def test_serials(value: date) -> None:
    serial = Decimal((value - date(1899, 12, 30)).days)
    if 1900 <= serial <= 2100:
        return
    assert serial_day(serial, epoch_1904=False) == Sure(value)
    if value > date(1904, 1, 1) and not 1900 <= serial - 1462 <= 2100:
        assert serial_day(serial - 1462, epoch_1904=True) == Sure(value)


@given(dates)
def test_a_date_with_the_year_last_is_certain_only_when_it_has_one_reading(value: date) -> None:
    read = day(f"{value.month:02}/{value.day:02}/{value.year}")
    if value.day > 12 or value.day == value.month:
        assert isinstance(read, Sure)
        assert read.value == value
    else:
        assert isinstance(read, Unsure)
        assert read.ambiguous


def test_the_serials_around_excels_29_february_1900() -> None:
    assert serial_day(Decimal(59), epoch_1904=False) == Sure(date(1900, 2, 28))
    assert isinstance(serial_day(Decimal(60), epoch_1904=False), Unsure)
    assert serial_day(Decimal(61), epoch_1904=False) == Sure(date(1900, 3, 1))


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("General", ""),
        ("0.00", ""),
        ("#,##0.00", ""),
        ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", ""),
        ('0"万元"', ""),
        ('#,##0.00"元/月"', ""),
        ("0.00%", "percent"),
        ("0%", "percent"),
        ("yyyy\\-mm\\-dd", "date"),
        ("m/d/yy", "date"),
        ('yyyy"年"m"月"d"日"', "date"),
        ("[$-804]yyyy年m月d日", "date"),
        ("h:mm:ss", "date"),
        ("[h]:mm", "date"),
        ("@", ""),
        ("0.00E+00", ""),
        ('"day" 0', ""),
        ("_-* #,##0.00_-", ""),
        ("General;-General", ""),
        ("# ?/?", ""),
    ],
)
def test_looks(code: str, seen: str) -> None:
    assert look(code) == seen


@given(st.integers(0, 10**6), st.integers(1, 4))
def test_a_percentage_in_a_text_field_reads_as_shown(value: int, places: int) -> None:
    fraction = Decimal(value).scaleb(-places)
    assert as_shown(fraction, "0.00%", epoch_1904=False) == f"{plain_text(fraction * 100)}%"


@given(dates)
def test_a_date_in_a_text_field_reads_as_shown(value: date) -> None:
    serial = Decimal((value - date(1899, 12, 30) + timedelta()).days)
    if not 1900 <= serial <= 2100:
        assert as_shown(serial, "yyyy-mm-dd", epoch_1904=False) == value.isoformat()


def test_strip() -> None:
    assert stripped("\u3000 \u200b张三 李四\u00a0\r\n") == "张三 李四"
    assert stripped("") == ""


@pytest.mark.parametrize(
    ("code", "by"),
    [
        ("0!.0000", 10_000),
        ('0"."0000', 10_000),
        ("0\\.0000", 10_000),
        ('0!.0,"万元"', 10_000),
        ("0.00,", 1000),
        ("#,##0.00,,", 1_000_000),
        ("0!.00,", 100_000),
        ("#,##0.00", 1),
        ("0.00_);[Red]\\(0.00\\)", 1),
        ("_ * #,##0.00_ ;_ * \\-#,##0.00_ ", 1),
        ('0.00"万元"', 1),
        ("General", 1),
    ],
)
def test_a_format_that_shows_a_number_divided(code: str, by: int) -> None:
    assert divisor(code) == by
    assert look(code) == ("divided" if by > 1 else "")
