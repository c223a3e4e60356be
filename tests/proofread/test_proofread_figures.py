"""How figures, dates and statements are read from sentences."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfeval_xl.proofread.characters import chinese_number, chinese_numeral, fold
from perfeval_xl.proofread.figures import figures, quantities
from perfeval_xl.proofread.mentions import Telling, told
from perfeval_xl.proofread.report import Paragraph
from perfeval_xl.proofread.written_dates import moments


def read(text: str) -> list[tuple[str, str]]:
    folded = fold(text)
    return [(format(item.value.normalize(), "f"), item.dimension) for item in figures(folded, moments(folded))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("支出453.72万元", [("4537200", "元")]),
        ("支出４５３．７２万元", [("4537200", "元")]),
        ("支出1,234.5万元、2，345.60元", [("12345000", "元"), ("2345.6", "元")]),
        ("收入2.46亿元", [("246000000", "元")]),
        ("支出三百二十一万元", [("3210000", "元")]),
        ("占35.53%，提高1.7个百分点", [("0.3553", "%"), ("0.017", "百分点")]),
        ("占百分之三十五点五", [("0.355", "%")]),
        ("编制6名，在职5人", [("6", "人"), ("5", "人")]),
        ("内设六个股室", [("6", "个")]),
        ("清查12.6万家", [("126000", "家")]),
        ("2023年12月31日，共3辆", [("3", "辆")]),
        ("财绩〔2021〕1号", []),
        ("第3条规定，G107线，9月28日", []),
        ("减少-82.06万元", [("-820600", "元")]),
        ("减少−82.06万元", [("-820600", "元")]),
    ],
)
def test_a_figure_is_read_as_it_is_written(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text", ["约40万元", "超过98%", "40万余元", "40万元左右", "20余人", "10-20万元", "10万元至20万元"]
)
def test_what_is_not_exact_takes_no_part_in_arithmetic(text: str) -> None:
    assert not any(item.exact for item in figures(fold(text)))


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("2023年2月29日", False),
        ("2024年2月29日", True),
        ("11月31日", False),
        ("二〇二三年末", True),
        ("2023-13-01", False),
    ],
)
def test_dates_are_held_against_the_calendar(text: str, possible: bool) -> None:
    (moment,) = moments(fold(text))
    assert moment.possible is possible


@given(st.text())
def test_folding_moves_nothing(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    told([Paragraph(1, text)], 2023)


@pytest.mark.parametrize("number", range(1, 100))
def test_chinese_numerals_go_there_and_back(number: int) -> None:
    assert chinese_number(chinese_numeral(number)) == number


def telling(text: str) -> Telling:
    return told([Paragraph(1, text)], 2023)


def stated(text: str) -> list[tuple[str, str, str, int, int]]:
    return [(item.text, item.subject, item.role.value, item.period, item.sign) for item in telling(text).mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("日常公用经费29.25万元", [("29.25万元", "公用经费", "level", 2023, 1)]),
        ("公用经费压减至92万元", [("92万元", "公用经费", "level", 2023, 1)]),
        (
            "基本支出中人员经费12.5万元，占基本支出的25%，与上年减少2.5万元",
            [
                ("12.5万元", "人员经费", "level", 2023, 1),
                ("25%", "人员经费", "share", 2023, 1),
                ("2.5万元", "人员经费", "change", 2023, -1),
            ],
        ),
        (
            "人员经费和公用经费分别为3万元和4万元，分别较上年减少1万元、增加2万元",
            [
                ("3万元", "人员经费", "level", 2023, 1),
                ("4万元", "公用经费", "level", 2023, 1),
                ("1万元", "人员经费", "change", 2023, -1),
                ("2万元", "公用经费", "change", 2023, 1),
            ],
        ),
        (
            "公用经费由上年的77万元增加到92万元",
            [("77万元", "公用经费", "level", 2022, 1), ("92万元", "公用经费", "level", 2023, 1)],
        ),
        (
            "项目支出比上年（40万元）增加10万元，增长25%",
            [
                ("40万元", "项目支出", "base", 2022, 1),
                ("10万元", "项目支出", "change", 2023, 1),
                ("25%", "项目支出", "growth", 2023, 1),
            ],
        ),
        (
            "满意度95%，比上年提高3个百分点",
            [("95%", "满意度", "rate", 2023, 1), ("3个百分点", "满意度", "change", 2023, 1)],
        ),
        ("基本支出方面，全年支出60万元", [("60万元", "基本支出", "level", 2023, 1)]),
    ],
)
def test_what_a_sentence_says_of_its_figures(text: str, expected: list[tuple[str, str, str, int, int]]) -> None:
    assert stated(text) == expected


def grouped(text: str) -> list[tuple[str, list[str]]]:
    return sorted((group.whole.text, [part.text for part in group.parts]) for group in telling(text).lists)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("支出9万元，其中甲3万元，乙6万元。", [("9万元", ["3万元", "6万元"])]),
        ("支出9万元，其中甲3万元，占33%；乙6万元，占67%。", [("9万元", ["3万元", "6万元"])]),
        ("在职9人，其中行政3人，事业6人；退休5人。", [("9人", ["3人", "6人"])]),
        ("支出9万元（其中甲3万元，乙6万元），丙4万元。", [("9万元", ["3万元", "6万元"])]),
        (
            "支出9万元，其中甲5万元（其中：子2万元，丑3万元）、乙4万元。",
            [("5万元", ["2万元", "3万元"]), ("9万元", ["5万元", "4万元"])],
        ),
        ("总支出由基本支出3万元和项目支出6万元组成。", []),
        ("支出9万元，由基本支出3万元和项目支出6万元组成。", [("9万元", ["3万元", "6万元"])]),
        ("甲3万元，乙6万元，合计9万元。", [("9万元", ["3万元", "6万元"])]),
        ("支出9万元，主要是维修2万元。其中甲3万元，乙6万元。", [("9万元", ["3万元", "6万元"])]),
    ],
)
def test_which_amounts_are_parts_of_which(text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert grouped(text) == expected


@pytest.mark.parametrize(
    ("text", "owner", "base"),
    [
        ("支出12万元，比上年15万元减少3万元", "12万元", "15万元"),
        ("支出12万元，占年初预算80万元的15%", "12万元", "80万元"),
        ("收入12万元（其中拨款5万元），同比增加3万元", "12万元", None),
        ("完成12万元，其中甲5万元，乙7万元。与2022年的10万元相比，增加2万元", "12万元", "10万元"),
        ("项目支出占46.5%，较上年的51.3%回落4.8个百分点", "46.5%", "51.3%"),
        ("2022年为10万元，2023年比2022年减少1万元", None, "10万元"),
    ],
)
def test_what_a_change_or_rate_is_of_and_what_it_is_measured_from(
    text: str, owner: str | None, base: str | None
) -> None:
    last = telling(text).mentions[-1]
    assert (last.owner and last.owner.text, last.base and last.base.text) == (owner, base)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("较上年2.40减少0.30万元", [("24000", "元"), ("3000", "元")]),
        ("与年初预算2万元相比增加1.20，增长60%", [("20000", "元"), ("12000", "元"), ("0.6", "%")]),
        ("计划30完成28，完成率93.3%", [("30", ""), ("28", ""), ("0.933", "%")]),
        ("第3条、表4、12月", []),
    ],
)
def test_a_number_without_a_unit_takes_its_neighbours(text: str, expected: list[tuple[str, str]]) -> None:
    folded = fold(text)
    found = quantities(folded, moments(folded))
    assert [(format(item.value.normalize(), "f"), item.dimension) for item in found] == expected


def test_printed_decimals_set_the_step() -> None:
    (figure,) = figures(fold("132.6万元"))
    assert figure.step == Decimal(1000)
