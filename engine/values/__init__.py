"""What a figure is: its unit and range, values that cannot be wrong, and faults that name their field.

- units: kinds of figures, with their ranges.
- value: a value that is checked when it is built, and the walk over its fields.
- faults: what is wrong with an input.
- currencies: ISO 4217.
- assumption_record: one assumption of the model, for whoever contests it.
- model: the name of the model.
"""
