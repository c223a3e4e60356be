"""What is refused before a page is asked: other hosts, other origins, bodies too large; what every answer forbids.

Names and addresses that other programs on the machine make a browser send are not ours: see
docs/decisions/0021-who-may-drive-the-desk.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_FORM, LARGEST_UPLOAD = 1 << 20, 2 << 30
"""Bytes of a form's fields, and of what may be put into the inbox in one go."""
FORBIDS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Headers of every answer: nothing from elsewhere runs or is shown, nobody frames us, nothing is kept."""
_HERE = frozenset({"same-origin", "none"})
"""What a browser says of requests that come from our own pages, or from the person at it."""
_METHODS = frozenset({"GET", "HEAD", "POST"})


class TooLargeError(Exception):
    """More came than was announced."""


class Guard:
    """The desk's pages behind the door. `host` is the one name, with its port, by which they may be asked for.

    `uploads` are the ends of paths to which files are sent.
    """

    def __init__(self, app: ASGIApp, host: str, uploads: frozenset[str]) -> None:
        self._app, self._host, self._uploads = app, host, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or hand it on and forbid in the answer what no page of ours needs."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def forbidding(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(FORBIDS)
            await send(message)

        why = self.refusal(scope)
        if why:
            await PlainTextResponse(why[1], why[0])(scope, receive, forbidding)
        else:
            await self._app(scope, _bounded(receive, self._most(scope["path"])), forbidding)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return status and sentence by which a request is refused; None of one that may be answered."""
        headers, method = Headers(scope=scope), scope["method"]
        if method not in _METHODS:
            return 405, "不能这样调用。"
        if headers.getlist("host") != [self._host]:
            return 421, f"工作台只用 http://{quote(self._host, safe=':')} 打开。"
        if headers.get("sec-fetch-site", "none") not in _HERE or self._is_foreign(headers, method):
            return 403, "这个请求来自别的网页，没有办理。"
        return self._oversize(headers, method, scope["path"])

    def _is_foreign(self, headers: Headers, method: str) -> bool:
        """Whether another page sends a request, or a form comes without saying from where."""
        origins = headers.getlist("origin")
        return origins != [f"http://{self._host}"] if method == "POST" or origins else False

    def _oversize(self, headers: Headers, method: str, path: str) -> tuple[int, str] | None:
        told = headers.getlist("content-length")
        if "transfer-encoding" in headers or (method == "POST" and not (len(told) == 1 and told[0].isdecimal())):
            return 411, "请求没有写明长度，没有接收。"
        most = self._most(path)
        if told and int(told[0]) > most:
            return 413, f"一次最多上传{most >> 20}MB，没有接收。请分几次上传，或者直接放进“收件”文件夹。"
        return None

    def _most(self, path: str) -> int:
        return LARGEST_UPLOAD if path.rsplit("/", 1)[-1] in self._uploads else LARGEST_FORM


def _bounded(receive: Receive, most: int) -> Receive:
    """Return how a body is received, no more of it than may come."""
    come = 0

    async def received() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if come > most:
            raise TooLargeError
        return message

    return received
