"""Brings the tables of a database to this release, removes nothing, and checks that they are as they must be.

An empty database gets today's tables at once; an older one takes the steps of `migrations`. Both ways lead to the same
definitions: `tests/log/test_schema.py` compares them.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.exc import ProgrammingError

from ..log.tenants import OPERATOR
from .database import Database, DatabaseRefused
from .tables import metadata

_FILES = (Path(__file__).parent / "migrations" / "versions").glob("step_*.py")
KNOWN = tuple(sorted(path.name.split("_")[1] for path in _FILES))  #: every step of this release
LATEST = KNOWN[-1]
#: Steps to tables with one log for all tenants.
RETIRED = ("0001", "0002", "0003")
_RETIRED = (
    "has one log for all tenants (step {}), which seawall 0.1 reads and verifies. This release has a log for each and"
    " converts none: keep it with that release, and begin a new database"
)
_TABLE = "alembic_version"
#: Where a database records the last step that it took; as Alembic makes it.
_STEP = Table(
    _TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{_TABLE}_pkc"),
)

_MISSING = "it is missing"
MOST_STEPS, LONGEST_STEP = 10, 40  #: rows, and letters of each, that are read of it

Faults = list[tuple[str, str]]  #: the name of a thing in the schema, and what is wrong with it


async def prepare(database: Database) -> Faults:
    """Upgrades the tables to this release, or refuses. Gives the faults that do not keep a server from starting."""
    if database.upgrades_itself:
        await upgrade(database)
    else:
        await check(database)
    async with database.reader.connect() as connection:
        faults = await connection.run_sync(faults_in_schema, database)
        endless = await connection.run_sync(unsafe, database, faults)
    if endless:
        raise _refusal(database, f"what step {LATEST} makes", endless)
    return faults


async def upgrade(database: Database, to: str = LATEST) -> None:
    """Takes the steps that are missing. Raises `DatabaseRefused`, and changes nothing, where a table has a fault."""
    async with database.writer.begin() as connection:
        await database.lock(connection, OPERATOR)
        await connection.run_sync(_upgrade, database, to)


async def check(database: Database) -> None:
    """Raises `DatabaseRefused` unless the database is at the last step, and says whether an upgrade leads there."""
    async with database.reader.connect() as connection:
        await connection.run_sync(_refuse_other_step, database)


async def drop(database: Database) -> None:
    """Takes away all that an upgrade of an empty database made."""
    async with database.writer.begin() as connection:
        await connection.run_sync(_drop, database)


def step_of(connection: Connection, database: Database) -> str:
    """The last step that a database took, "" before the first."""
    steps = _recorded_steps(connection, database)
    if steps is None:
        return ""
    if _is_retired(steps):
        raise DatabaseRefused(f"{database.name} {_RETIRED.format(steps[0])}")
    if len(steps) != 1 or steps[0] not in KNOWN:
        raise DatabaseRefused(
            f"{database.name}: {_TABLE} holds {', '.join(steps) or 'no step'} and must hold exactly one of those"
            f" that this release knows: {', '.join(KNOWN)}"
        )
    return steps[0]


def faults_in_schema(connection: Connection, database: Database, step: str = LATEST) -> Faults:
    """Everything in the schema that is not as the steps up to this one make it."""
    actual, expected = database.schema(connection), database.expected_schema(_bring_to, step) if step else {}
    names = sorted(actual.keys() | expected.keys())
    changed = [name for name in names if actual.get(name) != expected.get(name)]
    faults = [(name, _fault(actual.get(name), expected.get(name))) for name in changed]
    steps = _recorded_steps(connection, database)
    if steps and _is_retired(steps):
        faults.append((_TABLE, f"the database {_RETIRED.format(steps[0])}"))
    elif steps not in (None, [step]):
        faults.append((_TABLE, f"it holds {', '.join(steps or ()) or 'no step'}; it should hold {step}"))
    return faults


def unsafe(connection: Connection, database: Database, faults: Faults) -> Faults:
    """The faults with which no row may be read or added: whatever is not of this release in or on one of its tables.

    A view in the place of a table, a column that is computed, an index on an expression or a trigger can be endless.
    What is missing cannot, nor can what stands beside.
    """
    names = database.on_tables(connection, [name for name, _ in faults])
    return [(name, fault) for name, fault in faults if name in names]


def _fault(actual: str | None, expected: str | None) -> str:
    if actual is None:
        return _MISSING
    fault = f"it is {actual}; it should be {expected}" if expected else f"it does not belong here: {actual}"
    return " ".join(fault.split())


def _recorded_steps(connection: Connection, database: Database) -> list[str] | None:
    """Every step that a database records as its last, None where it has no table for it."""
    if not database.has_table(connection, _TABLE):
        return None
    try:
        rows = connection.exec_driver_sql(f"SELECT * FROM {_TABLE} LIMIT {MOST_STEPS}").mappings()
        return sorted(str(row.get("version_num"))[:LONGEST_STEP] for row in rows)
    except ProgrammingError as error:  # the role may not read it, as before roles.sql ran again
        return [f"what cannot be read ({error.orig})"]


def _is_retired(steps: list[str]) -> bool:
    return len(steps) == 1 and steps[0] in RETIRED


def _refuse_other_step(connection: Connection, database: Database) -> None:
    step = step_of(connection, database)
    if step != LATEST:
        _refuse_faults(connection, database, step)
        raise DatabaseRefused(
            f"{database.name} is at step {step or 'none'} of {LATEST}: seawall db upgrade brings it up to date"
        )


def _refuse_faults(connection: Connection, database: Database, step: str) -> None:
    faults = faults_in_schema(connection, database, step)
    expected = f"what step {step} makes" if step else f"empty, as one without {_TABLE} must be"
    if faults:
        raise _refusal(database, expected, faults)


def _refusal(database: Database, expected: str, faults: Faults) -> DatabaseRefused:
    listed = "\n".join(f"  {name}: {fault}" for name, fault in faults)
    return DatabaseRefused(
        f"{database.name} is not {expected}, and could lose evidence or hide it:\n{listed}\n"
        "seawall db check names what is left after a repair; seawall db verify checks the evidence itself"
    )


def _upgrade(connection: Connection, database: Database, to: str) -> None:
    step = step_of(connection, database)
    if step != to:
        _refuse_faults(connection, database, step)
        _bring_to(connection, database, to)
        _refuse_faults(connection, database, to)


def _bring_to(connection: Connection, database: Database, step: str) -> None:
    """Alembic is loaded only where a database is older: no start of a server waits for it."""
    at = step_of(connection, database)
    if (at, step) == ("", LATEST):
        make_at_once(connection, database)
    else:
        from .migrate import take_steps

        take_steps(connection, database, at, step)


def _drop(connection: Connection, database: Database) -> None:
    metadata.drop_all(connection)
    _STEP.drop(connection, checkfirst=True)
    database.drop_append_only(connection)


def make_at_once(connection: Connection, database: Database) -> None:
    """Today's tables in an empty database, without any step."""
    metadata.create_all(connection, checkfirst=False)
    for table in metadata.sorted_tables:
        database.make_append_only(connection, table)
    _STEP.create(connection)
    connection.execute(_STEP.insert().values(version_num=LATEST))
