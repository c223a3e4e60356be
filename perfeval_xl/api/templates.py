"""Templates: which are shipped, opening one, building one from its source, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.intake.named import taken
from perfeval_xl.template.lint.lint import lint
from perfeval_xl.template.load import load
from perfeval_xl.template.shelf import Shelf, find, shipped
from perfeval_xl.template.source.build import build
from perfeval_xl.template.source.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from perfeval_xl.records.contract import Template

SOURCE = "template.toml"
"""The name of a template's source, beside its workbook."""


@dataclass(frozen=True, slots=True)
class Built:
    """A template just built: its workbook's bytes, and what they were read back as."""

    data: bytes
    template: Template


def shipped_templates() -> tuple[str, ...]:
    """Return the ids of the templates that come with the program, sorted."""
    return tuple(shipped())


def open_template(name: str) -> Template:
    """Load a template by its id or by the path of its workbook.

    UnknownTemplateError where there is neither, TemplateError with every fault where the workbook breaks the
    contract.
    """
    return find(name)


def templates_known(name: str = "") -> Mapping[str, Template]:
    """Return the template named by its id, or all that are shipped, each loaded when it is first asked for."""
    if not name:
        return Shelf()
    named = find(name)
    return {named.id: named}


def build_template(source: Path) -> Built:
    """Build a template from its source `template.toml`; the same source gives the same bytes.

    TemplateError lists every fault of the source, each with its path in it.
    """
    data = build(read_spec(source))
    return Built(data, load(data))


def lint_template(file: Path) -> tuple[str, ...]:
    """Return every fault of a template's workbook, a Chinese sentence with place and remedy each; () if sound.

    Where its source lies beside it, that the two differ is a fault, too. NamedFileError where there is no file.
    """
    source = file.parent / SOURCE
    return lint(taken(file), read_spec(source) if source.is_file() else None)
