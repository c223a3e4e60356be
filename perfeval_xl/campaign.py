"""One year's folder: its settings, where things lie in it, and the template with the settings put in."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfeval_xl.contract import Role
from perfeval_xl.errors import PerfevalError
from perfeval_xl.fill import Filler
from perfeval_xl.publish import publish
from perfeval_xl.roster import read_roster, write_roster
from perfeval_xl.template.load import load
from perfeval_xl.template.shelf import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.contract import Field, Template
    from perfeval_xl.finding import Value
    from perfeval_xl.submission import Key
    from perfeval_xl.unit import Unit

SETTINGS, ROSTER, LEDGER = "campaign.toml", "名册.xlsx", "台账.sqlite"
OUT, INBOX, RETURNS, SUMMARY = "发放", "收件", "退回", "汇总"


class CampaignError(PerfevalError):
    """A folder that is not a campaign's, or settings that cannot be used."""


@dataclass(frozen=True)
class Campaign:
    """A year's collection in one folder. `settings` are the template's settings by name, the year among them."""

    folder: Path
    template_name: str
    settings: Mapping[str, Value]

    @property
    def year(self) -> int:
        """The year that is evaluated."""
        return int(str(self.settings["年度"]))

    @property
    def inbox(self) -> Path:
        """Where departments' files are put."""
        return self.folder / INBOX

    @property
    def out(self) -> Path:
        """Where the workbooks to hand out lie."""
        return self.folder / OUT

    @property
    def returns(self) -> Path:
        """Where the workbooks lie that go back to be corrected or explained."""
        return self.folder / RETURNS

    @property
    def results(self) -> Path:
        """Where the summary lies."""
        return self.folder / SUMMARY

    @property
    def ledger(self) -> Path:
        """The database of all that came in."""
        return self.folder / LEDGER

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The roster, in its order; RosterError where it is faulty."""
        path = self.folder / ROSTER
        if not path.is_file():
            raise CampaignError(f"文件夹“{self.folder}”中没有{ROSTER}，请先运行 init，再填写名册。")
        return read_roster(path)

    @cached_property
    def template(self) -> Template:
        """The template with this campaign's settings in it."""
        plain = find(self.template_name)
        unknown = [name for name in self.settings if name not in plain.field]
        if unknown:
            raise CampaignError(f"{SETTINGS}：模板“{plain.id}”没有这些设置：{'、'.join(unknown)}。")
        values: dict[Key, Value] = {(name, 0): value for name, value in self.settings.items()}
        return replace(load(Filler(plain, self.clock).fill(values)), settled=True)

    @property
    def clock(self) -> date:
        """The day that formulas take for today: the last of the year after the one evaluated."""
        return date(self.year + 1, 12, 31)


def create(folder: Path, template: str, settings: Mapping[str, Value], units: Iterable[Unit] = ()) -> Campaign:
    """Make a campaign's folder; refuses a folder that already is one."""
    if (folder / SETTINGS).exists():
        raise CampaignError(f"文件夹“{folder}”里已经有{SETTINGS}；要重新开始，请换一个文件夹。")
    plain = find(template)
    known = {field.name: field for field in plain.fields if field.role is Role.SETTING}
    unknown = [name for name in settings if name not in known]
    if unknown:
        raise CampaignError(f"模板“{plain.id}”没有这些设置：{'、'.join(unknown)}。")
    for name in (OUT, INBOX, RETURNS, SUMMARY):
        (folder / name).mkdir(parents=True, exist_ok=True)
    publish(folder / SETTINGS, _settings_text(template, known, {**plain.defaults, **settings}).encode("utf-8"))
    publish(folder / ROSTER, write_roster(units))
    return open_campaign(folder)


def open_campaign(folder: Path) -> Campaign:
    """Read a campaign's settings; CampaignError says what is missing or wrong."""
    path = folder / SETTINGS
    if not path.is_file():
        raise CampaignError(
            f"“{folder}”不是工作文件夹（里面没有{SETTINGS}）。"
            "请写上工作文件夹的名字，例如 perfeval-xl status 2023；还没有的，先用 init 建立。"
        )
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = "".join(re.findall(r"line (\d+)", str(error))[:1])
        where = f"第{place}行" if place else "有一处"
        raise CampaignError(
            f"{path}：{where}写得不对。文字要加英文双引号，数字不加；请对照文件中的例子改正。"
        ) from error
    settings = {name: _setting(value) for name, value in data.get("settings", {}).items()}
    template = data.get("template")
    if not isinstance(template, str) or "年度" not in settings:
        raise CampaignError(f"{path}：缺少 template 或 settings 下的“年度”。")
    return Campaign(folder, template, settings)


def _setting(value: Any) -> Value:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _settings_text(template: str, known: Mapping[str, Field], values: Mapping[str, Value]) -> str:
    """Return campaign.toml with a comment for every setting."""
    lines = [
        "# 本文件是这一年自评工作的设置，用记事本即可修改；# 号后面是说明。",
        "",
        "# 使用的模板",
        f'template = "{template}"',
        "",
        "[settings]",
    ]
    for name, field in known.items():
        lines += [f"# {field.label}", f'"{name}" = {_toml(values.get(name))}', ""]
    return "\n".join(lines)


def _toml(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    text = str(value or "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
