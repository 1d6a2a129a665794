"""The dated cash flows of an instrument before it goes into a dataset version.

- clauses: what only a preview takes.
- preview: what is asked.
- cash_flows: event by event.
"""
