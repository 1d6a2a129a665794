"""Commands on tenants that are killed in the midst of their work, beside a server on the same database."""

import asyncio
import sys
from contextlib import suppress
from time import monotonic

import pytest

from seawall.server.accounts.accounts import Accounts
from seawall.server.accounts.changes import read_register
from tests.faults.scale import LONG, luck
from tests.faults.servers import started
from tests.log.stores import all_verified, opened

COMMAND = (sys.executable, "-m", "seawall.server", "tenants", "add")
ROUNDS, AT_ONCE = 8, 6

pytestmark = pytest.mark.skipif(not LONG, reason="it starts a hundred commands: make faults does")


async def added(place, name, seconds=None):
    """Whether the command said that it added a tenant, before it was killed after so many seconds."""
    nothing = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*COMMAND, name, *place.arguments, stdout=nothing, stderr=nothing)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()
    with suppress(ProcessLookupError):
        process.kill()
    return await process.wait() == 0


async def timed(place, name, seconds):
    """When the command had added a tenant, 0 where it was killed before it said so."""
    return monotonic() if await added(place, name, seconds) else 0.0


async def test_a_command_that_is_killed_makes_all_of_its_change_or_nothing(place, say):
    random, acknowledged, longest = luck(), set(), 5.0
    async with started(place):
        for number in range(ROUNDS):
            begun = monotonic()
            names = [f"t{number}-{each}" for each in range(AT_ONCE)]
            # The last of each round is left to end, and says how long that takes: the others are killed about then.
            limits = [*(random.uniform(0.7, 1.1) * longest for _ in names[1:]), None]
            *done, last = await asyncio.gather(*map(timed, [place] * AT_ONCE, names, limits))
            longest = last - begun
            assert longest > 0
            acknowledged |= {name for name, ended in zip(names, [*done, last], strict=True) if ended}
    register = await read_register(place.database, place.files)
    made = {change.entry.tenant for change in register.tenants()}
    assert acknowledged <= made
    async with opened(place) as store:
        accounts = Accounts(store.operator_documents)
        await accounts.open()
        assert all(accounts.tenant_is_open(name) for name in acknowledged)
    assert (await all_verified(place))[0] == []
    say(f"{ROUNDS * AT_ONCE} commands, {len(made)} tenants made, {len(acknowledged)} acknowledged")
