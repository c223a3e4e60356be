"""Every rule about a file and its cells as one record: level, sentence, what to do, why, right and wrong.

The only source of these sentences: findings take them from here, and so does whoever prints the rules.
"""

from __future__ import annotations

from collections.abc import Mapping

from perfeval_xl.admission.texts import admitted
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding, Level, Related, Value
from perfeval_xl.records.rule import Rule, shown


class Catalogue:
    """Rules by their codes, and the findings that are said of them."""

    def __init__(self, *rules: Rule) -> None:
        self.rules: Mapping[str, Rule] = {rule.code: rule for rule in rules}

    def say(
        self,
        code: str,
        place: Address | None = None,
        *,
        field: str = "",
        label: str = "",
        value: Value = None,
        expected: Value = None,
        related: tuple[Related, ...] = (),
        **details: object,
    ) -> Finding:
        """Return the finding of a rule; `details` fill the places in its sentences."""
        rule = self.rules[code]
        told: dict[str, object] = {
            "field": field,
            "label": label,
            "value": shown("" if value is None else str(value)),
            "expected": shown("" if expected is None else str(expected)),
        }
        value, expected = _clean(value), _clean(expected)
        for name, detail in details.items():
            told[name] = shown(detail) if isinstance(detail, str) else detail
        sentence = (rule.found + rule.remedy).format_map(told)
        return Finding(
            code, rule.level, sentence, place, "", field, label, value, expected, None, None, related, "", ""
        )

    def refuse(self, code: str, **details: object) -> RefusalError:
        """Return the exception that ends the reading of one file."""
        return RefusalError(self.say(code, **details))  # type: ignore[arg-type]  # never the named parameters


def _clean(value: Value) -> Value:
    """Return a value as found, without characters that could not be kept or shown."""
    return admitted(value) if isinstance(value, str) else value


class RefusalError(Exception):
    """A file that is not read further; carries the one finding that says why and what to do."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


RESAVE = "请用 Excel 或 WPS 打开原文件，另存为“Excel 工作簿（*.xlsx）”后重新报送。"
_FRESH = "请将内容填入财政部门下发的空白工作簿后重新报送。"
_E, _W, _N = Level.ERROR, Level.WARNING, Level.NOTICE

_CATALOGUE = Catalogue(
    # --- the gate: the file as a whole is refused
    Rule(
        "G01",
        _E,
        "空文件",
        "这个文件是空的（0 字节）。",
        "请检查原文件能否打开，重新复制或发送一次。",
        "传输中断或云盘占位文件常留下 0 字节的空壳。",
        "能正常打开的 .xlsx 文件",
        "0 字节的 报表.xlsx",
    ),
    Rule(
        "G02",
        _E,
        "文件过大",
        "文件大小为 {size}，超过上限 {limit}。",
        "请删去工作簿中插入的图片和附件，佐证材料另行报送。",
        "标准工作簿不到 1 MB，超大文件多半是贴入了图片。",
        "200 KB 的工作簿",
        "贴了 60 张照片的工作簿",
    ),
    Rule(
        "G03",
        _E,
        "不是工作簿",
        "这个文件的实际内容是{what}，不是 Excel 工作簿。",
        "请报送填好的 Excel 工作簿，不要报送打印件、扫描件或改了扩展名的其他文件。",
        "只有工作簿中的数字能够核对和汇总。",
        "填好的 .xlsx",
        "把 PDF 的扩展名改为 .xlsx",
    ),
    Rule(
        "G04",
        _E,
        "网页格式的表格",
        "这个文件的实际内容是{what}，只是扩展名像 Excel。",
        RESAVE,
        "网页格式不能保存单元格名称和精确数值。",
        "另存为 .xlsx",
        "系统导出的、实为网页的 .xls",
    ),
    Rule(
        "G05",
        _E,
        "无法解开的压缩包",
        "这个文件是 {what} 压缩包。",
        "请解压后使用其中的工作簿；收取（collect）时可以直接读 zip、7z 和 rar 格式的压缩包。",
        "其他格式的压缩包没有可靠的办法解开。",
        "材料.zip",
        "材料.tar.gz",
    ),
    Rule(
        "G06",
        _E,
        "文件损坏",
        "文件不完整或已损坏：{what}。",
        "请确认原文件能正常打开，" + RESAVE[1:],
        "下载、发送中断或存储介质故障会使文件残缺。",
        "能正常打开的文件",
        "只下载了一半的文件",
    ),
    Rule(
        "G07",
        _E,
        "文件结构异常",
        "文件的内部结构异常：{what}。",
        RESAVE,
        "正常的办公软件不会写出这样的文件，不同程序打开会看到不同内容。",
        "Excel 保存的文件",
        "内部有两个同名部件的文件",
    ),
    Rule(
        "G08",
        _E,
        "内容超过上限",
        "文件内容超过上限：{what}（上限 {limit}）。",
        "请检查是否有大片无用的格式或内容，" + _FRESH[1:],
        "上限远高于任何正常报表，用来防止程序被拖垮。",
        "几千个单元格",
        "填满 300 万个单元格",
    ),
    Rule(
        "G09",
        _E,
        "文件已加密",
        "文件设置了打开密码，无法读取。",
        "请取消打开密码后重新报送。",
        "程序不解密，也不要求提供密码。",
        "不设打开密码",
        "设了打开密码的工作簿",
    ),
    Rule(
        "G10",
        _E,
        "含有文档类型声明",
        "文件部件“{part}”中含有文档类型声明（DTD），办公软件不会写出这种内容。",
        RESAVE,
        "这种声明可被用来攻击读取文件的程序。",
        "Excel 保存的文件",
        "经其他工具改写的文件",
    ),
    Rule(
        "G11",
        _E,
        "部件无法解析",
        "文件部件“{part}”的内容有错，无法读取（{what}）。",
        RESAVE,
        "残缺的部件会使一部分数据丢失，所以整个文件不读。",
        "能正常打开的文件",
        "被截断的工作表",
    ),
    Rule(
        "G12",
        _E,
        "缺少部件",
        "文件缺少必要的内容：{what}。",
        RESAVE,
        "缺少工作表的文件如果照读，会把没有读到的数当成没有填。",
        "完整的工作簿",
        "工作表部件丢失的文件",
    ),
    Rule(
        "G13",
        _E,
        "旧格式文件无法读取",
        "这个{format}文件无法读取（{what}）。",
        RESAVE,
        "旧格式由单独的进程读取，出错时只影响这一个文件。",
        "另存为 .xlsx",
        "损坏的 .xls",
    ),
    Rule(
        "G14",
        _E,
        "读取中途停止",
        "读取这个{format}文件时{what}，已停止读取。",
        RESAVE,
        "异常文件可能耗尽内存或时间，程序因此限定每个文件的用量。",
        "另存为 .xlsx",
        "行数被改成天文数字的 .xls",
    ),
    Rule(
        "G15",
        _E,
        "不是正规文件",
        "“{what}”不是普通文件，未读取。",
        "请放入工作簿文件本身，不要放快捷方式或链接。",
        "链接可能指向收件夹之外。",
        "工作簿文件",
        "指向别处的符号链接",
    ),
    Rule(
        "G16",
        _E,
        "文件打不开",
        "文件无法读取：{what}。",
        "请关闭正在使用它的程序，或检查权限后重新收取。",
        "文件可能正被其他程序占用。",
        "没有被占用的文件",
        "无读取权限的文件",
    ),
    Rule(
        "G17",
        _E,
        "压缩包解不开",
        "“{what}”解不开：压缩包这一部分已损坏，或者使用了解不开的压缩方法。",
        "请用解压软件解开后报送里面的工作簿，或者改用 zip 格式重新打包报送。",
        "压缩包里一个文件损坏时，其余文件照常读取；一起压缩的文件可能一同损坏。",
        "能正常解开的压缩包",
        "只下载了一半的 材料.7z",
    ),
    Rule(
        "G18",
        _E,
        "主管部门上报的文件没有收",
        "主管部门上报的文件没有收：{what}。已有的都没有改动。",
        "{todo}。",
        "上报的文件带着封签和各文件的指纹，要与名册、年度、模板相符才收。",
        "主管部门用 handover 写出的原文件",
        "名册里没有的主管部门上报的文件",
    ),
    Rule(
        "G19",
        _E,
        "主管部门上报的文件没有全收",
        "主管部门上报的文件里有{count}份没有收：{what}。其余的已收。",
        "请核对名册里的主管部门和单位，改正以后再收取一次；是上报错了的，请主管部门更正以后再上报。",
        "一个主管部门只能上报名册里归它管的单位。",
        "只有本部门所属单位的上报文件",
        "夹带了别的部门的单位的上报文件",
    ),
    Rule(
        "R06",
        _N,
        "含有宏",
        "工作簿中含有宏（{what}），读取时不会运行。",
        "",
        "宏可能带有病毒，程序只读数据。",
        "不含宏的 .xlsx",
        "含宏的 .xlsm",
    ),
    Rule(
        "R07",
        _N,
        "含有外部内容",
        "工作簿中含有{what}，读取时没有打开。",
        "",
        "外部内容不在本文件中，不能核对。",
        "只有本工作簿的内容",
        "链接到另一个工作簿的公式",
    ),
    Rule(
        "R08",
        _N,
        "旧格式有看不见的内容",
        "这是{format}文件，程序看不到其中的{hidden}。",
        "建议另存为 .xlsx 再报送。",
        "旧格式由另外的程序读取，有些内容它不提供。",
        ".xlsx",
        ".ods",
    ),
    Rule(
        "R60",
        _E,
        "单元格地址有错",
        "工作表“{sheet}”的数据中有一个不存在的单元格地址“{value}”，其内容没有读取。",
        RESAVE,
        "这是文件损坏的迹象，内容不知道属于哪一格。",
        "D7",
        "ZZZZ99999999",
    ),
    Rule(
        "R61",
        _E,
        "单元格数据重复",
        "{what} 在文件中出现了两次，内容分别是“{value}”和“{expected}”。",
        "请在 Excel 中打开，核对这一格的内容，重新填写并保存。",
        "不同程序会读到不同的一个。",
        "每格一个数",
        "文件中 D7 出现两次",
    ),
    Rule(
        "R62",
        _E,
        "单元格文字丢失",
        "{what} 的文字在文件中找不到（编号 {value}）。",
        "请在 Excel 中打开，重新填写这一格并保存。",
        "这是文件损坏的迹象。",
        "文字完整",
        "文字编号超出范围",
    ),
    Rule(
        "R63",
        _E,
        "单元格数据损坏",
        "{what} 在文件中存为{kind}，内容却是“{value}”。",
        "请在 Excel 中打开，重新填写这一格并保存。",
        "这是文件损坏或由不规范程序生成的迹象。",
        "321.12",
        "数字格中存着字母",
    ),
    Rule(
        "R65",
        _N,
        "文字中有不能使用的字符",
        "{what} 的文字中有不能使用的字符（{characters}），已去掉，或者换成了换行。",
        "",
        "控制字符不能显示，也不能写进别的文件；多是从其他系统或 Word 复制时带来的。",
        "压减会议数量",
        "压减会议[000B]数量",
    ),
    Rule(
        "R66",
        _W,
        "文字中有损坏的字符",
        "{what} 的文字中有损坏的字符（{characters}），原来是什么字已经看不出，读作“\ufffd”。",
        "请在 Excel 或 WPS 中打开，重新填写这一格的文字并保存。",
        "一个字只剩下一半编码，多是复制或转换时截断造成的。",
        "区交通运输局",
        "区交[D842]运输局",
    ),
    Rule(
        "R67",
        _N,
        "工作表名称中有不能使用的字符",
        "一张工作表的名称中有不能使用的字符（{characters}），已读作“{value}”。",
        "",
        "控制字符不能显示，会使相同的名称被当成不同的。",
        "表1 基础数据",
        "表1[202E]基础数据",
    ),
    Rule(
        "R68",
        _E,
        "单元格内容没有读取",
        "{what} 的内容“{value}”在文件中存放得不合规范，没有读取。",
        "请在 Excel 中打开，核对并重新填写这里的内容，保存后重新报送。",
        "不同程序会把它读成不同的内容，或者读不到；这不是没有填。",
        "Excel 保存的文件",
        "类型写错的文字格",
    ),
    Rule(
        "R69",
        _E,
        "数字超出范围",
        "{what} 存的数字“{value}”超出了 Excel 能够保存的范围，没有读取。",
        "请在 Excel 中打开，重新填写这一格并保存。",
        "Excel 只能保存绝对值小于 1E+308 的数字。",
        "321.12",
        "1E+999",
    ),
)
RULES = _CATALOGUE.rules
"""Every rule about files by its code."""
say = _CATALOGUE.say
refuse = _CATALOGUE.refuse
