"""What the store needs of any database: connections, one writer at a time, rows that never change."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from errno import EDQUOT, EFBIG, ENOSPC

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ..refusals import CallRefused, Trouble
from .commits import Addition, Commits
from .statements import Read, Row

READERS = 4
_NO_SPACE = (ENOSPC, EDQUOT, EFBIG)


class StoreUnavailable(CallRefused):
    """The database cannot be reached, is locked, or is no longer where it was opened."""

    reason, retry_seconds, operator_reads = Trouble.STORE_UNAVAILABLE, 1, True
    text = "The database cannot be reached. Retry."


class StoreFull(CallRefused):
    """There is no space for a commit. Nothing of it is stored, and what is stored can be read."""

    reason, operator_reads = Trouble.STORE_FULL, True
    retry_seconds = 5  #: longer than the writer's pause: by then it tries the disk again
    text = "No space is left: nothing of this call is stored. What is stored can be read. Retry once there is space."


class DatabaseRefused(RuntimeError):
    """A database that could lose what it acknowledged, or that has other tables than this release makes."""


class Database(ABC):
    """One database: an engine that writes, one that reads, and what the store commits on."""

    name: str  #: for messages, without a password
    #: What its operator says is of other programs, by name: no fault where it stands beside the evidence.
    foreign: frozenset[str] = frozenset()
    writer: AsyncEngine
    reader: AsyncEngine
    commits: Commits
    driver_errors: tuple[type[Exception], ...]  #: what the driver raises past SQLAlchemy
    broken_rules: tuple[type[Exception], ...]  #: those of them that are about the values
    #: Whether a server upgrades the tables as it starts; else its role may not, and the owner does.
    upgrades_itself: bool
    #: Whether a server makes the key of a new log, which one machine can; several servers need the same key.
    makes_its_key: bool
    #: Whether a file that somebody else has written may have any value in any column.
    keeps_any_value: bool

    def __init__(self) -> None:
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes, when it is its turn among those of this process; it ends with the block."""
        async with self._writing, self.writer.begin() as connection:
            yield connection

    async def commit(self, addition: Addition) -> None:
        """The same for what the store commits."""
        async with self._writing:
            await self.commits.commit(addition)

    @abstractmethod
    async def read(self, *reads: Read) -> list[list[Row]]:
        """What each of the statements gives, of what is committed."""

    @abstractmethod
    async def lock(self, connection: AsyncConnection, *tenants: str) -> None:
        """Makes the transaction the only one that writes for these, before it reads the heads of their logs."""

    @abstractmethod
    async def check_durability(self) -> None:
        """Raises `DatabaseRefused` if an acknowledged commit could be lost."""

    @abstractmethod
    def check_place(self) -> None:
        """Raises `StoreUnavailable` unless the database is still the one that was opened."""

    @abstractmethod
    def append_only(self, table: Table) -> Iterator[str]:
        """The statements after which the database itself refuses to change or remove a row of the table."""

    @abstractmethod
    def integrity(self, connection: Connection, alone: bool) -> list[str]:
        """What the database finds wrong with its own pages and indexes; `alone` where it has no other tables."""

    @abstractmethod
    def has_table(self, connection: Connection, name: str) -> bool:
        """Whether there is a table of this name; a view is none."""

    @abstractmethod
    def schema(self, connection: Connection) -> dict[str, str]:
        """Everything that decides what a table takes, keeps and shows: its definition in the database, by name."""

    @abstractmethod
    def on_tables(self, connection: Connection, names: Collection[str]) -> set[str]:
        """Which of these things in the schema could make it endless to read or to add a row."""

    @abstractmethod
    def expected_schema(self, make: "Callable[[Connection, Database, str], None]", step: str) -> dict[str, str]:
        """The same of a new database that took the steps up to this one."""

    def why(self, error: BaseException) -> str:
        """What the driver says, and what it leaves out."""
        return str(error)

    @abstractmethod
    def is_full(self, error: BaseException) -> bool:
        """Whether the driver's error says that there is no space to write."""

    def make_append_only(self, connection: Connection, table: Table) -> None:
        """Adds the triggers of a new table."""
        for statement in self.append_only(table):
            connection.exec_driver_sql(statement)

    @abstractmethod
    def drop_append_only(self, connection: Connection) -> None:
        """Removes what the triggers of tables that were dropped leave behind."""

    @contextmanager
    def errors_translated(self) -> Iterator[None]:
        """Raises `StoreFull` and `StoreUnavailable` for the database's errors; those of the program pass."""
        try:
            yield
        except DBAPIError as error:
            if _of_the_program(error):
                raise
            raise self._trouble(error.orig or error) from error
        except self.driver_errors as error:
            if isinstance(error, self.broken_rules) and not _is_too_big(error):
                raise
            raise self._trouble(error) from error
        except UnicodeDecodeError as error:  # the driver cannot decode its own message
            raise StoreUnavailable(f"{self.name} is damaged: {error}") from error
        except (PoolTimeout, OSError) as error:
            if isinstance(error, OSError) and error.errno in _NO_SPACE:
                raise StoreFull(f"{self.name}: {error}") from error
            raise StoreUnavailable(f"{self.name}: {str(error) or type(error).__name__}") from error

    def _trouble(self, error: BaseException) -> CallRefused:
        if self.is_full(error):
            return StoreFull(f"{self.name}: {error}")
        return StoreUnavailable(f"{self.name}: {self.why(error)}")

    @asynccontextmanager
    async def auditing(self) -> "AsyncIterator[Database]":
        """The same database, for who reads everything and takes the time that it takes."""
        yield self

    async def dispose(self) -> None:
        """Closes every connection."""
        await self.commits.close()
        await self.writer.dispose()
        await self.reader.dispose()


def by_name(definitions: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Definitions by name. A name that comes twice has both, so that neither hides behind the other."""
    schema: dict[str, str] = {}
    for name, definition in definitions:
        schema[name] = f"{schema[name]}; and again: {definition}" if name in schema else definition
    return schema


def _of_the_program(error: DBAPIError) -> bool:
    """Whether the values are wrong. All else, from a lost connection to a missing table, is the database's trouble:
    drivers report it in many ways."""
    if _is_too_big(error.orig):
        return False
    return isinstance(error, IntegrityError | DataError) and not error.connection_invalidated


def _is_too_big(error: BaseException | None) -> bool:
    """What SQLite says of a value that no release writes."""
    return "too big" in str(error)
