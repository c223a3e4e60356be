"""The command line: the only place that prints or exits; it knows the API, and arguments, and screens."""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

import typer

from perfeval_xl.api.process import seldom
from perfeval_xl.api.shown import one_line
from perfeval_xl.cli import acts, campaign, desk, files, keeping, sending, templates
from perfeval_xl.cli.app import CLEAN, FAILED, app
from perfeval_xl.cli.help import USAGE_ERROR, complaint
from perfeval_xl.cli.screen import tell
from perfeval_xl.records.errors import PerfevalError, UnreasonedError, UnsignedError, os_reason

__all__ = ["acts", "campaign", "desk", "files", "keeping", "main", "sending", "templates"]

_INTERRUPTED = "已中断。已经完成的部分都已保存，再次运行即可继续。"
_BY_INTERRUPT = 130
"""What the command line library returns where Ctrl-C ended a command, instead of raising."""


def main() -> NoReturn:
    """Run the command line; what could not run is one sentence on stderr and exit 2, never a traceback."""
    seldom()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(prog_name="perfeval-xl", standalone_mode=False)
    except USAGE_ERROR as error:
        tell(complaint(error), err=True)
    except PerfevalError as error:
        tell(f"{error}{_option(error)}", err=True)
    except (KeyboardInterrupt, typer.Abort):
        tell(_INTERRUPTED, err=True)
    except BrokenPipeError:
        _let_go()
    except OSError as error:
        where = f"“{one_line(str(error.filename))}”" if error.filename else "文件"
        tell(f"读写{where}时出错：{os_reason(error)}。", err=True)
    else:
        if code == _BY_INTERRUPT:
            tell(_INTERRUPTED, err=True)
            raise SystemExit(FAILED)
        raise SystemExit(code if isinstance(code, int) else CLEAN)
    raise SystemExit(FAILED)


def _option(error: PerfevalError) -> str:
    """Return with which option a command is given what an error says is lacking."""
    if isinstance(error, UnreasonedError):
        return '例如加上 --why "原因"。'
    return "例如加上 --by 姓名。" if isinstance(error, UnsignedError) else ""


def _let_go() -> None:
    """Print no more: whoever read what was printed has gone, as `head` does."""
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123  # a descriptor is wanted, not a path
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
