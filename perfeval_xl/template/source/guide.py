"""What 填报说明 says: made from the fields and checks, so that it cannot contradict them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.wording.numbers import NOT_APPLICABLE
from perfeval_xl.workbook.styles import LOCKED, NOT_PRINTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.template.source.spec import Spec
    from perfeval_xl.workbook.styles import Formats, Worksheet

_WIDTH, _LINE = 92, 48
"""How wide the text is, and how many characters stand on its line. Its cells reach over two columns, because a
single one that is wider than the page is cut by LibreOffice instead of scaled."""
_STEPS = (
    "先看“封面”：最上面一行写着能不能报送、还差什么，点表名可以直接跳过去。",
    "只填浅黄色的格子。灰色的格子由公式算出或由财政部门预先填好，不用填也改不动；橙色的格子必须填。",
    "点一个格子，会出现填写提示。格子变红，说明它与别的数对不上，到“核对”表看原因，点“查看”可以跳回来。",
    "“核对”表中的“错误”必须改正；“核实”如果情况属实，在“说明”栏写明原因，不少于10个字。",
    "“报告”表的文字随数据自动生成，可以随时查看；要改其中的文字，请改相应的表格。",
    "封面显示“可以报送”后，保存文件，按财政部门的要求发回。请不要改工作表的名字，不要删除行和列。",
)
_RULES = (
    "金额单位见各表右上角，只写数字，保留两位小数，不写“万元”“元”。",
    "没有发生的填 0；还没有填的留空。留空和 0 的意思不同。",
    f"本单位没有这项内容的，在允许的格子里填“{NOT_APPLICABLE}”。",
    "从别的文件复制时，请用“选择性粘贴—数值”，以免带进别处的公式和格式。",
)

_PRINTING = (
    "填好以后再打印：点“文件—打印”，选“打印整个工作簿”，封面、各表和报告依次印出，不用先整理。",
    "用不到的行已经隐藏，不会印出来。行不够时，在左边选中最后一行和它下面一行的行号，点右键“取消隐藏”。",
    "程序不让取消隐藏的（例如 LibreOffice），先点“工具—保护工作表”撤消保护（没有密码），再取消隐藏，不影响报送。",
    "本表和“核对”表只供在屏幕上看，不会印出来；要印的，点“页面布局—打印区域—取消打印区域”。",
)


def write(sheet: Worksheet, spec: Spec, formats: Formats) -> None:
    """Draw the guide as numbered paragraphs, on one page."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2)
    sheet.set_column(1, 2, _WIDTH / 2)
    sheet.merge_range(0, 1, 0, 2, "填 报 说 明", formats.of("title"))
    sheet.set_row(0, 36)
    row = 1
    for text, look in _paragraphs(spec):
        sheet.merge_range(row, 1, row, 2, text, formats.of(look))
        sheet.set_row(row, 24 if look == "guide_head" else 17 * (1 + len(text) // _LINE))
        row += 1
    sheet.protect("", LOCKED)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_margins(0.6, 0.6, 0.6, 0.6)
    sheet.center_horizontally()
    sheet.print_area(*NOT_PRINTED)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _paragraphs(spec: Spec) -> Iterator[tuple[str, str]]:
    yield "一、怎样填", "guide_head"
    yield from _numbered(_STEPS)
    yield "二、各表填什么", "guide_head"
    yield from _numbered(tuple(f"{sheet.name}：{sheet.guide}" for sheet in spec.sheets if sheet.guide))
    yield "三、填写约定", "guide_head"
    yield from _numbered(_RULES)
    yield "四、打印", "guide_head"
    yield from _numbered(_PRINTING)


def _numbered(texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for number, text in enumerate(texts, 1):
        yield f"{number}．{text}", "guide"
