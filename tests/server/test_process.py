"""The server as a process: ready, reachable from this machine only, tied to its database, and stopped by a signal."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from seawall.server.run import NotLoopback, loopback
from seawall.server.services import computing
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.companies import company
from tests.server.running import (
    detail,
    everything_in,
    months_in,
    reason,
    registered,
    registration,
    replayed,
    running,
    with_an_execution,
)

SERVE = (sys.executable, "-m", "seawall.server", "serve")
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.fixture
def place(sqlite_place):
    """These tests move the file, or start a second server on it."""
    return sqlite_place


@asynccontextmanager
async def started(database, *options):
    """A server as a process of its own; gives the process and its address."""
    arguments = (*SERVE, "--database", str(database), "--address", "127.0.0.1:0", *options)
    process = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        yield process, line.split()[-1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.parametrize(("number", "drain_seconds"), [(signal.SIGTERM, "0.2"), (signal.SIGINT, "300")])
async def test_a_signal_stops_it_cleanly_and_what_it_stored_is_there(tmp_path, number, drain_seconds):
    """At a terminal, as SIGINT comes from one, there is no load balancer to wait for."""
    ready = tmp_path / "ready"
    options = ("--ready-file", str(ready), "--drain-seconds", drain_seconds)
    async with started(tmp_path / "seawall.db", *options) as (process, address):
        assert ready.read_text() == f"{address}\n"
        async with grpc.aio.insecure_channel(address) as channel:
            answer = await StressServiceStub(channel).RegisterDatasetVersion(registration())
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 30) == 0
    async with running(tmp_path / "seawall.db") as after:
        assert await registered(after) == answer.dataset_version_id


async def test_a_stream_that_runs_when_the_server_stops_still_ends(tmp_path):
    database = tmp_path / "seawall.db"
    async with running(database) as before:
        known = await with_an_execution(before)
    async with started(database) as (process, address), grpc.aio.insecure_channel(address) as channel:
        events: list[s.ExecuteResponse] = []
        async for event in StressServiceStub(channel).Execute(s.ExecuteRequest(execution_id=known.execution_id)):
            if not events:
                process.send_signal(signal.SIGTERM)
            events.append(event)
        assert await asyncio.wait_for(process.wait(), 30) == 0
    assert [month.period for month in months_in(events)] == list(range(1, 25))
    assert events[-1].WhichOneof("event") == "completed"


@pytest.mark.parametrize("address", ["0.0.0.0:50051", "[::]:50051", "192.168.0.1:50051", "10.0.0.1:0"])
async def test_an_address_that_others_reach_is_refused_with_the_reason(tmp_path, address):
    """As a process: tests/journeys/test_serve.py."""
    with pytest.raises(NotLoopback, match="TLS"):
        async with running(tmp_path / "seawall.db", address=address):
            pass
    assert not (tmp_path / "seawall.db").exists()


@pytest.mark.parametrize(
    ("address", "host_and_port"),
    [("127.0.0.1:0", ("127.0.0.1", 0)), ("localhost:50051", ("localhost", 50051)), ("[::1]:1", ("[::1]", 1))],
)
def test_a_loopback_address_is_taken(address, host_and_port):
    assert loopback(address) == host_and_port


@pytest.mark.parametrize("address", ["", "127.0.0.1", "example.com:1", "127.0.0.1:http", "unix:/tmp/socket"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(NotLoopback):
        loopback(address)


async def test_a_port_that_is_taken_is_reported_without_a_traceback(server):
    arguments = (*SERVE, "--database", str(server.database), "--address", server.address)
    done = await asyncio.to_thread(subprocess.run, arguments, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert server.address.rpartition(":")[2] in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("limit", [0, 20])
def test_a_disk_that_is_full_at_the_start_is_reported_without_a_traceback(tmp_path, limit):
    arguments = (*SERVE, "--database", str(tmp_path / "seawall.db"), "--address", "127.0.0.1:0")
    command = ("sh", "-c", f'ulimit -f {limit}; exec "$@"', "sh", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr


def test_a_ready_file_that_cannot_be_written_is_reported_without_a_traceback(tmp_path):
    options = ("--address", "127.0.0.1:0", "--ready-file", str(tmp_path / "no" / "folder"))
    arguments = (*SERVE, "--database", str(tmp_path / "seawall.db"), *options)
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "No such file" in done.stderr


def health_of(server) -> Any:
    return health_pb2_grpc.HealthStub(server.channel)


async def test_health_follows_the_database(server):
    health = health_of(server)
    names = ("", "seawall.v1.StressService", "seawall.v1.EvidenceService")
    for name in names:
        assert (await health.Check(health_pb2.HealthCheckRequest(service=name))).status == SERVING
    elsewhere = server.database.with_suffix(".elsewhere")
    server.database.rename(elsewhere)
    for name in names:
        assert (await health.Check(health_pb2.HealthCheckRequest(service=name))).status == NOT_SERVING
    elsewhere.rename(server.database)
    assert (await health.Check(health_pb2.HealthCheckRequest(service=""))).status == SERVING


async def test_a_watch_of_health_gives_each_change(server):
    watching = health_of(server).Watch(health_pb2.HealthCheckRequest(service=""))
    assert (await watching.read()).status == SERVING
    server.database.rename(server.database.with_suffix(".elsewhere"))
    assert (await asyncio.wait_for(watching.read(), 10)).status == NOT_SERVING
    watching.cancel()


async def test_nothing_is_acknowledged_that_goes_into_a_file_nobody_finds(server):
    await registered(server)
    elsewhere = server.database.with_suffix(".elsewhere")
    server.database.rename(elsewhere)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await registered(server, company(company_name="Another"))
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    assert reason(refused.value) == "STORE_UNAVAILABLE"
    assert detail(refused.value, RetryInfo).retry_delay.seconds == 1
    elsewhere.rename(server.database)
    assert len(everything_in(server.database)["evidence"]) == 1


async def test_a_fault_of_the_server_keeps_its_insides_to_itself(server, monkeypatch, caplog):
    known = await with_an_execution(server)

    def broken(*_, **__):
        raise ZeroDivisionError("the password is swordfish")

    monkeypatch.setattr(computing, "execute", broken)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await replayed(server, known)
    assert refused.value.code() is grpc.StatusCode.INTERNAL
    assert reason(refused.value) == "INTERNAL"
    assert "swordfish" not in str(refused.value)
    assert "swordfish" in caplog.text


async def test_evidence_that_was_tampered_with_is_not_answered(server):
    known = await with_an_execution(server)
    with sqlite3.connect(server.database) as connection:
        connection.execute("DROP TRIGGER evidence_no_update")
        connection.execute("UPDATE evidence SET body = CAST(body || ' ' AS BLOB)")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.GetExecution(s.GetExecutionRequest(execution_id=known.execution_id))
    assert refused.value.code() is grpc.StatusCode.DATA_LOSS
    assert reason(refused.value) == "EVIDENCE_DAMAGED"


async def test_an_answer_that_is_gone_is_data_loss(server):
    request = registration(company(company_name="Another"))
    request.request_id = "11111111-2222-3333-4444-555555555555"
    answer = await server.stress.RegisterDatasetVersion(request)
    with sqlite3.connect(server.database) as connection:
        connection.execute("DROP TRIGGER evidence_no_delete")
        connection.execute("DELETE FROM evidence WHERE address = ?", (answer.dataset_version_id,))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.RegisterDatasetVersion(request)
    assert (refused.value.code(), reason(refused.value)) == (grpc.StatusCode.DATA_LOSS, "EVIDENCE_DAMAGED")


STARTS_AND_STOPS = """
import asyncio, sys
from pathlib import Path
from seawall.server.run import serving

async def short(seconds):
    async with serving(Path(sys.argv[1]), "127.0.0.1:0"):
        await asyncio.sleep(seconds)

for number in range(30):
    asyncio.run(short(number % 6 / 2_000))
"""


def test_a_server_that_is_stopped_as_it_starts_stops(tmp_path):
    command = (sys.executable, "-c", STARTS_AND_STOPS, str(tmp_path / "seawall.db"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
async def test_reflection_answers_under_both_names(server, version):
    method = server.channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )
    requests = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol="seawall.v1.StressService"),
    ]
    services, file = [answer async for answer in method(iter(requests))]
    assert {service.name for service in services.list_services_response.service} >= {
        "seawall.v1.StressService",
        "seawall.v1.EvidenceService",
        "grpc.health.v1.Health",
    }
    assert file.file_descriptor_response.file_descriptor_proto
