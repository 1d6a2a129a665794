"""What people look at: months as they arrive, reports in the terminal, on a page, in a workbook, and beside others.

- unit: the unit that fits a company.
- grid: lines and tables as wide as a terminal.
- wording: figures and names as text.
- changes: an assumption of a scenario in a few words.
- echo: what a server understood of a file.
- story: all that the reports of an execution hold, fetched once.
- sentences: what the cumulative figures say.
- live: months as they arrive.
- cash_flows: of one instrument, as a table.
- assessment: can the company serve its debt?
- cells: tables whose figures are text on a page and numbers in a workbook.
- scenario_words: the scenario in words.
- committee: the tables of the first page.
- several: what is said of executions that stand beside each other.
- side_by_side: several executions in one table, and in the terminal.
- quarters: statements, maturities and covenant tests by quarter.
- tables: the tables behind it.
- terminal: the executive view, with charts in text.
- differences: what differs between executions, line by line.
- comparison: the same in the terminal, with a headline and the largest first.
- plot, charts: the pictures of a page.
- page: the page, which stands alone.
- scenarios_page: a page of several scenarios of a company.
- workbook: figures to go on with.
- export: writes pages and workbooks.
"""
