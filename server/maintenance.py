"""What an operator does beside serving: make and replace keys, bring a database up to date, check it."""

from pathlib import Path

from seawall.server import schema
from seawall.server.database import Database
from seawall.server.databases import database_of
from seawall.server.log import keys
from seawall.server.log.opening import LogFiles, files_of
from seawall.server.verification.findings import Finding, Result
from seawall.server.verification.verify import verify

FAULTY = 1


def keygen(path: Path, name: str | None, rotate: bool, retire: bool) -> int:
    """Makes or replaces a key and prints every public half, for those who check."""
    if rotate:
        held = keys.rotated(path)
    elif retire:
        held = keys.retired(path)
    else:
        held = keys.make(path, name)
    for verifier in held.verifiers:
        print(verifier)
    return 0


async def upgrade(told: str) -> int:
    """Creates what is missing."""
    database = database_of(told)
    with database.told_apart():
        await schema.upgrade(database)
        await database.dispose()
    print(f"{database.name} stands at step {schema.LATEST}")
    return 0


async def check(told: str) -> int:
    """Whether the tables are those of this release, and each as it must be."""
    database = database_of(told)
    with database.told_apart():
        await schema.check(database)
        async with database.reader.connect() as connection:
            faults = await connection.run_sync(schema.faults_in_schema, database)
        await database.dispose()
    for where, told_of in faults:
        print(f"{where}: {told_of}")
    print(f"{database.name} stands at step {schema.LATEST}, {len(faults)} faults")
    return FAULTY if faults else 0


async def verify_all(told: str, files: LogFiles | None) -> int:
    """Everything, also where a server refuses to start."""
    database: Database = database_of(told)
    held = keys.load((files or files_of(database)).key)
    findings = 0
    async for event in verify(database, held):
        match event:
            case Finding():
                findings += 1
                print(f"{event.kind.name} {event.where}: {event.description}")
            case Result():
                print(f"{event.documents} documents, {event.records} records, {event.findings} findings")
    await database.dispose()
    return FAULTY if findings else 0
