"""Everything that is a hash computed again, and what was found.

- verify: the walk over a database.
- documents, links, history: what it checks of bodies, of their links, of the log.
- findings: what is wrong and where.
"""
