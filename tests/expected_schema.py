"""`python -m tests.expected_schema`: writes how PostgreSQL defines each step's tables, after they changed.

Read the difference before it is committed: a verification takes everything in it for right from then on.
"""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from seawall.server.database import postgres, schema
from seawall.server.database.connect import database_of
from seawall.server.database.migrate import take_steps
from tests import places


def main() -> None:
    with places.postgres() as server, TemporaryDirectory() as folder:
        expected = {step: asyncio.run(_definitions(server, Path(folder), step)) for step in schema.KNOWN}
    text = json.dumps(expected, indent=1, sort_keys=True) + "\n"
    Path("server/database/migrations", postgres._EXPECTED.name).write_text(text, encoding="utf-8")


async def _definitions(server: str, folder: Path, step: str) -> dict[str, str]:
    database = database_of(places.postgres_place(server, folder, template="template0").database)
    async with database.writer.begin() as connection:
        await connection.run_sync(take_steps, database, "", step)
        definitions = await connection.run_sync(database.schema)
    await database.dispose()
    return definitions


if __name__ == "__main__":
    main()
