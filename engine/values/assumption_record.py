"""What the model assumes, as a record that goes into the evidence, so that a reader can contest it."""

from typing import NamedTuple

from .units import Words


class AssumptionRecord(NamedTuple):
    """One assumption: what it says, where it comes from and what changes with it."""

    record_id: Words
    statement: Words
    formula: Words
    source: Words
    impact: Words
    sensitivity: Words
    value_used: Words
