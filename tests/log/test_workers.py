"""Several processes check a large database; what they find is what one process finds."""

import asyncio
import os
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from seawall.server.database.connect import database_of
from seawall.server.verification import tenant
from seawall.server.verification.workers import Workers
from tests.log.checks import ended, numbered, three_pages
from tests.log.stores import filled, resealed, verified
from tests.log.test_recompute import DATASET, EXECUTION, SCENARIO
from tests.log.test_store import slipped_in
from tests.server.test_pools import until

#: Starts two processes, says which, and then waits for what they never give.
ORPHANS = """
import asyncio, sys
from functools import partial
from multiprocessing import active_children
from seawall.server.database.connect import database_of
from seawall.server.verification.workers import Workers
from tests.log.checks import endless, three_pages

async def main():
    workers = Workers(partial(database_of, sys.argv[1]), 2)
    checks = asyncio.ensure_future(anext(workers.each(endless, three_pages())))
    while len(active_children()) < 2:
        await asyncio.sleep(0.01)
    print(*(child.pid for child in active_children()), flush=True)
    await checks

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.fixture
def small_pages(monkeypatch):
    """A handful of documents is a large database with many pages."""
    for at_once in ("DOCUMENTS_AT_ONCE", "RECORDS_AT_ONCE", "COMPUTED_AT_ONCE"):
        monkeypatch.setattr(tenant, at_once, 2)
    monkeypatch.setattr(tenant, "FEW", 0)
    monkeypatch.setattr(tenant, "FEW_TO_COMPUTE", 0)


async def test_each_page_is_checked_in_another_process_and_comes_in_its_order(tmp_path):
    with closing(Workers(partial(database_of, tmp_path / "a.db"), 2)) as workers:
        checks = [each async for each in workers.each(numbered, three_pages(), factor=10)]
    assert checks == [(str(tmp_path / "a.db"), number) for number in (0, 10, 20)]


async def test_several_processes_find_what_one_finds(place, small_pages):
    await filled(place)
    forged = resealed(EXECUTION, currency="EUR")
    place.tamper(
        *slipped_in(place, forged),
        f"DELETE FROM parents WHERE child = '{SCENARIO.address}'",
        "UPDATE records SET hashes = (SELECT hashes FROM records WHERE tenant = 'local' AND seq = 0) WHERE seq = 4",
        "DELETE FROM checkpoints WHERE size = 5",
    )
    findings, result = await verified(place, recompute=True)
    assert {finding.kind.name for finding in findings} >= {"COMPUTATION", "PARENT", "TREE", "CHECKPOINT"}
    assert (await verified(place, recompute=True, processes=2)) == (findings, result)
    assert result.documents == 9


async def test_a_process_that_dies_is_a_finding(sqlite_place, small_pages):
    await filled(sqlite_place)
    findings, result = await verified(sqlite_place, processes=2, reopen=ended)
    assert [(finding.kind.name, finding.description[:22]) for finding in findings] == [
        ("DATABASE", "documents cannot be re"),
        ("DATABASE", "records cannot be read"),
    ]
    assert DATASET.address  # and the rest of the database is verified
    assert result.records == 0


async def test_processes_end_with_the_one_that_started_them(tmp_path):
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    folder = Path(__file__).parents[2]
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script), str(tmp_path / "a.db")),
        stdout=asyncio.subprocess.PIPE,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
    )
    assert started.stdout
    numbers = (await started.stdout.readline()).split()
    started.kill()
    await started.wait()
    assert len(numbers) == 2
    for number in numbers:
        await until(lambda status=Path(f"/proc/{int(number)}/status"): has_ended(status))


def has_ended(status):
    """Whether a process is gone, or only waits for somebody to read its exit code."""
    try:
        return "\nState:\tZ" in status.read_text()
    except FileNotFoundError:
        return True
