"""How a command is printed that somebody may copy and run: every argument quoted as the shell at hand wants it."""

from __future__ import annotations

import os
import shlex


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
