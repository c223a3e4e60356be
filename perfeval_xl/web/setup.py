"""The pages that set a year up: its roster and its settings, with all their faults where they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl.api.clock import now
from perfeval_xl.api.files import save
from perfeval_xl.api.settings import SECTIONS, change_settings, list_settings
from perfeval_xl.api.watch import Watch
from perfeval_xl.api.year import ROSTER, SETTINGS
from perfeval_xl.records.errors import CampaignError, PerfevalError
from perfeval_xl.web.letters import letter_of
from perfeval_xl.web.works import Outcome

if TYPE_CHECKING:
    from starlette.responses import Response

    from perfeval_xl.api.settings import Setting
    from perfeval_xl.api.year import Campaign
    from perfeval_xl.web.asked import Asked

LARGEST_ROSTER = 64 << 20
"""Bytes of a roster that are taken."""


def roster(asked: Asked) -> Response:
    """Show the roster as it is read now, or every fault of it with its cell."""
    campaign = asked.campaign
    faults = faults_of(campaign)
    units = () if faults else campaign.units
    doubts = () if faults else campaign.roster.doubts
    file = letter_of(campaign, campaign.folder / ROSTER)
    return asked.page("roster", units=units, faults=faults, doubts=doubts, file=file)


def faults_of(campaign: Campaign) -> tuple[str, ...]:
    """Return what is wrong with a year's roster, each with its cell."""
    try:
        campaign.roster  # noqa: B018  # reading it is what finds the faults
    except PerfevalError as error:
        return _faults(error)
    return ()


def _faults(error: PerfevalError) -> tuple[str, ...]:
    """Return the faults that an error lists, or what it says."""
    return tuple(getattr(error, "faults", (str(error),)))


def take_roster(asked: Asked) -> Response:
    """Take a roster in the place of the one that lies there, which is kept."""
    campaign = asked.campaign
    data = asked.files[0].file.read(LARGEST_ROSTER + 1) if asked.files else b""
    if not data or len(data) > LARGEST_ROSTER:
        raise CampaignError("没有选名册，或者文件太大。请选填好的“名册.xlsx”。")

    def do(watch: Watch) -> Outcome:
        save(campaign.folder / ROSTER, data, now=now(), watch=watch)
        return Outcome(("已换成放进来的名册。",))

    return asked.work("换名册", "", asked.of_year("roster"), do)


def settings(asked: Asked) -> Response:
    """Show the settings."""
    return _settings(asked)


def _settings(asked: Asked, faults: tuple[str, ...] = (), status: int = 200) -> Response:
    listed = [_as_typed(one, asked) for one in list_settings(asked.campaign)]
    return asked.page(
        "settings",
        status,
        sections={section: [one for one in listed if one.section == section] for section in SECTIONS},
        headings=SECTIONS,
        faults=faults,
        wrong={one.name: [fault for fault in faults if _is_about(fault, one.name)] for one in listed},
        file=letter_of(asked.campaign, asked.campaign.folder / SETTINGS),
    )


def _is_about(fault: str, name: str) -> bool:
    return any(f"{before}{name}{behind}" in fault for before, behind in ("“”", '""'))


def _as_typed(one: Setting, asked: Asked) -> Setting:
    typed = asked.form.get(f"{one.section}.{one.name}")
    return one if typed is None else replace(one, text=typed)


def change(asked: Asked) -> Response:
    """Change the settings that were typed anew; what may not stand there is said beside it."""
    campaign = asked.campaign
    new = {
        (one.section, one.name): asked.form[name].replace("\r\n", "\n").strip()
        for one in list_settings(campaign)
        if not one.fixed and (name := f"{one.section}.{one.name}") in asked.form
    }
    now_ = {(one.section, one.name): one.text for one in list_settings(campaign)}
    typed = {key: value for key, value in new.items() if value != now_[key]}
    told: list[str] = []
    try:
        change_settings(campaign, typed, watch=Watch(told.append))
    except PerfevalError as error:
        return _settings(asked, _faults(error), 422)
    names = "、".join(name for _, name in typed) or "没有改动"
    work = asked.desk.works.begin(
        asked.year, "设置", "", asked.of_year("settings"), lambda _: Outcome((*told, f"已保存：{names}。"))
    )
    work.wait()
    return asked.shown(work)
