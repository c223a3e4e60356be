"""How fast a return is staged, read and matched, against python-calamine and openpyxl on the same bytes.

Run it from the top of a checkout: python benchmarks/reading.py [--json] [--rounds N]
The goals: at most 3 times calamine, which gives values only; at most 1/6 of openpyxl reading values and formulas.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from perfeval_xl.contract import Field, Role, Template
from perfeval_xl.fill import Filler
from perfeval_xl.finding import Value
from perfeval_xl.reading import Staged, read, stage
from perfeval_xl.template.shelf import find


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--rounds", type=int, default=30)
    options = arguments.parse_args()
    template = find("hunan-2023")
    data = Filler(template, date(2024, 1, 1)).fill(filling(template))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "return.xlsx"
        path.write_bytes(data)
        times = measured(contestants(path, data, template), options.rounds)
    report = {
        "bytes": len(data),
        "milliseconds": {name: round(seconds * 1000, 2) for name, seconds in times.items()},
        "ours / calamine": round(times["ours"] / times["calamine"], 2),
        "ours / openpyxl": round(times["ours"] / times["openpyxl"], 3),
        "goals met": times["ours"] <= 3 * times["calamine"] and times["ours"] <= times["openpyxl"] / 6,
    }
    print(json.dumps(report, ensure_ascii=False) if options.json else table(report))


def table(report: dict[str, object]) -> str:
    return "\n".join(f"{name:18}{value}" for name, value in report.items())


def filling(template: Template) -> dict[tuple[str, int], Value]:
    """Return every input of the template filled, tables to their last row."""
    dice = random.Random(1)  # noqa: S311  # a seed, not a secret
    typed = [field for field in template.fields if field.role in (Role.INPUT, Role.PREFILL, Role.EXPLANATION)]
    return {(field.name, row): value(field, dice) for field in typed for row in template.rows(field)}


def value(field: Field, dice: random.Random) -> Value:
    kind = field.kind.id
    if kind == "count":
        return Decimal(dice.randrange(1, 90))
    if kind == "rate":
        return Decimal(dice.randrange(1, 1000)) / 1000
    if field.kind.numeric:
        return Decimal(dice.randrange(1, 99_999)) / 100
    if kind == "date":
        return date(2024, 3, 15)
    if field.options:
        return dice.choice(field.options)
    return "411001" if kind == "code" else f"第{dice.randrange(999)}条说明"


def contestants(path: Path, data: bytes, template: Template) -> dict[str, Callable[[], object]]:
    templates = {template.id: template}

    def ours() -> None:
        staged = stage(path)
        if isinstance(staged, Staged):
            read(staged.data, staged.name, templates)

    def calamine() -> None:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python()

    def openpyxl_both() -> None:
        for values in (True, False):
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
            for sheet in workbook.worksheets:
                sheet.reset_dimensions()
                for _ in sheet.iter_rows(values_only=True):
                    pass

    time.sleep(3.1)  # a file just written is looked at twice, which is not what is measured
    return {"ours": ours, "calamine": calamine, "openpyxl": openpyxl_both}


def measured(contestants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return each one's best time of several rounds, in turns so that all meet the same machine."""
    best = dict.fromkeys(contestants, float("inf"))
    for turn in range(rounds):
        for name, run in contestants.items():
            if name == "openpyxl" and turn % 10:
                continue
            began = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - began)
    return best


if __name__ == "__main__":
    main()
