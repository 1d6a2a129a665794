"""The database that an operator names: a PostgreSQL URL, or the path of a SQLite file."""

from collections.abc import Collection
from pathlib import Path

from .database import Database, DatabaseRefused
from .sqlite import OWN, Sqlite

POSTGRES_SCHEMES = ("postgresql://", "postgresql+asyncpg://", "postgres://")


class DriverMissing(RuntimeError):
    """The driver for PostgreSQL is not installed."""


def database_of(name: str | Path, *, read_only: bool = False, foreign: Collection[str] = ()) -> Database:
    """The database of a URL or a path; nothing is opened yet.

    With `read_only` a SQLite file must exist, and is not changed; in PostgreSQL the role decides what may be written.
    Raises `DatabaseRefused` for any other URL, and where a table of this release is named as `foreign`; `DriverMissing`
    if PostgreSQL's driver is not installed.
    """
    database = _opened_later(name, read_only)
    if own := sorted(set(OWN) & {each.lower() for each in foreign}):
        raise DatabaseRefused(f"--foreign: found {', '.join(own)}, allowed: names that are not of Seawall's own tables")
    database.foreign = frozenset(foreign)
    return database


def _opened_later(name: str | Path, read_only: bool) -> Database:
    scheme, separator, after_scheme = str(name).partition("://")
    if f"{scheme}{separator}" in POSTGRES_SCHEMES:
        return _postgres(f"postgresql://{after_scheme}")
    if separator:  # what follows the scheme is not repeated: it may hold a password
        raise DatabaseRefused(f"found {scheme}://, allowed: postgresql://USER@HOST/NAME, or the path of a SQLite file")
    return Sqlite(Path(name), read_only=read_only)


def _postgres(url: str) -> Database:
    """The driver comes with the postgres extra, and is only loaded where it is used."""
    try:
        from .postgres import Postgres
    except ModuleNotFoundError as missing:
        if missing.name != "asyncpg":
            raise
        raise DriverMissing(
            "PostgreSQL needs its driver (no asyncpg): python -m pip install 'seawall[postgres]'"
        ) from None
    return Postgres(url)
