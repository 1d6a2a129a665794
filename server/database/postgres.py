"""PostgreSQL: several servers on one database, which must not lose what it acknowledged."""

import json
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import URL, Connection, Table, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from .commits import Commits
from .database import READERS, Database, DatabaseRefused, by_name
from .postgres_commits import DRIVER_ERRORS, PostgresCommits, lock_of
from .statements import Read, Row

LOCK_TIMEOUT_MS = 5_000  #: how long one server waits for another
READ_TIMEOUT_MS = 10_000  #: for one statement of a call that reads, or of health
AUDIT_TIMEOUT_MS = 3_600_000  #: for one of an audit, which reads everything
ANSWER_TIMEOUT_MS = 5_000  #: how much longer to wait for a PostgreSQL that does not end the statement itself
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")  #: none of them may be off
_SCHEMA = Path(__file__).parent / "migrations" / "postgres_schema.sql"
_EXPECTED = _SCHEMA.with_suffix(".json")
_FOREIGN = re.compile("table|view|materialized view|sequence|index|column|constraint|owner of|privilege of .* on")
_DISK_FULL = ("53100",)
_FUNCTION = """CREATE OR REPLACE FUNCTION seawall_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '% is append-only: no %', TG_TABLE_NAME, TG_OP; END$$"""


class Postgres(Database):
    """One database of a server that several Seawall servers may share."""

    upgrades_itself = makes_its_key = keeps_any_value = False
    driver_errors = DRIVER_ERRORS
    broken_rules = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError)

    def __init__(self, url: str, timeout_ms: int | None = None) -> None:
        """`timeout_ms` is for a statement that reads."""
        super().__init__()
        self._url, parsed = url, _parsed(url)
        self.name = _name(parsed)
        self.writer = _connect(parsed, pool_size=1)
        self.reader = _connect(parsed, READERS, READ_TIMEOUT_MS if timeout_ms is None else timeout_ms)

        self.commits: Commits = PostgresCommits(self._own_connection, self.writer.dialect)

    async def _own_connection(self) -> Any:
        """A connection for who uses it without SQLAlchemy; its waits for a lock have a limit."""
        arguments, options = self.writer.dialect.create_connect_args(self.writer.url)
        settings = {"lock_timeout": f"{LOCK_TIMEOUT_MS}"}
        return await asyncpg.connect(*arguments, **options, server_settings=settings)

    async def read(self, *reads: Read) -> list[list[Row]]:
        async with self.reader.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                every = [(statement.on(self.reader.dialect), values) for statement, values in reads]
                return [await driver.fetch(compiled.text, *compiled.values(values)) for compiled, values in every]
            except (*DRIVER_ERRORS, OSError):
                await connection.invalidate()  # what state it is in, nobody knows
                raise

    @asynccontextmanager
    async def auditing(self) -> AsyncIterator[Database]:
        """Connections of their own, so that calls do not wait for those of an audit."""
        database = Postgres(self._url, AUDIT_TIMEOUT_MS)
        database.foreign = self.foreign
        try:
            yield database
        finally:
            await database.dispose()

    async def lock(self, connection: AsyncConnection, *tenants: str) -> None:
        """Statements of their own: if one also read a log, it would see that as it was before the wait for its lock.

        Every server takes the locks in the same order, so that no two wait for each other. The wait has a limit: the
        server that holds a lock may have been suspended.
        """
        await connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        for number in sorted(map(lock_of, tenants)):
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": number})

    async def check_durability(self) -> None:
        async with self.writer.connect() as connection:
            for setting in SETTINGS:
                value = (await connection.execute(text(f"SHOW {setting}"))).scalar_one()
                if value == "off":
                    raise DatabaseRefused(f"{self.name} has {setting} off: it could lose what it acknowledged")

    def check_place(self) -> None:
        """A connection leads to one database for as long as it lasts."""

    def append_only(self, table: Table) -> Iterator[str]:
        return append_only(table)

    def drop_append_only(self, connection: Connection) -> None:
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS seawall_append_only()")

    def integrity(self, connection: Connection, alone: bool) -> list[str]:
        """None: PostgreSQL has no check that an ordinary role may run; `pg_amcheck` is for the owner."""
        return []

    def has_table(self, connection: Connection, name: str) -> bool:
        return inspect(connection).has_table(name)

    def on_tables(self, connection: Connection, names: Collection[str]) -> set[str]:
        """None: the owner of a server of PostgreSQL is no stranger, and each statement has its time."""
        return set()

    def schema(self, connection: Connection) -> dict[str, str]:
        rows = connection.exec_driver_sql(_SCHEMA.read_text(encoding="utf-8"))
        return by_name((name, definition) for name, definition in rows if not self._is_foreign(name, definition))

    def _is_foreign(self, name: str, definition: str) -> bool:
        """Whether it is one that the operator names, or a part of one: no trigger, rule or policy is, nor what is on a
        table of this release, nor a table whose rows are read with its."""
        kind, _, thing = name.rpartition(" ")
        if kind == "index":
            thing = definition.partition(" ON ")[2].partition(" ")[0]
        return bool(_FOREIGN.fullmatch(kind)) and thing.partition(".")[0] in self.foreign

    def expected_schema(self, make: Callable[[Connection, Database, str], None], step: str) -> dict[str, str]:
        """From a file made when this release was tested: a role that only reads can make no tables to compare with."""
        return dict(json.loads(_EXPECTED.read_text(encoding="utf-8"))[step])

    def is_full(self, error: BaseException) -> bool:
        return getattr(error, "sqlstate", None) in _DISK_FULL


def _parsed(url: str) -> URL:
    """The parts of a URL. Of a wrong one nothing is repeated: it may break in the middle of a password."""
    try:
        parsed = make_url(url)
        if "@" in (parsed.host or ""):
            raise ValueError("the password ends too early")
    except (ArgumentError, ValueError):
        text = "found no postgresql://USER:PASSWORD@HOST:PORT/NAME; in a password write @ as %40"
        raise DatabaseRefused(text) from None
    return parsed.set(drivername="postgresql+asyncpg")


def _name(url: URL) -> str:
    """The URL without a password, also where that is in the query."""
    secret = {key: "hidden" for key in url.query if "pass" in key.lower()}
    return url.update_query_dict(secret).render_as_string(hide_password=True)


def _connect(url: URL, pool_size: int, timeout_ms: int | None = None) -> AsyncEngine:
    """In any stricter isolation a transaction would see the log as it was before it waited for the lock."""
    options: dict[str, Any] = {}
    if timeout_ms is not None:
        options["server_settings"] = {"statement_timeout": f"{timeout_ms}"}
        options["command_timeout"] = (timeout_ms + ANSWER_TIMEOUT_MS) / 1_000
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # an error of a statement may end up in the log, and its values are a company's
        connect_args=options,
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, *_: Any) -> None:
    """A connection that was lost is replaced. The driver knows of it: to ask the server takes three turns."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def append_only(table: Table) -> Iterator[str]:
    """Triggers that refuse whatever changes or removes a row, also in a session that replicates."""
    name = table.name
    yield _FUNCTION
    for verbs, level in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        trigger = f"{name}_no_{verbs.rpartition(' ')[2].lower()}"
        yield (
            f"CREATE TRIGGER {trigger} BEFORE {verbs} ON {name} FOR EACH {level} EXECUTE FUNCTION seawall_append_only()"
        )
        yield f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {trigger}"
