"""How campaign.toml is written: new, with a comment above every key; or changed in place, every comment kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item, Table

from perfeval_xl.campaign.settings import keys
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.records.mail import NO_MAIL

if TYPE_CHECKING:
    from perfeval_xl.campaign.settings.keys import Kept, Key
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.mail import Mail
    from perfeval_xl.records.office import Office

_HEAD = (
    "本文件是这一年自评工作的设置，用记事本即可修改；# 号后面是说明。",
    "文字（包括日期）要加英文双引号，数字不加。改后保存，重新运行命令即可。",
)
_BOM = "\ufeff"
_USUAL = {
    (section, key.name): key.usual
    for section, known in (("campaign", keys.OFFICE), ("across", keys.ACROSS), ("mail", keys.MAIL))
    for key in known
}
"""What usually stands behind a key that every year has, by its section and name."""


def new_text(
    name: str, template: Template, settings: Mapping[str, Value], office: Office, kept: Kept, mail: Mail = NO_MAIL
) -> str:
    """Return the settings file of a new year. `name` is the template's id, or where it lies."""
    document = tomlkit.document()
    for line in _HEAD:
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    document.add(_comment(keys.TEMPLATE.about))
    document.add(keys.TEMPLATE.name, tomlkit.string(name))
    document.add(tomlkit.nl())
    of_office = {key.name: getattr(office, key.attribute) for key in keys.OFFICE}
    document.add("campaign", _section(keys.OFFICE, of_office))
    document.add(tomlkit.comment("---- 邮件：写草稿、直接发送（send）。密码不写在任何文件里 ----"))
    document.add("mail", _section(keys.MAIL, {key.name: getattr(mail, key.attribute) for key in keys.MAIL}))
    own = tuple(keys.of_template(template))
    document.add(tomlkit.comment("---- 模板的设置：出现在各单位的工作簿和报告里 ----"))
    document.add("settings", _section(own, settings))
    document.add(tomlkit.comment("---- 各单位之间比较的界限 ----"))
    document.add("across", _section(keys.ACROSS, {}))
    return with_kept(tomlkit.dumps(document), kept)


def with_kept(text: str, kept: Kept) -> str:
    """Return a settings file that notes with which template its year began; all else in it stays as it is."""
    document = _parsed(text)
    _note(document, kept)
    return _dumped(document, text)


def moved(text: str, template: Template, name: str, kept: Kept, former: Mapping[str, Value]) -> str:
    """Return a settings file for another template: its settings added, those that it does not have left out.

    What is added is as in `former`, or else as the template has it.
    """
    document = _parsed(text)
    document[keys.TEMPLATE.name] = name
    section = document["settings"]
    own = {key.name: key for key in keys.of_template(template)}
    for gone in [key for key in section if key not in own]:
        del section[gone]
    for key in own.values():
        if key.name not in section:
            _add(section, key, former.get(key.name, key.usual))
    _note(document, kept)
    return _dumped(document, text)


def changed(text: str, typed: Mapping[tuple[str, str], str]) -> str:
    """Return a settings file with other values by section and key, as somebody typed them; all else stays.

    What was a number, or usually is, stays one where what was typed is one; a key that is not there is added.
    """
    document = _parsed(text)
    for (section, name), value in typed.items():
        table = document.setdefault(section, tomlkit.table())
        there = table.get(name, _USUAL.get((section, name)))
        table[name] = _typed(value, numeric=isinstance(there, int | float | Decimal))
    return _dumped(document, text)


def _typed(value: str, *, numeric: bool) -> Item:
    try:
        return _item(Decimal(value)) if numeric and Decimal(value).is_finite() else _item(value)
    except ArithmeticError:
        return _item(value)


def _note(document: tomlkit.TOMLDocument, kept: Kept) -> None:
    noted = {key.name: getattr(kept, key.attribute) for key in keys.KEPT}
    if "kept" in document:
        for key, value in noted.items():
            document["kept"][key] = _item(value)
        return
    document.add(
        tomlkit.comment("---- 这一年所用的模板，存放在“模板”文件夹；由程序填写，请不要改。换用新版用 upgrade ----")
    )
    document.add("kept", _section(keys.KEPT, noted))


def _section(section: Iterable[Key], having: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for key in section:
        _add(table, key, having.get(key.name, key.usual))
        if key.about:
            table.add(tomlkit.nl())
    return table


def _add(section: Any, key: Key, value: Any) -> None:
    if key.about and isinstance(section, Table):
        section.add(_comment(key.about))
    section[key.name] = _item(value)


def _comment(about: str) -> Any:
    """Return a comment on one line, whatever a template's label holds."""
    return tomlkit.comment("".join(sign if sign.isprintable() else " " for sign in " ".join(about.split())))


def _item(value: Any) -> Item:
    if isinstance(value, bool):
        return tomlkit.string("是" if value else "")
    if isinstance(value, Decimal):
        return tomlkit.value(f"{value.normalize():f}")
    if isinstance(value, int):
        return tomlkit.integer(value)
    return tomlkit.string(value.isoformat() if isinstance(value, date) else str(value or ""))


def _parsed(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text.removeprefix(_BOM))
    except TOMLKitError as error:
        raise CampaignError("campaign.toml 的写法太特别，程序不能代为修改；请改成一行一项。") from error


def _dumped(document: tomlkit.TOMLDocument, before: str) -> str:
    return before[: before.startswith(_BOM)] + tomlkit.dumps(document)
