"""A browser at the desk, as far as a test needs one: its cookie, its origin, the tokens of forms."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from perfeval_xl.web.desk import Desk
from perfeval_xl.web.dispatch import application
from perfeval_xl.web.routes import PAGES
from perfeval_xl.web.years import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from httpx import Response

HOST = "127.0.0.1:18080"
_TOKEN = re.compile('name="token" value="([^"]+)"')


class Browser:
    """Somebody at the desk over a folder, who has come in."""

    def __init__(self, folder: Path) -> None:
        self.closed: list[bool] = []
        self.desk = Desk(folder, HOST, lambda: self.closed.append(True))
        self.client = TestClient(application(self.desk, PAGES), base_url=f"http://{HOST}")
        self.entered = self.client.get(self.desk.address())

    def get(self, *parts: str, **words: object) -> Response:
        return self.client.get(self.address(*parts), params=words)

    def address(self, *parts: str) -> str:
        return f"{self.desk.base}/{'/'.join(parts)}"

    @cached_property
    def token(self) -> str:
        found = _TOKEN.search(self.get("new").text)
        assert found
        return found[1]

    def post(self, *parts: str, files: Iterable[tuple[str, bytes]] = (), **typed: object) -> Response:
        """Send a form, wait until what it begins is over, and return the page that shows what came of it."""
        sent = [("files", (name, data)) for name, data in files]
        answer = self.client.post(
            self.address(*parts),
            data={"token": self.token, **typed},
            files=sent or None,
            headers={"origin": f"http://{HOST}"},
        )
        while "http-equiv" in answer.text:
            for work in self.desk.works.going():
                work.wait()
            answer = self.client.get(str(answer.url))
        return answer


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def year_of(folder: Path) -> str:
    return key_of(folder)
