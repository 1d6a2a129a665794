"""Backups under write load: each verifies, and has everything that was acknowledged before it began."""

import asyncio
import sqlite3
from contextlib import closing, suppress

from tests.faults.scale import times
from tests.journeys.serving import seawall
from tests.log.stores import companies, opened

TENANTS = ("acme", "other")


async def test_every_backup_that_is_taken_under_write_load_verifies_and_lacks_nothing(place, tmp_path, say):
    count = times(1, 50)  # on each of two databases
    acknowledged: list[str] = []
    before: set[str] = set()

    async def write(store, tenant):
        number = 0
        while True:
            (stored,) = await store.of(tenant).append(companies(1, first=number))
            acknowledged.append(stored.address)
            number += 1

    async with opened(place) as store:
        writers = [asyncio.create_task(write(store, tenant)) for tenant in TENANTS]
        for number in range(count):
            async with asyncio.timeout(60):
                while len(acknowledged) <= len(before):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            before, backup = set(acknowledged), tmp_path / f"backup-{number}"
            done = await seawall("db", "backup", str(backup), *place.arguments)
            assert (done.returncode, "0 findings" in done.stdout) == (0, True), done.stdout + done.stderr
            with closing(sqlite3.connect(f"{(backup / 'evidence.db').as_uri()}?immutable=1", uri=True)) as copy:
                assert before <= {address for (address,) in copy.execute("SELECT address FROM evidence")}
        for writer in writers:
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer
    say(f"{count} backups beside {len(acknowledged)} commits: each verifies, 0 acknowledged before it are missing")
