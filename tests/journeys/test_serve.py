"""`seawall serve` runs a server until it is told to stop, as one process, and says why one cannot start."""

import asyncio
import os
import re
import signal
import sys

import pytest

from tests.journeys.serving import SEAWALL, run, seawall


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
    assert "0.0.0.0:0 can be reached from other machines, and without TLS and authentication" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "seawall.db").exists()


async def test_it_is_one_process_which_takes_its_settings_from_the_environment(tmp_path):
    environment = {**os.environ, "SEAWALL_ADDRESS": "127.0.0.1:0", "SEAWALL_DATABASE": str(tmp_path / "seawall.db")}
    pipe = asyncio.subprocess.PIPE
    serving = await asyncio.create_subprocess_exec(SEAWALL, "serve", stdout=pipe, env=environment)
    assert serving.stdout
    address = (await serving.stdout.readline()).decode().split()[-1]
    assert (await seawall("templates", address=address)).returncode == 0
    serving.kill()
    await serving.wait()
    assert (await seawall("templates", address=address)).returncode == 4
    checked = await run(SEAWALL, "db", "check", SEAWALL_DATABASE=environment["SEAWALL_DATABASE"])
    assert (checked.returncode, "0 faults" in checked.stdout) == (0, True), checked.stderr


STARTS_A_SERVER = """
import asyncio, sys
from pathlib import Path
from seawall.clients.cli.server_process import started

async def main(folder):
    async with started(folder / "seawall.db", folder / "server.log") as address:
        print(address, flush=True)
        await asyncio.sleep(600)

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_server_that_was_started_for_a_demo_ends_with_it_however_it_ends(tmp_path, number):
    foreign = {"SEAWALL_DATABASE": str(tmp_path / "other.db"), "SEAWALL_KEY": str(tmp_path / "no.key")}
    starter = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", STARTS_A_SERVER, str(tmp_path)),
        env={**os.environ, **foreign},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert starter.stdout
    host, _, port = (await starter.stdout.readline()).decode().strip().rpartition(":")
    starter.send_signal(number)
    await starter.wait()
    assert await gone(host, int(port))
    assert not (tmp_path / "other.db").exists()


async def gone(host, port):
    """Whether nothing listens there any more, after at most half a minute."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:
            pass  # it goes away just now
        await asyncio.sleep(0.05)
    return False
