"""The unit and range of each figure, values that cannot be wrong, and faults that name their field.

- units: kinds of figures, with their ranges.
- value: a value that is checked when it is built, and the walk over its fields.
- faults: what is wrong with an input.
- in_words: amounts and counts in sentences.
- currencies: ISO 4217.
- assumption_record: one assumption of the model, as evidence shows it.
- model: the name of the model.
- pause: what long work calls between its steps.
- kept: what functions computed last, bounded by its weight.
- columns: NamedTuples made of columns.
- shape: the figures in a tree of tuples as one row, and back.
- levels: some of them, taken level by level.
"""
