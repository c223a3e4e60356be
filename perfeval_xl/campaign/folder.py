"""One year's folder: its settings, where things lie in it, and the template with the settings put in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.campaign import kept_template as kept
from perfeval_xl.campaign import settings
from perfeval_xl.campaign.last_year import dossiers
from perfeval_xl.campaign.roster import Roster, read_listed, read_roster, write_roster
from perfeval_xl.campaign.settings import Kept, SettingsError, values
from perfeval_xl.campaign.settings.keys import REGION, YEAR
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.files.lock import locked
from perfeval_xl.files.publish import publish
from perfeval_xl.ledger import traces
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.records.mail import NO_MAIL, Mail
from perfeval_xl.records.office import UNSET, Office
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load
from perfeval_xl.template.shelf import find, place, shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.known import Dossiers
    from perfeval_xl.records.unit import Unit

SETTINGS, ROSTER, LEDGER = "campaign.toml", "名册.xlsx", "台账.sqlite"
OUT, INBOX, RETURNS, SUMMARY = "发放", "收件", traces.RETURNS, traces.SUMMARY
SLIPS, EXPORT, BACKUP = "通过回执", "导出", "备份"
ARCHIVE, PUBLIC, HANDED_UP = "档案", "公开", "上报"
OF_UNITS, OF_BUREAU = "各单位", "财政部门"
"""The folders within 公开."""
POST, DRAFTS, PASTED, PACKED = "发送", "邮件草稿", "粘贴文字", "压缩包"
TEMPLATES, MARK = kept.FOLDER, traces.MARK

_LEVEL = "级次"
_LEVELS = {"省": "省级", "市": "市级", "县": "县级", "区": "区级"}
_OF_ONE_YEAR = {"年度", "文号"}


@dataclass(frozen=True)
class Campaign:
    """A year's collection in one folder. `settings` are the template's settings by name, the year among them."""

    folder: Path
    template_name: str
    settings: Mapping[str, Value]
    office: Office = UNSET
    thresholds: Thresholds = field(default_factory=Thresholds)
    kept: Kept | None = None
    """What is noted of the template that the year began with; nothing in a folder of an older program."""
    mail: Mail = NO_MAIL

    @property
    def year(self) -> int:
        """The year that is evaluated."""
        return int(str(self.settings["年度"]))

    @property
    def title(self) -> str:
        """What the year's tables and letters are headed with: the region, the year, the work."""
        return f"{self.settings.get(REGION) or ''}{self.year}年度{self.plain.work}"

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
    def post(self) -> Path:
        """Where drafts, texts to paste and the list of what was sent lie."""
        return self.folder / POST

    @property
    def results(self) -> Path:
        """Where the summary lies."""
        return self.folder / SUMMARY

    @property
    def public(self) -> Path:
        """Where what is made public lies: each unit's report, and the bureau's own copy."""
        return self.folder / PUBLIC

    @property
    def written(self) -> tuple[Path, ...]:
        """Every folder that this program writes into, where a killed run may have left temporary files."""
        return (
            *(self.folder, self.out, self.returns, self.returns / SLIPS, self.results),
            *(self.results / EXPORT, self.folder / BACKUP, self.folder / TEMPLATES, self.folder / ARCHIVE),
            self.folder / HANDED_UP,
            *(self.public, self.public / OF_UNITS, self.public / OF_BUREAU),
            *(self.post, *(self.post / name for name in (DRAFTS, PASTED, PACKED))),
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
        """Who ought to report a workbook, in the roster's order; RosterError where the roster is faulty."""
        return self.roster.reporting

    @cached_property
    def last(self) -> Campaign | None:
        """Last year's campaign, where campaign.toml says where it lies; CampaignError where it is not there."""
        if not self.office.last_folder:
            return None
        folder = _resolved(self.folder / self.office.last_folder)
        if folder is None:
            told = values.shown(self.office.last_folder)
            raise CampaignError(f"{SETTINGS}里的“上年文件夹”（{told}）不是工作文件夹，请改正，或清空这一项。")
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

    @property
    def listed(self) -> tuple[Unit, ...]:
        """Every unit of the roster, with a line for each of its parts, without looking at its figures."""
        return read_listed(self._roster_path, self.plain)

    @cached_property
    def plain(self) -> Template:
        """The template that the year began with, without its settings; CampaignError where it cannot be had."""
        found = kept.template_of(self.folder, self.template_name, self.kept)
        if self.kept is None:
            began = kept.beginning(self.out, self.ledger)
            kept.require_fit(found, began, self.year, self.folder)
        return found

    @cached_property
    def template(self) -> Template:
        """The template with this campaign's settings in it."""
        stated = settings.fitted(self.settings, self.folder / SETTINGS, self.plain)
        return replace(load(_with_settings(self.plain.package, self.clock, tuple(stated.items()))), settled=True)

    def keep_template(self) -> None:
        """Keep the template in the folder, where it is not kept yet, and note which one the year began with."""
        with locked(self.folder, "存模板"):
            noted = kept.put(self.folder, self.plain, self.template_name, self.year)
            if noted != self.kept:
                kept.note(self.folder / SETTINGS, noted)

    @property
    def clock(self) -> date:
        """The day that formulas take for today: the last of the year after the one evaluated."""
        return date(self.year + 1, 12, 31)


@lru_cache(maxsize=8)
def _with_settings(package: bytes, today: date, stated: tuple[tuple[str, Value], ...]) -> bytes:
    """Return a template's package with a year's settings in it; a year is opened more than once in a run."""
    return Filler(load(package), today).fill({(name, 0): value for name, value in stated})


def create(
    folder: Path,
    template: str,
    chosen: Mapping[str, Value],
    units: Iterable[Unit] = (),
    office: Office = UNSET,
    mail: Mail = NO_MAIL,
) -> Campaign:
    """Make a campaign's folder; refuses a folder that already is one.

    Its settings file is written last of all, so that a folder is a campaign's only when all of it is there. A
    roster that lies there already stays as it is.
    """
    _require_new(folder)
    plain = find(template)
    _require_region(chosen)
    known = settings.settings_of(plain)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise CampaignError(f"模板“{plain.id}”没有这些设置：{'、'.join(unknown)}。")
    name = template if template in shipped() else told_from(folder, place(template))
    stated = {**plain.defaults, **_level(chosen, known), **chosen}
    settings.require_fit(name, stated, office, "设置有误，没有建立工作文件夹", plain)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder, "建立"):
        _require_new(folder)
        for place_ in (OUT, INBOX, RETURNS, SUMMARY):
            (folder / place_).mkdir(exist_ok=True)
        noted = kept.put(folder, plain, name, int(str(stated[YEAR])))
        made = Campaign(folder, name, stated, office, kept=noted)
        if not (folder / ROSTER).exists():
            publish(folder / ROSTER, write_roster(units, made.template))
        publish(folder / SETTINGS, settings.new_text(name, plain, stated, office, noted, mail).encode("utf-8"))
    return open_campaign(folder)


def _require_new(folder: Path) -> None:
    """Refuse a folder that is a campaign's, or that has the ledger of one."""
    for name in (SETTINGS, LEDGER):
        if (folder / name).exists():
            raise CampaignError(f"文件夹“{folder}”里已经有{name}；要重新开始，请换一个文件夹。")


def _require_region(chosen: Mapping[str, Value]) -> None:
    """Refuse a region that is named and blank: every table and letter is headed with it."""
    named = chosen.get(REGION, "—")
    if named is None or not str(named).strip():
        raise CampaignError("没有写地区，没有建立工作文件夹。请写明地区，例如“南岳区”。")


def _level(chosen: Mapping[str, Value], known: Mapping[str, Field]) -> dict[str, Value]:
    """Return the word for the government's level that the region's name tells, where the template asks for one."""
    word = _LEVELS.get(str(chosen.get(REGION) or "")[-1:])
    return {_LEVEL: word} if word and _LEVEL in known else {}


def create_after(
    last: Campaign, folder: Path, template: str, chosen: Mapping[str, Value], office: Office
) -> Campaign:
    """Make the folder of the year after `last`: its units with their parts, and its settings of several years."""
    known = settings.settings_of(find(template)).keys() - _OF_ONE_YEAR
    taken = {name: value for name, value in last.settings.items() if name in known and (value or name != REGION)}
    before = last.office
    office = replace(
        before,
        deadline=office.deadline,
        operator=office.operator or before.operator,
        last_folder=told_from(folder, last.folder),
    )
    return create(folder, template, {**taken, **chosen}, last.listed, office, last.mail)


def told_from(folder: Path, other: Path) -> str:
    """Return another folder as campaign.toml tells it: from this one on where that is possible, with slashes."""
    try:
        return Path(os.path.relpath(other.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return other.resolve().as_posix()


def _resolved(folder: Path) -> Path | None:
    """Return where a campaign's folder lies; None where there is none, whatever is wrong with the path."""
    try:
        found = folder.resolve()
        return found if (found / SETTINGS).is_file() else None
    except (OSError, RuntimeError, ValueError):  # too long, not to be entered, links in a circle, no path at all
        return None


def open_campaign(folder: Path) -> Campaign:
    """Read a campaign's settings; CampaignError says everything that is missing or wrong."""
    path = folder / SETTINGS
    if not path.exists():
        raise CampaignError(
            f"“{folder}”不是工作文件夹（里面没有{SETTINGS}）。"
            "请写上工作文件夹的名字，例如 perfeval-xl status 2023；还没有的，先用 init 建立。"
        )
    read = settings.read(path, lambda name, noted: kept.template_of(folder, name, noted))
    opened = Campaign(folder, read.template, read.values, read.office, read.thresholds, read.kept, read.mail)
    _require_as_begun(opened)
    return opened


def _require_as_begun(campaign: Campaign) -> None:
    """Refuse another year or another template than the one with which workbooks were handed out or taken in."""
    noted = campaign.kept
    if noted is None:
        return
    faults = []
    if noted.year != campaign.year:
        faults.append(
            f"“年度”现在是 {campaign.year}，而这个文件夹里的工作簿是按{noted.year}年度发放、收取的；"
            f"请改回 {noted.year}，{campaign.year}年度的请用 perfeval-xl init 另建文件夹"
        )
    if noted.template != campaign.template_name:
        faults.append(
            f"template 现在是 {values.shown(campaign.template_name)}，"
            f"而这一年是用 {values.shown(noted.template)} 开始的；请改回，要换用新版模板的运行 perfeval-xl upgrade"
        )
    if faults and kept.has_begun(campaign.out, campaign.ledger):
        raise SettingsError(campaign.folder / SETTINGS, faults)
