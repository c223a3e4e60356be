"""What single pages show and refuse: filters, faults of rosters and settings, names from outside."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from browsing import Browser, text_of, year_of
from once import made_once
from reviewing_office import DOUBTFUL, FINE, ROADS, SCHOOLS, make, taken
from two_years import submit

import perfeval_xl as px
from perfeval_xl.campaign.folder import Campaign
from perfeval_xl.web.works import Outcome

EVIL = "<script>alert(1)</script>\"'&"


def _taken(folder: Path) -> None:
    campaign = make(folder / "2023", units=(ROADS, SCHOOLS, px.Unit("3", EVIL, EVIL)))
    submit(campaign, ROADS, FINE)
    submit(campaign, SCHOOLS, DOUBTFUL)
    taken(campaign)


@pytest.fixture
def desk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    made = made_once(tmp_path_factory, "desk", _taken)
    return Browser(Path(shutil.copytree(made, tmp_path / "工作")))


@pytest.fixture
def year(desk: Browser) -> str:
    return year_of(desk.desk.years.root / "2023")


def campaign_of(desk: Browser) -> Campaign:
    return px.open_campaign(desk.desk.years.root / "2023")


def test_the_board_is_filtered_and_ordered_by_the_server(desk: Browser, year: str) -> None:
    assert "3个单位" in desk.get("year", year).text
    found = desk.get("year", year, q="教育").text
    assert ("1个单位" in found, "教育局" in found, "交通局" in found) == (True, True, False)
    assert "2个单位" in desk.get("year", year, stage="open").text
    assert "1个单位" in desk.get("year", year, stage="已通过", section="经建股").text
    page = desk.get("year", year, order="doubts", page="99999999999").text
    assert page.index("教育局") < page.index("交通局")


def test_what_departments_typed_is_text_on_every_page(desk: Browser, year: str) -> None:
    desk.post("year", year, "inbox", files=[(f"{EVIL}.xlsx", b"x")])
    desk.post("year", year, "collect")
    pages = ("", "handout", "inbox", "waiting", "returns", "chase", "summary", "roster", "acts")
    texts = [desk.get("year", year, page).text for page in pages] + [desk.get("year", year, "unit", key="3").text]
    assert not any("<script>alert" in text for text in texts)
    assert sum("&lt;script&gt;" in text for text in texts) > 5


@pytest.mark.parametrize(
    "name", ["../../2023/名册.xlsx", "..\\..\\名册.xlsx", "/etc/名册.xlsx", "名册.xlsx\0", "..", "CON"]
)
def test_no_name_from_outside_leads_out_of_the_inbox(desk: Browser, year: str, name: str) -> None:
    root = desk.desk.years.root.parent
    before = {path for path in root.rglob("*") if path.is_file()}
    desk.post("year", year, "inbox", files=[(name, b"x")])
    new = {path for path in root.rglob("*") if path.is_file()} - before
    assert {path.parent for path in new} == {campaign_of(desk).inbox}


@pytest.mark.parametrize(
    "parts",
    [("year", "..", "x"), ("year", "0" * 12), ("going", "99"), ("year", "{}", "file", "x"), ("year", "{}", "x")],
)
def test_what_is_not_there_is_said_to_be_so(desk: Browser, year: str, parts: tuple[str, ...]) -> None:
    answer = desk.get(*(part.format(year) for part in parts))
    assert (answer.status_code, "没有这一页" in answer.text) == (404, True)


def test_a_roster_is_refused_by_its_cells_and_the_one_before_is_kept(desk: Browser, year: str) -> None:
    campaign = campaign_of(desk)
    before = (campaign.folder / "名册.xlsx").read_bytes()
    page = desk.post("year", year, "roster", files=[("名册.xlsx", b"no workbook")])
    assert "有1处要改" in page.text
    assert "有1处要改" in desk.get("year", year).text, "the board leads there"
    (kept,) = (campaign.folder / "留存").glob("名册*")
    assert kept.read_bytes() == before
    assert "3户" in desk.post("year", year, "roster", files=[("名册.xlsx", before)]).text


def test_settings_are_changed_or_refused_where_they_stand(desk: Browser, year: str) -> None:
    settings = campaign_of(desk).folder / "campaign.toml"
    before = settings.read_text("utf-8")
    page = desk.post("year", year, "settings", **{"campaign.截止日期": "三月", "campaign.经办人": "钱七"})
    assert page.status_code == 422
    assert page.text.count("截止日期") >= 3, "the list of faults, the field, and the fault beside it"
    assert 'value="三月" aria-invalid="true"' in page.text
    assert settings.read_text("utf-8") == before
    page = desk.post("year", year, "settings", **{"campaign.截止日期": "2024-04-30", "across.文字雷同": "0.75"})
    assert "已保存：截止日期、文字雷同" in page.text
    changed = campaign_of(desk)
    assert str(changed.office.deadline) == "2024-04-30"
    page = desk.post("year", year, "settings", **{"mail.端口": "2525", "mail.发件人": "jxk@example.gov.cn"})
    assert (campaign_of(desk).mail.port, campaign_of(desk).mail.sender) == (2525, "jxk@example.gov.cn")
    after = settings.read_text("utf-8")
    assert [line for line in after.splitlines() if line.startswith("#")] == [
        line for line in before.splitlines() if line.startswith("#")
    ]


def test_a_filled_list_of_decisions_is_tried_before_it_is_applied(desk: Browser, year: str) -> None:
    desk.post("year", year, "docket/write")
    book = (campaign_of(desk).results / "审核单.xlsx").read_bytes()
    page = desk.post("year", year, "docket/filled", files=[("审核单.xlsx", book)])
    assert "没有可以办理的" in page.text
    page = desk.post("year", year, "docket/filled", files=[("别的.xlsx", b"x")])
    assert "没有全部办成" in page.text


def test_work_is_followed_and_cancelled_and_what_was_read_is_kept(desk: Browser, year: str) -> None:
    desk.post("year", year, "inbox", files=[(f"{number}.txt", b"x") for number in range(3)])
    reached, go = Event(), Event()

    def read(watch: px.Watch) -> Outcome:
        px.collect(campaign_of(desk), jobs=1, watch=replace(watch, steps=held_up(watch, reached, go)))
        return Outcome()

    work = desk.desk.works.begin(year, "收取", "perfeval-xl collect", desk.address("year", year), read)
    assert reached.wait(60)
    page = desk.get("going", str(work.number)).text
    assert ("取消" in page, 'http-equiv="refresh"' in page, "perfeval-xl collect" in page) == (True, True, True)
    assert "正在办理：收取" in desk.get("year", year, "inbox").text
    page = desk.post("year", year, "inbox", files=[("其间.txt", b"y")]).text
    assert "已放进收件：其间.txt" in page, "handing in waits for no collect"
    work.stop()
    go.set()
    assert work.wait(60)
    assert "已取消" in desk.get("going", str(work.number)).text
    tally = px.collect(campaign_of(desk), jobs=1).tally
    assert tally.adds_up
    assert tally.seen == 6


def held_up(
    watch: px.Watch, reached: Event, go: Event
) -> Callable[[], AbstractContextManager[Callable[..., object]]]:
    """Return how a run is followed whose every step waits until it may go on."""

    @contextmanager
    def steps() -> Iterator[Callable[..., object]]:
        with watch.steps() as step:

            def slow(one: object) -> None:
                reached.set()
                go.wait()
                step(one)

            yield slow

    return steps


def test_a_finding_is_seen_in_its_place_with_what_changed_since_the_round_before(desk: Browser, year: str) -> None:
    campaign = campaign_of(desk)
    page = desk.get("year", year, "unit", key="2").text
    link = re.search(r'href="([^"]*/place\?[^"]*finding=1)#here"', page)
    assert link
    first = desk.client.get(html.unescape(link[1])).text
    (marked,) = re.findall(r'<td[^>]* id="here"[^>]*>(.*?)</td>', first)
    assert (text_of(marked), 'class="boxed filled' in first) == (" 1.00 ", True)
    assert re.search(r'<td[^>]* class="[^"]*side', first), "the other cells that it names"
    assert "对照的是" in first
    assert "原为" not in first

    submit(campaign, SCHOOLS, {**DOUBTFUL, ("政府采购_本年决算", 0): Decimal(3)}, hour=1)
    px.collect(campaign, jobs=1)
    again = desk.get("year", year, "place", key="2", finding=1).text
    assert re.search(r'id="here"[^>]*changed[^>]*><mark>3.00</mark><small class="former">原为 1.00</small>', again)
    assert ('rel="prev"' in again, desk.get("year", year, "place", key="2", finding=99).status_code) == (
        False,
        404,
    )
