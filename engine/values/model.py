"""The name of the model: it changes only when a figure, or a sentence of an execution, can change."""

MODEL = "month.v2"  #: what computes an execution; changes only when a figure or a sentence of one can change
