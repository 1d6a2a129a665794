"""A call leaves a line: who made it, how it ended, what it took; and never a figure or a secret."""

import asyncio
import json
import logging
import re
import sqlite3
from typing import Any
from uuid import uuid4

import grpc
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from seawall.server.database.connect import database_of
from seawall.server.identity.caller import Caller
from seawall.server.observing.access import log_call
from seawall.server.observing.observation import Observation, trace_id_in
from seawall.server.run import serving
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.journeys import pages
from tests.journeys.test_docs import DOCS
from tests.places import sqlite_place
from tests.server.running import registration, running, with_an_execution

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
STRESS = "seawall.v1.StressService"


@pytest.fixture
def place(sqlite_place):
    """What a call leaves does not depend on the database."""
    return sqlite_place


@pytest.fixture(autouse=True)
def all_lines(caplog):
    caplog.set_level(logging.INFO, "seawall.access")


def calls(caplog):
    """The lines of calls, in the order in which these ended."""
    return [record.fields for record in caplog.records if record.name == "seawall.access"]


async def lines_of(caplog, number):
    """The same once so many calls have ended: a caller learns of its end before the server has done with it."""
    async with asyncio.timeout(60):
        while len(calls(caplog)) < number:  # noqa: ASYNC110  # the server has no event for a test
            await asyncio.sleep(0.01)
    return calls(caplog)


async def test_a_call_that_is_answered(place, caplog):
    request = registration()
    request.request_id = str(uuid4()).upper()
    async with running(place.database, place.files) as server:
        answer = await server.stress.RegisterDatasetVersion(request, metadata=(("traceparent", PARENT),))
        (line,) = await lines_of(caplog, 1)
    assert line.pop("seconds") > 0
    assert line == {
        "method": f"{STRESS}/RegisterDatasetVersion",
        "code": "OK",
        "tenant": "local",
        "actor": "local",
        "request_id": request.request_id.lower(),
        "trace_id": TRACE,
        "messages": 1,
        "bytes_in": request.ByteSize(),
        "bytes_out": answer.ByteSize(),
    }


async def test_a_stream(place, caplog):
    async with running(place.database, place.files) as server:
        known = await with_an_execution(server)
        request = s.ExecuteRequest(execution_id=known.execution_id)
        events = [event async for event in server.stress.Execute(request)]
        line = (await lines_of(caplog, 4))[-1]
    assert (line["messages"], line["bytes_out"]) == (len(events), sum(event.ByteSize() for event in events))
    assert (line["code"], line["bytes_in"]) == ("OK", request.ByteSize())


async def test_refused_calls_have_code_and_reason_and_nothing_of_what_was_sent(place, caplog):
    secret = "swordfish\n{}"
    async with running(place.database, place.files) as server:
        raw: Any = server.channel.unary_unary(f"/{STRESS}/GetReport")
        refused = [
            (lambda: raw(b"\xff"), "INVALID_ARGUMENT", "MALFORMED"),
            (lambda: raw(b"\x00" * (4 * 2**20 + 1)), "RESOURCE_EXHAUSTED", "MESSAGE_TOO_LARGE"),
            (
                lambda: server.stress.GetScenario(s.GetScenarioRequest(scenario_id=secret)),
                "INVALID_ARGUMENT",
                "MALFORMED",
            ),
            (
                lambda: server.evidence.GetEvidence(v.GetEvidenceRequest(address=f"sha256:{'0' * 64}")),
                "NOT_FOUND",
                "EVIDENCE_NOT_FOUND",
            ),
            (lambda: server.stress.GetReport(s.GetReportRequest(request_id=secret)), "INVALID_ARGUMENT", "REQUIRED"),
        ]
        for number, (call, code, reason) in enumerate(refused, 1):
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await call()
            line = (await lines_of(caplog, number))[-1]
            assert (line["code"], error.value.code().name, line["reason"]) == (code, code, reason)
            assert (line["messages"], "request_id" in line) == (0, False)
    assert "swordfish" not in json.dumps(calls(caplog))


async def test_a_method_that_there_is_not_is_a_line_without_its_name(place, caplog):
    async with running(place.database, place.files) as server:
        for path in ("/seawall.v1.StressService/Swordfish", "/swordfish/Swordfish"):
            missing: Any = server.channel.unary_unary(path)
            with pytest.raises(grpc.aio.AioRpcError, match="UNIMPLEMENTED"):
                await missing(b"")
        lines = await lines_of(caplog, 2)
    assert {(line["method"], line["code"]) for line in lines} == {("unknown", "UNIMPLEMENTED")}


async def test_a_caller_that_is_not_recognised_is_a_line_without_one(place, caplog):
    class Unknown(Exception):
        pass

    async def nobody(context):
        raise Unknown("who?")

    async with (
        serving(place.database, "127.0.0.1:0", place.files, identify=nobody) as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError, match="INTERNAL"):
            await StressServiceStub(channel).RegisterDatasetVersion(registration())
        (line,) = await lines_of(caplog, 1)
    assert line.keys() == {"method", "code", "reason", "seconds", "messages", "bytes_in", "bytes_out"}
    assert (line["code"], line["reason"], line["bytes_in"]) == ("INTERNAL", "INTERNAL", 0)


async def test_a_stream_whose_caller_does_not_read_and_leaves_is_cancelled(place, caplog):
    small_window = (("grpc.http2.lookahead_bytes", 1_024), ("grpc.http2.bdp_probe", 0))
    async with (
        running(place.database, place.files) as server,
        grpc.aio.insecure_channel(server.address, options=small_window) as channel,
    ):
        known = await with_an_execution(server)
        stream = StressServiceStub(channel).Execute(s.ExecuteRequest(execution_id=known.execution_id))
        await stream.read()
        stream.cancel()
        line = (await lines_of(caplog, 4))[-1]
    assert (line["code"], "reason" in line) == ("CANCELLED", False)
    assert 0 < line["messages"] < 26


async def test_a_call_whose_deadline_passes_while_it_waits_for_the_store_is_cancelled(place, caplog):
    async with running(place.database, place.files) as server:
        writer = sqlite3.connect(place.database)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(grpc.aio.AioRpcError, match="DEADLINE_EXCEEDED"):
            await server.stress.RegisterDatasetVersion(registration(), timeout=0.5)
        writer.close()
        (line,) = await lines_of(caplog, 1)
    assert (line["code"], line["messages"], line["tenant"]) == ("CANCELLED", 0, "local")
    assert line["bytes_in"] == registration().ByteSize()


@pytest.mark.parametrize(
    ("value", "trace_id"),
    [
        (PARENT, TRACE),
        (f"cc-{TRACE}-00f067aa0ba902b7-01-later", TRACE),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", ""),
        (f"00-{TRACE}-{'0' * 16}-01", ""),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", ""),
        (f"00-{TRACE}-00f067aa0ba902b7-01-later", ""),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", ""),
        (f"00-{TRACE}-00f067aa0ba902b7-01\n", ""),
        ("", ""),
        ("x" * 10_000, ""),
        (b"\xff", ""),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "bytes",
)
def test_a_trace_is_taken_where_its_parent_is_well_formed(value, trace_id):
    assert trace_id_in([("other", "x"), ("traceparent", value)]) == trace_id
    assert trace_id_in([("tracestate", value)]) == ""


def test_the_page_names_every_field_of_a_line(caplog):
    call = Observation("M", TRACE, Caller("t", "a", frozenset(), "p"), "id", "OK", "REASON", "CAUSE", 0.5, 1, 2, 3)
    log_call(call)
    rows = pages.rows(DOCS / "observing.md", "A line for each call")
    documented = [name for fields, *_ in rows for name in re.findall(r"`(\w+)`", fields)]
    assert documented == list(calls(caplog)[-1])
    always = [name for fields, _, absent in rows if absent == "never" for name in re.findall(r"`(\w+)`", fields)]
    log_call(Observation("M"))
    assert always == list(calls(caplog)[-1])


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_an_error_of_the_database_has_no_values(kind, request, tmp_path):
    """The traceback of a defect may have it as its last line."""
    file = sqlite_place(tmp_path).database
    database = database_of(file if kind == "sqlite" else request.getfixturevalue("postgres"))
    try:
        with pytest.raises(DBAPIError) as error:
            async with database.writer.connect() as connection:
                await connection.execute(text("SELECT :value FROM nowhere"), {"value": "swordfish"})
    finally:
        await database.dispose()
    assert ("nowhere" in str(error.value), "swordfish" in str(error.value)) == (True, False)
