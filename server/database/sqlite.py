"""SQLite: how its connections are set up, how transactions begin, and the triggers of append-only tables."""

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Table, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from . import limits
from .commits import Commits
from .database import READERS, Database, DatabaseRefused, StoreUnavailable, by_name
from .files import how_to_read, identity, refuse_all_but_files, stamp, why_not_opened
from .integrity import faults_of_pages
from .own_threads import OwnThreads
from .sqlite_commits import SqliteCommits
from .statements import Read, Row, for_sqlite
from .tables import metadata

BUSY_TIMEOUT_MS = 5_000  #: how long a server waits for another on the same file
PRAGMAS = (
    *limits.PRAGMAS,
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # with NORMAL, acknowledged commits are lost in a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE deletes without meeting the DELETE trigger
)
#: Of a connection that must not change the file: to set the journal mode would.
READING_PRAGMAS = (*limits.PRAGMAS, f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
#: A file that may not grow counts as a full disk.
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
LONGEST, MOST_NAMES = 4_000, 200  #: characters of a definition, and things in a schema, that are looked at
#: What ANALYZE makes, and what Litestream does where it replicates a file, word by word. Any database may have these
#: tables, and nothing of the evidence is read from them.
_OF_TOOLS = {
    "sqlite_stat1": "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "sqlite_stat4": "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
    "_litestream_seq": "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)",
    "_litestream_lock": "CREATE TABLE _litestream_lock (id INTEGER)",
}
CANNOT_OPEN = "unable to open database file"  #: all that SQLite says of it
TOO_MANY = "number of names"
OWN = (*metadata.tables, "alembic_version")  #: the tables of this release


class Sqlite(Database):
    """One file. Its writers queue for its lock, its readers see what is committed.

    With `read_only` the file must exist, nothing in it changes and nothing is written beside it.
    """

    upgrades_itself = makes_its_key = keeps_any_value = True
    driver_errors, broken_rules = (sqlite3.Error,), (sqlite3.IntegrityError, sqlite3.DataError)

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        super().__init__()
        refuse_all_but_files(path)
        if read_only and not path.exists():
            raise DatabaseRefused(f"there is no database {path}")
        self.path, self._writes = path, not read_only
        self.name = str(path)
        reading = how_to_read(path) if read_only else None
        self.writer = _connect(path, "BEGIN IMMEDIATE", 1, reading)
        self.reader = _connect(path, "BEGIN", READERS, reading)
        self.commits: Commits = SqliteCommits(partial(_own_connection, path), self.writer.dialect)
        self._readers = OwnThreads(partial(_own_connection, path, reading=reading), "readers", READERS)
        self._opened: dict[Path, tuple[int, int]] = {}
        self._unwritten = stamp(path) if reading else ()  #: nobody may write a file that is read without locks

    async def read(self, *reads: Read) -> list[list[Row]]:
        return await self._readers.run(partial(_rows, [for_sqlite(read, self.reader.dialect) for read in reads]))

    async def dispose(self) -> None:
        await self._readers.close()
        await super().dispose()

    async def lock(self, connection: AsyncConnection, *tenants: str) -> None:
        """Nothing to do: BEGIN IMMEDIATE has taken the lock."""

    async def check_durability(self) -> None:
        """Every connection sets synchronous=FULL. Remembers the files, for `check_place`."""
        self._opened = {path: identity(path) for path in self._files()}

    def check_place(self) -> None:
        """A file that was moved or deleted takes commits for as long as it is open, and they would be lost.

        So would commits that are only in the -wal file, which SQLite keeps open with it.
        """
        for path, opened in self._opened.items():
            if identity(path) != opened:
                raise StoreUnavailable(f"{path} is not the file that was opened")
        if self._unwritten and stamp(self.path) != self._unwritten:
            raise StoreUnavailable(f"{self.path} was written while it was read, and may have been misread. Repeat.")

    def append_only(self, table: Table) -> Iterator[str]:
        return append_only(table)

    def drop_append_only(self, connection: Connection) -> None:
        """Nothing: a trigger goes with its table."""

    def integrity(self, connection: Connection, alone: bool) -> list[str]:
        return faults_of_pages(connection, OWN, alone)

    def has_table(self, connection: Connection, name: str) -> bool:
        """No look at what a view is made of, which may be endless, and none at what a module makes of a table."""
        query = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(name) = ? AND rootpage > 0 LIMIT 1"
        return bool(connection.exec_driver_sql(query, (name,)).all())

    def schema(self, connection: Connection) -> dict[str, str]:
        """No name is left out: a trigger can be given a name like those of SQLite's own."""
        columns = ", ".join(
            f"substr(CAST({name} AS TEXT), 1, {LONGEST})" for name in ("type", "name", "tbl_name", "sql")
        )
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM sqlite_schema LIMIT {MOST_NAMES + 1}").all()
        counted = [(TOO_MANY, f"more than {MOST_NAMES}")] if len(rows) > MOST_NAMES else []
        definitions = (
            (f"{kind} {name}", _definition(table, sql))
            for kind, name, table, sql in rows
            if not _is_of_a_tool(kind, name, table, sql) and not self._is_foreign(kind, name, table)
        )
        return by_name([*definitions, *counted])

    def _is_foreign(self, kind: str, name: str, table: str) -> bool:
        """Whether it is one that the operator names, or an index of one; nothing on a table of this release is.

        A trigger has to be named itself.
        """
        named = name if kind == "trigger" else table
        return named in self.foreign and table.lower() not in OWN

    def on_tables(self, connection: Connection, names: Collection[str]) -> set[str]:
        """Those of the tables of this release: SQLite itself holds a definition to the names in its row.

        Also that there are too many to look at, among which anything may be.
        """
        own = ", ".join(f"'{name}'" for name in OWN)
        query = f"SELECT type || ' ' || name FROM sqlite_schema WHERE lower(tbl_name) IN ({own}) LIMIT {MOST_NAMES}"
        return set(names) & {TOO_MANY, *(name for (name,) in connection.exec_driver_sql(query))}

    def expected_schema(self, make: Callable[[Connection, Database, str], None], step: str) -> dict[str, str]:
        with create_engine("sqlite://").begin() as connection:
            make(connection, self, step)
            return self.schema(connection)

    def why(self, error: BaseException) -> str:
        """SQLite does not say why it cannot open a file."""
        return f"{error}: {why_not_opened(self.path, self._writes)}" if str(error) == CANNOT_OPEN else str(error)

    def is_full(self, error: BaseException) -> bool:
        return getattr(error, "sqlite_errorcode", None) in _FULL or "disk is full" in str(error)

    def _files(self) -> list[Path]:
        wal = Path(f"{os.path.realpath(self.path)}-wal")
        return [self.path, wal] if wal.exists() else [self.path]  # a system without shared memory has none


def _is_of_a_tool(kind: str, name: str, table: str, sql: str | None) -> bool:
    return (kind, table) == ("table", name) and sql is not None and sql == _OF_TOOLS.get(name)


def _definition(table: str, sql: str | None) -> str:
    """The statement, however it is broken into lines; what SQLite makes by itself has none, only its table.

    Only SQLite's own white space is normalised: a no-break space is a letter to it, and would make another name.
    """
    return re.sub(r"[ \t\n\f\r]+", " ", sql) if sql else f"made for {table}"


def append_only(table: Table) -> Iterator[str]:
    """Triggers that refuse whatever changes or removes a row.

    INSERT OR REPLACE deletes the row with the same key; the last trigger refuses it before that happens.
    """
    name = table.name
    for verb in ("UPDATE", "DELETE"):
        refusal = f"SELECT RAISE(ABORT, '{name} is append-only: no {verb}')"
        yield f"CREATE TRIGGER IF NOT EXISTS {name}_no_{verb.lower()} BEFORE {verb} ON {name} BEGIN {refusal}; END"
    refusal = f"SELECT RAISE(ABORT, '{name} is append-only: the row is there')"
    taken = " OR ".join(_same_key(columns) for columns in _keys(table))
    yield (
        f"CREATE TRIGGER IF NOT EXISTS {name}_no_replace BEFORE INSERT ON {name} "
        f"WHEN EXISTS (SELECT 1 FROM {name} WHERE {taken}) BEGIN {refusal}; END"
    )


def _connect(path: Path, begin: str, pool_size: int, reading: dict[str, str] | None) -> AsyncEngine:
    """Connections whose transactions start with `begin`: a writer takes its lock at once (BEGIN IMMEDIATE).

    A deferred transaction that reads first and writes later fails with "locked" as soon as another one wrote between.
    """
    url = URL.create("sqlite+aiosqlite", database=str(path))
    if reading is not None:
        url = url.set(database=path.absolute().as_uri(), query={"uri": "true", **_read_only(reading)})
    pragmas = _pragmas(reading)
    limited = {"factory": partial(limits.LimitedConnection, path=path)}
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        connect_args=limited,
        pool_reset_on_return=None,  # whoever begins a transaction ends it: to ask again takes a turn of the thread
        hide_parameters=True,  # an error of a statement may end up in the log, and its values are a company's
    )
    event.listen(engine.sync_engine, "connect", lambda connection, _: _set_up_adapted(connection, pragmas))
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _own_connection(path: Path, *pragmas: str, reading: dict[str, str] | None = None) -> sqlite3.Connection:
    """A connection for who uses it without SQLAlchemy, on one thread at a time."""
    factory: Any = partial(limits.LimitedConnection, path=path)
    name = str(path) if reading is None else f"{path.absolute().as_uri()}?{urlencode(_read_only(reading))}"
    connection: sqlite3.Connection = sqlite3.connect(
        name, uri=reading is not None, factory=factory, check_same_thread=False
    )
    connection.text_factory = _text
    _set_up(connection, (*_pragmas(reading), *pragmas))
    return connection


def _read_only(reading: dict[str, str]) -> dict[str, str]:
    """What follows the name of a file that is opened as `how_to_read` says."""
    return {"mode": "ro", **reading}


def _pragmas(reading: dict[str, str] | None) -> tuple[str, ...]:
    if reading is None:
        return PRAGMAS
    return (*(["PRAGMA locking_mode=EXCLUSIVE"] if "vfs" in reading else []), *READING_PRAGMAS)


def _rows(statements: Sequence[tuple[str, list[Any]]], connection: sqlite3.Connection) -> list[list[Row]]:
    return [connection.execute(*statement).fetchall() for statement in statements]


def _set_up(connection: Any, pragmas: Sequence[str]) -> None:
    connection.isolation_level = None  # transactions begin where they are said to, not where the driver guesses
    cursor = connection.cursor()
    for statement in (*pragmas, limits.READ_SCHEMA):
        cursor.execute(statement)
    cursor.close()


def _set_up_adapted(connection: Any, pragmas: Sequence[str]) -> None:
    connection.driver_connection.text_factory = _text
    _set_up(connection, pragmas)


def _text(stored: bytes) -> str:
    """Text of a damaged page is read, and a verification sees that it differs; strict decoding would only fail."""
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored.decode(errors="backslashreplace")


def _keys(table: Any) -> Iterator[list[str]]:
    yield [column.name for column in table.primary_key]
    for constraint in table.constraints:
        if constraint.__visit_name__ == "unique_constraint":
            yield [column.name for column in constraint.columns]


def _same_key(columns: list[str]) -> str:
    return "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + ")"
