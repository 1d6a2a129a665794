"""Exact numbers: the verbs by which money meets a factor, and how time is counted.

- exact: the verbs in whole minor units, and unrounded.
- ratio: as text, or the reason why there is none.
- batch: the same verbs on arrays, for many executions at once.
- rows: of which many are the same, each distinct one by itself.
- powers: and roots, taken once when inputs are compiled.
- day_count: ticks of a year for each day count.
- months: the months of an execution.
"""
