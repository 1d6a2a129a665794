"""What breaks a company, how far each assumption moves it, and which of them did it: many executions by their headers.

- header_figures: the figures of a header by their names in the API.
- headers: the headers of many scenarios of one company.
- figure_value: a figure as an answer shows it.
- funds: liquidity less what is unpaid, at the end of one month.
- between: what lies between two scenarios.
- events: what may break.
- conditions: whether a header has an event.
- binding: where an execution has it first.
- breaking_point: the search for the first step with an event.
- sensitivity: each assumption by itself, low and high.
- attribution: what each group of assumptions did.
"""
