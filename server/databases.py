"""Which database a text means: a PostgreSQL URL, or the path of a SQLite file."""

from pathlib import Path

from seawall.server.database import Database
from seawall.server.postgres import Postgres
from seawall.server.sqlite import Sqlite

POSTGRES_SCHEMES = ("postgresql://", "postgresql+asyncpg://", "postgres://")


def database_of(told: str | Path) -> Database:
    """The database that a text or a path means; nothing is opened yet."""
    text = str(told)
    if text.startswith(POSTGRES_SCHEMES):
        return Postgres("postgresql" + text[text.index("://") :])
    return Sqlite(Path(told))
