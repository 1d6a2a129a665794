"""`python -m tests.expected_schema`: writes what a real PostgreSQL tells of each step's tables, after they changed.

Read the difference before it is committed: everything in it is what a verification takes for right from then on.
"""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from seawall.server import postgres, schema
from seawall.server.databases import database_of
from tests import places


def main() -> None:
    with places.postgres() as server, TemporaryDirectory() as folder:
        told = asyncio.run(_told(places.postgres_place(server, Path(folder), template="template0")))
    Path("server/migrations", postgres._EXPECTED.name).write_text(
        json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


async def _told(place: places.Place) -> dict[str, str]:
    database = database_of(place.database)
    await schema.upgrade(database)
    async with database.reader.connect() as connection:
        told = await connection.run_sync(database.schema)
    await database.dispose()
    return told


if __name__ == "__main__":
    main()
