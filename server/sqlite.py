"""All that is particular to SQLite: setting up connections, beginning transactions, keeping rows as they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_TIMEOUT_MS = 5_000  #: how long one server waits for another on the same file
PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # with NORMAL, acknowledged commits are lost in a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE deletes without meeting the DELETE trigger
    "PRAGMA trusted_schema=OFF",
)


def connect(path: Path, begin: str, pool_size: int) -> AsyncEngine:
    """Connections whose transactions start with `begin`: a writer takes its lock at once (BEGIN IMMEDIATE).

    A deferred transaction that reads first and writes later fails with "locked" as soon as another one wrote between.
    """
    url = URL.create("sqlite+aiosqlite", database=str(path))
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0)
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `connect` says, not where the driver guesses
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def append_only(metadata: MetaData) -> Iterator[str]:
    """Triggers that refuse, for every table, whatever would change or remove a row.

    INSERT OR REPLACE removes the row that is in its way; the last trigger refuses it before that happens.
    """
    for table in metadata.sorted_tables:
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


def _keys(table: Any) -> Iterator[list[str]]:
    yield [column.name for column in table.primary_key]
    for constraint in table.constraints:
        if constraint.__visit_name__ == "unique_constraint":
            yield [column.name for column in constraint.columns]


def _same_key(columns: list[str]) -> str:
    return "(" + " AND ".join(f"{column} = NEW.{column}" for column in columns) + ")"
