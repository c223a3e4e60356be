"""perfeval_xl: the yearly performance evaluation of departments' expenditure, from workbook to report."""

__version__ = "0.1.0"
