"""What is sent says the right things to the right address, with names as wild as they come."""

from __future__ import annotations

import email
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from email.header import decode_header, make_header
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from perfeval_xl.outgoing.sending.addressees import addressee
from perfeval_xl.outgoing.sending.letters import MEGABYTE, Letter, letters, subject, text
from perfeval_xl.outgoing.sending.message import draft, number, posted
from perfeval_xl.outgoing.sending.owed import Item
from perfeval_xl.outgoing.sending.states import Entry
from perfeval_xl.paper import Letterhead
from perfeval_xl.records.mail import Errand, Mailboxes, State, mailboxes
from perfeval_xl.records.office import Office
from perfeval_xl.records.unit import Part, Unit

HEAD = Letterhead(
    2023, "示范区财政局", "", Office(date(2024, 3, 10), "王敏", phone="0734-9", place="绩效股"), "自评"
)
TODAY, NOW = date(2024, 3, 1), datetime(2024, 3, 1, 9, tzinfo=UTC)
GOV = Unit("1", "区政府办", email="zf@example.cn")
SCHOOLS = Unit("11", "教育局", "区政府办", email="jy@example.cn；jy2@example.cn", superior="1")
WATER = Unit("12", "水利局", "区政府办", superior="1")
FOREIGN = Unit("21", "林场", "省林业厅", email="lc@example.cn")
UNITS = {unit.code: unit for unit in (GOV, SCHOOLS, WATER, FOREIGN)}


def entry(
    folder: Path, unit: Unit, errand: Errand = Errand.ISSUE, *, size: int = 3, by_parent: bool = False
) -> Entry:
    shared = folder / "填报须知.docx"
    shared.write_bytes(b"!")
    path = folder / f"{unit.code} {unit.name[:20].replace(chr(10), '')}.xlsx"
    path.write_bytes(b"x" * size)
    item = Item(unit, errand, "序号7", (path, shared), "ab")
    return Entry(item, addressee(unit, UNITS, by_parent=by_parent), State.DUE)


def one(folder: Path, unit: Unit = SCHOOLS, errand: Errand = Errand.ISSUE) -> Letter:
    (letter,) = letters([entry(folder, unit, errand)], 20, packed=False)
    return letter


def names(data: bytes) -> list[str]:
    """Return the attachments' names as a program reads them that knows RFC 2231."""
    return [part.get_filename() or "" for part in email.message_from_bytes(data, policy=SMTP).iter_attachments()]


def old_names(data: bytes) -> list[str]:
    """Return the attachments' names as an old program reads them, which knows RFC 2047 only."""
    parts: list[Any] = list(email.message_from_bytes(data).walk())
    return [
        str(make_header(decode_header(name))) for part in parts if isinstance(name := part.get_param("name"), str)
    ]


def test_a_draft_opens_ready_to_be_sent_with_its_names_told_both_ways(tmp_path: Path) -> None:
    data = draft(one(tmp_path), HEAD, "jx@example.gov.cn", TODAY)
    message = email.message_from_bytes(data, policy=SMTP)
    assert (message["X-Unsent"], message["Date"], message["Message-ID"]) == ("1", None, None)
    assert str(message["From"]) == "示范区财政局 <jx@example.gov.cn>"
    assert [one.addr_spec for one in message["To"].addresses] == ["jy@example.cn", "jy2@example.cn"]
    assert str(message["Subject"]) == "2023年度自评填报工作簿：11 教育局"
    assert names(data) == old_names(data) == ["11 教育局.xlsx", "填报须知.docx"]
    assert [part.get_content() for part in message.iter_attachments()] == [b"xxx", b"!"]
    assert all(len(line) < 998 for line in data.split(b"\r\n"))
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data == draft(one(tmp_path), HEAD, "jx@example.gov.cn", TODAY)


def test_a_draft_without_an_address_of_the_bureau_leaves_the_sender_to_the_program(tmp_path: Path) -> None:
    assert b"From:" not in draft(one(tmp_path), HEAD, "", TODAY)


@pytest.mark.parametrize(
    "name",
    [
        "教育局\r\nBcc: evil@example.com",
        "教育局\nBcc: evil@example.com\n\n正文",
        "教\u2028育\u2029局\x0bBcc: evil@example.com",
        '教"育<局>, evil@example.com',
        "𠮷" * 120,
    ],
)
def test_no_name_begins_a_header_of_its_own(tmp_path: Path, name: str) -> None:
    unit = replace(SCHOOLS, name=name)
    head = replace(HEAD, name=name)
    letter = one(tmp_path, unit)
    for data in (draft(letter, head, "a@b.cn", TODAY), posted(letter, head, "a@b.cn", NOW, "<1@b.cn>")):
        message = email.message_from_bytes(data, policy=SMTP)
        assert message["Bcc"] is None
        assert {one.addr_spec for one in message["To"].addresses} == {"jy@example.cn", "jy2@example.cn"}
        assert message["From"].addresses[0].addr_spec == "a@b.cn"
        assert len(list(message.iter_attachments())) == 2


def test_one_archive_goes_to_each_parent_department_that_is_on_the_roster(tmp_path: Path) -> None:
    several = [entry(tmp_path, unit, by_parent=True) for unit in (GOV, SCHOOLS, WATER, FOREIGN)]
    above, foreign = letters(several, 20, packed=True)
    assert (above.stem, above.addresses) == ("1 区政府办 发放", ("zf@example.cn",))
    ((name, data),) = above.attachments()
    assert name == "1 区政府办 发放.zip"
    assert zipfile.ZipFile(BytesIO(data)).namelist() == [
        "1 区政府办.xlsx", "填报须知.docx", "11 教育局.xlsx", "12 水利局.xlsx"
    ]  # fmt: skip
    assert "共3份" in text(above, HEAD, TODAY)
    assert (foreign.stem, foreign.addresses) == ("省林业厅 发放", ())


def test_what_would_be_too_large_for_one_letter_goes_in_several(tmp_path: Path) -> None:
    several = [entry(tmp_path, unit, size=MEGABYTE // 2 - 1, by_parent=True) for unit in (GOV, SCHOOLS, WATER)]
    first, second = letters(several, 1, packed=True)
    assert [len(first.entries), len(second.entries)] == [2, 1]
    assert [first.stem, second.stem] == ["1 区政府办 发放 1-2", "1 区政府办 发放 2-2"]
    assert subject(second, HEAD).endswith("（第2封，共2封）")
    assert sum(len(data) for _, data in first.attachments()) < MEGABYTE + 1000


def test_a_unit_with_several_projects_gets_one_letter_with_all_of_its_workbooks(tmp_path: Path) -> None:
    several = [entry(tmp_path, replace(SCHOOLS, part=Part(code, f"项目{code}"))) for code in ("A", "B")]
    other = tmp_path / "11-B 教育局.xlsx"
    other.write_bytes(b"y")
    several[1] = replace(several[1], item=replace(several[1].item, files=(other,)))
    (letter,) = letters(several, 20, packed=False)
    assert [name for name, _ in letter.attachments()] == ["11 教育局.xlsx", "填报须知.docx", "11-B 教育局.xlsx"]
    assert [one.item.line[0] for one in letter.entries] == ["11/A", "11/B"]


def test_letters_whose_addressees_names_are_written_alike_have_files_of_their_own(tmp_path: Path) -> None:
    units = (replace(FOREIGN, parent="省林业厅:一"), replace(FOREIGN, code="22", parent="省林业厅一"))
    found = letters([entry(tmp_path, unit, by_parent=True) for unit in units], 20, packed=True)
    assert [letter.stem for letter in found] == ["省林业厅一 发放", "省林业厅一 发放（2）"]


def test_the_words_are_those_of_the_errand_and_ask_for_no_day_that_is_over(tmp_path: Path) -> None:
    assert "于2024年3月10日前报送，交到绩效股" in text(one(tmp_path), HEAD, TODAY)
    assert "尽快报送，交到绩效股" in text(one(tmp_path), HEAD, date(2024, 3, 11))
    assert "现予退回" in text(one(tmp_path, errand=Errand.RETURN), HEAD, TODAY)
    assert "核对通过" in text(one(tmp_path, errand=Errand.PASSED), HEAD, TODAY)
    unread = one(tmp_path, errand=Errand.RETURN)
    only_notice = replace(unread.entries[0].item, files=unread.entries[0].item.files[1:])
    letter = replace(unread, entries=(replace(unread.entries[0], item=only_notice),))
    assert "读不出" in text(letter, HEAD, TODAY)
    assert "联系人：王敏，联系电话：0734-9。" in text(letter, HEAD, TODAY)


def test_a_letter_has_a_number_of_its_own_each_time_that_it_goes(tmp_path: Path) -> None:
    letter = one(tmp_path)
    once_more = replace(letter, entries=(replace(letter.entries[0], times=1),))
    assert number(letter, "a@b.cn") == number(letter, "a@b.cn") != number(once_more, "a@b.cn")
    assert number(letter, "a@b.cn").endswith("@b.cn>")


@pytest.mark.parametrize(
    ("typed", "good", "bad"),
    [
        ("", (), ()),
        ("a@b.cn", ("a@b.cn",), ()),
        ("ａ＠ｂ．ｃｎ； c@d.gov.cn，A@b.cn", ("a@b.cn", "c@d.gov.cn"), ()),
        ("王敏 <wm@b.cn>", ("wm@b.cn",), ()),
        ("wm@b。cn", ("wm@b.cn",), ()),
        ("没有", (), ("没有",)),
        ("a#163.com", (), ("a#163.com",)),
        ("a@b.cn jy163.com", ("a@b.cn",), ("jy163.com",)),
        ("a@163", (), ("a@163",)),
        ("局长@b.cn", (), ("局长@b.cn",)),
        ("a..b@c.cn", (), ("a..b@c.cn",)),
        ("a@b.cn\r\nRCPT TO:<x@y.cn>", ("a@b.cn", "x@y.cn"), ("RCPT", "TO:")),
        (f"{'a' * 250}@b.cn", (), (f"{'a' * 250}@b.cn",)),
    ],
)
def test_a_cell_holds_addresses_and_what_is_none(typed: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert mailboxes(typed) == Mailboxes(good, bad)
