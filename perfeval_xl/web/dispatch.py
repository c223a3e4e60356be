"""How a page is called: session and role first, then the form with its token, then the answer in a thread."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from perfeval_xl.records.errors import PerfevalError, os_reason
from perfeval_xl.web.asked import Asked, NoSuchPageError
from perfeval_xl.web.guard import LARGEST_FORM, Guard, TooLargeError
from perfeval_xl.web.look import STATIC, render
from perfeval_xl.web.works import OUR_FAULT

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from perfeval_xl.web.desk import Desk
    from perfeval_xl.web.page import Page
    from perfeval_xl.web.sessions import Session

COOKIE, TOKEN = "desk", "token"  # what they are called
MOST_FILES, MOST_FIELDS = 5_000, 2_000
_CHOSEN = "unit"
"""The field of which a form may have many: the units that were ticked."""

_NOT_IN = "这个网址不能打开工作台：已经用过，或者工作台已经结束。请回到启动工作台的窗口，重新打开。"
_NOT_YOURS = "您不能使用这一页。"
_STALE = "这一页已经过期，没有办理。请返回、刷新以后再试。"
_NOT_THERE = "没有这一页。可能已经改名、移走，请从首页重新进入。"
_TOO_MUCH = "送来的内容太多，没有接收。请分几次上传。"


def application(desk: Desk, pages: Iterable[Page]) -> Guard:
    """Return the whole desk as it is served."""
    listed = tuple(pages)
    routes = [
        Route("/enter", _entering(desk), methods=["GET"]),
        Mount("/static", StaticFiles(directory=STATIC)),
        *(Route(page.path, _answering(desk, page), methods=[page.method]) for page in listed),
    ]
    app = Starlette(routes=[Mount(desk.base, routes=routes)], exception_handlers=_HANDLERS)
    uploads = frozenset(page.path.rsplit("/", 1)[-1] for page in listed if page.uploads)
    return Guard(app, desk.host, uploads)


def _entering(desk: Desk) -> Callable[[Request], object]:
    """Return what lets in who has a key; who is in already goes to the first page."""

    def enter(request: Request) -> Response:
        if _session(desk, request):
            return RedirectResponse(f"{desk.base}/", 303)
        told = desk.sessions.enter(request.query_params.get("key", ""))
        if not told:
            return _said(403, _NOT_IN)
        answer = RedirectResponse(f"{desk.base}/", 303)
        answer.set_cookie(COOKIE, told, path=f"{desk.base}/", httponly=True, samesite="strict")
        return answer

    return enter


def _answering(desk: Desk, page: Page) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        session = _session(desk, request)
        if session is None:
            return _said(403, _NOT_IN)
        if session.role not in page.roles:
            return _said(403, _NOT_YOURS)
        named = {name: str(value) for name, value in request.path_params.items()}
        if page.method == "GET":
            asked = Asked(desk, session, named, request.query_params)
            return await run_in_threadpool(_answered, page, asked)
        async with request.form(
            max_files=MOST_FILES if page.uploads else 0, max_fields=MOST_FIELDS, max_part_size=LARGEST_FORM
        ) as form:
            if not secrets.compare_digest(_token(form).encode(), session.token.encode()):
                return _said(403, _STALE)
            asked = Asked(desk, session, named, request.query_params, *_parted(form))
            return await run_in_threadpool(_answered, page, asked)

    return answer


def _answered(page: Page, asked: Asked) -> Response:
    """Return a page's answer; what we cannot work with is a page that says so, and our own mistake another."""
    try:
        return page.answer(asked)
    except NoSuchPageError:
        return asked.page("said", 404, said=_NOT_THERE)
    except PerfevalError as error:
        return asked.page("said", 409, said=str(error))
    except OSError as error:
        return asked.page("said", 500, said=f"读写文件时出错：{os_reason(error)}。")
    except Exception:  # noqa: BLE001  # our mistake costs this page, not the desk
        traceback.print_exc()
        return asked.page("said", 500, said=OUR_FAULT)


def _session(desk: Desk, request: Request) -> Session | None:
    return desk.sessions.session(request.cookies.get(COOKIE, ""))


def _token(form: FormData) -> str:
    told = form.get(TOKEN)
    return told if isinstance(told, str) else ""


def _parted(form: FormData) -> tuple[dict[str, str], tuple[str, ...], tuple[UploadFile, ...]]:
    """Return what was typed, which units were ticked, and the files that were sent."""
    typed = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    picked = tuple(value for name, value in form.multi_items() if isinstance(value, str) and name == _CHOSEN)
    files = tuple(value for _, value in form.multi_items() if isinstance(value, UploadFile))
    return typed, picked, files


def _said(status: int, said: str) -> Response:
    """Return a page for somebody who is not in."""
    return Response(render("outside", said=said), status, media_type="text/html")


async def _refused(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 413
    return _said(status, _NOT_THERE if status == 404 else _TOO_MUCH if status in (400, 413) else _NOT_YOURS)


_HANDLERS = {HTTPException: _refused, TooLargeError: _refused}
