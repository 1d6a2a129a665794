"""The dated cash flows of an instrument before it goes into a dataset version.

- clauses: what only a preview takes.
- preview: the request.
- cash_flows: the answer, event by event.
"""
