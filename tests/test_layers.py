"""The architecture drawing, kept true by running: which room may import which, and where each library lives.

A room is a folder at the top of the package. Imports for types count as any other. There are no exemptions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "perfeval_xl"
MOST_AT_THE_TOP, MOST_ARROWS = 20, 75

ROOMS: dict[str, set[str]] = {
    # from the ground up: each room may import those that are named, all of which stand above it in this table
    "wording": set(),
    "records": {"wording"},
    "admission": {"records"},
    "workbook": {"admission", "records", "wording"},
    "template": {"admission", "records", "wording", "workbook"},
    "reading": {"records", "wording", "workbook"},
    "comparing": {"records"},
    "proofread": {"admission", "records"},
    "checking": {"admission", "proofread", "reading", "records", "workbook"},
    "files": {"admission", "records"},
    "ledger": {"admission", "files", "records"},
    "summary": {"records", "workbook"},
    "paper": {"records"},
    "campaign": {
        "admission",
        "checking",
        "comparing",
        "files",
        "ledger",
        "reading",
        "records",
        "template",
        "wording",
        "workbook",
    },
    "outgoing": {"campaign", "files", "ledger", "paper", "records", "summary", "template", "workbook"},
    "intake": {"admission", "campaign", "checking", "files", "ledger", "reading", "records", "workbook"},
    "api": {
        "admission",
        "campaign",
        "checking",
        "comparing",
        "files",
        "intake",
        "outgoing",
        "proofread",
        "reading",
        "records",
        "template",
        "workbook",
    },
    "web": {"api", "records"},
    "demo": {"api", "outgoing", "records", "wording"},
    "cli": {"api", "demo", "records"},
}
"""What each room may know."""
LIBRARIES = {
    "formualizer": {"workbook"},
    "openpyxl": {"template"},
    "xlsxwriter": {"workbook"},
    "python_calamine": {"workbook"},
    "docx": {"paper", "proofread"},
    "py7zr": {"workbook"},
    "rarfile": {"workbook"},
    "sqlite3": {"ledger"},
    "filelock": {"files"},
    "pydantic": {"template", "campaign"},
    "tomlkit": {"campaign"},
    "rensa": {"comparing"},
    "pyarrow": {"campaign"},
    "pebble": {"intake"},
    "keyring": {"outgoing"},
    "distributed": {"intake"},
    "fsspec": {"intake", "files"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "jinja2": {"web"},
    "typer": {"cli"},
    "rich": {"cli"},
}
"""Each library and the one room (two, where they do different things with it) that knows it."""


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the package by its dotted name."""
    return {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Give what a module imports, in functions and for types too: modules where it names modules."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules() else node.module


@cache
def ours() -> Mapping[str, frozenset[str]]:
    """Which of our modules each of our modules imports."""
    return {name: frozenset(set(imports(path)) & modules().keys()) - {name} for name, path in modules().items()}


def room(module: str) -> str:
    """Return the room of a module; '' for what stands in no room: the package itself and its main."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and not parts[1].startswith("__") else ""


def arrows() -> set[tuple[str, str]]:
    """Which room imports which other."""
    pairs = {(room(name), room(target)) for name, targets in ours().items() for target in targets}
    return {(source, target) for source, target in pairs if source and target and source != target}


def test_rooms_import_only_what_the_table_allows() -> None:
    wrong = [
        f"{name} imports {target}"
        for name, targets in ours().items()
        for target in sorted(targets)
        if room(name) and room(target) not in ROOMS[room(name)] | {room(name), ""}
    ]
    assert not wrong


def test_the_table_says_no_more_than_the_code() -> None:
    assert {source: {to for one, to in arrows() if one == source} for source in ROOMS} == ROOMS


def test_the_table_points_down() -> None:
    order = list(ROOMS)
    assert [
        (high, low) for high, lows in ROOMS.items() for low in lows if order.index(low) >= order.index(high)
    ] == []


def test_every_room_is_in_the_table_and_says_what_it_knows() -> None:
    top = {
        path.name.removesuffix(".py")
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {name for name in top if not name.startswith("__")} == set(ROOMS)
    assert len(ROOMS) <= MOST_AT_THE_TOP
    silent = [
        name for name, path in modules().items() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_there_are_no_circles() -> None:
    assert list(circles(ours())) == []


def test_few_arrows_join_the_rooms() -> None:
    assert len(arrows()) <= MOST_ARROWS


def test_each_library_has_its_place() -> None:
    wrong = [
        f"{name} imports {library}"
        for name, path in modules().items()
        for library in {target.split(".")[0] for target in imports(path)}
        if room(name) not in LIBRARIES.get(library, {room(name)})
    ]
    assert not wrong


def circles(graph: Mapping[str, frozenset[str]]) -> Iterator[list[str]]:
    """Give one path for every module from which a way leads back to it."""
    for start in graph:
        trail = _way(graph, start)
        if trail:
            yield trail


def _way(graph: Mapping[str, frozenset[str]], start: str) -> list[str]:
    """Return a way from a module back to itself; none where there is none."""
    before: dict[str, str] = {}
    left = [start]
    while left:
        here = left.pop()
        for following in graph[here]:
            if following == start:
                return _trail(before, start, here)
            if following not in before:
                before[following] = here
                left.append(following)
    return []


def _trail(before: Mapping[str, str], start: str, end: str) -> list[str]:
    trail = [start, end]
    while trail[-1] != start:
        trail.append(before[trail[-1]])
    return trail[::-1]


def test_a_circle_would_be_found() -> None:
    graph = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"b"}), "d": frozenset[str]()}
    assert [set(circle) for circle in circles(graph)] == [{"b", "c"}, {"b", "c"}]
