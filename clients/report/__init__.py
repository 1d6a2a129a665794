"""What people look at: months as they arrive, reports in the terminal, on a page, in a workbook, and beside others.

- wording: figures and names as text.
- story: all that the reports of an execution hold, fetched once.
- sentences: what the cumulative figures say.
- live: months as they arrive.
- cash_flows: of one instrument, as a table.
- assessment: can the company serve its debt?
- waterfall: where the cash of a month went.
- terminal: the executive view, with charts in text.
- comparison: two executions line by line.
- plot, charts: the pictures of a page.
- tables, page: the page, which stands alone.
- workbook: figures to go on with.
- export: writes pages and workbooks.
"""
