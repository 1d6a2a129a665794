"""The catalogue of every sentence that goes into a document, apart from the rules that pick and fill it in.

A sentence is part of the bytes, and so of the id. Rewording one gives every later document that says it another id:
a replay of a stored execution then diverges, and the same report or assessment is stored twice. Whoever rewords one
gives a new name to what says it, the model (`MODEL`) or the method (`METHOD`) of reports or of assessments; then
`make golden` pins the new bytes, which it refuses without.

- contestable: of the rules of the month that are choices, as assumption records.
- records: of other assumption records.
- reports: of findings, key risks and recommendations.
"""
