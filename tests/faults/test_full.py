"""A disk that is really full: a small one in memory, which only root can make."""

import asyncio
import subprocess

import pytest

from seawall.server.database.database import StoreFull
from seawall.server.store.checkpoint_file import CheckpointNotWritten
from tests.faults.scale import LONG
from tests.log.stores import companies, opened, verified
from tests.places import sqlite_place


@pytest.fixture
def small_disk(tmp_path):
    """Two MiB, mounted on a folder."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    done = subprocess.run(mounting, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not LONG, reason="make faults")
async def test_a_full_disk_stops_writes_keeps_what_is_stored_and_is_recovered_from(small_disk, say):
    place = sqlite_place(small_disk)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    stored, reasons = 0, set()
    async with opened(place) as store:
        for number in range(3_000):
            try:
                await store.append(companies(1, first=number))
                stored += 1
            except (StoreFull, CheckpointNotWritten) as error:  # the database finds no space, or the file beside it
                reasons.add(type(error))
                break
        ballast.unlink()
        await asyncio.sleep(1.1)
        await store.append(companies(1, first=5_000))
    findings, result = await verified(place)
    assert findings == []
    assert len(reasons) == 1
    say(f"full after {stored} documents, {result.documents} there after it had space again, 0 lost")
    assert result.documents >= stored + 1
