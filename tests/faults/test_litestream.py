"""Litestream itself, where it is installed: it replicates a database that is written, and both verify."""

import asyncio
import shutil
from dataclasses import replace

import pytest

from tests.faults.scale import times
from tests.log.stores import all_verified, companies, filled, opened
from tests.places import sqlite_place

pytestmark = pytest.mark.skipif(not shutil.which("litestream"), reason="litestream is not on this machine")


async def litestream(*arguments):
    nowhere = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec("litestream", *arguments, stdout=nowhere, stderr=nowhere)


async def test_a_database_that_litestream_replicates_has_no_finding_and_neither_has_its_replica(tmp_path, say):
    place, commits = sqlite_place(tmp_path), times(20, 500)
    replica = f"file://{tmp_path}/replica"
    await filled(place)
    replicating = await litestream("replicate", str(place.database), replica)
    try:
        async with opened(place) as store:
            for number in range(commits):
                await store.append(companies(1, first=100 + number))
        async with asyncio.timeout(60):
            while not place.rows("SELECT name FROM sqlite_schema WHERE name = '_litestream_seq'"):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await asyncio.sleep(2)  # it copies every second
    finally:
        replicating.terminate()
        await replicating.wait()
    notes = {tenant: place.files.checkpoint_of(tenant).read_text() for tenant in place.files.tenants()}
    assert (await all_verified(place, notes))[0] == []
    restored = replace(place, database=tmp_path / "restored.db")
    assert await (await litestream("restore", "-o", str(restored.database), replica)).wait() == 0
    findings, result = await all_verified(restored, notes)
    assert findings == []
    say(f"{commits} commits replicated, {result.records} records, 0 findings in the database and in its replica")
