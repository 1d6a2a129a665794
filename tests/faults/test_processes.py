"""Servers that are killed while they write, and servers that share a database."""

import asyncio
from pathlib import Path

from seawall.server.store.opening import LogFiles
from tests.faults.scale import luck, times
from tests.faults.servers import Acknowledged, started
from tests.places import Place, postgres_place

CALLERS, EACH = 8, 20  #: callers at once, and what each of them executes


async def test_a_killed_server_loses_nothing_that_it_acknowledged(place, say):
    kills = times(2, 40) if isinstance(place.database, Path) else times(1, 20)
    acknowledged, random = Acknowledged(place), luck()
    for number in range(kills):
        async with started(place) as (process, address):
            first = [(number * CALLERS + caller) * EACH for caller in range(CALLERS)]
            calls = [asyncio.create_task(acknowledged.execute(address, range(day, day + EACH))) for day in first]
            await acknowledged.until(len(acknowledged.receipts) + random.randint(1, 3 * EACH))
            await asyncio.sleep(random.uniform(0, 0.01))
            process.kill()
            await asyncio.gather(*calls)
    async with started(place):
        pass
    say(f"{kills} kills, {await acknowledged.check()}")


async def test_two_servers_on_one_postgresql_write_one_log_without_a_gap_or_a_fork(postgres, tmp_path, say):
    clients, each = times(16, 64), times(3, 10)
    place = postgres_place(postgres, tmp_path)
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other"))
    acknowledged = Acknowledged(place)
    async with started(place) as (_, first), started(other) as (_, second):
        addresses = (first, second)
        days = [range(client * each, client * each + each) for client in range(clients)]
        await asyncio.gather(*(acknowledged.execute(addresses[client % 2], days[client]) for client in range(clients)))
    assert acknowledged.failed == []
    assert len(acknowledged.receipts) == clients * each
    say(f"2 servers, {clients} clients, {await acknowledged.check()}")
