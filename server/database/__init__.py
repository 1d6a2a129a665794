"""The database: SQLite or PostgreSQL, its tables, and whether they are as this release makes them.

- connect: the one that an operator names.
- database: what both have.
- sqlite, postgres: the two.
- tables: what is stored.
- schema: migrations and the check of tables, triggers and owners.
"""
