"""Our own Word reports, of every template: nothing is found in them that is not wrong with the workbook."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.outgoing.bureau_files import Reporter
from perfeval_xl.proofread import load, proofread
from perfeval_xl.proofread.workbook_facts import context_of
from perfeval_xl.records.finding import Finding
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load as load_template
from perfeval_xl.template.source.examples import sample_fill
from perfeval_xl.template.source.spec import read_spec

SOURCES = sorted((Path(__file__).parents[2] / "workbook_templates").glob("*/template.toml"))
TODAY = date(2024, 3, 15)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parent.name)
def test_a_right_workbook_s_report_has_nothing_to_find(source: Path) -> None:
    template = load_template(source.with_name(f"{source.parent.name}.xlsx").read_bytes())
    filled = Filler(template, TODAY).fill(sample_fill(read_spec(source).sample, template.field))
    record = Desk({template.id: template}, TODAY).judge(
        Arrived("例.xlsx", datetime(2024, 1, 1, tzinfo=UTC), filled)
    )
    report = load(Reporter(template, TODAY).report(record), "报告.docx")
    found: tuple[Finding, ...] = proofread(report, context_of(template, record))
    assert [str(item) for item in found] == []
