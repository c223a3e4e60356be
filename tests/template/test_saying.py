"""The board tells whether an explanation says something as reading it back does, in every program."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING

import libreoffice
import pytest
import xlsxwriter
from examples import sample_with
from sayings import NOTHING, SOMETHING

from perfeval_xl.records.address import Address, column_letters
from perfeval_xl.records.answers import counting
from perfeval_xl.records.contract import BOARD
from perfeval_xl.template.source.board import COLUMNS, SAID, said
from perfeval_xl.workbook.engine import Engine

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from perfeval_xl.records.contract import Template

_PIECES = (
    *("职", "年金", "补缴", "本年", "没有", "abc", "12", "１２", "3.5%", " ", "\u3000", "\t", "\n", "\u00a0"),
    *("\u3164", "\u200b", "\ufeff", "。", "、", "“", "……", "(", "/", '"', "人员经费上升"),
)


def _sentences() -> list[str]:
    chance = random.Random(16)  # noqa: S311 - repeatable, not secret
    mixed = ["".join(chance.choices(_PIECES, k=chance.randint(1, 12))) for _ in range(40)]
    again = [chance.choice(mixed) * chance.randint(2, 5) for _ in range(20)]
    return [*NOTHING, *SOMETHING, *mixed, *again, "增" * 30_000, "各项人员经费上升" * 3_000, ""]


SENTENCES = _sentences()
_ANSWER = 1
"""The column of the results."""


def _cell(name: str, row: int) -> str:
    return f"{column_letters(COLUMNS[name])}{row}"


@pytest.fixture(scope="module")
def book() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        sheet = made.add_worksheet(BOARD)
        for row, text in enumerate(SENTENCES, 1):
            sheet.write_string(row - 1, COLUMNS["说明"] - 1, text)
            for name, formula in zip(SAID, said(row), strict=True):
                sheet.write_formula(row - 1, COLUMNS[name] - 1, formula)
            sheet.write_formula(row - 1, _ANSWER - 1, f'=IF({_cell(SAID[-1], row)},"已说明","✘")')
    return stream.getvalue()


def _judged() -> dict[str, str]:
    return {text: "已说明" if counting(text) else "✘" for text in SENTENCES}


def test_the_engine_says_what_reading_back_says(book: bytes, today: date) -> None:
    engine = Engine(book, today)
    engine.put({})
    told = {text: engine.value(Address(BOARD, row, _ANSWER)) for row, text in enumerate(SENTENCES, 1)}
    assert told == _judged()


@pytest.mark.libreoffice
@libreoffice.needed
def test_libreoffice_says_what_reading_back_says(book: bytes, tmp_path: Path) -> None:
    path = tmp_path / "说明.xlsx"
    path.write_bytes(book)
    values = libreoffice.values(libreoffice.convert([path], tmp_path)[0])
    assert {text: values[BOARD, f"A{row}"] for row, text in enumerate(SENTENCES, 1)} == _judged()


@pytest.mark.parametrize(("text", "result"), [("。" * 12, "✘"), ("老干部由原交通厅转入，人数已核定。", "已说明")])
def test_the_board_of_a_form_follows(text: str, result: str, hunan: Template, today: date) -> None:
    check = next(check for check in hunan.checks if check.id == "X11d")
    values = {**sample_with(hunan, {"离休人数": 75}), ("说明_X11d", 0): text}
    engine = Engine(hunan.package, today)
    engine.put({hunan.address(key): value for key, value in values.items()})
    assert engine.value(check.cell) == result
