"""Documents ready to print and sign: the period report as a workbook and as an administrative report."""
