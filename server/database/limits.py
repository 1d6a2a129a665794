"""Limits on what a SQLite file costs whoever opens it: anybody may have written it, and to make it endless.

SQLite asks them itself, from the schema on, which it reads before any statement. A statement that meets one ends with
an error of the database that says which.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

LARGEST_VALUE = 32 * 2**20  #: bytes of a value or a row: the price of one call keeps every document below half of it
MEMORY_BYTES = 192 * 2**20  #: of all that SQLite needs at once, in a process
STEPS = 20_000_000  #: of its virtual machine for one statement, and for each byte of the file:
STEPS_A_BYTE = 4  #: a row of a hundred bytes costs a check of everything about two hundred
STEPS_AT_ONCE = 1_000_000
SCHEMA_STEPS = 50_000  #: to read a schema, which is done by `READ_SCHEMA`: enough for thousands of tables
BLOCK_BYTES = 512  #: of `st_blocks`, whatever the disk's own are
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LARGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 2**17,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 10,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
}
PRAGMAS = (
    f"PRAGMA hard_heap_limit={MEMORY_BYTES}",
    "PRAGMA trusted_schema=OFF",  # no function with side effects in a view, a trigger or an index
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",  # a file that is cut while it is read must be an error, not the end of the process
)

#: The last statement that sets a connection up: from then on its statements are about rows.
READ_SCHEMA = "SELECT 1 FROM sqlite_schema LIMIT 1"

P = ParamSpec("P")
R = TypeVar("R")


class LimitReached(sqlite3.OperationalError):
    """A statement that would have cost too much."""


class LimitedCursor(sqlite3.Cursor):
    """Each statement gets its steps anew."""

    connection: "LimitedConnection"

    def execute(self, sql: str, /, *parameters: Any) -> "LimitedCursor":
        self.connection.steps = 0
        self._limited(super().execute, sql, *parameters)
        if sql == READ_SCHEMA:
            self.connection.allow(STEPS, STEPS_A_BYTE, STEPS_AT_ONCE)
        return self

    def executemany(self, sql: str, /, *parameters: Any) -> "LimitedCursor":
        self.connection.steps = 0
        self._limited(super().executemany, sql, *parameters)
        return self

    def fetchone(self) -> Any:
        return self._limited(super().fetchone)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._limited(super().fetchmany, size or self.arraysize)

    def fetchall(self) -> list[Any]:
        return self._limited(super().fetchall)

    def _limited(self, method: Callable[P, R], *arguments: P.args, **options: P.kwargs) -> R:
        """What the method gives; its end at a limit is the database's trouble, and says which limit."""
        try:
            return method(*arguments, **options)
        except MemoryError:
            raise LimitReached(f"it takes more than {MEMORY_BYTES:,} bytes of memory") from None
        except sqlite3.OperationalError:
            if self.connection.steps < self.connection.most_steps():
                raise
            raise LimitReached(f"it takes more than {self.connection.most_steps():,} steps") from None


class LimitedConnection(sqlite3.Connection):
    """A connection to a file that anybody may have written."""

    def __init__(self, *arguments: Any, path: Path, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._path = path
        self.steps = 0  #: that the running statement has taken
        for limit, value in LIMITS.items():
            self.setlimit(limit, value)
        self.allow(SCHEMA_STEPS, 0, SCHEMA_STEPS)

    def cursor(self, *_: Any) -> Any:
        return super().cursor(LimitedCursor)

    def execute(self, sql: str, /, *parameters: Any) -> Any:
        """On such a cursor: else the steps of one statement would count for all that follow it."""
        return self.cursor().execute(sql, *parameters)

    def executemany(self, sql: str, /, *parameters: Any) -> Any:
        """Likewise."""
        return self.cursor().executemany(sql, *parameters)

    def allow(self, steps: int, steps_a_byte: int, at_once: int) -> None:
        """Limits each statement from now on, and counts so many steps at once."""
        self._base, self._a_byte, self._at_once = steps, steps_a_byte, at_once
        self.set_progress_handler(self._goes_too_far, at_once)

    def most_steps(self) -> int:
        """That a statement may take, on the file and its -wal as large as they are on the disk: a hole is no row."""
        files = (self._path, Path(f"{os.path.realpath(self._path)}-wal"))
        return self._base + self._a_byte * sum(BLOCK_BYTES * file.stat().st_blocks for file in files if file.exists())

    def _goes_too_far(self) -> bool:
        """Whether the statement ends here."""
        self.steps += self._at_once
        return self.steps >= self.most_steps()
