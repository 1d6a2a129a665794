"""Which database a text means: a PostgreSQL URL, or the path of a SQLite file."""

from pathlib import Path

from seawall.server.database import Database
from seawall.server.postgres import Postgres
from seawall.server.sqlite import Sqlite

POSTGRES_SCHEMES = ("postgresql://", "postgresql+asyncpg://", "postgres://")


def database_of(told: str | Path, *, read_only: bool = False) -> Database:
    """The database that a text or a path means; nothing is opened yet.

    A SQLite file to read only must be there and stays as it is; at a server, what may be written is its role's.
    """
    text = str(told)
    if text.startswith(POSTGRES_SCHEMES):
        return Postgres("postgresql" + text[text.index("://") :])
    return Sqlite(Path(told), read_only=read_only)
