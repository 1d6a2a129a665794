"""How a server stops: it says so, then it takes no new calls, and a second signal ends the wait between the two."""

import asyncio
import signal
import socket
import struct
from contextlib import closing
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from seawall.server import run
from seawall.server.__main__ import main
from seawall.server.settings.table import LONGEST_DRAIN
from seawall.server.stopping import DRAIN_SECONDS, usual_drain
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.server.running import registration, running
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
        async with grpc.aio.insecure_channel(address) as late:
            assert (await StressServiceStub(late).RegisterDatasetVersion(registration())).created
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert await health.read() is grpc.aio.EOF  # it is let go, not waited for as a call is
        with pytest.raises(grpc.aio.AioRpcError, match="UNAVAILABLE"):
            await StressServiceStub(channel).RegisterDatasetVersion(registration())


def deaf_watcher(address):
    """A connection that watches health and takes no byte of an answer: its window is 0."""
    fields = {":method": "POST", ":scheme": "http", ":path": "/grpc.health.v1.Health/Watch", ":authority": "localhost"}
    fields |= {"content-type": "application/grpc", "te": "trailers"}
    headers = b"".join(b"\0" + _sized(name) + _sized(value) for name, value in fields.items())
    connection = socket.create_connection(address.split(":"))
    no_window = struct.pack(">HI", 4, 0)
    frames = _frame(4, 0, 0, no_window) + _frame(1, 4, 1, headers) + _frame(0, 1, 1, bytes(5))
    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frames)
    return connection


def _sized(text):
    return bytes((len(text),)) + text.encode()


def _frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3) + bytes((kind, flags)) + stream.to_bytes(4) + payload


async def test_a_watcher_that_reads_nothing_holds_up_neither_health_nor_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "GRACE_SECONDS", 0.2)
    async with asyncio.timeout(60), running(tmp_path / "seawall.db") as server:
        stub: Any = health_pb2_grpc.HealthStub(server.channel)
        with closing(deaf_watcher(server.address)):
            watching = stub.Watch(health_pb2.HealthCheckRequest(service="another"))
            assert (await watching.read()).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
            for _ in range(3):
                assert (await stub.Check(health_pb2.HealthCheckRequest(service=""))).status == SERVING


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
