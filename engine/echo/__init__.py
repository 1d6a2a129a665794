"""What was understood of an input, and what in it looks like a mistake: pure, shown to the caller, stored nowhere.

- results: the echo of a company and of a scenario, and a warning.
- echo: both echoes.
- warnings: the warnings, one function each.
"""
