"""perfeval_xl: the yearly performance evaluation of departments' expenditure, from workbook to report.

Everything that the commands do is here for programs: see `perfeval_xl.api` and docs/api.md. Names are loaded when
they are first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from perfeval_xl.records.version import __version__

if TYPE_CHECKING:
    from perfeval_xl.api.acts import (
        Decided,
        accept,
        accept_waiting,
        claim,
        confirm,
        decide,
        exempt,
        ignore,
        reject,
        reopen,
        undo,
        waive,
        withdraw,
    )
    from perfeval_xl.api.docket import Docket, Written, apply_docket, try_docket, write_docket
    from perfeval_xl.api.drawing import Box, Drawn, draw_sheet
    from perfeval_xl.api.files import save
    from perfeval_xl.api.handover import HandedUp, hand_over
    from perfeval_xl.api.keeping import (
        Publication,
        Sealed,
        archive,
        archived,
        note_published,
        open_archive,
        publish,
        verify_archive,
    )
    from perfeval_xl.api.named import find_units
    from perfeval_xl.api.rehearsal import end_rehearsal, rehearse
    from perfeval_xl.api.reports import (
        Proofread,
        marked,
        proofread_json,
        proofread_report,
        proofread_text,
        stated_figures,
    )
    from perfeval_xl.api.results import Exported, Status, Summary, export, summarise, summary_told, write_status
    from perfeval_xl.api.rounds import Collected, Issued, Returned, Step, Tally, collect, due, issue, write_returns
    from perfeval_xl.api.rulebook import Rule, rules
    from perfeval_xl.api.sending import (
        Drafted,
        MailError,
        Mailing,
        Sent,
        note_sent,
        send,
        write_drafts,
    )
    from perfeval_xl.api.settings import Setting, change_settings, list_settings
    from perfeval_xl.api.shown import checked_json, checked_text
    from perfeval_xl.api.single import (
        Checked,
        Migrated,
        check,
        check_bytes,
        checker,
        fill,
        filler,
        migrate,
        read_workbook,
        report,
        values_from,
    )
    from perfeval_xl.api.standings import (
        Line,
        Story,
        history,
        needs_somebody,
        overview,
        owing,
        status_lines,
    )
    from perfeval_xl.api.submitted import check_units, last_rounds, submitted
    from perfeval_xl.api.templates import (
        Built,
        build_template,
        lint_template,
        open_template,
        shipped_templates,
    )
    from perfeval_xl.api.watch import Watch
    from perfeval_xl.api.wishes import (
        Accept,
        Claim,
        Confirm,
        Exempt,
        Ignore,
        Publish,
        Reject,
        Reopen,
        Waive,
        Withdraw,
    )
    from perfeval_xl.api.year import (
        Campaign,
        Kept,
        Move,
        Upgrade,
        backup,
        campaigns_in,
        create_campaign,
        file_name,
        hand_in,
        open_campaign,
        restore,
        start_anew,
        upgrade,
        write_roster,
    )
    from perfeval_xl.records.errors import DecisionError, PerfevalError, UnreasonedError, UnsignedError
    from perfeval_xl.records.export_format import ExportFormat
    from perfeval_xl.records.finding import Finding, Level
    from perfeval_xl.records.office import Office
    from perfeval_xl.records.standing import Overview, Stage, Standing
    from perfeval_xl.records.unit import Unit
    from perfeval_xl.records.verdict import Record
    from perfeval_xl.web.server import serve_desk

__all__ = [
    "Accept",
    "Box",
    "Built",
    "Campaign",
    "Checked",
    "Claim",
    "Collected",
    "Confirm",
    "Decided",
    "DecisionError",
    "Docket",
    "Drafted",
    "Drawn",
    "Exempt",
    "ExportFormat",
    "Exported",
    "Finding",
    "HandedUp",
    "Ignore",
    "Issued",
    "Kept",
    "Level",
    "Line",
    "MailError",
    "Mailing",
    "Migrated",
    "Move",
    "Office",
    "Overview",
    "PerfevalError",
    "Proofread",
    "Publication",
    "Publish",
    "Record",
    "Reject",
    "Reopen",
    "Returned",
    "Rule",
    "Sealed",
    "Sent",
    "Setting",
    "Stage",
    "Standing",
    "Status",
    "Step",
    "Story",
    "Summary",
    "Tally",
    "Unit",
    "UnreasonedError",
    "UnsignedError",
    "Upgrade",
    "Waive",
    "Watch",
    "Withdraw",
    "Written",
    "__version__",
    "accept",
    "accept_waiting",
    "apply_docket",
    "archive",
    "archived",
    "backup",
    "build_template",
    "campaigns_in",
    "change_settings",
    "check",
    "check_bytes",
    "check_units",
    "checked_json",
    "checked_text",
    "checker",
    "claim",
    "collect",
    "confirm",
    "create_campaign",
    "decide",
    "draw_sheet",
    "due",
    "end_rehearsal",
    "exempt",
    "export",
    "file_name",
    "fill",
    "filler",
    "find_units",
    "hand_in",
    "hand_over",
    "history",
    "ignore",
    "issue",
    "last_rounds",
    "lint_template",
    "list_settings",
    "marked",
    "migrate",
    "needs_somebody",
    "note_published",
    "note_sent",
    "open_archive",
    "open_campaign",
    "open_template",
    "overview",
    "owing",
    "proofread_json",
    "proofread_report",
    "proofread_text",
    "publish",
    "read_workbook",
    "rehearse",
    "reject",
    "reopen",
    "report",
    "restore",
    "rules",
    "save",
    "send",
    "serve_desk",
    "shipped_templates",
    "start_anew",
    "stated_figures",
    "status_lines",
    "submitted",
    "summarise",
    "summary_told",
    "try_docket",
    "undo",
    "upgrade",
    "values_from",
    "verify_archive",
    "waive",
    "withdraw",
    "write_docket",
    "write_drafts",
    "write_returns",
    "write_roster",
    "write_status",
]

_WHERE = {
    "api.acts": (
        "Decided accept accept_waiting claim confirm decide exempt ignore reject reopen undo waive withdraw"
    ),
    "api.docket": "Docket Written apply_docket try_docket write_docket",
    "api.drawing": "Box Drawn draw_sheet",
    "api.files": "save",
    "api.handover": "HandedUp hand_over",
    "api.keeping": "Publication Sealed archive archived note_published open_archive publish verify_archive",
    "api.named": "find_units",
    "api.rehearsal": "end_rehearsal rehearse",
    "api.reports": "Proofread marked proofread_json proofread_report proofread_text stated_figures",
    "api.results": "Exported Status Summary export summarise summary_told write_status",
    "api.rounds": "Collected Issued Returned Step Tally collect due issue write_returns",
    "api.rulebook": "Rule rules",
    "api.settings": "Setting change_settings list_settings",
    "api.shown": "checked_json checked_text",
    "api.sending": "Drafted MailError Mailing Sent note_sent send write_drafts",
    "api.single": (
        "Checked Migrated check check_bytes checker fill filler migrate read_workbook report values_from"
    ),
    "api.standings": "Line Story history needs_somebody overview owing status_lines",
    "api.submitted": "check_units last_rounds submitted",
    "api.templates": "Built build_template lint_template open_template shipped_templates",
    "api.watch": "Watch",
    "api.wishes": "Accept Claim Confirm Exempt Ignore Publish Reject Reopen Waive Withdraw",
    "api.year": (
        "Campaign Kept Move Upgrade backup campaigns_in create_campaign file_name hand_in open_campaign restore "
        "start_anew upgrade write_roster"
    ),
    "records.errors": "DecisionError PerfevalError UnreasonedError UnsignedError",
    "records.export_format": "ExportFormat",
    "records.finding": "Finding Level",
    "records.office": "Office",
    "records.standing": "Overview Stage Standing",
    "records.unit": "Unit",
    "records.verdict": "Record",
    "web.server": "serve_desk",
}
"""In which module each name is, so that asking for one loads that module alone."""
_MODULES = {name: f"{__name__}.{module}" for module, names in _WHERE.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Load a name when it is first asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return all that is to be had, loaded or not."""
    return sorted({*globals(), *_MODULES})
