"""Which 42 departments the example county has, and who answers for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from perfeval_xl.records.unit import Unit

REGION = "南岳区"

_ROSTER = """
101001 中共南岳区委办公室 行政政法股
102001 南岳区人大常委会办公室 行政政法股
103001 南岳区人民政府办公室 行政政法股
104001 南岳区财政局 预算股
105001 南岳区审计局 预算股
106001 南岳区统计局 预算股
107001 政协南岳区委员会办公室 行政政法股
108001 中共南岳区纪律检查委员会 行政政法股
109001 中共南岳区委组织部 行政政法股
110001 中共南岳区委宣传部 行政政法股
111001 中共南岳区委统一战线工作部 行政政法股
112001 中共南岳区委政法委员会 行政政法股
113001 南岳区司法局 行政政法股
114001 南岳区人民法院 行政政法股
115001 南岳区信访局 行政政法股
116001 南岳区行政审批服务局 行政政法股
117001 南岳区机关事务服务中心 行政政法股
201001 南岳区教育局 教科文股
201002 南岳区实验中学 教科文股 南岳区教育局
202001 南岳区文化旅游广电体育局 教科文股
203001 南岳区融媒体中心 教科文股
301001 南岳区农业农村局 农业股
302001 南岳区林业局 农业股
303001 南岳区水利局 农业股
304001 南岳区发展和改革局 经建股
305001 南岳区住房和城乡建设局 经建股
306001 南岳区交通运输局 经建股
307001 南岳区自然资源局 经建股
308001 南岳区城市管理和综合执法局 经建股
309001 南岳区商务和工业信息化局 经建股
310001 南岳区应急管理局 经建股
311001 南岳区市场监督管理局 经建股
321001 南岳区民政局 社保股
322001 南岳区人力资源和社会保障局 社保股
323001 南岳区卫生健康局 社保股
323002 南岳区人民医院 社保股 南岳区卫生健康局
324001 南岳区医疗保障局 社保股
325001 南岳区退役军人事务局 社保股
411001 南岳区拜殿乡人民政府 预算股
412001 南岳区南岳镇人民政府 预算股
413001 南岳区寿岳乡人民政府 预算股
414001 南岳区祝融街道办事处 预算股
"""

_SURNAMES = "王李张刘陈杨黄周吴徐孙朱胡郭何罗高林郑梁谢唐许冯邓曹彭曾萧田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟"
_GIVEN = (
    "文斌 海燕 建平 晓红 志强 丽华 国庆 雪梅 立新 玉兰 少华 春花 卫民 慧敏 永红 小芳 光明 艳平 新华 佳琪 明亮 "
    "思雨 宏伟 静怡 俊杰 雅琴 向阳 红霞 勇 敏 涛 娟 磊 婷 辉 莉 鹏 颖 毅 倩 凯 琳 峰 洁 军 蓉"
)


@dataclass(frozen=True, slots=True)
class Officers:
    """The invented people who sign for a department."""

    contact: str
    head: str
    accountant: str


@cache
def officers() -> dict[str, Officers]:
    """Return each department's people by its code; no two people of the county share a name."""
    random = Random("county officers")  # noqa: S311  # invented names, not a secret
    names = [surname + given for surname in _SURNAMES for given in _GIVEN.split()]
    random.shuffle(names)
    drawn = iter(names)
    return {line[0]: Officers(next(drawn), next(drawn), next(drawn)) for line in _lines()}


@cache
def units() -> tuple[Unit, ...]:
    """Return the roster in the order of codes. A department of the first level is its own parent."""
    return tuple(_unit(position, *line) for position, line in enumerate(_lines(), 1))


def _unit(position: int, code: str, name: str, section: str, parent: str = "") -> Unit:
    return Unit(
        code=code,
        name=name,
        parent=parent or name,
        section=section,
        contact=officers()[code].contact,
        phone=f"0734-56601{position:02d}",
    )


def _lines() -> list[list[str]]:
    return [line.split() for line in _ROSTER.strip().splitlines()]
