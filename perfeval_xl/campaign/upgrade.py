"""How a year moves to another version of its template when it is told to, what that changes, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.campaign import kept_template as kept
from perfeval_xl.campaign import settings
from perfeval_xl.campaign.folder import SETTINGS, TEMPLATES, open_campaign, told_from
from perfeval_xl.campaign.settings.keys import settings_of
from perfeval_xl.files.lock import locked
from perfeval_xl.files.publish import publish
from perfeval_xl.ledger import ledger
from perfeval_xl.records.errors import CampaignError, PerfevalError
from perfeval_xl.template.shelf import find, place, shipped

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value

_FORMER = "campaign-"
_NAMED = 12
"""How many cells, checks or settings of one kind are named; more are counted."""


@dataclass(frozen=True)
class Move:
    """A move that is planned. `before` is None where the template so far cannot be had any more.

    `name` is how campaign.toml will name the template, `former` are settings of an earlier time that it had.
    """

    campaign: Campaign
    before: Template | None
    after: Template
    name: str
    former: Mapping[str, Value]
    submissions: int

    @property
    def needless(self) -> bool:
        """Whether the year has this very template already."""
        return self.before is not None and self.before.package == self.after.package


def plan(campaign: Campaign, template: str = "") -> Move:
    """Return the move to a template, or to the one that the program has now; CampaignError where there is none."""
    chosen = template or campaign.template_name
    after = find(chosen) if template else find(chosen, campaign.folder)
    name = chosen
    if template and template not in shipped():
        name = told_from(campaign.folder, place(template))
    return _planned(campaign, after, name, {})


def plan_back(campaign: Campaign) -> Move:
    """Return the move back to the template before the last move."""
    for path in sorted((campaign.folder / TEMPLATES).glob(f"{_FORMER}*.toml"), reverse=True):
        former = settings.read(path, lambda name, noted: kept.template_of(campaign.folder, name, noted))
        if former.kept and former.kept != campaign.kept:
            after = kept.template_of(campaign.folder, former.template, former.kept)
            return _planned(campaign, after, former.template, former.values)
    raise CampaignError(f"“{campaign.folder / TEMPLATES}”里没有以前的模板，这一年没有换过模板，不能退回。")


def _planned(campaign: Campaign, after: Template, name: str, former: Mapping[str, Value]) -> Move:
    before = _before(campaign)
    known = before.id if before else _begun_with(campaign)
    if known and known != after.id:
        raise CampaignError(
            f"这一年用的是模板“{known}”，不能换成另一个模板“{after.id}”：已经报来的都读不出来了。"
            "要用另一个模板，请用 perfeval-xl init 另建文件夹。"
        )
    return Move(campaign, before, after, name, former, _submissions(campaign))


def _before(campaign: Campaign) -> Template | None:
    try:
        return campaign.plain
    except PerfevalError:
        return None


def _begun_with(campaign: Campaign) -> str:
    began = kept.beginning(campaign.out, campaign.ledger)
    return began.template if began else ""


def _submissions(campaign: Campaign) -> int:
    if not campaign.ledger.exists():
        return 0
    with ledger.opened(campaign.ledger) as book:
        return sum(receipt.readable for receipt in book.receipts())


def move(planned: Move, now: datetime) -> Campaign:
    """Move a year to another template; the former settings file is kept beside the templates under a dated name.

    All that is new is written first and the settings file last, in one step: a move that is cut short has not
    happened. SettingsError, before anything is written, where a setting cannot be used with the new template.
    """
    with locked(planned.campaign.folder, "换模板"):
        return _move(planned, now)


def _move(planned: Move, now: datetime) -> Campaign:
    campaign, after = planned.campaign, planned.after
    path = campaign.folder / SETTINGS
    if planned.before is not None:
        campaign.keep_template()
    noted = kept.put(campaign.folder, after, planned.name, campaign.year)
    text = path.read_bytes().decode("utf-8")
    new = settings.moved(text, after, planned.name, noted, planned.former)
    settings.require_readable(new.encode("utf-8"), path, after)
    publish(_free(campaign.folder / TEMPLATES / f"{_FORMER}{now:%Y%m%d-%H%M%S}.toml"), text.encode("utf-8"))
    publish(path, new.encode("utf-8"))
    return open_campaign(campaign.folder)


def _free(path: Path) -> Path:
    return path if not path.exists() else path.with_stem(f"{path.stem}-2")


# --- what a move changes, in words ------------------------------------------------------------------------------


def told(planned: Move) -> Iterator[str]:
    """Give what a move changes, a line each."""
    before, after = planned.before, planned.after
    if before is None:
        yield f"模板“{after.id}”：换成{after.version}版。原来的模板没有存下来，无法逐项比较。"
    else:
        yield f"模板“{after.id}”：由{before.version}版换成{after.version}版。"
        yield from _differences(before, after)
    yield from _afterwards(planned)


def _differences(before: Template, after: Template) -> Iterator[str]:
    old, new = _cells(before), _cells(after)
    yield from _listed("新增的格子", (_label(new[name]) for name in new if name not in old))
    yield from _listed("不再有的格子", (_label(old[name]) for name in old if name not in new))
    both = [name for name in new if name in old]
    yield from _listed(
        "改了类型或计量单位的格子", (_label(new[name]) for name in both if _differs(old[name], new[name]))
    )
    checks = [{check.id: f"{check.id} {check.title}" for check in one.checks} for one in (before, after)]
    yield from _listed("新增的核对", (checks[1][name] for name in checks[1] if name not in checks[0]))
    yield from _listed("不再有的核对", (checks[0][name] for name in checks[0] if name not in checks[1]))
    known = settings_of(before), settings_of(after)
    yield from _listed(
        "新增的设置（写进 campaign.toml，用模板的值）", (name for name in known[1] if name not in known[0])
    )
    yield from _listed(
        "不再有的设置（从 campaign.toml 去掉）", (name for name in known[0] if name not in known[1])
    )


def _cells(template: Template) -> dict[str, Field]:
    """Return the fields that a unit or the bureau fills on the forms, by name."""
    return {
        field.name: field
        for field in template.fields
        if field.role.value in ("填报", "预填") and not field.address.sheet.startswith("_")
    }


def _label(field: Field) -> str:
    return f"{field.address.sheet}“{field.label}”"


def _differs(old: Field, new: Field) -> bool:
    return (old.kind, old.unit, old.table) != (new.kind, new.unit, new.table)


def _listed(what: str, names: Iterable[str]) -> Iterator[str]:
    found = tuple(Counter(names))
    if found:
        rest = f" 等{len(found)}项" if len(found) > _NAMED else ""
        yield f"  {what}：{'、'.join(found[:_NAMED])}{rest}"


def _afterwards(planned: Move) -> Iterator[str]:
    if planned.submissions:
        yield (
            f"  已经报来的{planned.submissions}份：下次 collect 时按名称重新认定、重新核对，不用重报；"
            "不再有的格子里的数留在台账里，不再采用；已审核通过的会标“需重审”。"
        )
    if next(planned.campaign.out.glob("* *.xlsx"), None):
        still, again = (
            "还没报的单位仍可用旧版报送",
            "旧版再报来的会被退回；请移走“发放”里的旧文件，重新 issue 后发给单位",
        )
        yield f"  已经发放的工作簿不会自动更换：{still if _still_read(planned) else again}。"


def _still_read(planned: Move) -> bool:
    began = kept.beginning(planned.campaign.out, planned.campaign.ledger)
    return began is None or kept.reads(planned.after.version, began.version)
