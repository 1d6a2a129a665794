"""The database: SQLite or PostgreSQL, its tables, and whether they are as this release makes them.

- connect: the one that an operator names.
- database: what both have.
- sqlite, postgres: the two.
- statements: what every call runs, compiled once.
- commits, sqlite_commits, postgres_commits: what the store commits on.
- own_threads: connections to SQLite of which each is used by one thread.
- files, limits, integrity: a SQLite file that anybody may have written: what it is, what it may cost, its pages.
- tables, tenants, declared: what is stored, whose it is, and how a column is read that may hold anything.
- schema: makes and upgrades them, and checks tables, triggers and owners.
- migrate: the steps from an older release.
"""
