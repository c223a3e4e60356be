"""The published figures that five departments of the example county carry, and what was added to them.

`accounts` holds what is consistent in them; what contradicts itself is laid over the cells by `mistakes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from perfeval_xl.demo.answers import drawn_accounts
from perfeval_xl.demo.figures import NOTHING, Accounts, Line, Project
from perfeval_xl.demo.texts import Office, Work

TRANSPORT, TOWNSHIP, EDUCATION, COURT, LAND = "306001", "411001", "201001", "114001", "307001"


def accounts(office: Office) -> Accounts:
    """Return a department's accounts: the published ones where there are any, else those drawn from the seed."""
    source = _SOURCES.get(office.code)
    return source(office) if source else drawn_accounts(office)


def _transport(office: Office) -> Accounts:
    """南岳区交通运输局2023: published expenditure and staff; budgets, 表1, 表3 are plausible."""
    return Accounts(
        staff=office.staff,
        personnel=_line("243.27", "158.40", "166.00", "161.21"),
        daily=_line("77.49", "96.20", "299.60", "292.51"),
        projects=_projects(office, {"交通运输业务工作": ("35", "40", "40")}),
        office=_line("75.60", "92.00", "92.00", "88.40"),
        office_parts=(
            _line("24.10", "29.00", "29.00", "27.86"),
            _line("13.25", "16.50", "16.50", "15.92"),
            _line("3.40", "4.00", "4.00", "3.15"),
        ),
        car_run=_line("2.60", "2.50", "2.50", "2.41"),
        reception=_line("1.90", "1.85", "1.85", "1.72"),
    )


def _township(office: Office) -> Accounts:
    """衡山县贯塘乡2023: published 附件1 and fund block; the parts of 表2 and the projects are plausible."""
    lines = {
        "村级组织运转": ("398.20", "186.17", "412.60"),
        "农村人居环境整治": ("241.00", "72.00", "286.40"),
        "通组路硬化": ("235.00", "50.00", "326.20"),
    }
    return Accounts(
        staff=office.staff,
        personnel=_line("668.40", "460.00", "695.17", "695.17"),
        daily=_line("131.50", "92.93", "205.30", "205.30"),
        projects=_projects(office, lines),
        office=_line("118.31", "85.76", "85.76", "193.42"),
        office_parts=(
            _line("29.35", "27.00", "27.00", "49.09"),
            _line("8.80", "13.00", "13.00", "12.64"),
            _line("4.92", "3.00", "3.00", "5.42"),
        ),
    )


def _education(office: Office) -> Accounts:
    """新田县教育局2021: published 附件1, two illegible cells from its total; basic expenditure is plausible."""
    nothing = ("0", "0")
    lines = {
        "业务工作经费": ("415.66", "85.50", "99.08"),
        "原民办代课教师生活补助": ("62.40", "34", "77"),
        "高考奖": ("222.48", "66", "420.01"),
        "卫生防护物资采购": ("36", "0", "0"),
        "学校保安费": (*nothing, "516.57"),
        "学校图书采购款": (*nothing, "128.33"),
        "学生食堂设备95%款": (*nothing, "73.07"),
        "高考设备款": (*nothing, "69.40"),
        "学校班班通设备款": (*nothing, "586.20"),
        "农村义教学校企业供餐营养餐款": (*nothing, "884.00"),
        "银龄讲学计划资金": (*nothing, "52"),
        "公费师范生定向培养费": (*nothing, "139.42"),
    }
    return Accounts(
        staff=office.staff,
        personnel=_line("931.20", "965.15", "970.30", "964.80"),
        daily=_line("372.60", "280.00", "453.12", "448.20"),
        projects=_projects(office, lines),
        office=_line("334.98", "228.40", "228.40", "406.67"),
        office_parts=(
            _line("62.00", "72", "72", "256.45"),
            _line("28.78", "20", "20", "27.65"),
            _line("5.48", "6", "6", "80.83"),
        ),
        reception=_line("3.8163", "4", "4", "3.7640"),
        procurement=_line("479.88", "38.50", "38.50", "414.65"),
    )


def _court(office: Office) -> Accounts:
    """儋州市人民法院2018: published posts and expenditure; last year, budgets and 表1 are plausible."""
    lines = {
        "案件审判": ("396.80", "411.95", "428.60"),
        "案件执行": ("6.10", "6.00", "6.25"),
        "“两庭”建设": ("352.40", "380.00", "436.00"),
        "其他法院支出": ("1698.60", "1760.00", "1845.20"),
    }
    return Accounts(
        staff=office.staff,
        personnel=_line("2466.30", "2480.00", "2548.00", "2517.12"),
        daily=_line("452.80", "448.00", "462.50", "439.15"),
        projects=_projects(office, lines),
        office=_line("441.20", "455.00", "455.00", "432.65"),
        office_parts=(
            _line("152.30", "158.00", "158.00", "149.20"),
            _line("96.40", "98.00", "98.00", "91.75"),
            _line("18.20", "18.00", "18.00", "15.66"),
        ),
        car_run=_line("58.60", "58.00", "58.00", "54.30"),
        reception=_line("2.40", "2.30", "2.30", "1.96"),
        procurement=_line("168.00", "182.00", "182.00", "176.40"),
    )


def _land(office: Office) -> Accounts:
    """丽江市古城区自然资源局2020: only the subsidy for satellite image enforcement is published."""
    own = drawn_accounts(office)
    subsidy, *others = own.projects
    published = replace(subsidy, line=_line("7.29", "7.29", "7.29", "7.29"), carried=Decimal(0))
    return replace(own, projects=(published, *others))


def _projects(office: Office, lines: dict[str, tuple[str, str, str]]) -> tuple[Project, ...]:
    return tuple(_project(work, *lines[work.name]) for work in office.projects)


def _project(work: Work, last: str, initial: str, budget: str) -> Project:
    line = Line(Decimal(last), Decimal(initial), Decimal(budget), work.spent)
    return Project(work, line if line.budget or line.last else NOTHING, Decimal(0), Decimal(88))


def _line(last: str, initial: str, budget: str, final: str) -> Line:
    return Line(Decimal(last), Decimal(initial), Decimal(budget), Decimal(final))


_SOURCES: dict[str, Callable[[Office], Accounts]] = {
    TRANSPORT: _transport,
    TOWNSHIP: _township,
    EDUCATION: _education,
    COURT: _court,
    LAND: _land,
}
