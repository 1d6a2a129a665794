"""Takes a database that is older through the steps of `migrations`, with Alembic.

A step creates tables, columns, indexes and triggers; a table is never rebuilt, which would silently drop its triggers.
"""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from .database import Database

STEPS = ScriptDirectory(str(Path(__file__).parent / "migrations"))


def take_steps(connection: Connection, database: Database, at: str, to: str) -> None:
    """Takes the steps after the one that a database is at, "" before the first, up to another."""
    if at:  # one that is older than steps does not say so
        MigrationContext.configure(connection).stamp(STEPS, at)
    config = Config()
    config.attributes["append_only"] = lambda table: database.make_append_only(connection, table)
    with EnvironmentContext(
        config,
        STEPS,
        fn=lambda revision, _: STEPS._upgrade_revs(to, revision),
    ) as environment:
        environment.configure(connection=connection, transaction_per_migration=False)
        environment.run_migrations()
