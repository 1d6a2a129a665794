"""`seawall serve` runs a server until it is told to stop, and passes on why one cannot start."""

import asyncio
import re
import signal

import pytest

from tests.journeys.serving import SEAWALL, seawall


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_from_a_folder_it_makes_and_stops_when_told(tmp_path, number):
    database = tmp_path / "var" / "seawall.db"
    command = [SEAWALL, "serve", "--address", "127.0.0.1:0", "--database", str(database)]
    serving = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert serving.stdout
    ready = re.search(r"127\.0\.0\.1:[1-9]\d*", (await serving.stdout.readline()).decode())
    assert ready
    assert (await seawall("templates", address=ready[0])).returncode == 0
    serving.send_signal(number)
    assert await asyncio.wait_for(serving.wait(), timeout=30) == 0
    assert database.is_file()


async def test_an_address_that_others_reach_is_refused(tmp_path):
    done = await seawall("serve", "--address", "0.0.0.0:0", "--database", str(tmp_path / "seawall.db"))
    assert done.returncode == 1
    assert "0.0.0.0:0 is refused: without TLS and authentication" in done.stderr
