"""`python -m tests.faults.writing DATABASE KEY CHECKPOINTS FIRST`: a server of several tenants without a socket.

It stores for each of them at once and prints what it acknowledged, a line of JSON each, until it is killed.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from seawall.server.store.opening import LogFiles
from seawall.server.store.store import Store
from tests.log.stores import companies

TENANTS = ("acme", "other")


async def write(database: str, key: str, checkpoints: str, first: int) -> None:
    """Stores documents of each tenant from a number on."""
    place = database if "://" in database else Path(database)
    store = Store(place, LogFiles(Path(key), Path(checkpoints)))
    await store.open()

    async def of(tenant: str) -> None:
        number = first
        while True:
            (stored,) = await store.of(tenant).append(companies(1, first=number))
            acknowledged = {"tenant": tenant, "address": stored.address, "receipt": stored.receipt}
            print(json.dumps(acknowledged), flush=True)
            number += 1

    await asyncio.gather(*map(of, TENANTS))


def main(arguments: Sequence[str]) -> None:
    """Writes as the arguments say."""
    database, key, checkpoints, first = arguments
    asyncio.run(write(database, key, checkpoints, int(first)))


if __name__ == "__main__":
    main(sys.argv[1:])
