"""The inputs of an execution: a company, its debts with their contracts, and a scenario.

- company: the dataset version.
- instruments, revolver: the debts.
- contract, calendar: the clauses and days that a loan's contract adds.
- scenario: assumptions and when they act.
- templates: assumptions to start from.
"""
