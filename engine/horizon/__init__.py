"""The months of an execution, and the whole horizon.

- run: months one after the other, in any lane.
- firsts: what happens first, and what is most.
- cumulative: the whole horizon in a few figures.
- recorded: the months of a capital structure as a tape.
- many: runs of many cases, by their tapes.
- stressed_service: debt service on the stressed figures.
- months: the months of an execution as one matrix.
- stressed_rows: one company under thousands of stresses.
- stressed_months: the months of some of them.
- records: what the model assumes.
- results: an execution.
"""
