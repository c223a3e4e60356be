"""The command that opens the desk: the year by clicks, in the browser of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from perfeval_xl.cli.app import app
from perfeval_xl.cli.help import Command
from perfeval_xl.cli.screen import tell


@app.command(cls=Command)
def desk(
    folder: Annotated[
        Path,
        typer.Argument(help="工作文件夹，或者放着各年工作文件夹的文件夹；默认为当前文件夹。", show_default=False),
    ] = Path(),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="端口；0 表示任意空闲的。")] = 0,
    browser: Annotated[
        bool,
        typer.Option(
            "--browser/--no-browser", help="打开浏览器；不打开时显示网址，只能用一次。", show_default=False
        ),
    ] = True,
) -> None:
    """打开工作台：在本机的浏览器里办一年的工作，不用输命令。只有这台电脑能打开；按 Ctrl-C 或页面上的按钮结束。"""
    import webbrowser

    from perfeval_xl import serve_desk

    def opened(address: str) -> None:
        tell("工作台已经启动。请不要关这个窗口；按 Ctrl-C 结束，或者用页面右上角的按钮。")
        if not (browser and webbrowser.open(address)):
            tell(f"请在这台电脑的浏览器里打开（只能用一次）：{address}")

    serve_desk(folder, port=port, opened=opened)
    tell("工作台已经结束。已经办理的都保存在工作文件夹里。")
