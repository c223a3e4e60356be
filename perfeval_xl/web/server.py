"""How the desk begins and ends: a socket of this machine alone, a browser, a button or Ctrl-C."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from perfeval_xl.records.errors import CampaignError
from perfeval_xl.web.desk import Desk
from perfeval_xl.web.dispatch import application
from perfeval_xl.web.routes import PAGES

LOOPBACK = "127.0.0.1"
_PATIENCE = 3
"""Seconds that open connections have to end."""


def serve_desk(folder: Path, *, port: int = 0, opened: Callable[[str], object] = webbrowser.open) -> None:
    """Serve the desk over a folder until somebody ends it; Ctrl-C ends it, too.

    `opened` is called once with the address that lets in whoever opens it first, by default with the browser.
    Port 0 takes any that is free. What goes on is asked to end, and waited for. CampaignError where there is no
    such folder, OSError where the port is taken.
    """
    if not folder.is_dir():
        raise CampaignError(f"没有文件夹“{folder}”。请写明工作文件夹，或者放各年工作文件夹的文件夹。")
    with socket.create_server((LOOPBACK, port)) as listening:
        server = uvicorn.Server(_config())
        desk = Desk(folder, f"{LOOPBACK}:{listening.getsockname()[1]}", lambda: _end(server))
        server.config.app = application(desk, PAGES)
        opened(desk.address())
        try:
            with suppress(KeyboardInterrupt):
                server.run(sockets=[listening])
        finally:
            desk.works.end()


def _config() -> uvicorn.Config:
    """Return how it is served: without a log, in which addresses with keys would stand."""
    return uvicorn.Config(
        "",
        interface="asgi3",
        access_log=False,
        log_level="critical",
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=_PATIENCE,
    )


def _end(server: uvicorn.Server) -> None:
    server.should_exit = True
