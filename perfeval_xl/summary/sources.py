"""Where the figures of a sentence stand: by what each is called, the sheets and cells that it is computed from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Role
from perfeval_xl.records.summary_line import IN_WORDS
from perfeval_xl.summary.lists import BOTH, listed
from perfeval_xl.summary.sheets import FIGURES, named_figures
from perfeval_xl.workbook import engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from perfeval_xl.summary.gather import Material
    from perfeval_xl.summary.lists import Listed
    from perfeval_xl.workbook.sheet_writer import Page

HEADING = "数据来源（左边的话用到的数，各在哪张表哪些格子；点上方的减号收起）"
_WIDTH = 70
_OWN_ROW, _COLUMN = re.compile(r"\$([A-Z]+)\{row\}"), re.compile("(?<=[!:])[A-Z]+")
"""A column in the condition of a list over the roster, and the columns of a place."""


class Sources:
    """What tells of a formula where its figures stand, once the places of all names are known."""

    def __init__(self, material: Material, places: Mapping[str, str]) -> None:
        self._places = places
        self._figures = {name: (label, formula) for name, label, formula, _ in named_figures(material)}
        template = material.template
        self._labels = {field.name: field.label for field in template.fields if not field.table}
        self._lists = {one.name: one for one in listed(material)}
        self._settings = frozenset(field.name for field in template.fields if field.role is Role.SETTING)

    def of(self, formula: str) -> str:
        """Return `全年预算：部门明细!I5:I35；…` for a sentence's formula; nothing where it holds no figure."""
        told: dict[str, None] = {}
        for name in dict.fromkeys(name.removesuffix(IN_WORDS) for name in engine.names_in(formula)):
            cells = list(dict.fromkeys(self._cells(name)))
            if cells:
                told[f"{self._called(name)}：{'、'.join(cells)}"] = None
        return "；".join(told)

    def _called(self, name: str) -> str:
        label, _ = self._figures.get(name, ("", ""))
        return label or self._labels.get(name, name)

    def _cells(self, name: str) -> Iterator[str]:
        """Give the places that a name rests on: those that its formula speaks of, else its own."""
        _, formula = self._figures.get(name, ("", ""))
        one = self._lists.get(name.removesuffix(BOTH).removesuffix("户数"))
        if one:
            yield from self._of_list(one)
            return
        if name in self._settings:
            return
        if isinstance(formula, str) and formula.startswith("="):
            for other in engine.names_in(formula):
                yield from self._cells(other)
        elif not self._places.get(name, FIGURES).startswith(FIGURES):
            yield self._places[name]

    def _of_list(self, one: Listed) -> Iterator[str]:
        """Give where a list's names stand, and the columns by which a unit is on it."""
        names = self._places.get(one.names, "")
        yield names
        yield from (_COLUMN.sub(letters, names) for letters in _OWN_ROW.findall(one.condition))
        if not _OWN_ROW.search(one.condition):
            yield from (cells for name in engine.names_in(f"={one.condition}") for cells in self._cells(name))


def draw_sources(page: Page, material: Material, column: int, told: Mapping[int, str]) -> None:
    """Draw beside a sheet's sentences, by row, what their figures rest on: a column that is folded away.

    A copy for others holds no cells that one could go to.
    """
    if page.binder.public:
        return
    sources = Sources(material, page.binder.places)
    page.sheet.set_column(column - 1, column - 1, _WIDTH, None, {"level": 1, "hidden": True})
    page.sheet.set_column(column, column, None, None, {"collapsed": True})
    page.text(1, column, HEADING, "note")
    for row, formula in told.items():
        page.text(row, column, sources.of(formula), "note")
