"""A unit's page: how far it is, what was found and where, what happened until now, and what may be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.api.standings import history
from perfeval_xl.records.act import valid
from perfeval_xl.records.finding import Level
from perfeval_xl.records.standing import Stage
from perfeval_xl.web.asked import NoSuchPageError
from perfeval_xl.web.letters import letters_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from perfeval_xl.records.act import Act
    from perfeval_xl.records.finding import Finding
    from perfeval_xl.records.standing import Standing
    from perfeval_xl.web.asked import Asked


def standing_of(asked: Asked) -> Standing:
    """Return where the unit stands that is asked about; NoSuchPageError where the roster has none of its key."""
    found = asked.seen.by_key.get(asked.words.get("key", ""))
    if found is None:
        raise NoSuchPageError
    return found


def findings_of(standing: Standing) -> tuple[Finding, ...]:
    """Return what was found in a unit's submission, the gravest first: in this order they are numbered."""
    return tuple(sorted(standing.all_findings, key=lambda one: one.sort_key))


def unit(asked: Asked) -> Response:
    """Show one unit."""
    standing = standing_of(asked)
    story = history(asked.campaign, standing.unit.key, seen=asked.seen.overview)
    line = next(one for one in asked.seen.lines if one.unit.key == standing.unit.key)
    findings = findings_of(standing)
    return asked.page(
        "unit",
        standing=standing,
        line=line,
        findings=findings,
        opened=len(standing.open_findings),
        rules=_waivable(findings),
        events=story.events[::-1],
        undone=_undoable(standing),
        letters=letters_of(asked.campaign, standing.unit),
        may=_may(standing),
    )


def _waivable(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Return the rules whose findings may be let pass."""
    return tuple(dict.fromkeys(one.rule for one in findings if one.level is not Level.NOTICE))


def _undoable(standing: Standing) -> tuple[Act, ...]:
    """Return the decisions that a person took and may take back, the newest first."""
    acts = [one for one in valid(standing.decision.acts) if not one.automatic and one.number]
    return tuple(acts[::-1])


def _may(standing: Standing) -> frozenset[str]:
    """Return which decisions fit where a unit stands."""
    fits = {"exempt"} if standing.stage is not Stage.EXEMPT else set[str]()
    if standing.receipt is None or standing.stage is Stage.EXEMPT:
        return frozenset(fits)
    fits |= {"waive"} | ({"reopen"} if standing.passed else {"accept"})
    return frozenset(fits | {"reject"})
