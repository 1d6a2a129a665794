"""`make golden`: pin the documents of today's code, unless one changed under a name that promises it did not."""

import asyncio
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from seawall.clients.client import StressClient
from tests.golden import pinned
from tests.server.running import running

REFUSED = """refused: these documents would change their bytes, and so their ids, in silence.
A changed figure or sentence takes a new name: MODEL for executions, METHOD for reports and for assessments."""


def main(folder: Path = pinned.FOLDER) -> int:
    """Pins the documents of today's code in a folder."""
    return repin(asyncio.run(made()), folder)


def repin(made: dict[str, bytes], folder: Path) -> int:
    """Rewrites the documents and the index in a folder; 1 where that is refused, and then nothing is written."""
    before = pinned.pinned(folder) if (folder / "INDEX").exists() else {}
    refused = list(pinned.refusals(before, made))
    if refused:
        print(REFUSED, *refused, sep="\n  ", file=sys.stderr)
        return 1
    pinned.pin(made, folder)
    changed = sum(before.get(name) != body for name, body in made.items())
    print(f"{len(made)} documents are pinned, {changed} of them new or changed")
    return 0


async def made() -> dict[str, bytes]:
    """Every document that is pinned, by its name, as a server of today's code makes it."""
    with TemporaryDirectory() as folder:
        async with running(Path(folder) / "seawall.db") as server, StressClient(server.address) as client:
            return await pinned.bodies(client, await pinned.stored(client))


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # the server says where its key is, which goes with it
    sys.exit(main())
