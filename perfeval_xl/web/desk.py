"""What all pages share: the years, the work that goes on, who was let in, and the address that they lie below."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from perfeval_xl.web.sessions import Sessions
from perfeval_xl.web.works import Works
from perfeval_xl.web.years import Years


class Desk:
    """One running desk over a folder. `host` is `127.0.0.1:port`; `close` is called when somebody ends it.

    All pages lie below `base`, which differs each time: a browser sends cookies to every port of a machine, and
    the path keeps ours from other programs that listen there.
    """

    def __init__(self, folder: Path, host: str, close: Callable[[], object] = lambda: None) -> None:
        self.host, self.close = host, close
        self.base = f"/{secrets.token_urlsafe(9)}"
        self.years, self.works, self.sessions = Years(folder), Works(), Sessions()

    def address(self) -> str:
        """Return an address that opens the desk, once."""
        return f"http://{self.host}{self.base}/enter?key={self.sessions.key()}"
