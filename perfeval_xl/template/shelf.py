"""Where the shipped templates lie: beside the code in an installed copy, at the top of a checkout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import Template
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.template.load import load
from perfeval_xl.workbook.grids import sound_package

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = Path(__file__).parent.parent
_SHELVES = (_HERE / "workbook_templates", _HERE.parent / "workbook_templates")


class UnknownTemplateError(PerfevalError):
    """Neither an id that we ship nor a file."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"没有名为“{name}”的模板，也没有这个文件。现有模板：{'、'.join(known)}。")


def shipped() -> dict[str, Path]:
    """Return the built workbooks by template id."""
    found = {
        path.stem: path
        for shelf in _SHELVES
        if shelf.is_dir()
        for path in sorted(shelf.glob("*/*.xlsx"))
        if path.parent.name == path.stem
    }
    return dict(sorted(found.items()))


class Shelf(Mapping[str, Template]):
    """The shipped templates by id, each loaded when it is first asked for."""

    def __init__(self) -> None:
        self._paths = shipped()

    def __getitem__(self, name: str) -> Template:
        return load(self._paths[name].read_bytes())

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def find(name: str, folder: Path = Path()) -> Template:
    """Load a template by its id or by the path of a workbook, told from `folder` on or else from where we are.

    A workbook from elsewhere passes the same gate as a return; ReadError says why it cannot.
    """
    path = place(name, folder)
    return load(path.read_bytes() if path in shipped().values() else sound_package(path))


def place(name: str, folder: Path = Path()) -> Path:
    """Return the workbook of a template; see `find`."""
    known = shipped()
    path = known.get(name) or next(filter(_is_file, (folder / name, Path(name))), None)
    if path is None:
        raise UnknownTemplateError(name, tuple(known))
    return path


def _is_file(path: Path) -> bool:
    """Whether there is a file; no name, however strange, is more than none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
