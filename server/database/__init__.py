"""The database: SQLite or PostgreSQL, its tables, and whether they are as this release makes them.

- connect: the one that an operator names.
- database: what both have.
- sqlite, postgres: the two.
- tables: what is stored.
- schema: makes and upgrades them, and checks tables, triggers and owners.
- migrate: the steps from an older release.
"""
