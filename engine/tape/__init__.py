"""A calculation recorded once and played for any figures: without a branch on values, one tape serves all.

- operations: what a tape can ask for.
- tape: the steps that the outputs need.
- record: the lane that writes a tape down.
- program: a tape in registers.
- play: a tape in any lane.
- compiled: a tape in numba.
- players: which of them plays.
"""
