"""What people look at: figures in words and tables, months as they arrive, reports in the terminal and beside others.

- unit: the unit that fits a company.
- grid: lines and tables as wide as a terminal.
- wording: figures and names as text.
- changes: an assumption of a scenario in a few words.
- echo: what a server understood of a file.
- story: all that the reports of an execution hold, fetched once.
- sentences: what the cumulative figures say.
- live: months as they arrive.
- sweep: the summary of a sweep.
- cash_flows: of one instrument, as a table.
- assessment: can the company serve its debt?
- cells: tables whose figures are text on a page and numbers in a workbook.
- scenario_words: the scenario in words.
- variants: the same company under other scenarios, which say what drives a stress.
- key_figures: the eight figures of a run that matter.
- parties: what happens to whom.
- capital_structure: who lends what, and until when.
- committee: the tables of the first page.
- several: what is said of executions that stand beside each other.
- side_by_side: several executions in one table, and in the terminal.
- cash_roll: cash and liquidity by month.
- quarters: statements, maturities and covenant tests by quarter.
- tables: the tables behind it.
- terminal: the executive view, with charts in text.
- analysis: a breaking point, a sensitivity and an attribution.
- differences: what differs between executions, line by line.
- comparison: the same in the terminal, with a headline and the largest first.
"""
