"""Texts nearly the same: how much, from what length on, which passages; the same among many as among few."""

from __future__ import annotations

import random

import pytest

from perfeval_xl.comparing import texts
from perfeval_xl.comparing.texts import Alike, alike, common, likeness, quoted
from perfeval_xl.records.known import Texts


def letters(count: int, first: int = 0) -> str:
    """Return so many characters of which no two are the same."""
    return "".join(chr(0x4E00 + first + number) for number in range(count))


def text(*parts: str) -> Texts:
    return tuple((("成效", row), part) for row, part in enumerate(parts, 1))


HUNDRED = letters(120)


def test_likeness_is_the_share_of_five_character_pieces_that_both_have() -> None:
    assert likeness(text(HUNDRED), text(HUNDRED)) == 1
    assert likeness(text(HUNDRED), text(letters(120, 500))) == 0
    assert likeness(text(HUNDRED), text(letters(60) + letters(60, 500))) == 56 / (116 + 116 - 56)
    assert likeness(text(HUNDRED), text(letters(62), letters(59, 500))) == 58 / (116 + 118 - 58)


def test_spaces_and_lines_do_not_matter() -> None:
    assert likeness(text(HUNDRED), text(f"　{HUNDRED[:50]}\n {HUNDRED[50:]} ")) == 1


def test_a_text_shorter_than_a_hundred_and_twenty_is_not_compared() -> None:
    assert likeness(text(HUNDRED[1:]), text(HUNDRED)) == 0
    assert likeness(text(HUNDRED), text(HUNDRED[1:])) == 0
    assert alike({"1": text(HUNDRED[1:]), "2": text(HUNDRED[1:])}, 0.5) == {}
    assert set(alike({"1": text(HUNDRED), "2": text(HUNDRED)}, 0.5)) == {"1", "2"}


@pytest.mark.parametrize("few", [150, 1], ids=["each with each", "by sketches"])
def test_the_most_similar_come_first_and_only_above_the_threshold(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(texts, "_EXACT_UP_TO", few)
    written = {
        "0": text(letters(200)),
        "1": text(letters(180) + letters(20, 500)),
        "3": text(letters(190) + letters(10, 700)),
        "2": text(letters(190) + letters(10, 600)),
        "4": text(letters(150) + letters(50, 800)),
        "5": text(letters(100) + letters(100, 900)),
        "6": text(letters(200, 1200)),
    }
    found = alike(written, 0.5)
    assert [one.other for one in found["0"]] == ["2", "3", "1"]
    assert found["0"][0] == Alike("2", 186 / (196 + 196 - 186))
    assert [one.other for one in found["4"]] == ["0", "1", "2"], "equally similar ones by their codes"
    assert set(found) == {"0", "1", "2", "3", "4"}, "in the order of what was written, without those unlike all"
    assert list(found) == ["0", "1", "3", "2", "4"]


@pytest.mark.parametrize("few", [150, 1], ids=["each with each", "by sketches"])
def test_exactly_at_the_threshold_is_not_alike(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(texts, "_EXACT_UP_TO", few)
    written = {"1": text(letters(124)), "2": text(letters(84) + letters(40, 500))}
    assert likeness(written["1"], written["2"]) == 0.5
    assert alike(written, 0.5) == {}
    assert set(alike(written, 0.49)) == {"1", "2"}


def test_of_many_near_ones_the_nearest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_EXACT_UP_TO", 1)
    whole, near = letters(400), range(100, 20, -8)
    written = {f"{tail}": text(whole[:-tail] + letters(tail, 500 + 200 * tail)) for tail in near}
    assert [one.other for one in alike({**written, "0": text(whole)}, 0.3)["0"]] == ["28", "36", "44"]


@pytest.mark.parametrize("least", [0.5, 0.35])
def test_sketches_find_what_comparing_each_with_each_finds(least: float, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret

    def drawn(length: int) -> str:
        return "".join(chance.choices(letters(900), k=length))

    written: dict[str, Texts] = {}
    for number in range(12):
        one = drawn(300)
        written[f"{number}"] = text(one)
        for copy in "bcde":
            kept = chance.randrange(210, 300) if least >= 0.5 else chance.randrange(180, 210)
            start = chance.randrange(300)
            written[f"{number}{copy}"] = text((one + one)[start : start + kept] + drawn(20))
    exact = alike(written, least)
    monkeypatch.setattr(texts, "_EXACT_UP_TO", len(written) - 1)
    assert alike(written, least) == exact
    assert len(exact) > 30


@pytest.mark.parametrize(("least", "rows"), [(0.5, 4), (0.49, 3), (0.36, 3), (0.35, 2), (0.18, 2), (0.17, 1)])
def test_the_lower_the_threshold_the_more_bands(least: float, rows: int) -> None:
    assert texts._rows(least) == rows


def test_a_passage_is_as_long_as_both_have_it_and_stands_where_the_unit_wrote_it() -> None:
    shared = letters(20)
    own = text(letters(10, 100), f"前文，{shared}。后文")
    assert common(own, text(f"别的{shared}，完")) == ((("成效", 2), shared),)


def test_the_three_longest_passages_are_named_the_longest_first() -> None:
    parts = [letters(length, first) for length, first in ((12, 0), (15, 100), (13, 200), (14, 300))]
    own = text("甲".join(parts))
    assert [passage for _, passage in common(own, text("乙".join(reversed(parts))))] == [
        parts[1],
        parts[3],
        parts[2],
    ]


@pytest.mark.parametrize(("length", "found"), [(11, False), (12, True)])
def test_a_passage_has_twelve_characters_at_least(length: int, found: bool) -> None:
    passage = letters(length)
    assert bool(common(text(f"前{passage}后"), text(f"左{passage}右"))) is found
    whole = common(text(passage), text(f"左{passage}右"))
    assert whole == (((("成效", 1), passage),) if found else ()), "a text that the other has whole"


def test_pieces_that_both_have_in_another_order_are_no_passage() -> None:
    first, second = letters(16), letters(16, 100)
    passages = [passage for _, passage in common(text(first + second), text(second + "。" + first))]
    assert passages == [first, second]


def test_a_passage_at_the_very_end_is_found_whole() -> None:
    shared = letters(14)
    assert common(text("甲" + shared), text("乙" + shared + "丙")) == ((("成效", 1), shared),)


def test_pieces_that_follow_one_another_only_here_are_cut_where_the_other_s_text_goes_on_otherwise() -> None:
    whole = letters(30)
    passages = [passage for _, passage in common(text(whole), text(whole[:18] + "。" + whole[14:]))]
    assert passages == [whole[:18], whole[18:]]


def test_spaces_in_a_passage_are_not_told() -> None:
    shared = letters(14)
    assert common(text(f"甲{shared[:7]} {shared[7:]}"), text("乙" + shared)) == ((("成效", 1), shared),)


@pytest.mark.parametrize(("length", "end"), [(40, letters(1, 39)), (41, "…")])
def test_forty_characters_are_quoted(length: int, end: str) -> None:
    told = quoted([(("成效", 1), letters(length)), (("成效", 2), "乙")])
    assert told == f"“{letters(39)}{end}”、“乙”"
