"""How a server stops: it says so, then it takes no new calls, and a second signal ends the wait between the two."""

import asyncio
import signal
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from seawall.server.__main__ import main
from seawall.server.settings.table import LONGEST_DRAIN
from seawall.server.stopping import DRAIN_SECONDS, usual_drain
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.server.running import registration
from tests.server.test_process import NOT_SERVING, SERVING, started

FOREVER = f"{LONGEST_DRAIN}"  #: seconds, of which no test waits the end


async def test_a_server_that_is_to_stop_says_so_and_takes_calls_until_a_second_signal(tmp_path):
    database = tmp_path / "seawall.db"
    async with (
        started(database, "--drain-seconds", FOREVER) as (process, address),
        grpc.aio.insecure_channel(address) as channel,
    ):
        stub: Any = health_pb2_grpc.HealthStub(channel)
        health = stub.Watch(health_pb2.HealthCheckRequest(service=""))
        assert (await health.read()).status == SERVING
        process.send_signal(signal.SIGTERM)
        assert (await asyncio.wait_for(health.read(), 30)).status == NOT_SERVING
        health.cancel()
        async with grpc.aio.insecure_channel(address) as late:
            assert (await StressServiceStub(late).RegisterDatasetVersion(registration())).created
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        with pytest.raises(grpc.aio.AioRpcError, match="UNAVAILABLE"):
            await StressServiceStub(channel).RegisterDatasetVersion(registration())


@pytest.mark.parametrize(
    ("address", "seconds"),
    [
        ("127.0.0.1:50551", 0),
        ("[::1]:50551", 0),
        ("localhost:0", 0),
        ("no address", 0),
        ("0.0.0.0:50551", DRAIN_SECONDS),
        ("[::]:50551", DRAIN_SECONDS),
        ("10.1.2.3:50551", DRAIN_SECONDS),
    ],
)
def test_only_where_other_machines_call_is_there_a_load_balancer_to_wait_for(address, seconds):
    assert usual_drain(address) == seconds


@pytest.mark.parametrize("text", ["", "-1", "301", "nan", "1e2", "5s", ".", "٣"])
def test_a_wait_that_is_no_number_of_seconds_is_refused(text, capsys):
    assert main(["serve", f"--drain-seconds={text}"]) == 2
    assert f"found {text!r}, allowed: 0 to 300 seconds" in capsys.readouterr().err
