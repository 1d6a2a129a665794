"""Power cuts: what the store says to SQLite is said again on a disk that forgets what was not synced.

apsw brings its own SQLite, so its disk never sees the store; it is given the statements and pragmas that the store
used, in their order and with their commits.
"""

import sqlite3

import apsw
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from seawall.server.database import sqlite
from seawall.server.database.database import StoreUnavailable
from seawall.server.database.sqlite_commits import CHECKPOINT, NO_CHECKPOINTS
from tests.faults.disk import Disk, Recording, cut
from tests.faults.scale import luck, times
from tests.log.stores import all_verified, companies, opened
from tests.places import Place

COMMITS = 150
CHECKPOINTS = 0.1  #: of the commits are followed by one: more than in a server


async def test_a_power_cut_loses_nothing_that_was_acknowledged_and_with_synchronous_normal_it_would(
    sqlite_place, tmp_path, say
):
    statements = await recorded(sqlite_place)
    cuts, lost_in = times(12, 100), {}
    for mode in ("FULL", "NORMAL"):
        recording = replayed(statements, tmp_path / mode, mode)
        random, last = luck(), len(recording.events)
        ends = [random.randrange(last) for _ in range(cuts - 1)] + [last]
        lost_in[mode] = [await lost_by(recording, end, sqlite_place, tmp_path / f"cut-{mode}", random) for end in ends]
    lossy = sum(lost > 0 for lost in lost_in["NORMAL"])
    say(f"{cuts} power cuts, {sum(lost_in['FULL'])} commits lost; with synchronous=NORMAL in {lossy} of {cuts} cuts")
    assert sum(lost_in["FULL"]) == 0
    assert lossy > 0


async def recorded(place):
    """Every statement of the writer with its parameters, as the store makes commits one by one on new tables."""
    async with opened(place):
        pass
    statements = list(making(place))
    store = place.store()
    engine = store.database.writer.sync_engine

    @event.listens_for(engine, "before_cursor_execute")
    def remember(_connection, _cursor, sql, parameters, _context, many):
        if not sql.startswith("PRAGMA"):
            statements.append((sql, parameters, many))

    event.listen(engine, "commit", lambda _: statements.append(("COMMIT", (), False)))

    def trace(sql):
        if statements[-1][0] != sql:  # a trigger says the statement again that it is of
            statements.append((sql, (), False))

    await store.database.commits.own.run(lambda connection: connection.set_trace_callback(trace))
    await store.open()
    for document in companies(COMMITS):
        await store.of().append([document])
    await store.close()
    return statements


def making(place):
    """What makes the empty tables, in one commit."""
    yield "BEGIN IMMEDIATE", (), False
    for (sql,) in place.rows("SELECT sql FROM sqlite_schema WHERE sql NOT NULL AND name <> 'sqlite_sequence'"):
        yield sql, (), False
    yield "INSERT INTO alembic_version VALUES (?)", place.rows("SELECT version_num FROM alembic_version")[0], False
    yield "COMMIT", (), False


def replayed(statements, folder, mode):
    """The same on the disk that writes down what happens; a commit of records is acknowledged once it returns."""
    folder.mkdir()
    recording = Recording()
    disk = Disk(f"disk-{mode}", recording)
    connection = apsw.Connection(str(folder / "seawall.db"), vfs=f"disk-{mode}")
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # this disk shares no memory between connections
    for pragma in (*sqlite.PRAGMAS, NO_CHECKPOINTS):
        connection.execute(pragma.replace("synchronous=FULL", f"synchronous={mode}"))
    size, random = 0, luck()
    for sql, parameters, many in statements:
        (connection.executemany if many else connection.execute)(sql, parameters).fetchall()
        size += sql.startswith("INSERT INTO records") and (len(parameters) if many else 1)
        if sql == "COMMIT":
            recording.acknowledged(size)
            if random.random() < CHECKPOINTS:  # by another connection, at any time
                connection.execute(CHECKPOINT).fetchall()
    connection.close()
    disk.unregister()
    return recording


async def lost_by(recording, end, place, folder, random):
    """Cuts the power and gives how many acknowledged records of all logs are gone; what is left must be intact."""
    files, acknowledged = cut(recording, end, random)
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, body in files.items():
        (folder / name).write_bytes(body)
    left = Place(folder / "seawall.db", place.files)
    if acknowledged == 0:
        return 0
    try:
        findings, result = await all_verified(left)
    except (StoreUnavailable, SQLAlchemyError, sqlite3.DatabaseError):
        return acknowledged
    return acknowledged if findings else max(0, acknowledged - result.records)
