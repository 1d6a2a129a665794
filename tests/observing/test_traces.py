"""Spans of calls at a real collector: below their caller's, with their parts, and without a tenant or a figure."""

import sys
from contextlib import asynccontextmanager

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from seawall.server.observing.spans import ExtraMissing
from seawall.server.run import serving
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.observing.test_access import PARENT, TRACE
from tests.server.running import Running, with_an_execution

CALLER_SPAN = PARENT.split("-")[2]
SERVICE = "seawall.v1.StressService"


@pytest.fixture
def place(sqlite_place):
    return sqlite_place


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps what it is sent."""

    def __init__(self):
        self.sent = []

    async def Export(self, request, context):
        self.sent.append(request)
        return trace_service_pb2.ExportTraceServiceResponse()

    def spans(self):
        scopes = [scope for request in self.sent for group in request.resource_spans for scope in group.scope_spans]
        return [span for scope in scopes for span in scope.spans]


@asynccontextmanager
async def collecting():
    """A collector, with its URL."""
    collector, server = Collector(), grpc.aio.server()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield collector, f"http://127.0.0.1:{port}"
    finally:
        await server.stop(None)


def attributes(span):
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes}


async def test_a_call_is_a_span_below_its_callers_with_its_parts(place):
    async with collecting() as (collector, endpoint):
        async with (
            serving(place.database, "127.0.0.1:0", place.files, otlp_endpoint=endpoint) as address,
            grpc.aio.insecure_channel(address) as channel,
        ):
            known = await with_an_execution(Running(address, place.database, channel))
            stress = StressServiceStub(channel)
            request = s.GetReportRequest(execution_id=known.execution_id, view="REPORT_VIEW_EXECUTIVE")
            await stress.GetReport(request, metadata=(("traceparent", PARENT),))
            with pytest.raises(grpc.aio.AioRpcError):
                await stress.GetScenario(s.GetScenarioRequest(scenario_id="x"))
        spans = collector.spans()
    calls = {span.name: span for span in spans if span.kind == span.SPAN_KIND_SERVER}
    assert calls.keys() == {
        f"{SERVICE}/{name}"
        for name in ("RegisterDatasetVersion", "CreateScenario", "Execute", "GetReport", "GetScenario")
    }
    report, refused = calls[f"{SERVICE}/GetReport"], calls[f"{SERVICE}/GetScenario"]
    assert (report.trace_id.hex(), report.parent_span_id.hex()) == (TRACE, CALLER_SPAN)
    parts = [span for span in spans if span.parent_span_id == report.span_id]
    assert {span.name for span in parts} == {"engine", "documents", "commit"}
    assert {span.trace_id for span in parts} == {report.trace_id}
    assert {span.name for span in spans if span.parent_span_id == calls[f"{SERVICE}/Execute"].span_id} >= {"commit"}
    assert attributes(refused)["seawall.code"] == "INVALID_ARGUMENT"
    assert attributes(refused)["seawall.reason"] == "MALFORMED"
    assert refused.parent_span_id == b""
    assert "local" not in str(spans)


async def test_a_collector_that_is_down_costs_no_call(place):
    async with (
        serving(place.database, "127.0.0.1:0", place.files, otlp_endpoint="http://127.0.0.1:1") as address,
        grpc.aio.insecure_channel(address) as channel,
    ):
        await with_an_execution(Running(address, place.database, channel))


async def test_without_the_extra_the_server_names_it_and_makes_no_file(place, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.grpc.trace_exporter", None)
    monkeypatch.delitem(sys.modules, "seawall.server.observing.traces", raising=False)
    with pytest.raises(ExtraMissing, match=r"python -m pip install 'seawall\[otel\]'"):
        async with serving(place.database, "127.0.0.1:0", place.files, otlp_endpoint="http://127.0.0.1:1"):
            pass
    assert not place.database.exists()
