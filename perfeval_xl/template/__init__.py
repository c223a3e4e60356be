"""Templates: from the TOML source to a workbook, and from a workbook to the records of the contract."""
