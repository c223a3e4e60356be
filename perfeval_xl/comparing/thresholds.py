"""From when on something between submissions is worth saying: the thresholds, which campaign.toml may change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of comparing submissions; see `DECLARED` for what each means."""

    alike: Decimal = Decimal("0.5")
    times: Decimal = Decimal(3)
    points: Decimal = Decimal("0.2")
    peers: Decimal = Decimal(8)
    overrated: Decimal = Decimal("0.05")
    least_rate: Decimal = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Declared:
    """A threshold as campaign.toml has it: which attribute of `Thresholds`, what is said of it, its bounds."""

    attribute: str
    about: str
    most: Decimal
    least: Decimal = Decimal(0)
    whole: bool = False


_ONE, _MANY = Decimal(1), Decimal(1000)
DECLARED = {
    "文字雷同": Declared("alike", "两份文字相同的部分占到这个比例，核对是否照抄（0到1）", _ONE),
    "离群倍数": Declared(
        *("times", "人均数高于同类单位中位数的这么多倍，或低于它的这么多分之一，请单位核对", _MANY, _ONE)
    ),
    "离群比率": Declared("points", "比率与同类单位的中位数相差超过这么多（0.2 即20个百分点），请单位核对", _ONE),
    "最少同类": Declared("peers", "可比的同类单位少于这个数时不比较", _MANY * _MANY, _ONE, whole=True),
    "虚高幅度": Declared(
        "overrated",
        "自评得分率高于预算执行率超过这个比例，请单位核对（模板自己核对的，以模板的设置为准）",
        _ONE,
    ),
    "执行下限": Declared(
        "least_rate", "预算执行率低于这个数，请单位核对（模板自己核对的，以模板的设置为准）", _ONE
    ),
}
"""By the names of campaign.toml."""
