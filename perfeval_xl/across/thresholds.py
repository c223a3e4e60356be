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


DECLARED = {
    "文字雷同": ("alike", "两份文字相同的部分占到这个比例，核对是否照抄（0到1）"),
    "离群倍数": ("times", "人均数高于同类单位中位数的这么多倍，或低于它的这么多分之一，请单位核对"),
    "离群比率": ("points", "比率与同类单位的中位数相差超过这么多（0.2 即20个百分点），请单位核对"),
    "最少同类": ("peers", "可比的同类单位少于这个数时不比较"),
    "虚高幅度": (
        "overrated",
        "自评得分率高于预算执行率超过这个比例，请单位核对（模板自己核对的，以模板的设置为准）",
    ),
    "执行下限": ("least_rate", "预算执行率低于这个数，请单位核对（模板自己核对的，以模板的设置为准）"),
}
"""By the names of campaign.toml: the attribute of `Thresholds`, and what is said of it there."""
