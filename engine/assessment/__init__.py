"""Whether a company can serve its debt: the static view of its contracts.

- schedule: what the contracts ask for.
- debt_service: ratios, level and flags.
- assess: the assessment of a dataset version.
- records: what it assumes.
- debt_service_results, results: every figure of it.
"""
