"""Who drives the desk: whoever opened it, and no other program, page, host or origin on the machine."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Thread

import httpx
import pytest
from browsing import HOST, Browser
from starlette.testclient import TestClient

from perfeval_xl.web.guard import FORBIDS, LARGEST_FORM, LARGEST_UPLOAD
from perfeval_xl.web.roles import Role
from perfeval_xl.web.routes import PAGES
from perfeval_xl.web.server import serve_desk

OURS = {"origin": f"http://{HOST}"}


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path)


def stranger(browser: Browser) -> TestClient:
    return TestClient(browser.client.app, base_url=f"http://{HOST}")


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


def test_a_key_opens_once(browser: Browser) -> None:
    address = browser.desk.address()
    first, second = stranger(browser), stranger(browser)
    assert first.get(address).status_code == 200
    assert second.get(address).status_code == 403
    assert first.get(address).status_code == 200, "who is in already comes to the first page"
    assert second.get(f"{browser.desk.base}/").status_code == 403
    cookie = stranger(browser).get(browser.desk.address(), follow_redirects=False).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert f"Path={browser.desk.base}/" in cookie, "other ports of this machine are not sent it"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.path}")
@pytest.mark.parametrize("role", [*Role, None])
def test_only_the_roles_of_a_page_may_call_it(browser: Browser, page: object, role: Role | None) -> None:
    client = stranger(browser)
    if role:
        told = browser.desk.sessions.enter(browser.desk.sessions.key(), role)
        client.cookies.set("desk", told, path=f"{browser.desk.base}/", domain="127.0.0.1")
    address = f"{browser.desk.base}{filled(page.path)}"
    answer = client.request(
        page.method, address, headers=OURS, data={"token": "?"} if page.method == "POST" else {}
    )
    if role in page.roles:
        assert "不能打开工作台" not in answer.text
        assert "不能使用" not in answer.text
    else:
        assert answer.status_code == 403


def test_every_page_has_somebody_who_may_call_it_and_none_changes_anything_by_looking() -> None:
    assert all(page.roles for page in PAGES)
    assert {page.method for page in PAGES} == {"GET", "POST"}


def test_whoever_is_of_another_role_is_refused(browser: Browser) -> None:
    told = browser.desk.sessions.enter(browser.desk.sessions.key(), "单位")  # type: ignore[arg-type]
    client = stranger(browser)
    client.cookies.set("desk", told, path=f"{browser.desk.base}/", domain="127.0.0.1")
    answer = client.get(f"{browser.desk.base}/")
    assert (answer.status_code, "不能使用这一页" in answer.text) == (403, True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9"},
        {"origin": f"https://{HOST}"},
        {**OURS, "sec-fetch-site": "same-site"},
        {**OURS, "sec-fetch-site": "cross-site"},
    ],
)
def test_another_page_cannot_send_a_form(browser: Browser, headers: dict[str, str]) -> None:
    """Though the browser would send our cookie with it, and though it knew the token."""
    answer = browser.client.post(browser.address("close"), data={"token": browser.token}, headers=headers)
    assert answer.status_code == 403
    assert browser.closed == []


def test_a_form_without_its_token_is_not_taken(browser: Browser) -> None:
    for token in ({}, {"token": ""}, {"token": "é"}, {"token": browser.token[:-1]}):
        answer = browser.client.post(browser.address("close"), data=token, headers=OURS)
        assert (answer.status_code, browser.closed) == (403, [])
    assert browser.post("close").status_code == 200
    assert browser.closed == [True]


@pytest.mark.parametrize("host", ["localhost:18080", "evil.example", "127.0.0.1", "127.0.0.1:18080.evil.example"])
def test_another_host_is_not_ours(browser: Browser, host: str) -> None:
    assert browser.client.get(browser.address(), headers={"host": host}).status_code == 421


def test_what_is_too_large_is_refused_before_it_is_read(browser: Browser) -> None:
    def body() -> object:
        raise AssertionError("it was read")
        yield b""

    for length, status in (("1048577", 413), (str(LARGEST_UPLOAD + 1), 413), ("-1", 411), ("x", 411)):
        headers = {**OURS, "content-length": length}
        answer = browser.client.post(browser.address("close"), content=body(), headers=headers)
        assert (answer.status_code, browser.closed) == (status, [])
    assert browser.client.post(browser.address("close"), content=body(), headers=OURS).status_code == 411
    lying = {**OURS, "content-length": "10", "content-type": "application/x-www-form-urlencoded"}
    answer = browser.client.post(browser.address("close"), content=b"a=" + b"x" * LARGEST_FORM, headers=lying)
    assert answer.status_code == 413


def test_every_answer_forbids_what_no_page_needs(browser: Browser) -> None:
    for answer in (
        browser.get(),
        browser.get("static", "desk.css"),
        browser.get("nowhere"),
        browser.client.get("/"),
        browser.client.get("/", headers={"host": "evil.example"}),
    ):
        assert {name: answer.headers[name] for name in FORBIDS} == FORBIDS
    page = browser.get("new").text
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", page)
    assert browser.get("static", "..", "routes.py").status_code == 404


def test_no_page_shows_a_secret(browser: Browser) -> None:
    cookie = browser.client.cookies["desk"]
    key = browser.desk.address().rpartition("=")[2]
    for page in PAGES:
        if page.method == "GET":
            text = browser.client.get(f"{browser.desk.base}{filled(page.path)}").text
            assert cookie not in text
            assert key not in text


def test_the_desk_is_served_to_this_machine_alone_and_ends_by_its_button(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    addresses: list[str] = []
    serving = Thread(target=lambda: serve_desk(tmp_path, opened=addresses.append), daemon=True)
    serving.start()
    while not addresses:
        serving.join(0.01)
    (address,) = addresses
    host = address.split("/")[2]
    assert host.startswith("127.0.0.1:")
    with httpx.Client(follow_redirects=True) as client:
        page = client.get(address)
        token = re.search('name="token" value="([^"]+)"', page.text)
        assert token
        closing = f"{str(page.url).rstrip('/')}/close"
        answer = client.post(closing, data={"token": token[1]}, headers={"origin": f"http://{host}"})
    assert "已经结束" in answer.text
    serving.join(10)
    assert not serving.is_alive()
    assert capfd.readouterr() == ("", "")
