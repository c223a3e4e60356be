"""Measure proofreading: faults found, false findings on right reports, time by length, and the cost in check.

python benchmarks/proofread.py            shows it
python benchmarks/proofread.py --write    and writes the section in docs/performance.md
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from perfeval_xl.checking import check
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.demo import filings
from perfeval_xl.proofread import load, proofread
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load as load_template
from perfeval_xl.template.source.examples import sample_fill
from perfeval_xl.template.source.spec import read_spec

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "proofread"))
from planted_faults import FAULTS, REPORTS, found

ROOT = Path(__file__).parent.parent
PAGE, TITLE = ROOT / "docs" / "performance.md", "## Proofreading"
LENGTHS = (10_000, 100_000, 1_000_000)
CHECKS, ROUNDS = 60, 3
TODAY = date(2024, 3, 15)


def right_reports() -> None:
    counts: Counter[Level] = Counter()
    for text in REPORTS:
        counts.update(item.level for item in proofread(load(text.encode(), "报告.txt")))
    print(f"{len(REPORTS)} right reports: " + ", ".join(f"{counts[level]} {level.value}" for level in Level))


def planted() -> None:
    planted_of: Counter[str] = Counter(fault.kind for fault in FAULTS)
    found_of: Counter[str] = Counter(fault.kind for fault in FAULTS if found(fault))
    for kind in sorted(planted_of):
        print(f"  {kind}: {found_of[kind]} of {planted_of[kind]}")
    kinds = len(planted_of)
    print(f"{found_of.total()} of {planted_of.total()} planted faults of {kinds} kinds found at their place")


def text_of(length: int, *, one_paragraph: bool) -> bytes:
    """Return right reports one after another, so many characters of them."""
    pieces, size = [], 0
    while size < length:
        pieces.append(REPORTS[len(pieces) % len(REPORTS)])
        size += len(pieces[-1])
    text = "\n".join(pieces)[:length]
    return (text.replace("\n", "。") if one_paragraph else text).encode()


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def by_length() -> Iterator[tuple[int, float, float]]:
    """Give the time for each length: in paragraphs, and all in one."""
    for length in LENGTHS:
        report, single = (load(text_of(length, one_paragraph=one), "报告.txt") for one in (False, True))
        yield (
            length,
            seconds(lambda report=report: proofread(report)),
            seconds(lambda report=single: proofread(report)),
        )


def cost_in_check(name: str) -> tuple[float, float]:
    """Return the milliseconds of one check of a template's example returns, without and with the typed texts."""
    source = ROOT / "workbook_templates" / name / "template.toml"
    template = load_template(source.with_name(f"{name}.xlsx").read_bytes())
    values = [sample_fill(read_spec(source).sample, template.field)]
    if name == "hunan-2023":
        values += [dict(filing.values) for filing in filings()]
    filler = Filler(template, TODAY)
    arrived = [Arrived("例.xlsx", datetime(2024, 1, 1, tzinfo=UTC), filler.fill(one)) for one in values]
    desk = Desk({template.id: template}, TODAY)
    times = max(1, CHECKS // len(arrived))

    reading, spent = check.Reader.prose, [0.0]

    def timed(*given: Any, **named: Any) -> Iterator[Finding]:
        begin = time.process_time()
        found = list(reading(*given, **named))
        spent[0] += time.process_time() - begin
        return iter(found)

    check.Reader.prose = timed  # type: ignore[method-assign]  # what is measured is what it takes
    rounds = []
    for _ in range(ROUNDS):
        spent[0] = 0.0
        whole = seconds(lambda: [desk.judge(one) for _ in range(times) for one in arrived])
        rounds.append((whole - spent[0], whole))
    check.Reader.prose = reading  # type: ignore[method-assign]
    without, with_it = min(rounds)
    checks = times * len(arrived)
    return without / checks * 1000, with_it / checks * 1000


def section() -> str:
    """Return the section of the page, as measured now."""
    lengths = list(by_length())
    costs = {name: cost_in_check(name) for name in ("hunan-2023", "mof-project", "yunnan-dept")}
    linear = all(later[at] <= 12 * before[at] for before, later in pairwise(lengths) for at in (1, 2))
    cheap = all(with_it <= 1.1 * without for without, with_it in costs.values())
    lines = [
        TITLE,
        "",
        "Written by `benchmarks/proofread.py --write`; seconds of processor time, each length once.",
        "",
        "| characters | in paragraphs | all in one paragraph |",
        "| --- | --- | --- |",
        *(f"| {length} | {many:.2f} | {one:.2f} |" for length, many, one in lengths),
        "",
        f"- ten times the text takes at most twelve times the time: {'yes' if linear else 'no'}",
        "",
        f"What reading typed texts costs in `check`: the best of {ROUNDS} runs of some {CHECKS} checks each.",
        "",
        "| template | ms without | ms with | more |",
        "| --- | --- | --- | --- |",
        *(
            f"| {name} | {without:.1f} | {with_it:.1f} | {(with_it / without - 1) * 100:.1f} % |"
            for name, (without, with_it) in costs.items()
        ),
        "",
        f"- at most a tenth more: {'yes' if cheap else 'no'}",
        "",
    ]
    return "\n".join(lines)


def write(text: str) -> None:
    """Put the section into the page, in place of the one that is there."""
    page = PAGE.read_text("utf-8")
    others = re.sub(rf"\n*{TITLE}\n.*?(?=\n## |\Z)", "", page, flags=re.DOTALL).rstrip("\n")
    PAGE.write_text(f"{others}\n\n{text}", "utf-8")


if __name__ == "__main__":
    right_reports()
    planted()
    measured = section()
    print(measured)
    if "--write" in sys.argv:
        write(measured)
