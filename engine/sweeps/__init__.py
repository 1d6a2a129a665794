"""Many companies under many scenarios: what row each pair is, and the header figures of any block of rows.

- axes: what differs between scenarios: values, and values drawn by rule from a seed and a table of quantiles.
- plan: the companies and the scenarios of a sweep, checked.
- known_refusals: companies that refuse every scenario.
- scenarios: which scenario a row is under.
- figures: the columns of a row.
- headers: the header figures of one company under some scenarios.
- rows: rows as bytes, and the root over them.
- block: 4,096 rows as a pure function of what they are computed from.
- summary: what all rows say together, exactly.
- results: what a sweep says.
"""
