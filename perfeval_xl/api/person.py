"""Who acts: the only place that asks the machine who is logged in."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from perfeval_xl.admission.texts import admitted_name
from perfeval_xl.campaign.folder import SETTINGS
from perfeval_xl.records.errors import DecisionError, UnsignedError

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign


def person(campaign: Campaign, by: str) -> str:
    """Return who acts: who is named, or else the 经办人 of campaign.toml; UnsignedError where neither is.

    Where the year asks for it, it is who is logged in at the machine: DecisionError where another is named.
    """
    said = by.strip()
    if campaign.office.by_login:
        return _logged_in(said)
    found = said or campaign.office.operator
    if not found:
        raise UnsignedError(f"没有写经办人。请写上姓名，或者在 {SETTINGS} 的“经办人”里填好。")
    return found


def _logged_in(said: str) -> str:
    name = login()
    if not name:
        raise DecisionError(f"{SETTINGS}里设置了按登录名记，而这台电脑说不出登录名。请登录以后再办。")
    if said and said != name:
        raise DecisionError(f"{SETTINGS}里设置了按登录名记，这台电脑的登录名是“{name}”，不能写成“{said}”。")
    return name


def login() -> str:
    """Return the name of who is logged in at the machine; '' where the machine does not tell."""
    try:
        return admitted_name(getpass.getuser()).strip()
    except (OSError, KeyError, ImportError):
        return ""
