"""Which database a text means: a PostgreSQL URL, or the path of a SQLite file."""

from pathlib import Path

from .database import Database, DatabaseRefused
from .sqlite import Sqlite

POSTGRES_SCHEMES = ("postgresql://", "postgresql+asyncpg://", "postgres://")


class DriverMissing(RuntimeError):
    """What speaks to a PostgreSQL server is not installed."""


def database_of(told: str | Path, *, read_only: bool = False) -> Database:
    """The database that a text or a path means; nothing is opened yet.

    A SQLite file to read only must be there and stays as it is; at a server, what may be written is its role's.
    Raises `DatabaseRefused` for any other URL, and `DriverMissing` where PostgreSQL's driver is not installed.
    """
    text = str(told)
    scheme, separator, rest = text.partition("://")
    if f"{scheme}{separator}" in POSTGRES_SCHEMES:
        return _postgres(f"postgresql://{rest}")
    if separator:  # the rest of it is not told: it may hold a password
        raise DatabaseRefused(f"found {scheme}://, allowed: postgresql://USER@HOST/NAME, or the path of a SQLite file")
    return Sqlite(Path(told), read_only=read_only)


def _postgres(url: str) -> Database:
    """The driver comes with the postgres extra, and is loaded for a server that needs it only."""
    try:
        from .postgres import Postgres
    except ModuleNotFoundError as missing:
        if missing.name != "asyncpg":
            raise
        raise DriverMissing(
            "PostgreSQL needs its driver (no asyncpg): python -m pip install 'seawall[postgres]'"
        ) from None
    return Postgres(url)
