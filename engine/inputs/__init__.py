"""The inputs of an execution: a company, its debts with their contracts, and a scenario.

- company: the dataset version.
- consistency: the rules between its parts.
- covenants: what its debts promise, and who is paid before whom.
- instruments, revolver: the debts.
- contract, calendar: the clauses and days that a loan's contract adds.
- scenario: assumptions and when they act.
- templates: assumptions to start from.
"""
