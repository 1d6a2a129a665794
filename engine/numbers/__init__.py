"""Exact numbers: the verbs by which money meets a factor, and how time is counted.

- exact: the verbs in whole minor units, and unrounded.
- ratio: as text, or the reason why there is none.
- batch: the same on arrays.
- powers: in Decimal, taken once.
- day_count: ticks of a year for each day count.
- months: the calendar of an execution.
"""
