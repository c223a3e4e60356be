"""What nobody can have meant to type, whatever the form: days to come, numbers that reach nobody, long texts."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import FILLED_ON, PHONE, Role
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.rule import Rule, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

FUTURE, UNREACHABLE, TOO_LONG, WORDLESS = "F04", "F05", "F06", "F07"
RULES = (
    Rule(
        FUTURE,
        Level.ERROR,
        "填报日期没有写到以后去",
        "填的是 {value}，最晚只能是 {today}。",
        "请填写实际完成填报的日期，并核对年份和电脑的日期。",
        "填报日期是填完这份表的日子，不会在将来。",
        "2024-03-12",
        "2042-03-12",
    ),
    Rule(
        UNREACHABLE,
        Level.WARNING,
        "联系电话能够打通",
        "填的是“{value}”，不像完整的电话号码。",
        "请填写手机号码，或带区号的座机号码；确实是内部短号的请说明。",
        "退回修改时要打电话，号码不全找不到人。",
        "0734-5662000",
        "0734-",
    ),
    Rule(
        TOO_LONG,
        Level.ERROR,
        "文字没有超过本栏的字数",
        "写了{count}个字，本栏最多{limit}个字。",
        "请缩短，写要点和数字；详细的材料作为附件另送。",
        "过长的文字打印不全，也不便于汇总。",
        "几百字的说明",
        "把整份工作总结贴进一格",
    ),
    Rule(
        WORDLESS,
        Level.ERROR,
        "必填的文字写的是文字",
        "填的是“{value}”，只有符号或数字，等于没有填。",
        "请写出内容。",
        "用符号占住格子，核对时看着是填了，实际没有内容。",
        "王敏",
        "/",
    ),
)
_BY_CODE = {rule.code: rule for rule in RULES}
_JOINING = re.compile(r"[\s\-()+.~]|^(?:\+?86|0086)(?=1)")
_REACHES = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)(?:0\d{2,3})?[2-9]\d{6,7}|(?<!\d)[48]00\d{7}(?!\d)")
"""A mobile number, one of a fixed line with or without its area, one of a service line."""
_ONE_DIGIT = re.compile(r"(\d)\1{6,}")
_OPEN = frozenset("*_＊＿")
"""Characters that leave a place open: the proofreader tells of them."""


def implausible(
    template: Template,
    values: Mapping[Key, Value],
    today: date,
    unit_code: str,
    doubted: Collection[str] = (),
    blank: Collection[tuple[str, int]] = (),
) -> Iterator[Finding]:
    """Find what a unit can hardly have meant.

    That words are none is not told again of fields that the board finds fault with (`doubted`), nor of rows of a
    table (`blank`) in which required cells are blank.
    """
    for (name, row), value in values.items():
        field = template.field[name]
        if field.role is not Role.INPUT:
            continue
        if isinstance(value, str):
            yield from _of_text(
                field, row, value, unit_code, told=name in doubted or (row > 0 and (field.table, row) in blank)
            )
        elif name == FILLED_ON and isinstance(value, date) and value > today:
            yield _found(FUTURE, field, row, value, unit_code, today=today)


def _of_text(field: Field, row: int, text: str, unit_code: str, *, told: bool) -> Iterator[Finding]:
    if field.longest and len(text) > field.longest:
        yield _found(TOO_LONG, field, row, text, unit_code, count=len(text), limit=field.longest)
    if field.name == PHONE and not reaches(text):
        yield _found(UNREACHABLE, field, row, text, unit_code)
    if field.required and field.kind.words and not told and _says_nothing(text):
        yield _found(WORDLESS, field, row, text, unit_code)


def reaches(phone: str) -> bool:
    """Whether somebody can be called under what is typed as a telephone number, or under one of several.

    A number with its places still open (0734-XXXXXXX) counts as one: that they are open is told of by itself.
    """
    plain = unicodedata.normalize("NFKC", phone)
    if re.search(r"[Xx×*]{2}", plain):
        return True
    joined = _JOINING.sub("", re.sub(r"[—–－]", "-", plain))
    return bool(_REACHES.search(joined)) and not _ONE_DIGIT.fullmatch(joined)


def _says_nothing(text: str) -> bool:
    return not any(map(str.isalpha, text)) and _OPEN.isdisjoint(text)


def _found(code: str, field: Field, row: int, value: str | date, unit_code: str, **details: object) -> Finding:
    rule = _BY_CODE[code]
    label = f"{field.label}（第{row}行）" if row else field.label
    said = shown(value) if isinstance(value, str) else str(value)
    message = f"{label}：{rule.found.format(value=said, **details)}{rule.remedy}"
    return Finding(
        code, rule.level, message, field.at(row), unit_code, field=field.name, label=field.label, value=value
    )
