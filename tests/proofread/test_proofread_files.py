"""Reading .docx and text, refusing the rest, comments in a copy, formats, and the comparison with a workbook."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from perfeval_xl.proofread import (
    Context,
    Report,
    ReportError,
    StatedField,
    as_json,
    as_text,
    extract,
    load,
    mark,
    proofread,
)
from perfeval_xl.proofread.numbering import written
from perfeval_xl.records.finding import Finding, Level

SENTENCE = "2023年基本支出200万元，其中人员经费150万元，公用经费60万元。"


def saved(document: Any) -> bytes:
    written_to = io.BytesIO()
    document.save(written_to)
    return written_to.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def texts(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in load(data, "报告.docx").paragraphs]


NUMBERING = """<w:abstractNum {ns} w:abstractNumId="77"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>"""


def numbered(document: Any, text: str, level: int) -> None:
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="99"/></w:numPr>')
    )


def listed() -> Any:
    document = docx.Document()
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(NUMBERING.format(ns=nsdecls("w"))))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="99"><w:abstractNumId w:val="77"/></w:num>'))
    return document


def test_automatic_numbers_are_read_as_displayed() -> None:
    document = listed()
    for text, level in (
        ("基本情况", 0),
        ("职能", 1),
        ("负责", 2),
        ("管理", 2),
        ("机构", 1),
        ("指导", 2),
        ("支出", 0),
    ):
        numbered(document, text, level)
    assert texts(saved(document)) == [
        "一、基本情况",
        "（一）职能",
        "1.负责",
        "2.管理",
        "（二）机构",
        "1.指导",
        "二、支出",
    ]


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_displays_the_same_numbers(tmp_path: Path) -> None:
    document = listed()
    for text, level in (("甲", 0), ("乙", 1), ("丙", 2), ("丁", 2), ("戊", 1), ("己", 2), ("庚", 0), ("辛", 1)):
        numbered(document, text, level)
    data = saved(document)
    (tmp_path / "list.docx").write_bytes(data)
    converted(tmp_path / "list.docx", "txt:Text (encoded):UTF8")
    displayed = (tmp_path / "list.txt").read_text("utf-8-sig").split("\n")
    assert ["".join(line.split()) for line in displayed if line.strip()] == texts(data)


def converted(path: Path, form: str) -> None:
    """Let LibreOffice convert a file, in a profile of its own."""
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(path.parent), str(path)],
        check=True,
        capture_output=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (12, "chineseCounting", "十二"),
        (3, "decimalEnclosedCircle", "③"),
        (4, "upperRoman", "IV"),
        (2, "ideographTraditional", "乙"),
        (5, "lowerLetter", "e"),
        (7, "decimalFullWidth", "７"),
        (1, "bullet", ""),
        (8, "unheardOf", "8"),
    ],
)
def test_numbers_are_written_in_words_forms(number: int, form: str, shown: str) -> None:
    assert written(number, form) == shown


def test_tracked_changes_are_accepted() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("基本支出")
    for tag, content in (("w:del", "100"), ("w:ins", "200")):
        change = OxmlElement(tag)
        run = OxmlElement("w:r")
        text = OxmlElement("w:delText" if tag == "w:del" else "w:t")
        text.text = content
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run("万元。")
    assert texts(saved(document)) == ["基本支出200万元。"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    document = docx.Document()
    first = document.add_paragraph("基本支出")
    first._p.get_or_add_pPr().append(parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="1" w:author="甲"/></w:rPr>'))
    document.add_paragraph("200万元。")
    assert texts(saved(document)) == ["基本支出200万元。"]


def test_text_boxes_controls_and_hidden_text() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("正文")
    hidden = paragraph.add_run("看不见")
    hidden.font.hidden = True
    inner = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>".format
    box = f"<w:pict><w:txbxContent>{inner('框内')}</w:txbxContent></w:pict>"
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{box}</w:r>"))
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent>{inner('控件')}</w:sdtContent></w:sdt>"
    document.element.body.insert(1, parse_xml(control))
    assert texts(saved(document)) == ["正文", "框内", "控件"]


def test_tables_are_read_cell_by_cell_and_their_figures_compared() -> None:
    document = docx.Document()
    document.add_paragraph("2023年度部门整体支出绩效评价报告")
    document.add_paragraph("2023年公用经费193.42万元。")
    document.add_paragraph("单位：万元")
    table = document.add_table(rows=2, cols=3)
    for column, (head, value) in enumerate(
        (("项目", "公用经费"), ("2022年决算数", "118.31"), ("2023年决算数", "194.32"))
    ):
        table.cell(0, column).text, table.cell(1, column).text = head, value
    report = load(saved(document), "报告.docx")
    assert [item.cell.row for item in report.paragraphs if item.cell] == [0, 0, 0, 1, 1, 1]
    (found,) = [item for item in proofread(report) if item.level is Level.ERROR]
    assert (found.rule, found.value, found.expected) == ("P08", Decimal("194.32"), Decimal("193.42"))


def test_footnotes_are_read_last() -> None:
    data = with_part(
        word("正文。"),
        "word/footnotes.xml",
        '<w:footnote w:id="2"><w:p><w:r><w:t>注：含上年结转。</w:t></w:r></w:p></w:footnote>',
    )
    assert texts(data) == ["正文。", "注：含上年结转。"]


def with_part(data: bytes, name: str, content: str) -> bytes:
    """Put a footnotes part with one reference into a package, as Word writes it."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    body = f"<w:footnotes {nsdecls('w')}>{content}</w:footnotes>"
    relation = f'<Relationship Id="rId900" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    override = (
        '<Override PartName="/word/footnotes.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>'
    )
    written_to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written_to, "w") as new:
        for item in old.namelist():
            text = old.read(item)
            if item == "word/_rels/document.xml.rels":
                text = text.replace(b"</Relationships>", relation.encode())
            elif item == "[Content_Types].xml":
                text = text.replace(b"</Types>", override.encode())
            elif item == "word/document.xml":
                text = text.replace(
                    "正文。</w:t>".encode(), '正文。</w:t><w:footnoteReference w:id="2"/>'.encode()
                )
            new.writestr(item, text)
        new.writestr(name, body)
    return written_to.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_text_is_read_in_any_usual_encoding(encoding: str) -> None:
    assert texts("一、基本情况\r\n\r\n我局是行政单位。\r\n".encode(encoding)) == [
        "一、基本情况",
        "我局是行政单位。",
    ]


def test_lines_that_a_pdf_broke_are_joined() -> None:
    paragraph = "全年组织开展了多次业务培训并对培训的内容和效果进行了问卷调查参加培训的人员普遍认为内容实用"
    lines = [paragraph[at : at + 24] for at in (0, 24)]
    pasted = "\n".join(["一、绩效情况", *(line for _ in range(5) for line in (lines[0], lines[1][:20] + "。"))])
    assert texts(pasted.encode())[1] == lines[0] + lines[1][:20] + "。"


def with_document(content: bytes) -> bytes:
    """Put something else in the place of a document's main part."""
    written_to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word("正文。"))) as old, zipfile.ZipFile(written_to, "w") as new:
        for item in old.namelist():
            new.writestr(item, content if item == "word/document.xml" else old.read(item))
    return written_to.getvalue()


STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def packed(parts: dict[str, bytes]) -> bytes:
    written_to = io.BytesIO()
    with zipfile.ZipFile(written_to, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return written_to.getvalue()


def sealed(data: bytes) -> bytes:
    """Return a package whose entries say that they are encrypted."""
    changed = bytearray(data)
    for begins, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[data.index(begins) + place] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"{\\rtf1 ...", ".rtf"),
        (b"<!DOCTYPE html><html>", "网页"),
        (b"\x89PNG\r\n", "图片"),
        (b"", "空"),
        (b"PK\x03\x04broken", "不完整"),
        (b"\x81\x20\xff\xff\x81", "编码"),
        (word("正文。").replace(b"PK\x01\x02", b"PK\x01\x03"), "不完整"),
        (with_document(b"<w:document"), "损坏"),
        (with_document(b"<w:document/>"), "损坏"),
        (word(), "没有文字"),
        (with_document(f'<w:document xmlns:w="{STRICT}"/>'.encode()), "严格"),
        (packed({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<d/>"}), "OFD"),
        (sealed(packed({"word/document.xml": b"<w:document/>"})), "密码"),
    ],
)
def test_other_files_are_refused_with_the_way_out(data: bytes, reason: str) -> None:
    with pytest.raises(ReportError) as refused:
        load(data, "报告.xxx")
    assert reason in str(refused.value)
    assert "报告.xxx" in str(refused.value)
    assert str(refused.value).endswith("。")
    assert "请" in str(refused.value)


def comments(data: bytes) -> list[tuple[str, str]]:
    """Return what each comment says and the words that it is about."""
    document = docx.Document(io.BytesIO(data))
    said = []
    for comment in document.comments:
        inside, words = False, ""
        for element in document.element.body.iter():
            if element.get(qn("w:id")) == str(comment.comment_id):
                inside = (inside or element.tag == qn("w:commentRangeStart")) and (
                    element.tag != qn("w:commentRangeEnd")
                )
            elif inside and element.tag == qn("w:t"):
                words += element.text
        said.append((comment.text, words))
    return said


def test_a_marked_copy_has_each_finding_at_its_words_and_the_same_text() -> None:
    data = word("2023年度报告", SENTENCE, "满意度103%。")
    findings = proofread(load(data, "报告.docx"))
    marked = mark(data, findings)
    assert texts(marked) == texts(data)
    assert sorted(words for _, words in comments(marked)) == sorted(
        item.place.quote for item in findings if item.place
    )
    assert any(
        text.startswith("错误 P01：“基本支出”与各部分的合计不符：150+60=210万元") for text, _ in comments(marked)
    )
    assert mark(data, findings) == marked, "the same input gives the same bytes"
    with zipfile.ZipFile(io.BytesIO(marked)) as package:
        assert {item.date_time[0] for item in package.infolist()} == {1980}


def test_a_comment_is_put_beside_automatic_numbers_and_formatted_runs() -> None:
    document = listed()
    numbered(document, "全县农村公路", 0)
    paragraph = document.paragraphs[-1]
    paragraph.add_run("优良率10").bold = True
    paragraph.add_run("3%，较好。")
    data = saved(document)
    marked = mark(data, proofread(load(data, "报告.docx")))
    assert [words for _, words in comments(marked)] == ["103%"]
    assert texts(marked) == ["一、全县农村公路优良率103%，较好。"]


def test_a_text_file_comes_back_marked_as_a_word_document() -> None:
    data = ("2023年度报告\n\n" + SENTENCE + "\n满意度103%。\x07").encode()
    findings = proofread(load(data, "报告.txt"))
    marked = mark(data, findings)
    assert texts(marked) == ["2023年度报告", SENTENCE, "满意度103%。 "]
    assert [words for _, words in comments(marked)][:2] == ["200万元", "103%"]
    assert mark(data, findings) == marked


def test_what_is_too_long_is_read_to_the_limit_and_the_rest_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perfeval_xl.proofread.opening.MOST_TEXT", 200)
    text = "各项工作正常开展。\n" * 5 + SENTENCE + "\n" + SENTENCE
    report = load(text.encode(), "报告.txt")
    assert report.unread == 6
    (item,) = proofread(report)
    assert (item.rule, item.level) == ("P43", Level.WARNING)
    assert "从第6段起没有审读" in item.message


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_marked_copy(tmp_path: Path) -> None:
    data = word("2023年度报告", SENTENCE)
    path = tmp_path / "marked.docx"
    path.write_bytes(mark(data, proofread(load(data, "报告.docx"))))
    converted(path, "fodt")
    opened = (tmp_path / "marked.fodt").read_text("utf-8")
    assert "office:annotation" in opened
    assert "150+60=210万元" in opened


def found(text: str) -> tuple[Finding, ...]:
    return proofread(load(text.encode(), "报告.txt"))


def test_json_says_where_what_and_what_would_be_right() -> None:
    (record,) = json.loads(as_json(found(SENTENCE)))
    assert record == {
        "rule": "P01",
        "level": "error",
        "paragraph": 1,
        "start": 9,
        "end": 14,
        "quote": "200万元",
        "label": "基本支出",
        "field": "",
        "message": "“基本支出”与各部分的合计不符：150+60=210万元，报告写200万元，相差10万元。"
        "请逐项核对基本支出200万元、人员经费150万元、公用经费60万元。",
        "value": 200,
        "expected": 210,
        "difference": -10,
        "root": "",
    }


def test_both_formats_give_the_gravest_first() -> None:
    findings = tuple(reversed(found("我校很重视。\n××年完成。\n" + SENTENCE)))
    assert [record["rule"] for record in json.loads(as_json(findings))] == ["P01", "P24"]
    assert as_text(findings).startswith("错误 P01 各部分合计与总数不符\n    位置：第3段“200万元”")


def test_text_says_the_same_finding_once() -> None:
    text = as_text(found("我校很重视。\n××年××月。\n××年完成。"))
    assert text.count("“××年”是模板") == 1
    assert "第2段“××年”；第3段“××年”" in text


FIELDS = {
    field.name: field
    for field in (
        StatedField("基本支出_本年决算", "基本支出 本年决算数", Decimal("453.72")),
        StatedField("基本支出_上年决算", "基本支出 上年决算数", Decimal("321.12")),
        StatedField("日常公用_本年决算", "日常公用 本年决算数", Decimal("292.51"), "万元", ("公用经费",)),
        StatedField("公用经费_占比", "公用经费占基本支出", Decimal("0.6447"), "%"),
        StatedField("基本支出_增减额", "基本支出增减额", Decimal("132.60")),
        StatedField("在职人员_人数", "在职人员", Decimal(6), "人"),
        StatedField("办公用房_面积", "办公用房面积", Decimal(100), "㎡"),
    )
}
STATED = (
    "2023年度绩效评价报告\n2023年基本支出4,537,200元，比2022年的321.12万元增加132.6万元。"
    "公用支出292.51万元，占基本支出的64.47%。年末在职人员6人。"
)


def compared(text: str) -> list[tuple[str, object, object]]:
    report = load(text.encode(), "报告.txt")
    return [
        (item.field, item.value, item.expected)
        for item in proofread(report, Context(figures=FIELDS))
        if item.rule == "N01"
    ]


def test_what_agrees_with_the_workbook_is_not_spoken_of() -> None:
    assert compared(STATED) == []


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("4,537,200元", "4,573,200元", ("基本支出_本年决算", Decimal(4573200), Decimal(4537200))),
        ("321.12万元", "312.12万元", ("基本支出_上年决算", Decimal("312.12"), Decimal("321.12"))),
        ("292.51万元", "295.21万元", ("日常公用_本年决算", Decimal("295.21"), Decimal("292.51"))),
        ("64.47%", "65.47%", ("公用经费_占比", Decimal("0.6547"), Decimal("0.6447"))),
        ("增加132.6万元", "减少132.6万元", ("基本支出_增减额", Decimal("-132.6"), Decimal("132.6"))),
        ("在职人员6人", "在职人员8人", ("在职人员_人数", Decimal(8), Decimal(6))),
    ],
)
def test_a_figure_that_is_a_fields_is_held_against_it(
    right: str, wrong: str, expected: tuple[str, Decimal, Decimal]
) -> None:
    assert compared(STATED.replace(right, wrong)) == [expected]


def test_growth_rates_execution_rates_and_budgets_are_held_against_the_workbook() -> None:
    fields = (
        StatedField("基本支出_本年决算", "基本支出 本年决算数", Decimal(90)),
        StatedField("基本支出_年初预算", "基本支出 年初预算数", Decimal(100)),
        StatedField("基本支出_变动率", "基本支出 比上年增减率", Decimal("0.125"), "%"),
        StatedField("部门整体支出_执行率", "部门整体支出 预算执行率", Decimal("0.9612"), "%"),
    )
    known = Context(figures={field.name: field for field in fields})
    text = "2023年度绩效评价报告\n2023年基本支出90万元，年初预算110万元，比上年增长15.2%。预算执行率为95.12%。"
    found_fields = {item.field for item in proofread(load(text.encode(), "报告.txt"), known) if item.rule == "N01"}
    assert found_fields == {"基本支出_年初预算", "基本支出_变动率", "部门整体支出_执行率"}


def test_a_difference_is_shown_so_that_it_can_be_seen() -> None:
    field = StatedField("公用经费_变动额", "公用经费 比上年增减额", Decimal("27.24"))
    report = load("2023年度绩效评价报告\n公用经费比上年减少27.24万元。".encode(), "报告.txt")
    (item,) = [one for one in proofread(report, Context(figures={field.name: field})) if one.rule == "N01"]
    assert "报告写减少27.24万元，工作簿中为增加27.24万元" in item.message
    finer = StatedField("公用经费_变动额", "公用经费 比上年增减额", Decimal("-27.246"))
    (item,) = [one for one in proofread(report, Context(figures={finer.name: finer})) if one.rule == "N01"]
    assert "工作簿中为减少27.25万元，相差0.01万元" in item.message


def test_a_workbook_of_another_unit_is_said_once_and_nothing_is_compared() -> None:
    known = Context(unit="临水县教育局", year=2023, figures=FIELDS)
    text = "临水县水务局2023年度部门整体支出绩效自评报告\n2023年基本支出1万元。"
    assert [item.rule for item in proofread(load(text.encode(), "报告.txt"), known)] == ["N10"]
    other_year = Context(unit="临水县水务局", year=2022, figures=FIELDS)
    assert [item.rule for item in proofread(load(text.encode(), "报告.txt"), other_year)] == ["N10"]


def test_rounded_as_printed_is_no_difference() -> None:
    assert compared(STATED.replace("4,537,200元", "453.7万元")) == []


def report(text: str) -> Report:
    return load(text.encode(), "报告.txt")


def test_figures_are_taken_out_for_a_workbook() -> None:
    assert extract(report(STATED), FIELDS) == {
        "基本支出_本年决算": Decimal("453.72"),
        "基本支出_上年决算": Decimal("321.12"),
        "日常公用_本年决算": Decimal("292.51"),
        "公用经费_占比": Decimal("0.6447"),
        "基本支出_增减额": Decimal("132.6"),
        "在职人员_人数": Decimal(6),
    }


def test_what_the_report_says_in_two_ways_is_not_taken() -> None:
    assert "基本支出_本年决算" not in extract(report(STATED + "\n2023年基本支出460万元。"), FIELDS)
