"""Recomputes every hash of a database and reports what does not fit.

- verify: the walk over a database.
- documents, links, history: what it checks of bodies, of their links, of the log.
- rows: what it reads of a row, whatever stands there.
- findings: what is wrong and where.
"""
