"""What one submission alone cannot show: against the bureau's figures, last year, other units and the roster."""

from perfeval_xl.across.catalogue import RULES
from perfeval_xl.across.overview import Background, overview
from perfeval_xl.across.thresholds import DECLARED, Thresholds

__all__ = ["DECLARED", "RULES", "Background", "Thresholds", "overview"]
