"""Reports in Word: the official format, the filled forms, nothing invented, drafts that say so, the same bytes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import libreoffice
import pytest
from commands import run
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt
from small_campaign import make
from smallest_spec import write as write_spec

from perfeval_xl import demo
from perfeval_xl.campaign.standings import open_overview
from perfeval_xl.checking.check import Checker
from perfeval_xl.intake.collect import collect
from perfeval_xl.outgoing.bureau_files import Reporter, write_results
from perfeval_xl.outgoing.issue import cover
from perfeval_xl.paper import UnreadableReportError, bureau_report
from perfeval_xl.paper.word import write
from perfeval_xl.records.blocks import Box, Cell, Line, Pages, Paper, Style, Table
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.records.verdict import Record, Status, Verdict
from perfeval_xl.summary import compute, narrative, tables
from perfeval_xl.template.load import load, slots_of
from perfeval_xl.template.source.build import build
from perfeval_xl.template.source.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

DAY = date(2024, 12, 31)
FARMS = "301001"
"""A unit of the example whose report is accepted, with four 专项 and five projects."""


@cache
def checker_of(package: bytes) -> Checker:
    return Checker(load(package), DAY)


def record_of(
    template: Template, values: Mapping[Key, Value], unreadable: Mapping[Key, str] | None = None
) -> Record:
    """Check values as if they had been read; `unreadable` are raw texts by place."""
    bad = unreadable or {}
    entries = [
        Entry(*key, template.address(key), str(value), value) for key, value in values.items() if key not in bad
    ]
    entries += [Entry(*key, template.address(key), raw, None) for key, raw in bad.items()]
    names = (str(values.get((name, 0)) or "") for name in ("单位代码", "单位名称"))
    told = {
        name.removeprefix("说明_"): str(value) for (name, _), value in values.items() if name.startswith("说明_")
    }
    submission = Submission(
        *("表.xlsx", template.id, template.version, *names), tuple(entries), (), frozenset(bad), told
    )
    verdict = checker_of(template.package).check(submission)
    return Record("表.xlsx", "", datetime(2024, 3, 1, tzinfo=UTC), submission, verdict)


def filed(template: Template) -> dict[str, dict[Key, Value]]:
    """Return what each unit of the example hands in first, by its code."""
    units = {unit.code: unit for unit in demo.units()}
    settings: dict[Key, Value] = {("年度", 0): Decimal(2023), ("地区", 0): demo.REGION, ("级次", 0): "区级"}
    found: dict[str, dict[Key, Value]] = {}
    for filing in demo.filings():
        values = {**settings, **cover(template, units[filing.unit], 1), **filing.values}
        found.setdefault(filing.unit, values)
    return found


@pytest.fixture(scope="module")
def reporter(hunan: Template) -> Reporter:
    return Reporter(hunan, DAY)


@pytest.fixture(scope="module")
def farms(hunan: Template) -> dict[Key, Value]:
    return filed(hunan)[FARMS]


@pytest.fixture(scope="module")
def package(hunan: Template, reporter: Reporter, farms: dict[Key, Value]) -> bytes:
    return reporter.report(record_of(hunan, farms))


@pytest.fixture(scope="module")
def report(package: bytes) -> Any:
    return opened(package)


def opened(package: bytes) -> Any:
    return docx.Document(io.BytesIO(package))


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def everything(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*texts(document), *cells])


def rows(table: Any) -> list[list[str]]:
    """Return a table's texts, a merged cell once."""
    found = []
    for row in table.rows:
        cells = list(dict.fromkeys(cell._tc for cell in row.cells))
        found.append(["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in cells])
    return found


def the_table(document: Any, *words: str) -> Any:
    return next(table for table in document.tables if all(word in str(rows(table)) for word in words))


@pytest.mark.parametrize(
    ("style", "font", "size", "bold", "first", "side"),
    [
        ("Title", "方正小标宋简体", 22, False, 0, WD_ALIGN_PARAGRAPH.CENTER),
        ("Normal", "仿宋_GB2312", 16, False, 2, WD_ALIGN_PARAGRAPH.JUSTIFY),
        ("Heading 1", "黑体", 16, False, 2, WD_ALIGN_PARAGRAPH.LEFT),
        ("Heading 2", "楷体_GB2312", 16, True, 2, WD_ALIGN_PARAGRAPH.LEFT),
        ("Heading 3", "仿宋_GB2312", 16, False, 2, WD_ALIGN_PARAGRAPH.LEFT),
    ],
)
def test_styles_are_the_official_ones(
    report: Any, style: str, font: str, size: int, bold: bool, first: int, side: WD_ALIGN_PARAGRAPH
) -> None:
    found = report.styles[style]
    fonts = found.element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == font
    assert {fonts.get(qn(f"w:{part}")) for part in ("ascii", "hAnsi", "cs")} == {"Times New Roman"}
    assert not [name for name in fonts.attrib if "heme" in name]
    assert (found.font.size, found.font.bold, str(found.font.color.rgb)) == (Pt(size), bold, "000000")
    assert found.paragraph_format.line_spacing_rule is WD_LINE_SPACING.EXACTLY
    assert found.paragraph_format.line_spacing == Pt(30)
    assert found.paragraph_format.alignment is side
    assert found.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == str(first * 100)


def test_nothing_overrides_the_styles_of_the_text(report: Any) -> None:
    body = [paragraph for paragraph in report.paragraphs if paragraph.style.name in ("Normal", "Heading 1")]
    assert len(body) > 30
    assert all(run.font.size is None and run.font.name is None for line in body for run in line.runs)


def test_headings_are_headings_and_numbered_without_a_gap(report: Any) -> None:
    first = [line.text for line in report.paragraphs if line.style.name == "Heading 1"]
    assert [text[:2] for text in first] == [f"{digit}、" for digit in "一二三四五六七八九十"]
    second = [line.text for line in report.paragraphs if line.style.name == "Heading 2"]
    assert [text[:3] for text in second] == ["（一）", "（二）", "（三）", "（一）", "（二）"]


def test_pages_are_a4_and_numbered_between_dashes(report: Any) -> None:
    first = report.sections[0]
    assert (first.page_width.mm, first.page_height.mm) == pytest.approx((210, 297), abs=0.05)
    assert (first.top_margin.mm, first.left_margin.mm) == pytest.approx((37, 28), abs=0.05)
    sides = {}
    for footer in (first.footer, first.even_page_footer):
        paragraph = footer.paragraphs[0]
        field = paragraph._p.find(qn("w:fldSimple"))
        assert field.get(qn("w:instr")).strip() == "PAGE"
        shown = "".join(text.text for text in paragraph._p.iter(qn("w:t")))
        sides[paragraph.alignment] = shown
    assert sides == {WD_ALIGN_PARAGRAPH.RIGHT: "— 1 —", WD_ALIGN_PARAGRAPH.LEFT: "— 1 —"}
    assert report.settings.odd_and_even_pages_header_footer
    assert all(section.footer.is_linked_to_previous for section in list(report.sections)[1:])


def test_wide_forms_lie_across(report: Any) -> None:
    across = [section.orientation is WD_ORIENT.LANDSCAPE for section in report.sections]
    assert across[:4] == [False, False, True, False]
    wide = report.sections[2]
    assert (wide.page_width.mm, wide.page_height.mm) == pytest.approx((297, 210), abs=0.05)


def test_the_attachments_are_listed_and_signed_in_order(report: Any) -> None:
    lines = texts(report)
    start = lines.index("附件：1．2023年度部门整体支出绩效评价基础数据表")
    assert lines[start + 1 : start + 3] == [
        "　　　2．部门整体支出绩效自评表（2023年度）",
        "　　　3．项目支出绩效自评表（2023年度）（共5个）",
    ]
    signed = [line.text for line in report.paragraphs if line.style.name == "落款"]
    assert signed == ["", "南岳区农业农村局", "2024年3月4日"]
    assert [line for line in lines if line in ("附件1", "附件2", "附件3", "附件4")] == ["附件1", "附件2", "附件3"]


def test_a_long_title_breaks_behind_the_units_name(report: Any) -> None:
    assert report.paragraphs[0].style.name == "Title"
    assert report.paragraphs[0].text == "南岳区农业农村局\n2023年度部门整体支出绩效自评报告"


def test_the_base_table_has_the_figures_and_only_the_used_rows(report: Any, farms: dict[Key, Value]) -> None:
    lines = rows(the_table(report, "经费控制情况（万元）"))
    names = [str(farms["专项_名称", row]) for row in range(1, 5)]
    found = [line for line in lines if line[0] in names]
    assert [line[0] for line in found] == names
    assert found[0][3] == f"{farms['专项_本年决算', 1]:,.2f}"
    heading = next(number for number, line in enumerate(lines) if line[0].startswith("3、区级专项资金"))
    assert lines[heading] == ["3、区级专项资金（一个专项一行）"]
    assert [line[0] for line in lines[heading + 1 : heading + 6]] == [*names, "4、其他资金"]


def test_a_table_without_entries_keeps_one_blank_row(
    hunan: Template, reporter: Reporter, farms: dict[Key, Value]
) -> None:
    values = {key: value for key, value in farms.items() if not key[0].startswith("楼堂馆所_")}
    lines = rows(the_table(opened(reporter.report(record_of(hunan, values))), "楼堂馆所控制情况"))
    assert lines[1][0] == "序号"
    assert lines[2] == [""] * len(lines[1])
    assert lines[3][0] == "厉行节约保障措施"


def test_figures_stand_right_and_labels_left(report: Any) -> None:
    table = the_table(report, "经费控制情况（万元）")
    row = next(row for row in table.rows if row.cells[0].text == "2、出国经费")
    sides = {cell.text: cell.paragraphs[0].alignment for cell in row.cells}
    assert sides == {"2、出国经费": WD_ALIGN_PARAGRAPH.LEFT, "0.00": WD_ALIGN_PARAGRAPH.RIGHT}


def test_headings_of_a_table_repeat_on_every_page(report: Any) -> None:
    table = the_table(report, "三级指标")
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert repeated == [True, True] + [False] * (len(repeated) - 2)
    assert rows(table)[1][:4] == ["序号", "一级指标", "二级指标", "三级指标"]


def test_a_column_that_is_not_printed_leaves_the_others_whole(report: Any) -> None:
    table = the_table(report, "三级指标")
    assert "建议得分" not in str(rows(table))
    assert rows(table)[-1][-1] == "等级：良"
    widths = {sum(int(cell.get(qn("w:w"))) for cell in row._tr.iter(qn("w:tcW"))) for row in table.rows}
    assert len(widths) == 1


def test_every_row_of_every_table_covers_the_whole_grid(report: Any) -> None:
    for table in report.tables:
        columns = len(table._tbl.tblGrid.findall(qn("w:gridCol")))
        for row in table._tbl.tr_lst:
            spans = [int(cell.grid_span) for cell in row.tc_lst]
            assert sum(spans) == columns


def test_each_project_has_its_form_with_merged_cells(report: Any, farms: dict[Key, Value]) -> None:
    forms = [table for table in report.tables if rows(table)[0][0] == "项目（支出）名称"]
    assert [rows(form)[0][1] for form in forms] == [farms["项目_名称", row] for row in range(1, 6)]
    first = rows(forms[0])
    assert first[1] == ["主管部门", "南岳区农业农村局", "实施单位", "南岳区农业农村局"]
    total = next(line for line in first if "年度资金总额" in line)
    assert total[-4:-2] == [f"{farms['项目_全年执行', 1]:,.2f}", "10"]
    measures = [line for line in first if line[1] in ("产出指标", "效益指标", "满意度指标")]
    mine = [row for row in range(1, 31) if farms["项目指标_项目", row] == first[0][1]]
    assert [line[2:4] for line in measures] == [
        [farms["项目指标_二级", row], farms["项目指标_三级", row]] for row in mine
    ]
    down = [cell.get(qn("w:val")) for cell in forms[0]._tbl.iter(qn("w:vMerge"))]
    assert down.count("restart") == 4, "项目资金, 年度总体目标, 绩效指标, 产出指标"
    assert len(down) == 5 + 2 + (1 + len(mine)) + 4


def test_an_accepted_report_carries_no_warning(hunan: Template, farms: dict[Key, Value], report: Any) -> None:
    assert record_of(hunan, farms).status is Status.ACCEPTED
    assert "草稿" not in everything(report)
    assert "（待填）" not in everything(report)


def test_a_draft_says_first_how_much_is_open(hunan: Template, reporter: Reporter) -> None:
    record = record_of(hunan, filed(hunan)["411001"])
    open_levels = [finding.level for finding in record.verdict.findings if not finding.explanation]
    errors, doubts = open_levels.count(Level.ERROR), open_levels.count(Level.WARNING)
    assert errors > 0 < doubts
    document = opened(reporter.report(record))
    first = next(iter(document.element.body))
    assert first.tag == qn("w:tbl")
    assert {side.get(qn("w:val")) for side in first.find(qn("w:tblPr")).find(qn("w:tblBorders"))} == {"double"}
    assert f"有{errors}处错误需要改正，有{doubts}项须核实的事项没有说明" in document.tables[0].cell(0, 0).text


def test_what_a_person_has_accepted_is_no_draft_and_bears_its_code(hunan: Template, reporter: Reporter) -> None:
    record = record_of(hunan, filed(hunan)["411001"])
    assert "校验码" not in everything(opened(reporter.report(record)))
    accepted = opened(reporter.report(replace(record, code="A3KD-7RT9")))
    assert "草稿" not in everything(accepted)
    (line,) = (text for text in texts(accepted) if "校验码" in text)
    assert line.startswith("校验码：A3KD-7RT9（")
    assert texts(accepted).index("附件1") - texts(accepted).index(line) in (1, 2), (
        "below who signs, before the forms"
    )


def test_a_blank_required_cell_is_marked_and_no_sentence_rests_on_it(
    hunan: Template, reporter: Reporter, farms: dict[Key, Value]
) -> None:
    values = {key: value for key, value in farms.items() if key not in {("行政编制", 0), ("三公经费_本年决算", 0)}}
    document = opened(reporter.report(record_of(hunan, values)))
    waiting = [text for text in texts(document) if text.startswith("（待填：")]
    assert waiting[0] == "（待填：其中：行政编制（人）还没有可用的数，填好后自动写出本段。）"
    assert "“三公”经费 2023年决算数" in waiting[1]
    assert len(waiting) == 2
    assert "编制0人" not in everything(document)
    row = next(row for row in rows(the_table(document, "经费控制情况（万元）")) if row[0] == "“三公”经费")
    assert row[3] == "（待填）"


def test_an_optional_blank_stays_blank(hunan: Template, reporter: Reporter, farms: dict[Key, Value]) -> None:
    values = {key: value for key, value in farms.items() if key != ("其他资金_本年决算", 0)}
    table = the_table(opened(reporter.report(record_of(hunan, values))), "经费控制情况（万元）")
    assert next(row for row in rows(table) if row[0] == "4、其他资金")[3] == ""


def test_what_could_not_be_read_is_quoted(hunan: Template, reporter: Reporter, farms: dict[Key, Value]) -> None:
    record = record_of(hunan, farms, {("公用经费_本年决算", 0): "约180万"})
    assert "（待改：原填“约180万”）" in everything(opened(reporter.report(record)))


def test_rows_with_a_gap_are_numbered_anew(hunan: Template, reporter: Reporter, farms: dict[Key, Value]) -> None:
    values = {key: value for key, value in farms.items() if not (key[0].startswith("指标_") and key[1] == 2)}
    table = the_table(opened(reporter.report(record_of(hunan, values))), "三级指标")
    numbers = [line[0] for line in rows(table)[2:] if line[0].isdigit()]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert str(farms["指标_三级", 2]) not in str(rows(table))


def test_texts_stay_texts(hunan: Template, reporter: Reporter, farms: dict[Key, Value]) -> None:
    strange = "=SUM(A1)\x00\x0b\ufffe<w:p>&amp;第二行"
    values = {**farms, ("项目_名称", 1): strange, ("厉行节约措施", 0): "甲\r\n乙\x1f丙"}
    document = opened(reporter.report(record_of(hunan, values)))
    form = next(table for table in document.tables if rows(table)[0][0] == "项目（支出）名称")
    assert rows(form)[0][1] == "=SUM(A1)<w:p>&amp;第二行"
    table = the_table(document, "厉行节约保障措施")
    row = next(row for row in table.rows if row.cells[0].text == "厉行节约保障措施")
    assert row.cells[1].text == "甲\n乙丙"


def test_the_same_record_gives_the_same_bytes(
    hunan: Template, reporter: Reporter, farms: dict[Key, Value], package: bytes
) -> None:
    reporter.report(record_of(hunan, filed(hunan)["201001"]))
    assert reporter.report(record_of(hunan, farms)) == package
    assert Reporter(hunan, DAY).report(record_of(hunan, farms)) == package
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2024, 1, 1, 0, 0, 0)}


def test_every_unit_of_the_example_gets_its_report(hunan: Template, reporter: Reporter) -> None:
    records = {code: record_of(hunan, values) for code, values in filed(hunan).items()}
    assert len(records) == 40
    for code, record in records.items():
        document = opened(reporter.report(record))
        written = texts(document)
        assert (
            written[0].startswith(next(unit.name for unit in demo.units() if unit.code == code)) or not written[0]
        )
        assert ("草稿，请勿签发。" in everything(document)) is (record.status is not Status.ACCEPTED)
        assert all(text in written for text in record.verdict.paragraphs[1:4])
        assert not [text for text in written if "#" in text]


def test_a_file_that_could_not_be_read_has_no_report(reporter: Reporter) -> None:
    finding = Finding("R01", Level.ERROR, "这不是工作簿。")
    record = Record("坏.xlsx", "", datetime(2024, 3, 1, tzinfo=UTC), None, Verdict((finding,)))
    with pytest.raises(UnreadableReportError, match=r"坏\.xlsx.*这不是工作簿"):
        reporter.report(record)


def test_a_template_that_says_nothing_of_paper_prints_its_forms(tmp_path: Path) -> None:
    template = load(build(read_spec(write_spec(tmp_path))))
    document = opened(Reporter(template, DAY).report(record_of(template, {("甲", 0): Decimal("1234.5")})))
    assert [rows(table) for table in document.tables[1:]] == [[["甲", "1,234.50"], ["乙", "（待填）"]]]


def test_a_table_without_layout_becomes_a_line_for_each_column(hunan: Template, farms: dict[Key, Value]) -> None:
    plain = replace(hunan, attachments=tuple(replace(one, layout=()) for one in hunan.attachments))
    document = opened(Reporter(plain, DAY).report(record_of(plain, farms)))
    forms = [rows(table) for table in document.tables if rows(table)[0][0] == "项目名称"]
    assert len(forms) == 5
    assert ["全年执行数", f"{farms['项目_全年执行', 1]:,.2f}"] in forms[0]


def test_a_layout_line_is_read() -> None:
    slots = slots_of("项目资金（万元）*2 | ^ | @项目_名称*6 | | 分值")
    assert [(slot.text, slot.columns, slot.field, slot.continued) for slot in slots] == [
        ("项目资金（万元）", 2, "", False),
        ("", 1, "", True),
        ("", 6, "项目_名称", False),
        ("", 1, "", False),
        ("分值", 1, "", False),
    ]


def test_cells_that_reach_down_and_across() -> None:
    table = Table(
        (1, 1, 2),
        ((Cell("角", 2, 2), Cell("右")), (Cell("下"),), (Cell("甲"), Cell("乙"), Cell("丙"))),
        heads=1,
    )
    found = opened(write(Paper("试", (Pages((table,)),)))).tables[0]
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        ["角", "角", "右"],
        ["角", "角", "下"],
        ["甲", "乙", "丙"],
    ]
    widths = [int(column.get(qn("w:w"))) for column in found._tbl.tblGrid]
    assert widths[2] == pytest.approx(2 * widths[0], abs=2)


def test_paper_of_every_kind_opens_again() -> None:
    blocks = (
        *(Line(style, f"{style.value}\x01") for style in Style),
        Box(("注意",)),
        Table((1,), ((Cell("x"),),)),
    )
    document = opened(write(Paper("=题\x02", (Pages(blocks), Pages((), landscape=True)))))
    assert document.core_properties.title == "=题"
    assert document.core_properties.created == datetime(2024, 1, 1, tzinfo=UTC)
    assert [text for text in texts(document) if "\x01" in text] == []


def test_the_bureaus_report_says_what_the_summary_says(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    collect(campaign)
    with open_overview(campaign) as (seen, contents):
        computed = compute(campaign.template, seen, contents, campaign.clock, everything=True)
    told = narrative(computed)
    document = opened(bureau_report(told, tables(computed)))
    assert document.paragraphs[0].style.name == "Title"
    assert texts(document)[: len(told)] == [text for _, text in told]
    assert all(text and not text.startswith("　") for _, text in told)
    captions = ["".join(text.text for text in line._p.iter(qn("w:t"))) for line in document.paragraphs]
    assert [text for text in captions if text.startswith("附表")] == [
        "附表1　一页概览",
        "附表2　报送情况（一次报送就通过的不列）",
        "附表3　部门整体支出绩效自评结果",
        "附表4　核对发现的问题",
    ]
    first_page, reporting, results, problems = (rows(table) for table in document.tables)
    assert first_page[1][0] == "报送"
    assert [line[6] for line in reporting[1:]].count("未报") == 1
    assert [(line[0], line[1], line[2], line[6]) for line in results[1:]] == [
        ("1", "交通局", "97.80", "98.00%"),
        ("2", "教育局", "89.00", "90.00%"),
        ("3", "水利局", "72.50", "75.00%"),
    ]
    counts = [int(line[3]) for line in problems[1:]]
    assert counts == sorted(counts, reverse=True)
    first = document.tables[0].rows[0]._tr
    assert first.trPr.find(qn("w:tblHeader")) is not None


def test_a_bureaus_report_before_anything_came_in(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年", reports=())
    collect(campaign)
    workbook, word = write_results(campaign, word=True)
    assert (workbook.suffix, word.name) == (".xlsx", "示范区2023年度部门整体支出绩效自评情况汇总报告.docx")
    assert len(opened(word.read_bytes()).tables) == 2
    assert write_results(campaign, word=True)[1].read_bytes() == word.read_bytes()


def test_the_commands_write_word_and_say_when_it_is_a_draft(tmp_path: Path) -> None:
    campaign = make(tmp_path / "年")
    collect(campaign)
    workbook = min(campaign.inbox.glob("*.xlsx"))
    done = run("report", workbook, "-o", tmp_path / "报告.docx")
    assert (done.returncode, done.stderr) == (1, "")
    assert "草稿" in done.stdout
    assert opened((tmp_path / "报告.docx").read_bytes()).tables
    (tmp_path / "坏.xlsx").write_text("不是工作簿", "utf-8")
    broken = run("report", tmp_path / "坏.xlsx", "-o", tmp_path / "无.docx")
    assert broken.returncode == 2
    assert "读不出来" in broken.stderr
    assert not (tmp_path / "无.docx").exists()
    summed = run("summarize", campaign.folder, "--word")
    assert summed.returncode == 0
    assert next(campaign.results.glob("*.docx")).name in summed.stdout


@pytest.mark.libreoffice
@libreoffice.needed
def test_libreoffice_opens_them_and_finds_every_page(hunan: Template, reporter: Reporter, tmp_path: Path) -> None:
    codes = (FARMS, "411001", "201001")
    files = []
    for code in codes:
        path = tmp_path / f"{code}.docx"
        path.write_bytes(reporter.report(record_of(hunan, filed(hunan)[code])))
        files.append(path)
    printed = libreoffice.convert(files, tmp_path, "pdf")
    assert all(path.read_bytes().startswith(b"%PDF") for path in printed)
    again = libreoffice.convert(files, tmp_path, "docx")
    for ours, theirs in zip(files, again, strict=True):
        mine, judge = opened(ours.read_bytes()), opened(theirs.read_bytes())
        assert [rows(table) for table in judge.tables] == [rows(table) for table in mine.tables]
        assert [text for text in texts(judge) if text] == [text for text in texts(mine) if text]


def test_who_signs_the_bureaus_report_never_stands_alone_on_a_page() -> None:
    told = (("body", "建议。"), ("note", "口径和来源：合计只计通过核对的3户。"), ("signed", "示范区财政局"))
    document = opened(bureau_report(told, ()))
    grounds, signed = document.paragraphs[-2:]
    assert (grounds.text[:5], signed.text) == ("口径和来源", "示范区财政局")
    assert grounds.style.paragraph_format.keep_with_next, "the grounds go to the next page with it"
