"""Brings the tables of a database up to date, one step after another, and never takes anything away.

A step of `migrations` creates tables, columns, indexes and triggers; a table is never rebuilt, which would silently
drop its triggers. `tests/log/test_schema.py` holds a database that was migrated to one made by
today's tables.
"""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, inspect

from seawall.server.database import Database, DatabaseRefused

_STEPS = ScriptDirectory(str(Path(__file__).parent / "migrations"))
FIRST, LATEST = "0001", str(_STEPS.get_current_head())


async def prepare(database: Database) -> None:
    """Makes the tables those of this release, or refuses where somebody else has to."""
    if database.upgrades_itself:
        await upgrade(database)
    else:
        await check(database)


async def upgrade(database: Database, to: str = LATEST) -> None:
    """Creates what is missing. A database from before there were steps stands at the first one."""
    async with database.writer.begin() as connection:
        await database.lock(connection)
        await connection.run_sync(_upgrade, database, to)


async def check(database: Database) -> None:
    """Refuses a database that has not the tables of this release."""
    async with database.reader.connect() as connection:
        found = await connection.run_sync(version)
    if found != LATEST:
        raise DatabaseRefused(
            f"{database.name} stands at step {found or 'none'} of {LATEST}: seawall db upgrade brings it up to date"
        )


def version(connection: Connection) -> str:
    """The last step that a database took, "" before the first."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def keep(connection: Connection, database: Database, table: Table) -> None:
    """Makes a new table append-only."""
    for statement in database.append_only(table):
        connection.exec_driver_sql(statement)


def faults_in_schema(connection: Connection, database: Database) -> list[tuple[str, str]]:
    """All that is not as this release makes it: which, and how."""
    found, made = database.schema(connection), database.expected_schema(_made)
    names = sorted(found.keys() | made.keys())
    return [(name, _fault(found.get(name), made.get(name))) for name in names if found.get(name) != made.get(name)]


def _fault(found: str | None, made: str | None) -> str:
    if found is None:
        return "it is missing"
    told = f"it is {found}; it should be {made}" if made else f"it does not belong here: {found}"
    return " ".join(told.split())


def _made(connection: Connection, database: Database) -> None:
    _upgrade(connection, database, LATEST)


def _upgrade(connection: Connection, database: Database, to: str) -> None:
    if version(connection) == to:
        return
    if not version(connection) and inspect(connection).has_table("evidence"):
        MigrationContext.configure(connection).stamp(_STEPS, FIRST)
    config = Config()
    config.attributes["keep"] = lambda table: keep(connection, database, table)
    with EnvironmentContext(
        config,
        _STEPS,
        fn=lambda revision, _: _STEPS._upgrade_revs(to, revision),
    ) as environment:
        environment.configure(connection=connection, transaction_per_migration=False)
        environment.run_migrations()
