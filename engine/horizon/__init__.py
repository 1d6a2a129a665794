"""The months of an execution, and the whole horizon.

- run: months one after the other, of one case or of many.
- firsts: what happens first, and what is most.
- cumulative: the whole horizon in a few figures.
- stressed_service: debt service on the stressed figures.
- records: what the model assumes.
- results: an execution.
"""
