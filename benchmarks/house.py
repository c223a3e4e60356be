"""Count the house: names at the top, arrows between rooms, circles, and how long functions are."""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import test_layers as layers  # noqa: E402  # the drawing of the house is a test


def functions() -> Iterator[tuple[int, str]]:
    """Give every function's lines, its docstring among them, and where it is."""
    for name, path in layers.modules().items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{name}.{node.name}"


def main() -> None:
    lengths = sorted(functions())
    longest, where = lengths[-1]
    print(f"names at the top:            {len(layers.ROOMS)}")
    print(f"modules:                     {len(layers.modules())}")
    print(f"arrows between the rooms:    {len(layers.arrows())}")
    print(f"circles:                     {len(list(layers.circles(layers.ours())))}")
    print(f"functions:                   {len(lengths)}")
    print(f"median lines of a function:  {statistics.median(length for length, _ in lengths):g}")
    print(f"longest function:            {longest} ({where})")


if __name__ == "__main__":
    main()
