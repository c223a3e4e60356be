"""The command line: the only place that prints, exits, or asks what day it is."""

from __future__ import annotations

import io
import sys
from typing import NoReturn

import typer

from perfeval_xl import garbage
from perfeval_xl.chinese import USAGE_ERROR, complaint
from perfeval_xl.cli import acts, campaign, files, templates
from perfeval_xl.cli.app import CLEAN, FAILED, app
from perfeval_xl.errors import PerfevalError, os_reason

__all__ = ["acts", "campaign", "files", "main", "templates"]

_INTERRUPTED = "已中断。已经完成的部分都已保存，再次运行即可继续。"
_BY_INTERRUPT = 130
"""What the command line library returns where Ctrl-C ended a command, instead of raising."""


def main() -> NoReturn:
    """Run the command line; what could not run is one sentence on stderr and exit 2, never a traceback."""
    garbage.seldom()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(prog_name="perfeval-xl", standalone_mode=False)
    except USAGE_ERROR as error:
        typer.echo(complaint(error), err=True)
    except PerfevalError as error:
        typer.echo(str(error), err=True)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo(_INTERRUPTED, err=True)
    except OSError as error:
        where = f"“{error.filename}”" if error.filename else "文件"
        typer.echo(f"读写{where}时出错：{os_reason(error)}。", err=True)
    else:
        if code == _BY_INTERRUPT:
            typer.echo(_INTERRUPTED, err=True)
            raise SystemExit(FAILED)
        raise SystemExit(code if isinstance(code, int) else CLEAN)
    raise SystemExit(FAILED)
