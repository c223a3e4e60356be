"""Who may import whom: the architecture drawing, kept true by running."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "perfeval_xl"
NOUNS = {
    "errors",
    "address",
    "finding",
    "kinds",
    "submission",
    "contract",
    "unit",
    "known",
    "succession",
    "rule",
    "verdict",
    "standing",
    "paper",
    "form",
    "answers",
    "office",
    "acts",
    "moments",
    "opinion",
    "typed",
    "celltext",
}

ALLOWED: dict[str, set[str]] = {
    # nouns: frozen data; standard library only
    "errors": set(),
    "address": set(),
    "unit": set(),
    "finding": {"address"},
    "kinds": set(),
    "submission": {"address", "finding"},
    "contract": {"address", "finding", "kinds", "submission"},
    "succession": set(),
    "rule": {"finding"},
    "known": {"contract", "finding", "submission"},
    "verdict": {"finding", "submission"},
    "standing": {"acts", "answers", "finding", "unit", "verdict"},
    "answers": {"contract", "finding"},
    "office": set(),
    "acts": {"moments"},
    "moments": set(),
    "opinion": set(),
    "typed": {"acts", "contract", "finding"},
    "celltext": set(),
    "paper": set(),
    "form": set(),
    "garbage": set(),
    # the border: what outside texts, names, times and paths become
    "admission": {"errors"},
    # stages: nouns, and what is named here
    "engine": NOUNS | {"package"},
    "package": NOUNS,
    "looks": {"kinds", "celltext"},
    "chinese": set(),
    "template": NOUNS | {"engine", "looks", "reading"},
    "reading": NOUNS | {"admission"},
    "fill": NOUNS | {"engine", "package"},
    "values": NOUNS | {"admission", "reading"},
    "roster": NOUNS | {"looks", "reading"},
    "check": NOUNS | {"engine", "prose"},
    "prose": NOUNS | {"proofread"},
    "markup": NOUNS | {"check", "fill"},
    "across": NOUNS,
    "present": NOUNS | {"admission"},
    "handout": NOUNS | {"looks"},
    "publish": NOUNS | {"admission"},
    "keeping": NOUNS | {"publish"},
    "readback": NOUNS | {"keeping", "ledger", "publish", "reading"},
    "lock": NOUNS,
    "contents": NOUNS | {"admission"},
    "outbox": NOUNS,
    "traces": {"publish"},
    "sealed": NOUNS | {"publish", "traces"},
    "ledger": NOUNS | {"contents", "sealed"},
    "changes": NOUNS | {"check"},
    "history": NOUNS | {"changes"},
    "reckoning": NOUNS | {"ledger", "contents", "changes"},
    "deciding": NOUNS,
    "export": NOUNS | {"admission"},
    "tracking": NOUNS | {"changes", "looks", "summary"},
    "inbox": NOUNS | {"admission", "reading"},
    "settings": NOUNS | {"across", "reading"},
    "kept": NOUNS | {"ledger", "publish", "reading", "settings", "template"},
    "summary": NOUNS | {"engine", "looks"},
    "document": NOUNS,
    "proofread": NOUNS | {"admission"},
    "demo": NOUNS,
}
ORDER_KNOWERS = {
    "issue",
    "opening",
    "desk",
    "workers",
    "named",
    "migrate",
    "collect",
    "cluster",
    "campaign",
    "results",
    "returning",
    "grounds",
    "backup",
    "rehearsal",
    "sequel",
    "upgrade",
    "stated",
    "rulebook",
    "anew",
    "enacting",
    "cli",
    "__main__",
    "__init__",
}
ONE_PLACE = {
    "formualizer": {"engine"},
    "sqlite3": {"sealed"},
    "filelock": {"lock"},
    "docx": {"proofread", "document"},
    "xlsxwriter": {"looks", "template", "summary", "roster", "handout", "tracking"},
    "pyarrow": {"export"},
    "tomlkit": {"settings"},
    "pydantic": {"settings", "template"},
    "openpyxl": {"template"},
    "python_calamine": {"reading"},
    "typer": {"cli", "chinese"},
    "rensa": {"across"},
    "pebble": {"workers"},
    "distributed": {"cluster"},
    "fsspec": {"inbox", "outbox"},
    "rich": {"cli"},
}


def modules() -> list[tuple[str, Path]]:
    return [(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path) for path in PACKAGE.rglob("*.py")]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def ours(path: Path) -> set[str]:
    return {
        name.split(".")[1]
        for name in imports(path)
        if name.startswith("perfeval_xl.") and name != "perfeval_xl.__version__"
    }


def test_imports_point_down() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {target}"
        for place, path in modules()
        if place not in ORDER_KNOWERS
        for target in sorted(ours(path) - ALLOWED[place] - {place})
    ]
    assert not wrong


def test_every_place_is_in_the_table() -> None:
    assert {place for place, _ in modules()} <= set(ALLOWED) | ORDER_KNOWERS


def test_nobody_imports_the_command_line() -> None:
    assert not [path for place, path in modules() if "cli" in ours(path) and place not in {"cli", "__main__"}]


def test_each_library_has_one_place() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for place, path in modules()
        for name in sorted(imports(path))
        if place not in ONE_PLACE.get(name.split(".")[0], {place})
    ]
    assert not wrong
