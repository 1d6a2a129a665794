"""What a verification finds in a store whose sweeps somebody has altered: each kind of row, and what is computed."""

import pytest

from seawall.engine.sweeps import figures
from seawall.engine.sweeps.figures import COLUMNS
from tests.companies import company
from tests.log.stores import verified
from tests.server.running import registered, running
from tests.server.sweeping import created, small_blocks, swept, threads

PLAN = "(SELECT address FROM evidence WHERE kind = 'sweep_plan.v1')"
BLOCK = "(SELECT address FROM sweep_blocks WHERE number = 1)"
OTHER = "sha256:" + "ab" * 32

#: What is done to a complete sweep of three blocks, whose rows are kept, and what is found: kinds, and words of each.
TAMPERING = {
    "nothing": ((), []),
    "a root": (
        ("UPDATE sweep_blocks SET root = zeroblob(32) WHERE number = 1",),
        [("TREE", "root"), ("TREE", "blocks")],
    ),
    "an address": (
        (f"UPDATE sweep_blocks SET address = '{OTHER}' WHERE number = 1",),
        [("WITHOUT_DOCUMENT", "block 1"), ("TREE", "blocks"), ("WITHOUT_RECORD", "no sweep has it")],
    ),
    "a figure": (
        (f"UPDATE evidence SET body = zeroblob(length(body)) WHERE address = {BLOCK}",),
        [("ADDRESS", "its bytes"), ("TREE", "root")],
    ),
    "a shorter block": (
        (f"UPDATE evidence SET body = substr(body, 1, 8) WHERE address = {BLOCK}",),
        [("ADDRESS", "its bytes"), ("COLUMN", "has 8 bytes")],
    ),
    "a block too many": (
        (f"INSERT INTO sweep_blocks VALUES ('local', {PLAN}, 9, '{OTHER}', zeroblob(32))",),
        [("COLUMN", "block 9 is none of its 3")],
    ),
    "a block that is gone": (
        ("DELETE FROM sweep_blocks WHERE number = 2",),
        [("TREE", "blocks"), ("WITHOUT_RECORD", "no sweep has it")],
    ),
    "blocks of no plan": (
        (f"INSERT INTO sweep_blocks VALUES ('local', '{OTHER}', 0, '{OTHER}', zeroblob(32))",),
        [("PARENT", "it has blocks")],
    ),
    "an event": (("UPDATE sweep_events SET event = 'finished'",), [("COLUMN", "event 0 of its sweep is 'finished'")]),
    "an event of no plan": (
        (f"INSERT INTO sweep_events VALUES ('local', '{OTHER}', 0, 'started', '', '')",),
        [("PARENT", "it has events")],
    ),
    "a document that calls itself a block": (
        ("UPDATE evidence SET kind = 'sweep_block.v1' WHERE kind = 'dataset_version.v2'",),
        [("PARENT", "dataset_version_ids[0]"), ("WITHOUT_RECORD", "no sweep has it")],
    ),
}


@pytest.fixture
async def sweep_place(sqlite_place, monkeypatch):
    """A place with a complete sweep of three blocks."""
    small_blocks(monkeypatch)
    threads(monkeypatch)
    async with running(sqlite_place.database, sqlite_place.files) as server:
        ids = [await registered(server, company(company_name=f"Borrower {number}")) for number in range(2)]
        made = await created(server.sweeps, ids)
        await swept(server.sweeps, made.sweep_plan_id)
    return sqlite_place


async def test_every_alteration_of_a_sweep_has_its_findings(sweep_place):
    database, files = sweep_place.database, sweep_place.database.read_bytes()
    for name, (statements, expected) in TAMPERING.items():
        database.write_bytes(files)
        sweep_place.tamper(*statements)
        findings, _ = await verified(sweep_place)
        said = [(finding.kind.name, finding.description) for finding in findings]
        for kind, words in expected:
            assert [each for each in said if each[0] == kind and words in each[1]], (name, said)
        assert bool(said) == bool(expected), (name, said)


async def test_figures_that_were_never_computed_are_found_by_computing_them_again(sweep_place, monkeypatch):
    """Whoever has the key of the log can put any figures into a sweep: its hashes are right."""
    findings, result = await verified(sweep_place, recompute=True)
    assert (findings, result.recomputed) == ([], 1)
    place = COLUMNS.index("totals.ebitda_minor")

    def raised(m, metrics):
        return honest(m, metrics) + 1

    column = figures.FIGURES[place - 1]
    honest = column.take
    changed = (*figures.FIGURES[: place - 1], column._replace(take=raised), *figures.FIGURES[place:])
    monkeypatch.setattr("seawall.engine.sweeps.figures.FIGURES", changed)
    findings, _ = await verified(sweep_place, recompute=True)
    assert [finding.kind.name for finding in findings] == ["COMPUTATION"] * 3
    assert findings[0].description.startswith("block 0 is sha256:")
