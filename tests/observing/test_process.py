"""The server as its operator starts it: from a configuration file, with its log on standard error and its two ports."""

import asyncio
import json
import os
import signal
import sys

import grpc

from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.observing.http import page, ready
from tests.server.running import registration

SERVE = (sys.executable, "-m", "seawall.server", "serve")
PIPE_BYTES = 2**16  #: that a pipe takes which nobody reads
CALLS, AT_ONCE = 400, 100  #: each leaves a line of more than 200 bytes
REFUSED = grpc.aio.AioRpcError
CONFIG = """
database = "{folder}/seawall.db"
address = "127.0.0.1:0"
operations_address = "127.0.0.1:0"
"""


async def test_a_server_from_a_file_says_in_json_what_it_does_until_its_end(tmp_path):
    file, pipe = tmp_path / "seawall.toml", asyncio.subprocess.PIPE
    file.write_text(CONFIG.format(folder=tmp_path))
    command = (*SERVE, "--config", str(file))
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    assert process.stdout
    assert process.stderr
    operations = json.loads(await process.stderr.readline())["message"].rpartition("/")[2]
    address = (await process.stdout.readline()).decode().split()[-1]
    await ready(operations, 200)
    async with grpc.aio.insecure_channel(address) as channel:
        await StressServiceStub(channel).RegisterDatasetVersion(registration())
        assert "seawall_committed_calls_total 1.0" in (await page(operations, "/metrics")).text
    process.send_signal(signal.SIGTERM)
    events = [json.loads(line) for line in (await process.stderr.read()).splitlines()]
    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert [event["code"] for event in events if event["logger"] == "seawall.access"] == ["OK"]
    assert all(event.keys() >= {"time", "level", "logger", "message"} for event in events)


async def test_a_server_whose_log_nobody_reads_answers_and_stops(tmp_path):
    reading, writing = os.pipe()
    command = (*SERVE, "--database", str(tmp_path / "seawall.db"), "--address", "127.0.0.1:0")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=writing)
    os.close(writing)
    assert process.stdout
    address = (await process.stdout.readline()).decode().split()[-1]
    async with grpc.aio.insecure_channel(address) as channel:
        stress = StressServiceStub(channel)
        for _ in range(CALLS // AT_ONCE):
            calls = [stress.GetScenario(s.GetScenarioRequest(scenario_id="x")) for _ in range(AT_ONCE)]
            assert {type(error) for error in await asyncio.gather(*calls, return_exceptions=True)} == {REFUSED}
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0
    os.set_blocking(reading, False)
    assert len(os.read(reading, 2**20)) > PIPE_BYTES // 2
    os.close(reading)
