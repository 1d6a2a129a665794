"""What a caller says: a company, its borrowings with their contracts, and a scenario.

- company: the dataset version.
- instruments: loans and the revolver.
- contract, calendar: what a loan's contract adds.
- scenario: assumptions and when they act.
- templates: assumptions to start from.
"""
