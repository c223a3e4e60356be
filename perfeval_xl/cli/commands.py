"""Which command is likely to be wanted next, printed so that it can be copied and run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.api.spoken import command
from perfeval_xl.cli.screen import tell

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.records.standing import Overview


__all__ = ["command", "follow", "then"]


def then(what: str, *arguments: object) -> None:
    """Say which command is likely to be wanted next, and what for."""
    tell(f"下一步：{command(*arguments)}（{what}）")


def follow(seen: Overview, folder: Path) -> None:
    """Say what comes after a decision: what else waits, whose turn it is, or the sum of all."""
    from perfeval_xl.records.standing import Stage

    if any(one.pending for one in seen.standings):
        then("还有等另一个人复核的", "confirm", "全部", folder, "--by", "复核人")
        return
    stages = {one.stage for one in seen.standings}
    if Stage.WAITING in stages or seen.waiting or seen.rejected or seen.strangers:
        then("还有等您决定的，列成一张审核单", "decide", folder)
    elif stages <= {Stage.PASSED, Stage.EXEMPT}:
        then("全部通过，可以汇总", "summarize", folder)
    elif stages <= {Stage.PASSED, Stage.EXEMPT, Stage.MISSING}:
        then("各单位报来的放进“收件”以后收取", "collect", folder)
    else:
        then("列出要催的单位", "status", folder, "--chase")
