"""Whatever text comes from outside, ours can be kept, printed and written, and a change is told."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfeval_xl.admission.texts import LOST, admitted, admitted_name, damaged, told, told_of_name

ANY = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from("\ud83d\ude00\ud800\udfff\0\x0b\x85\u2028\u202e\ufffe\uffff\U0001ffff\r\n\t\x7f\ufdd0字")
)


@pytest.mark.parametrize(
    ("text", "ours", "characters"),
    [
        ("压减会议\t费\n两成", "压减会议\t费\n两成", ""),
        ("全角\u3000零宽\u200b不动", "全角\u3000零宽\u200b不动", ""),
        ("a\0b\x1bc\x7fd\x9fe", "abcde", "U+0000、U+001B、U+007F、U+009F"),
        ("甲\x0b乙\x0c丙\x85丁\u2028戊\u2029", "甲\n乙\n丙\n丁\n戊\n", "U+000B、U+000C、U+0085、U+2028、U+2029"),
        ("\u202e甲\u2066乙", "甲乙", "U+202E、U+2066"),
        ("\ud83d\ude00", "\U0001f600", ""),
        ("\ud800甲\udc00", f"{LOST}甲{LOST}", "U+D800、U+DC00"),
        ("\ufffe\ufdd0\U0010ffff", LOST * 3, "U+FFFE、U+FDD0、U+10FFFF"),
        (LOST, LOST, "U+FFFD"),
    ],
)
def test_a_text_is_made_clean_and_told(text: str, ours: str, characters: str) -> None:
    assert (admitted(text), told(text)) == (ours, characters)
    assert damaged(text) == (LOST in ours)


@settings(max_examples=500)
@given(ANY)
def test_a_text_of_ours_can_be_kept_and_written_and_stays_as_it_is(text: str) -> None:
    ours = admitted(text)
    assert json.loads(json.dumps(ours, ensure_ascii=False).encode("utf-8").decode("utf-8")) == ours
    written = ElementTree.tostring(ElementTree.Element("a", {"b": ours}), "utf-8")
    assert ElementTree.fromstring(written).get("b") == ours  # noqa: S314  # our own
    assert admitted(ours) is ours
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    assert ours == paired or told(text), "two halves that belong together are one character, never told"
    assert set(admitted_name(text)).isdisjoint("\t\r\n")
    assert admitted_name(admitted_name(text)) == admitted_name(text)


def test_a_name_stands_on_one_line() -> None:
    assert (admitted_name("表1\n基础\x85数据"), told_of_name("表1\n基础\x85数据")) == (
        "表1 基础 数据",
        "U+000A、U+0085",
    )
