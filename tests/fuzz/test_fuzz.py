"""No input is INTERNAL: a fixed number of calls from fixed seeds, and every case that was ever found."""

import pytest

from tests.fuzz import cases
from tests.fuzz.run import Tally, begun, fuzz, play

SEEDS = (1, 2)
CALLS = 1200  #: for each seed


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_call_is_answered_otherwise_than_documented(seed):
    tally = Tally()
    await fuzz(seed, CALLS, tally, lambda *_: None)
    assert [(find.trial, find.what) for find in tally.faults] == []
    never = {method for method in tally.attempts if not tally.ok[method]}
    assert never == set(), "what is always refused is not tried"


async def test_what_was_found_once_is_answered_as_documented():
    tally = Tally()
    paths = sorted(cases.FOLDER.glob("*.json"))
    async with begun(tally) as (server, stored):
        for path in paths:
            _, calls = cases.read(path)
            await play(server, cases.played_again(calls, stored), path.name, tally, stored.ids)
    assert paths
    assert [(find.trial, find.what) for find in tally.faults] == []
