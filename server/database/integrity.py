"""What is wrong with the pages of a SQLite file, whoever wrote it.

SQLite's own check follows a tree however deep, to the end of its stack; a cursor stops where it is too deep. So every
tree is walked first, which is bounded too where a few pages lead to one another without end.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from .limits import LimitReached


def faults_of_pages(connection: Connection, tables: Sequence[str], alone: bool) -> list[str]:
    """What the walks meet, else what SQLite's check says: of all, or only of these tables where others are beside.

    Raises the driver's `LimitReached` where a tree has no end.
    """
    faults = []
    for name, walk in _walks(connection, tables, alone):
        try:
            connection.exec_driver_sql(walk)
        except DBAPIError as error:
            if isinstance(error.orig, LimitReached):
                raise
            faults.append(f"{name}: {error.orig}")
    return faults or [line for table in (("",) if alone else tables) for line in _check(connection, table)]


def _walks(connection: Connection, tables: Sequence[str], alone: bool) -> Iterator[tuple[str, str]]:
    """Every tree of tables and indexes by its name, with a statement that goes along all of it."""
    rows = connection.exec_driver_sql("SELECT name, tbl_name FROM sqlite_schema WHERE type IN ('table', 'index')")
    for name, table in rows.all():
        if alone or table in tables:
            by = "NOT INDEXED" if name == table else f'INDEXED BY "{name}"'
            yield name, f'SELECT sum(1) FROM "{table}" {by}'


def _check(connection: Connection, table: str) -> list[str]:
    """The faults that SQLite's check finds, and where it ends before its end."""
    lines = []
    try:
        streamed = connection.execution_options(stream_results=True)
        check = f"PRAGMA integrity_check({table})" if table else "PRAGMA integrity_check"
        for (line,) in streamed.exec_driver_sql(check):
            lines.append(str(line))
    except DBAPIError as error:
        lines.append(str(error.orig))
    return lines if lines != ["ok"] else []
