"""How campaign.toml is read: into settings that hold, or into all that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, ValidationError, create_model
from pydantic import Field as ModelField

from perfeval_xl.campaign.settings import keys, values
from perfeval_xl.campaign.settings.keys import Kept, Key
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.records.errors import CampaignError, PerfevalError, os_reason
from perfeval_xl.records.mail import NO_MAIL, Mail
from perfeval_xl.records.office import UNSET, Office

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value

_LARGEST = 1_000_000
"""Bytes that the file may have; ours has some 5,000."""
_SECTIONS: dict[str, tuple[Key, ...]] = {
    "campaign": keys.OFFICE,
    "mail": keys.MAIL,
    "across": keys.ACROSS,
    "kept": keys.KEPT,
}
_ALIKE = 0.5


class SettingsError(CampaignError):
    """Settings that cannot be used; lists every fault with section, key, value and what to write instead."""

    def __init__(self, source: Path | str, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        if len(self.faults) == 1:
            super().__init__(f"{source}：{self.faults[0]}。")
            return
        lines = "\n".join(f"  {number}. {fault}。" for number, fault in enumerate(self.faults, 1))
        super().__init__(f"{source} 有{len(self.faults)}处要改，请用记事本改正、保存后重新运行：\n{lines}")


@dataclass(frozen=True)
class Settings:
    """What campaign.toml says. `values` are those of the template by name, the year among them.

    `kept` is what it notes of the template that the year began with; nothing in a folder of an older program.
    """

    template: str
    values: Mapping[str, Value]
    office: Office = UNSET
    thresholds: Thresholds = field(default_factory=Thresholds)
    kept: Kept | None = None
    mail: Mail = NO_MAIL

    @property
    def year(self) -> int:
        """The year that is evaluated."""
        return int(str(self.values[keys.YEAR]))


FindTemplate = Callable[[str, Kept | None], "Template"]
"""How a template is found by what the file says of it; raises PerfevalError where there is none."""


def read(path: Path, find: FindTemplate) -> Settings:
    """Read a settings file; SettingsError tells all that is wrong with it.

    The template, which knows what its settings may be, is looked up only to tell a faulty file's faults all at
    once; see `fitted`.
    """
    raw = _toml(_bytes(path), path)
    faults, found = _judged(raw, None)
    if found is None:
        raise SettingsError(path, _judged(raw, _sought(raw, find))[0] or faults)
    return found


def require_readable(data: bytes, source: Path | str, template: Template) -> None:
    """Refuse a settings file that is about to be written and could not be used with a template."""
    faults, _ = _judged(_toml(data, source), template)
    if faults:
        raise SettingsError(source, faults)


def fitted(settings: Mapping[str, Value], source: Path | str, template: Template) -> dict[str, Value]:
    """Return settings as a template understands them; SettingsError tells all that it cannot use."""
    faults, found = _sections({"settings": _plain(settings)}, {"settings": tuple(keys.of_template(template))})
    faults += _grades(found, template)
    if faults:
        raise SettingsError(source, faults)
    return found["settings"]


def require_fit(name: str, settings: Mapping[str, Value], office: Office, source: str, template: Template) -> None:
    """Refuse what may not stand in a settings file, before one is written of it."""
    said = {key.name: getattr(office, key.attribute) for key in keys.OFFICE}
    said = {key: "是" * value if isinstance(value, bool) else value or "" for key, value in said.items()}
    raw = {keys.TEMPLATE.name: name, "settings": _plain(settings), "campaign": said}
    faults, _ = _judged(raw, template)
    if faults:
        raise SettingsError(source, faults)


def _sought(raw: Mapping[str, Any], find: FindTemplate) -> Template | None:
    """Return the template of a faulty file, if what is said of it is good enough to find it."""
    _, noted = _sections({"kept": raw.get("kept", {})}, _SECTIONS)
    name, having = raw.get(keys.TEMPLATE.name), noted.get("kept", {})
    kept = Kept(**_attributes(keys.KEPT, having)) if len(having) == len(keys.KEPT) else None
    try:
        return find(name, kept) if isinstance(name, str) and values.visible(name) else None
    except PerfevalError:
        return None


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise SettingsError(path, ("这不是一个文件（可能是文件夹）；请把它移走，再从备份恢复设置文件",))
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise SettingsError(
            path, (f"打不开：{os_reason(error)}。请关闭正在使用它的程序，检查权限后重试",)
        ) from error
    if len(data) > _LARGEST:
        raise SettingsError(path, ("文件太大，不像是设置文件；请从备份恢复",))
    return data


def _toml(data: bytes, source: Path | str) -> dict[str, Any]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        told = "文件的编码不是 UTF-8。请用记事本打开，选“另存为”，“编码”选 UTF-8，再保存"
        raise SettingsError(source, (told,)) from error
    if not text.strip("\0 \t\r\n"):
        raise SettingsError(source, ("文件是空的。请从备份恢复它，或者换一个文件夹用 init 重新建立",))
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(source, (_misspelt(text, str(error)),)) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise SettingsError(source, ("有一处的数字太长，或者方括号套得太深，请对照文件中的例子改正",)) from error


def _misspelt(text: str, error: str) -> str:
    """Return where the file is no TOML, and what is most likely wrong there."""
    place = "".join(re.findall(r"line (\d+)", error)[:1])
    if not place:
        return "文件末尾写得不完整，请对照文件中的例子改正"
    lines = text.splitlines()
    line = lines[int(place) - 1] if int(place) <= len(lines) else ""
    hint = "文字要加英文双引号，数字不加"
    if "overwrite" in error or "twice" in error:
        hint = "同一项或同一部分写了两次，请删去一处"
    elif re.search("[“”‘’＂]", line):
        hint = '引号要用英文的 " "'
    elif "\\" in line:
        hint = "文件夹用正斜杠 / 隔开，不用反斜杠"
    return f"第{place}行写得不对：{hint}；请对照文件中的例子改正"


def _judged(raw: Mapping[str, Any], template: Template | None) -> tuple[list[str], Settings | None]:
    """Return all that is wrong, and the settings where nothing is."""
    named = raw.get("settings", {})
    own = keys.of_template(template) if template else keys.of_any(named if isinstance(named, dict) else ())
    wanted = {"settings": tuple(own), **_SECTIONS}
    top, outside = _head(raw, wanted)
    faults, found = _sections({name: raw[name] for name in wanted if name in raw}, wanted)
    faults = [*top, *outside, *faults, *(_grades(found, template) if template else ())]
    if faults:
        return faults, None
    return [], Settings(
        values.needed(values.text(values.LONGEST_PATH))(raw["template"]),
        found["settings"],
        Office(**_attributes(keys.OFFICE, found.get("campaign", {}))),
        Thresholds(**_attributes(keys.ACROSS, found.get("across", {}))),
        Kept(**_attributes(keys.KEPT, found["kept"])) if "kept" in found else None,
        Mail(**_attributes(keys.MAIL, found.get("mail", {}))),
    )


def _attributes(section: tuple[Key, ...], found: Mapping[str, Any]) -> dict[str, Any]:
    return {key.attribute: found.get(key.name, key.usual) for key in section}


def _head(raw: Mapping[str, Any], wanted: Mapping[str, tuple[Key, ...]]) -> tuple[list[str], list[str]]:
    """Return what is wrong above the first section, and with what belongs to no section."""
    faults, _ = _sections({"": {name: raw[name] for name in raw if name == "template"}}, {"": (keys.TEMPLATE,)})
    if "settings" not in raw:
        faults.append('缺少 [settings] 部分，其中至少要有 "年度" = 2023 这样一行')
    return faults, [_unknown("", name, wanted) for name in raw if name != "template" and name not in wanted]


def _sections(
    raw: Mapping[str, Any], wanted: Mapping[str, tuple[Key, ...]]
) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """Hold sections against the keys that they may have; return what is wrong and, by section, what is right."""
    faults: list[str] = []
    found: dict[str, dict[str, Any]] = {}
    for name, section in raw.items():
        if not isinstance(section, dict):
            faults.append(f"{name} 应当单独成一行，写作 [{name}]，下面一行一项")
            continue
        bad = dict(_told(section, name, wanted))
        faults += bad.values()
        good = {key.name: key for key in wanted[name]}
        found[name] = {
            key: good[key].parse(value) for key, value in section.items() if key in good and key not in bad
        }
    return faults, found


def _told(
    section: Mapping[str, Any], name: str, wanted: Mapping[str, tuple[Key, ...]]
) -> Iterator[tuple[str, str]]:
    """Give each key of a section with which something is wrong, and what."""
    slots = {f"slot_{number}": key for number, key in enumerate(wanted[name])}
    by_key = {key.name: slot for slot, key in slots.items()}
    try:
        _model(slots).model_validate({by_key[key]: value for key, value in section.items() if key in by_key})
    except ValidationError as error:
        for one in error.errors():
            key = slots[str(one["loc"][0])]
            if one["type"] == "missing":
                yield key.name, f"{_place(name)}缺少“{key.name}”，请补上"
            else:
                yield key.name, _wrong(name, key.name, section[key.name], str(one["ctx"]["error"]))
    yield from ((key, _unknown(name, key, wanted)) for key in section if key not in by_key)


def _model(slots: Mapping[str, Key]) -> type[BaseModel]:
    """Return the model of a section: a field for each key, which is taken as the key says."""
    fields: dict[str, Any] = {
        slot: (Annotated[Any, PlainValidator(key.parse)], ModelField(... if key.needed else None))
        for slot, key in slots.items()
    }
    return create_model("Section", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def _place(section: str) -> str:
    return f"[{section}] 下" if section else ""


def _wrong(section: str, key: str, value: object, allowed: str) -> str:
    return f"{_place(section)}“{values.visible(key)}”现在是 {values.shown(value)}；{allowed}"


def _unknown(section: str, name: str, wanted: Mapping[str, tuple[Key, ...]]) -> str:
    """Say that there is no such key, and which one was most likely meant."""
    told = f"{_place(section)}没有“{values.visible(name)}”这一项"
    elsewhere = [other for other, having in wanted.items() if name in {key.name for key in having}]
    if elsewhere:
        return f"{_place(section) or '开头'}不能写“{name}”，它应当写在 [{elsewhere[0]}] 下面"
    near = [key.name for key in wanted.get(section, ())] or [*wanted, keys.TEMPLATE.name]
    likely = get_close_matches(name, near, 1, _ALIKE) or get_close_matches(
        name, [key.name for having in wanted.values() for key in having], 1, _ALIKE
    )
    return f"{told}，是不是“{likely[0]}”？请改正或删去这一行" if likely else f"{told}，请删去这一行"


def _grades(found: Mapping[str, Mapping[str, Any]], template: Template) -> list[str]:
    given = found.get("settings", {})
    return [
        _wrong("settings", name, given.get(name, template.defaults.get(name)), told)
        for name, told in keys.out_of_order(given, template)
    ]


def _plain(settings: Mapping[str, Value]) -> dict[str, Any]:
    """Return settings as TOML has them, to be judged again by a template."""
    return {
        name: int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
        for name, value in settings.items()
        if value is not None
    }
