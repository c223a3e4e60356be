"""One year's folder: its settings, where things lie in it, and the template with the settings put in."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfeval_xl import traces
from perfeval_xl.across.thresholds import DECLARED, Thresholds
from perfeval_xl.contract import Role
from perfeval_xl.errors import PerfevalError
from perfeval_xl.fill import Filler
from perfeval_xl.office import UNSET, Office
from perfeval_xl.opening import dossiers
from perfeval_xl.publish import publish
from perfeval_xl.reading import amounts
from perfeval_xl.roster import Roster, read_roster, write_roster
from perfeval_xl.template.load import load
from perfeval_xl.template.shelf import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.contract import Field, Template
    from perfeval_xl.finding import Value
    from perfeval_xl.known import Dossiers
    from perfeval_xl.submission import Key
    from perfeval_xl.unit import Unit

SETTINGS, ROSTER, LEDGER = "campaign.toml", "名册.xlsx", "台账.sqlite"
OUT, INBOX, RETURNS, SUMMARY = "发放", "收件", traces.RETURNS, traces.SUMMARY
SLIPS, EXPORT, BACKUP = "通过回执", "导出", "备份"


_LEVEL = "级次"
_LEVELS = {"省": "省级", "市": "市级", "县": "县级", "区": "区级"}


class CampaignError(PerfevalError):
    """A folder that is not a campaign's, or settings that cannot be used."""


_OF_ONE_YEAR = {"年度", "文号"}
_OFFICE = {
    "截止日期": ("deadline", '报送的最后一天，例如 "2024-03-31"；可空，空的不计算逾期天数'),
    "经办人": ("operator", "办理这项工作的人，记在台账的每次操作里，也印在退回通知上"),
    "联系电话": ("phone", "经办人的电话，印在退回通知上；可空"),
    "报送方式": ("place", '单位把文件交到哪里，例如 "财政局绩效股邮箱"，印在退回通知上；可空'),
    "人工审核": ("by_hand", '填 "是"：没有问题的也要有人审核（accept）才算通过；空着：没有问题就自动通过'),
    "上年文件夹": (
        "last_folder",
        '去年的工作文件夹，例如 "../2022" 或 "D:/绩效/2022"（用正斜杠 /）；填了的，发放时预填去年的决算数',
    ),
}


@dataclass(frozen=True)
class Campaign:
    """A year's collection in one folder. `settings` are the template's settings by name, the year among them."""

    folder: Path
    template_name: str
    settings: Mapping[str, Value]
    office: Office = UNSET
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def year(self) -> int:
        """The year that is evaluated."""
        return int(str(self.settings["年度"]))

    @property
    def title(self) -> str:
        """What the year's tables and letters are headed with: the region, the year, the work."""
        return f"{self.settings.get('地区') or ''}{self.year}年度部门整体支出绩效自评"

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
    def written(self) -> tuple[Path, ...]:
        """Every folder that this program writes into, where a killed run may have left temporary files."""
        return (
            *(self.folder, self.out, self.returns, self.returns / SLIPS, self.results),
            *(self.results / EXPORT, self.folder / BACKUP),
        )

    @property
    def ledger(self) -> Path:
        """The database of all that came in."""
        return self.folder / LEDGER

    @cached_property
    def roster(self) -> Roster:
        """The roster workbook, the figures and the succession in it; RosterError where it is faulty."""
        return read_roster(self._roster_path, lambda: self.template, self._last_codes)

    @cached_property
    def dossiers(self) -> Dossiers:
        """What the bureau knows of each unit before it reports; see `opening`."""
        return dossiers(self)

    @property
    def units(self) -> tuple[Unit, ...]:
        """Who ought to report, in the roster's order; RosterError where the roster is faulty."""
        return self.roster.units

    @cached_property
    def last(self) -> Campaign | None:
        """Last year's campaign, where campaign.toml says where it lies; CampaignError where it is not there."""
        if not self.office.last_folder:
            return None
        folder = (self.folder / self.office.last_folder).resolve()
        if not (folder / SETTINGS).is_file():
            raise CampaignError(f"{SETTINGS}里的“上年文件夹”（{folder}）不是工作文件夹，请改正，或清空这一项。")
        last = open_campaign(folder)
        if last.year != self.year - 1:
            raise CampaignError(
                f"{SETTINGS}里的“上年文件夹”（{folder}）是{last.year}年度的，应为{self.year - 1}年度的，请改正。"
            )
        return last

    @property
    def _roster_path(self) -> Path:
        path = self.folder / ROSTER
        if not path.is_file():
            raise CampaignError(f"文件夹“{self.folder}”中没有{ROSTER}，请先运行 init，再填写名册。")
        return path

    def _last_codes(self) -> frozenset[str] | None:
        return frozenset(unit.code for unit in self.last.units_alone) if self.last else None

    @cached_property
    def units_alone(self) -> tuple[Unit, ...]:
        """The units of the roster without looking at its figures or at the year before."""
        return read_roster(self._roster_path).units

    @cached_property
    def template(self) -> Template:
        """The template with this campaign's settings in it."""
        plain = find(self.template_name)
        unknown = [name for name in self.settings if name not in plain.field]
        if unknown:
            raise CampaignError(f"{SETTINGS}：模板“{plain.id}”没有这些设置：{'、'.join(unknown)}。")
        faults = [fault for name, value in self.settings.items() if (fault := _misfit(plain.field[name], value))]
        if faults:
            raise CampaignError(f"{SETTINGS}：{'；'.join(faults)}。")
        values: dict[Key, Value] = {(name, 0): value for name, value in self.settings.items()}
        return replace(load(Filler(plain, self.clock).fill(values)), settled=True)

    @property
    def clock(self) -> date:
        """The day that formulas take for today: the last of the year after the one evaluated."""
        return date(self.year + 1, 12, 31)


def create(
    folder: Path,
    template: str,
    settings: Mapping[str, Value],
    units: Iterable[Unit] = (),
    office: Office | None = None,
) -> Campaign:
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
    chosen = {**plain.defaults, **_level(settings, known), **settings}
    text = _settings_text(template, known, chosen, office or Office())
    publish(folder / SETTINGS, text.encode("utf-8"))
    made = open_campaign(folder)
    publish(folder / ROSTER, write_roster(units, made.template))
    return made


def _level(settings: Mapping[str, Value], known: Mapping[str, Field]) -> dict[str, Value]:
    """Return the word for the government's level that the region's name tells, where the template asks for one."""
    word = _LEVELS.get(str(settings.get("地区") or "")[-1:])
    return {_LEVEL: word} if word and _LEVEL in known else {}


def create_after(
    last: Campaign, folder: Path, template: str, settings: Mapping[str, Value], office: Office
) -> Campaign:
    """Make the folder of the year after `last`: its units, and what its settings say of more than one year."""
    known = {field.name for field in find(template).fields if field.role is Role.SETTING} - _OF_ONE_YEAR
    kept = {name: value for name, value in last.settings.items() if name in known}
    before = last.office
    office = replace(
        before,
        deadline=office.deadline,
        operator=office.operator or before.operator,
        last_folder=_told_from(folder, last.folder),
    )
    return create(folder, template, {**kept, **settings}, last.units_alone, office)


def _told_from(folder: Path, other: Path) -> str:
    """Return another folder as campaign.toml tells it: from this one on where that is possible, with slashes."""
    try:
        return Path(os.path.relpath(other.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return other.resolve().as_posix()


def open_campaign(folder: Path) -> Campaign:
    """Read a campaign's settings; CampaignError says everything that is missing or wrong."""
    path = folder / SETTINGS
    if not path.is_file():
        raise CampaignError(
            f"“{folder}”不是工作文件夹（里面没有{SETTINGS}）。"
            "请写上工作文件夹的名字，例如 perfeval-xl status 2023；还没有的，先用 init 建立。"
        )
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise CampaignError(
            f"{path}：文件的编码不是 UTF-8。请用记事本打开，选“另存为”，“编码”选 UTF-8，再保存。"
        ) from error
    except tomllib.TOMLDecodeError as error:
        place = "".join(re.findall(r"line (\d+)", str(error))[:1])
        where = f"第{place}行" if place else "有一处"
        raise CampaignError(
            f"{path}：{where}写得不对。文字要加英文双引号，数字不加；请对照文件中的例子改正。"
        ) from error
    faults: list[str] = []
    settings = {name: _setting(value) for name, value in _section(data, "settings", faults).items()}
    template = data.get("template")
    if not isinstance(template, str) or "年度" not in settings:
        faults.append("缺少 template 或 settings 下的“年度”")
    office = _office(_section(data, "campaign", faults), faults)
    thresholds = _thresholds(_section(data, "across", faults), faults)
    if faults:
        raise CampaignError(f"{path}：{'；'.join(faults)}。")
    return Campaign(folder, str(template), settings, office, thresholds)


def _section(data: Mapping[str, Any], name: str, faults: list[str]) -> Mapping[str, Any]:
    section = data.get(name, {})
    if isinstance(section, dict):
        return section
    faults.append(f"{name} 应当单独成行，写作 [{name}]")
    return {}


def _office(section: Mapping[str, Any], faults: list[str]) -> Office:
    faults += [f"[campaign] 下没有“{name}”这一项" for name in section if name not in _OFFICE]
    texts = {attribute: str(section.get(name, "")).strip() for name, (attribute, _) in _OFFICE.items()}
    deadline = None
    if texts["deadline"]:
        read = amounts.day(texts["deadline"])
        deadline = read.value if isinstance(read, amounts.Sure) and isinstance(read.value, date) else None
        if deadline is None:
            faults.append(f'“截止日期”写的是“{texts["deadline"]}”，请写成 "2024-03-31" 这样')
    if texts["by_hand"] not in ("", "是", "否"):
        faults.append(f'“人工审核”只填 "是" 或空着，现在是“{texts["by_hand"]}”')
    by_hand = texts["by_hand"] == "是"
    return Office(deadline, texts["operator"], texts["last_folder"], texts["phone"], texts["place"], by_hand)


def _thresholds(section: Mapping[str, Any], faults: list[str]) -> Thresholds:
    faults += [f"[across] 下没有“{name}”这一项" for name in section if name not in DECLARED]
    found: dict[str, Decimal] = {}
    for name in section.keys() & DECLARED.keys():
        value = _setting(section[name])
        if isinstance(value, Decimal) and value >= 0:
            found[DECLARED[name][0]] = value
        else:
            faults.append(f"“{name}”要写不小于0的数字，不加引号")
    return Thresholds(**found)


def _misfit(field: Field, value: Value) -> str:
    """Return what is wrong with a setting, or nothing."""
    if field.kind.numeric and not isinstance(value, Decimal):
        return f"“{field.name}”应为数字，不加引号，现在是“{value}”"
    return ""


def _setting(value: Any) -> Value:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _settings_text(template: str, known: Mapping[str, Field], values: Mapping[str, Value], office: Office) -> str:
    """Return campaign.toml with a comment for every setting."""
    lines = [
        "# 本文件是这一年自评工作的设置，用记事本即可修改；# 号后面是说明。",
        "# 文字（包括日期）要加英文双引号，数字不加。改后保存，重新运行命令即可。",
        "",
        "# 使用的模板",
        f'template = "{template}"',
        "",
        "[campaign]",
    ]
    for name, (attribute, about) in _OFFICE.items():
        lines += [f"# {about}", f'"{name}" = {_toml(getattr(office, attribute))}', ""]
    lines += ["# ---- 模板的设置：出现在各单位的工作簿和报告里 ----", "[settings]"]
    for name, field_ in known.items():
        lines += [f"# {field_.label}", f'"{name}" = {_toml(values.get(name))}', ""]
    lines += ["# ---- 各单位之间比较的界限 ----", "[across]"]
    usual = Thresholds()
    for name, (attribute, about) in DECLARED.items():
        lines += [f"# {about}", f'"{name}" = {_toml(getattr(usual, attribute))}', ""]
    return "\n".join(lines)


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return '"是"' if value else '""'
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    text = str(value or "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
