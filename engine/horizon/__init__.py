"""The months of an execution one after the other, and what they come to.

- run: months in the lane that their number decides.
- cumulative: the whole horizon in a few figures.
- stressed_service: debt service on the stressed figures.
- records: what the model assumes.
- results: an execution.
"""
