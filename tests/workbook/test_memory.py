"""What was read before is known again, and nothing of one workbook's contents comes to stand in another."""

from __future__ import annotations

import pytest
from drafts import filled, sample_values, templates
from hypothesis import given, settings
from hypothesis import strategies as st

from perfeval_xl.reading import read
from perfeval_xl.workbook import by_pattern as pattern
from perfeval_xl.workbook.by_element import by_element
from perfeval_xl.workbook.frame import Source
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.memory import Memory
from perfeval_xl.workbook.rules_of_files import RefusalError
from perfeval_xl.workbook.shared_texts import Strings, UnfamiliarError

LIMITS = Limits()
STRINGS = Strings(("零", "", "二"))


def test_a_memory_makes_each_thing_once_and_stays_small() -> None:
    made: list[str] = []

    def length(text: str) -> int:
        made.append(text)
        return len(text)

    memory = Memory(length, most=3, longest=5)
    assert [memory[text] for text in ("a", "bb", "a", "too long", "too long")] == [1, 2, 1, 8, 8]
    assert made == ["a", "bb", "too long", "too long"]
    for number in range(100):
        assert memory[str(number)] == len(str(number))
    assert len(memory) <= 3


def test_what_cannot_be_made_is_not_remembered() -> None:
    def broken(_: str) -> int:
        raise UnfamiliarError

    memory = Memory(broken, most=3)
    for _ in range(2):
        with pytest.raises(UnfamiliarError):
            memory["x"]


def test_two_units_in_turns_keep_their_own_figures() -> None:
    other = {**sample_values(), ("在职人数", 0): 7}
    first, second = filled().bytes(), filled(other).bytes()
    for _ in range(3):
        for data, expected in ((first, sample_values()), (second, other)):
            submission, _ = read(data, "a.xlsx", templates())
            assert submission is not None
            assert submission.values == expected


CONTENTS = st.sampled_from(
    [
        "",
        '<c r="{}"/>',
        '<c r="{}" s="4"/><c r="Z{row}" s="1"/>',
        '<c r="{}" s="1"><v>5</v></c>',
        '<c r="{}" s="2"><v>-0.5E3</v></c>',
        '<c r="{}"><v>5,0</v></c>',
        '<c r="{}"><v>5\n6</v></c>',
        '<c r="{}" t="n"><v>5\n6</v></c>',
        '<c r="{}" t="s"><v>0</v></c>',
        '<c r="{}" s="3" t="s"><v>1</v></c>',
        '<c r="{}" t="s"><v>2</v></c>',
        '<c r="{}" t="s"><v>3</v></c>',
        '<c r="{}" t="s"><f>A1</f><v>2</v></c>',
        '<c r="{}" t="n" s="1"><v>5</v></c>',
        '<c r="{}" s="1" t="n"><v>5</v></c>',
        '<c r="{}" t="str"><f>A1&amp;""</f><v></v></c>',
        '<c r="{}" t="str"><f>A1&amp;""</f><v>甲&lt;乙</v></c>',
        '<c r="{}" t="b"><v>1</v></c>',
        '<c r="{}" t="b"><v>2</v></c>',
        '<c r="{}" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        '<c r="{}"><f>1+1</f></c>',
        '<c r="{}"><f>1+1</f><v>2</v></c>',
        '<c r="{}" t="inlineStr"><is><t>文</t></is></c>',
        '<c r="A9" t="s"><v>0</v></c>',
        '<c r="A9"><v>1</v></c>',
        '<row r="{row}">',
        "<v>1</v>",
        "\0A1\0",
        "\1",
    ]
)


@settings(max_examples=300)
@given(st.lists(st.lists(CONTENTS, max_size=4), max_size=5), st.integers(0, 3))
def test_rows_known_or_not_are_read_as_the_elements_do(rows: list[list[str]], empty: int) -> None:
    body = "".join(
        f'<row r="{row}">'
        + "".join(
            text.replace("{row}", str(row)).format(f"{letter}{row}")
            for letter, text in zip("ABCD", cells, strict=False)
        )
        + "</row>"
        for row, cells in enumerate(rows, 1)
    )
    body += "".join(f'<row r="{len(rows) + number + 1}" ht="9"/>' for number in range(empty))
    text = f"<worksheet><sheetData>{body}</sheetData></worksheet>"
    source = Source("x", text.encode(), text, "S")
    for _ in range(2):
        try:
            quick = pattern.by_pattern(source, STRINGS, LIMITS)
        except (UnfamiliarError, RefusalError):
            continue
        careful, faults = by_element(source, STRINGS.all, LIMITS)
        assert quick == careful
        assert not faults
