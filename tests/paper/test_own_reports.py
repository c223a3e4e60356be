"""Our own reports: proofreading finds in them what is wrong with the workbook, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from shipped import MOMENT
from summary_units import county, found, report, unit

from perfeval_xl import demo
from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.outgoing.bureau_files import Reporter
from perfeval_xl.paper.department import department_paper
from perfeval_xl.proofread import extract, load, proofread
from perfeval_xl.proofread.workbook_facts import context_of, fields_of
from perfeval_xl.records.blocks import Line
from perfeval_xl.records.finding import Level
from perfeval_xl.records.verdict import Status
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.inputs import read_values

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.verdict import Record

KNOWN = {"306001": {"N03", "P07", "P03", "P20"}, "321001": {"P01"}}
"""What proofreading finds in the two units whose workbooks contradict themselves."""


@pytest.fixture(scope="module")
def records(hunan: Template, today: date) -> list[Record]:
    filler, desk = Filler(hunan, today), Desk({hunan.id: hunan}, today)
    chosen = [
        filing for filing in demo.filings() if filing.unit in {*KNOWN, "104001", "301001", "303001", "302001"}
    ]
    units = {unit.code: unit for unit in demo.units()}
    return [
        desk.judge(
            Arrived(
                filing.file,
                MOMENT,
                filler.fill(
                    {("单位代码", 0): filing.unit, ("单位名称", 0): units[filing.unit].name, **filing.values}
                ),
            )
        )
        for filing in chosen
    ]


def test_our_own_reports_have_only_the_workbook_s_faults(
    hunan: Template, today: date, records: list[Record]
) -> None:
    reporter = Reporter(hunan, today)
    for record in records:
        report = load(reporter.report(record), "报告.docx")
        findings = proofread(report, context_of(hunan, record))
        grave = {finding.rule for finding in findings if finding.level is not Level.NOTICE}
        assert grave <= KNOWN.get(record.receipt.unit, set()), [record.file, *map(str, findings)]


def test_what_is_taken_out_of_a_report_fills_a_workbook(
    hunan: Template, today: date, records: list[Record]
) -> None:
    record = next(record for record in records if record.status is Status.ACCEPTED)
    report = load(Reporter(hunan, today).report(record), "报告.docx")
    typed = {field.name: field for field in fields_of(hunan) if hunan.field[field.name].role.typed}
    taken = extract(report, typed, context_of(hunan, None))
    names = json.loads(json.dumps({name: float(value) for name, value in taken.items()}))
    values = read_values({"names": names}, hunan, "摘.json")
    assert len(values) > 10
    assert record.submission is not None
    for name in ("基本支出_本年决算", "人员经费_本年决算", "项目支出_本年决算"):
        assert values[name, 0] == record.submission.values[name, 0]


def test_what_a_unit_explained_stands_in_its_report() -> None:
    said = replace(
        found("B12", Level.WARNING), label="政府采购执行率没有偏离100%过多", explanation="统一采购，没有发生。"
    )
    record = report(county(), unit(1), {}, (said,))
    silent = replace(record, verdict=replace(record.verdict, paragraphs=()))
    told = department_paper(county(), silent, ()).pages[0].blocks
    lines = [block.text for block in told if isinstance(block, Line)]
    at = lines.index("核对时已向财政部门说明的事项：")
    assert lines[at + 1] == "1．政府采购执行率没有偏离100%过多：统一采购，没有发生。"
    nothing = replace(silent, verdict=replace(silent.verdict, findings=()))
    plain = department_paper(county(), nothing, ()).pages[0].blocks
    assert not [block for block in plain if "已向财政部门说明" in str(block)]
