"""Which keys campaign.toml has: for each its section, what is said of it there, and what may stand behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from perfeval_xl.campaign.settings import values
from perfeval_xl.campaign.settings.values import NotAllowedError, Parse
from perfeval_xl.comparing.thresholds import DECLARED, Thresholds
from perfeval_xl.records.contract import Field, Role, Template
from perfeval_xl.records.finding import Value
from perfeval_xl.records.kind import Holds
from perfeval_xl.records.mail import NO_MAIL, Security
from perfeval_xl.records.office import UNSET, Shelving
from perfeval_xl.wording import numbers

YEAR, REGION = "年度", "地区"
GRADES = ("设置_优", "设置_良", "设置_中", "设置_差")
"""Settings that hold the least score of a grade, from the best grade down; a template has some or none of them."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what is said above it, what may stand behind it, and what it is where it is left out.

    `attribute` is where the record that the section becomes holds it.
    """

    name: str
    about: str
    parse: Parse
    usual: Any = None
    needed: bool = False
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What campaign.toml notes of the template that its year began with.

    `template` is as the key `template` named it then, `file` lies in the folder 模板, `sha256` is the file's, and
    `year` the one that was evaluated.
    """

    template: str
    file: str
    version: str
    sha256: str
    year: int


def _office(name: str, attribute: str, about: str, parse: Parse) -> Key:
    return Key(name, about, parse, getattr(UNSET, attribute), attribute=attribute)


OFFICE = (
    _office(*("截止日期", "deadline", '报送的最后一天，例如 "2024-03-31"；可空，空的不计算逾期天数'), values.day),
    _office(
        "整改期限",
        "days",
        "退回的材料几天内改好再报，从退回通知的日期算起，例如 7；填 0：按截止日期，截止日期已过的写“尽快”",
        values.days,
    ),
    _office(*("经办人", "operator", "办理这项工作的人，记在台账的每次操作里，也印在退回通知上"), values.text()),
    _office("联系电话", "phone", "经办人的电话，印在退回通知上；可空", values.phone),
    _office(
        *("报送方式", "place", '单位把文件交到哪里，例如 "财政局绩效股邮箱"，印在退回通知上；可空'),
        values.text(),
    ),
    _office(
        "人工审核",
        "by_hand",
        '填 "是"：没有问题的也要有人审核（accept）才算通过；空着：没有问题就自动通过',
        values.yes,
    ),
    _office(
        "双人复核",
        "by_two",
        '填 "是"：审核通过、豁免、免报由一个人办了以后，要另一个人复核（confirm）才算数；空着：一个人办了就算数',
        values.yes,
    ),
    _office(
        "按登录名记",
        "by_login",
        '填 "是"：每次操作记电脑的登录名，不能写成别人；空着：记“经办人”，或者命令里写的人',
        values.yes,
    ),
    _office(
        "上年文件夹",
        "last_folder",
        '去年的工作文件夹，例如 "../2022" 或 "D:/绩效/2022"（用正斜杠 /）；填了的，发放时预填去年的决算数',
        values.text(values.LONGEST_PATH),
    ),
    _office(
        "退回分文件夹",
        "shelving",
        '退回件和回执很多时，填 "主管部门" 或 "单位"，各放一个文件夹；空着：都放在“退回”里',
        lambda value: Shelving(values.choice(tuple(Shelving))(value)),
    ),
)


def _mail(name: str, attribute: str, about: str, parse: Parse) -> Key:
    return Key(name, about, parse, getattr(NO_MAIL, attribute), attribute=attribute)


MAIL = (
    _mail("发件人", "sender", '本局的邮箱，例如 "jxk@example.gov.cn"；只写草稿的可空', values.address),
    _mail(
        "服务器",
        "host",
        '用 send --smtp 直接发送的，填发信（SMTP）服务器，例如 "smtp.example.gov.cn"',
        values.host,
    ),
    _mail(
        "加密",
        "security",
        '"SSL"、"STARTTLS" 或 "无"，问邮箱的管理单位；选“无”时密码不加密传送',
        lambda value: Security(values.choice(tuple(Security))(value)),
    ),
    _mail("端口", "port", "填 0：用通常的端口（SSL 465，STARTTLS 587，无 25）", values.whole(65535)),
    _mail(
        "用户名",
        "user",
        "登录的用户名，一般就是邮箱；服务器不用登录的空着。密码不写在这里，发送时输入",
        values.text(),
    ),
    _mail(
        "证书",
        "certificate",
        "服务器用本单位自己的证书的，填证书文件（.pem）；一般空着",
        values.text(values.LONGEST_PATH),
    ),
    _mail("每分钟封数", "per_minute", "每分钟最多发几封，太快会被当成垃圾邮件；填 0：不限", values.whole(10_000)),
    _mail("附件上限", "largest", "一封邮件的附件最多多少MB；多了分成几封", values.whole(1000, least=1)),
)
ACROSS = tuple(
    Key(
        name,
        declared.about,
        values.number(declared.least, declared.most, whole=declared.whole),
        getattr(Thresholds(), declared.attribute),
        attribute=declared.attribute,
    )
    for name, declared in DECLARED.items()
)


def _fingerprint(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        raise NotAllowedError("这一项由程序填写，请照备份里的 campaign.toml 改回来")
    return value


def _kept_file(value: Any) -> str:
    found = values.text()(value)
    if re.search(r'[\\/:*?"<>|]', found) or not found.endswith(".xlsx"):
        raise NotAllowedError("这一项由程序填写，请照备份里的 campaign.toml 改回来")
    return str(found)


KEPT = (
    Key("模板", "", values.needed(values.text(values.LONGEST_PATH)), needed=True, attribute="template"),
    Key("文件", "", _kept_file, needed=True, attribute="file"),
    Key("版本", "", values.text(), needed=True, attribute="version"),
    Key("校验码", "", _fingerprint, needed=True, attribute="sha256"),
    Key("年度", "", lambda value: int(values.year(value)), needed=True, attribute="year"),
)
TEMPLATE = Key("template", "使用的模板", values.needed(values.text(values.LONGEST_PATH)), needed=True)
_SPECIAL: dict[str, Parse] = {YEAR: values.year, REGION: values.file_name_part}


def settings_of(template: Template) -> dict[str, Field]:
    """Return the settings that a template has, by name."""
    return {field.name: field for field in template.fields if field.role is Role.SETTING}


def of_template(template: Template) -> Iterator[Key]:
    """Give the keys of the section `settings` as a template has them."""
    for field in settings_of(template).values():
        usual = template.defaults.get(field.name)
        yield Key(field.name, _about(field), _parse(field, usual), usual, needed=field.name == YEAR)


def of_any(names: Iterable[str]) -> Iterator[Key]:
    """Give the keys of the section `settings` where no template is at hand: those that are there, and the year."""
    for name in dict.fromkeys((YEAR, *names)):
        yield Key(name, "", _SPECIAL.get(name, values.scalar), needed=name == YEAR)


def _about(field: Field) -> str:
    lacking = [option for option in field.options if option not in field.label]
    listed = f"（{'、'.join(field.options)}）" if lacking else ""
    return f"{field.label}{listed}"


def _parse(field: Field, usual: Value) -> Parse:
    """Return what takes a setting of a template; bounds are never narrower than the template's own value."""
    if field.name in _SPECIAL:
        return _SPECIAL[field.name]
    if field.kind.numeric:
        return _figure(field, usual if isinstance(usual, Decimal) else Decimal(0))
    if field.options:
        return values.choice(field.options)
    if field.kind.long:
        return values.text(values.LONGEST_LINES, lines=True)
    return {Holds.DAY: values.day, Holds.EITHER: values.measure}.get(field.kind.holds, values.text())


def _figure(field: Field, usual: Decimal) -> Parse:
    largest = numbers.LARGEST - 1
    kind = field.kind
    least = min(kind.minimum if kind.minimum is not None else -largest, usual)
    most = largest if kind.ceiling is None else kind.ceiling
    hint = "；比率写成小数，80% 写 0.8" if kind.percent else ""
    return values.number(least, max(most, usual), whole=kind.whole, hint=hint)


def out_of_order(settings: Mapping[str, Value], template: Template) -> Iterator[tuple[str, str]]:
    """Give the settings that say the least score of a grade and are not above that of the next lower grade."""
    having = {**template.defaults, **settings}
    known = settings_of(template)
    grades = [(name, having[name]) for name in GRADES if name in known and isinstance(having.get(name), Decimal)]
    for (upper, above), (lower, below) in pairwise(grades):
        if isinstance(above, Decimal) and isinstance(below, Decimal) and above <= below:
            told = f"应当高于“{lower}”（现在是 {below.normalize():f}），请把两个最低分改成从高到低"
            yield upper, told
