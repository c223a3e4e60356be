"""The settings of a year as a page lists them: each with what is said of it and the text that stands there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from perfeval_xl.campaign.settings import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.campaign.settings.keys import Key
    from perfeval_xl.records.contract import Template

SECTIONS = {
    "campaign": "这一年的工作",
    "settings": "模板的设置",
    "across": "各单位之间比较的界限",
    "mail": "发送邮件",
}
"""The sections that people may change, with what they hold."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: where it stands, what is said of it, and its text as it is, or as it is where left out.

    `fixed` is one with which the year began; `long` one of several lines.
    """

    section: str
    name: str
    about: str
    text: str
    fixed: bool = False
    long: bool = False


def listed(text: str, template: Template) -> tuple[Setting, ...]:
    """Return the settings of a file in their order; ValueError where it is no TOML."""
    raw = tomllib.loads(text, parse_float=Decimal)
    wanted = {
        "campaign": keys.OFFICE,
        "settings": tuple(keys.of_template(template)),
        "across": keys.ACROSS,
        "mail": keys.MAIL,
    }
    return tuple(one for section, known in wanted.items() for one in _of(raw, section, known))


def _of(raw: dict[str, Any], section: str, known: tuple[Key, ...]) -> Iterator[Setting]:
    having = raw.get(section)
    for key in known:
        value = having.get(key.name, key.usual) if isinstance(having, dict) else key.usual
        text = _text(value)
        yield Setting(
            section, key.name, key.about, text, key.name == keys.YEAR, "\n" in text or len(text) > 60
        )  # what fits a line of a page


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
