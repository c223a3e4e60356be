"""How a command is printed that somebody may copy and run: every argument quoted as the shell at hand wants it."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from perfeval_xl.cli.screen import tell

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.records.standing import Overview


def command(*arguments: object, windows: bool = os.name == "nt") -> str:
    """Return the program's command with arguments as it can be pasted: into cmd on `windows`, else a POSIX shell.

    What a shell would take for its own is quoted; the current folder is left out.
    """
    words = [str(one) for one in arguments if str(one) not in ("", ".")]
    quote = _double_quoted if windows else shlex.quote
    return " ".join(
        ("perfeval-xl", *(word if _is_plain(word, windows=windows) else quote(word) for word in words))
    )


def _is_plain(word: str, *, windows: bool) -> bool:
    """Whether a shell takes nothing of a word for its own; Chinese characters need no quotes."""
    return all(char.isalnum() or char in ("\\:./-_" if windows else "@+:./-_") for char in word)


def _double_quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def then(what: str, *arguments: object) -> None:
    """Say which command is likely to be wanted next, and what for."""
    tell(f"下一步：{command(*arguments)}（{what}）")


def follow(seen: Overview, folder: Path) -> None:
    """Say what comes after a decision: what else waits, whose turn it is, or the sum of all."""
    from perfeval_xl.records.standing import Stage

    stages = {one.stage for one in seen.standings}
    if Stage.WAITING in stages or seen.waiting or seen.rejected or seen.strangers:
        then("还有等您决定的，列成一张审核单", "decide", folder)
    elif stages <= {Stage.PASSED, Stage.EXEMPT}:
        then("全部通过，可以汇总", "summarize", folder)
    elif stages <= {Stage.PASSED, Stage.EXEMPT, Stage.MISSING}:
        then("各单位报来的放进“收件”以后收取", "collect", folder)
    else:
        then("列出要催的单位", "status", folder, "--chase")
