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
from sqlalchemy.exc import ProgrammingError

from .database import Database, DatabaseRefused

_STEPS = ScriptDirectory(str(Path(__file__).parent / "migrations"))
KNOWN = tuple(sorted(script.revision for script in _STEPS.walk_revisions()))  #: every step of this release
FIRST, LATEST = KNOWN[0], KNOWN[-1]
_TABLE = "alembic_version"  #: where a database says which step it took last


Faults = list[tuple[str, str]]  #: which, and how it is not as it must be


async def prepare(database: Database) -> Faults:
    """Makes the tables those of this release, or refuses; tells what is not as it must be in tables that are."""
    if database.upgrades_itself:
        await upgrade(database)
    else:
        await check(database)
    async with database.reader.connect() as connection:
        return await connection.run_sync(faults_in_schema, database)


async def upgrade(database: Database, to: str = LATEST) -> None:
    """Creates what is missing, where what is there is as its step made it; else nothing is changed."""
    async with database.writer.begin() as connection:
        await database.lock(connection)
        await connection.run_sync(_upgrade, database, to)


async def check(database: Database) -> None:
    """Refuses a database that does not stand at the last step, and says whether an upgrade leads there."""
    async with database.reader.connect() as connection:
        await connection.run_sync(_refuse_other_step, database)


def step_of(connection: Connection, database: Database) -> str:
    """The last step that a database took, "" before the first. One from before there were steps stands at the first."""
    told = _told(connection)
    if told is None:
        return FIRST if inspect(connection).has_table("evidence") else ""
    if len(told) != 1 or told[0] not in KNOWN:
        raise DatabaseRefused(
            f"{database.name}: {_TABLE} holds {', '.join(told) or 'no step'} and must hold exactly one of those"
            f" that this release knows: {', '.join(KNOWN)}"
        )
    return told[0]


def keep(connection: Connection, database: Database, table: Table) -> None:
    """Makes a new table append-only."""
    for statement in database.append_only(table):
        connection.exec_driver_sql(statement)


def faults_in_schema(connection: Connection, database: Database, step: str = LATEST) -> Faults:
    """All that is not as the steps up to this one make it: which, and how."""
    found, made = database.schema(connection), database.expected_schema(take_steps, step) if step else {}
    names = sorted(found.keys() | made.keys())
    faults = [(name, _fault(found.get(name), made.get(name))) for name in names if found.get(name) != made.get(name)]
    told = _told(connection)
    if told not in (None, [step]):
        faults.append((_TABLE, f"it holds {', '.join(told or ()) or 'no step'}; it should hold {step}"))
    return faults


def _fault(found: str | None, made: str | None) -> str:
    if found is None:
        return "it is missing"
    told = f"it is {found}; it should be {made}" if made else f"it does not belong here: {found}"
    return " ".join(told.split())


def _told(connection: Connection) -> list[str] | None:
    """Every step that a database says it stands at, where it can say it."""
    if not inspect(connection).has_table(_TABLE):
        return None
    try:
        rows = connection.exec_driver_sql(f"SELECT * FROM {_TABLE}").mappings()
        return sorted(str(row.get("version_num")) for row in rows)
    except ProgrammingError as error:  # the role may not read it, as before roles.sql ran again
        return [f"what cannot be read ({error.orig})"]


def _refuse_other_step(connection: Connection, database: Database) -> None:
    step = step_of(connection, database)
    if step != LATEST:
        _refuse_faults(connection, database, step)
        raise DatabaseRefused(
            f"{database.name} stands at step {step or 'none'} of {LATEST}: seawall db upgrade brings it up to date"
        )


def _refuse_faults(connection: Connection, database: Database, step: str) -> None:
    faults = faults_in_schema(connection, database, step)
    expected = f"what step {step} makes" if step else "empty"
    if _told(connection) is None:
        faults = [(name, fault) for name, fault in faults if _TABLE not in name]  # an upgrade makes it
        expected += f", as one without {_TABLE} must be"
    if faults:
        listed = "\n".join(f"  {name}: {fault}" for name, fault in faults)
        raise DatabaseRefused(
            f"{database.name} is not {expected}, and could lose evidence or hide it:\n{listed}\n"
            "seawall db check names what is left after a repair; seawall db verify checks the evidence itself"
        )


def _upgrade(connection: Connection, database: Database, to: str) -> None:
    step = step_of(connection, database)
    if step != to:
        _refuse_faults(connection, database, step)
        take_steps(connection, database, to)
        _refuse_faults(connection, database, to)


def take_steps(connection: Connection, database: Database, to: str) -> None:
    """The steps themselves, from wherever a database stands."""
    if _told(connection) is None and step_of(connection, database):
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
