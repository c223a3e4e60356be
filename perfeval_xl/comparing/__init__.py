"""What one submission alone cannot show: against the bureau's figures, last year, other units and the roster."""

from perfeval_xl.comparing.compare import Background, Compared, compared, overview, told
from perfeval_xl.comparing.rules_across_units import RULES
from perfeval_xl.comparing.sorting import Register, sorted_to_units
from perfeval_xl.comparing.sums import added_up
from perfeval_xl.comparing.thresholds import DECLARED, Thresholds

__all__ = [
    "DECLARED",
    "RULES",
    "Background",
    "Compared",
    "Register",
    "Thresholds",
    "added_up",
    "compared",
    "overview",
    "sorted_to_units",
    "told",
]
