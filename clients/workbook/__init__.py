"""A report as a workbook: six sheets with numbers as numbers and live formulas, each a landscape page when printed.

- styles, printing: how its cells look, and how its sheets are printed.
- formulas, writing: what its cells compute, and how one is written.
- time_columns, time_grid: a sheet of quarters, and of the months behind them.
- statement_lines, statement_sheets: the statements with their sums and checks.
- debt_sheet: debts and covenants by test date.
- further_lines: every other figure, below what is printed.
- text_lines: how many lines a text takes in a cell.
- blocks: sentences and tables on a sheet.
- native_charts: its charts.
- committee_sheets: the first page as a sheet, and what drives it.
- assumptions_sheet: what the figures rest on.
- workbook: the six sheets.
"""
