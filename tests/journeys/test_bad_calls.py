"""Calls about what is not there, and calls that are no messages, are refused with their reason."""

from typing import Any

import grpc
import pytest

from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from tests.journeys.bad_input import (
    INVALID,
    NOWHERE,
    Case,
    call,
    refused_whole,
    source,
    unknown_field,
)
from tests.server.running import Known, created, everything_in, faults, reason, registration

pytestmark = pytest.mark.asyncio(loop_scope="module")


def started(known: Known, **options: Any) -> s.ExecuteRequest:
    request = source(known)
    request.MergeFrom(s.ExecuteRequest(**options))
    return request


def with_unknown_field(request: Any) -> Any:
    unknown_field(request)
    return request


EXECUTIONS = [
    Case("nothing to execute", lambda _: s.ExecuteRequest(), {"scenario": "REQUIRED"}),
    Case("no scenario id", lambda k: source(k, scenario_id=None), {"scenario.scenario_id": "REQUIRED"}),
    Case("no dataset id", lambda k: source(k, dataset_version_id=None), {"scenario.dataset_version_id": "REQUIRED"}),
    Case(
        "unknown scenario",
        lambda k: source(k, scenario_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "SCENARIO_NOT_FOUND",
    ),
    Case(
        "a dataset as scenario",
        lambda k: source(k, scenario_id=k.dataset_version_id),
        {},
        grpc.StatusCode.NOT_FOUND,
        "SCENARIO_NOT_FOUND",
    ),
    Case(
        "another dataset",
        lambda k: source(k, dataset_version_id=NOWHERE),
        {},
        grpc.StatusCode.FAILED_PRECONDITION,
        "DATASET_MISMATCH",
    ),
    Case(
        "before the as-of date",
        lambda k: source(k, analysis_date="2024-12-30"),
        {"scenario.analysis_date": "BEFORE_AS_OF"},
    ),
    Case("after a maturity", lambda k: source(k, analysis_date="2026-06-15"), {"scenario.analysis_date": "MATURED"}),
    Case("start period 0", lambda k: started(k, start_period=0), {"start_period": "OUT_OF_RANGE"}),
    Case("start period 26", lambda k: started(k, start_period=26), {"start_period": "OUT_OF_RANGE"}),
    Case("25 in a message", lambda k: started(k, periods_per_message=25), {"periods_per_message": "OUT_OF_RANGE"}),
    Case("0 in a message", lambda k: started(k, periods_per_message=0), {"periods_per_message": "OUT_OF_RANGE"}),
    Case("request id that is none", lambda k: started(k, request_id="42"), {"request_id": "MALFORMED"}),
    Case(
        "unknown execution",
        lambda _: s.ExecuteRequest(execution_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "EXECUTION_NOT_FOUND",
    ),
    Case(
        "replay of nothing", lambda _: s.ReplayRequest(), {"execution_id": "REQUIRED", "dataset_version_id": "REQUIRED"}
    ),
    Case(
        "replay of an unknown one",
        lambda k: s.ReplayRequest(execution_id=NOWHERE, dataset_version_id=k.dataset_version_id),
        {},
        grpc.StatusCode.NOT_FOUND,
        "EXECUTION_NOT_FOUND",
    ),
    Case(
        "replay on unknown data",
        lambda k: s.ReplayRequest(execution_id=k.execution_id, dataset_version_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "DATASET_VERSION_NOT_FOUND",
    ),
    Case(
        "replay before the as-of date",
        lambda k: s.ReplayRequest(
            execution_id=k.execution_id, dataset_version_id=k.dataset_version_id, analysis_date="2000-01-01"
        ),
        {"analysis_date": "BEFORE_AS_OF"},
    ),
]

READS = [
    Case("get no dataset", lambda _: s.GetDatasetVersionRequest(), {"dataset_version_id": "REQUIRED"}),
    Case(
        "get an unknown dataset",
        lambda _: s.GetDatasetVersionRequest(dataset_version_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "DATASET_VERSION_NOT_FOUND",
    ),
    Case(
        "get a scenario alone",
        lambda k: s.GetScenarioRequest(scenario_id=k.scenario_id),
        {"dataset_version_id": "REQUIRED"},
    ),
    Case(
        "get a scenario of other data",
        lambda k: s.GetScenarioRequest(scenario_id=k.scenario_id, dataset_version_id=NOWHERE),
        {},
        grpc.StatusCode.FAILED_PRECONDITION,
        "DATASET_MISMATCH",
    ),
    Case(
        "get an unknown execution",
        lambda _: s.GetExecutionRequest(execution_id=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "EXECUTION_NOT_FOUND",
    ),
    Case("get a bare hash", lambda _: v.GetEvidenceRequest(address="f" * 64), {"address": "MALFORMED"}),
    Case(
        "get unknown evidence",
        lambda _: v.GetEvidenceRequest(address=NOWHERE),
        {},
        grpc.StatusCode.NOT_FOUND,
        "EVIDENCE_NOT_FOUND",
    ),
    Case("page of 0", lambda _: s.ListScenariosRequest(page_size=0), {"page_size": "OUT_OF_RANGE"}),
    Case("page below 0", lambda _: s.ListDatasetVersionsRequest(page_size=-1), {"page_size": "OUT_OF_RANGE"}),
    Case(
        "seven digits of an id",
        lambda _: s.GetExecutionRequest(execution_id="sha256:0123456"),
        {"execution_id": "MALFORMED"},
    ),
    Case("a label that is none", lambda _: s.ListDatasetVersionsRequest(labels=["a b"]), {"labels[0]": "MALFORMED"}),
    Case(
        "the labels of seventeen",
        lambda _: s.ListDatasetVersionsRequest(labels=[f"l{n}" for n in range(17)]),
        {"labels": "WRONG_LENGTH"},
    ),
    Case("a made-up token", lambda _: s.ListExecutionsRequest(page_token="AAAA"), {"page_token": "PAGE_TOKEN_INVALID"}),
    Case("a token with a blank", lambda _: s.ListExecutionsRequest(page_token="a b"), {"page_token": "MALFORMED"}),
    Case("a filter that is no id", lambda _: s.ListExecutionsRequest(scenario_id="x"), {"scenario_id": "MALFORMED"}),
    Case("unknown field", lambda _: with_unknown_field(s.ListScenarioTemplatesRequest()), {"100": "UNKNOWN_FIELD"}),
]


@pytest.mark.parametrize("case", [*EXECUTIONS, *READS], ids=lambda case: case.name)
async def test_bad_input_is_refused_whole(stored, case):
    await refused_whole(stored, case)


async def test_a_message_of_five_mebibytes_is_refused_with_a_reason(stored):
    server, _ = stored
    before = everything_in(server.database)
    request = registration()
    request.dataset_version.company_name = "x" * (5 * 2**20)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, request)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason(refused.value) == "MESSAGE_TOO_LARGE"
    assert everything_in(server.database) == before


async def test_bytes_that_are_no_message_are_refused_with_a_reason(stored):
    server, _ = stored
    method = server.channel.unary_unary("/seawall.v1.StressService/CreateScenario")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await method(b"\xff\xff\xff")
    assert refused.value.code() is INVALID
    assert reason(refused.value) == "MALFORMED"


async def test_a_start_beyond_the_end_of_a_short_scenario_is_refused_before_it_runs(stored):
    server, known = stored
    scenario_id = await created(server, known.dataset_version_id, months=12)
    before = everything_in(server.database)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, source(known, scenario_id=scenario_id, start_period=14))
    assert refused.value.code() is grpc.StatusCode.OUT_OF_RANGE
    assert faults(refused.value) == {"start_period": "START_PERIOD_OUT_OF_RANGE"}
    assert everything_in(server.database) == before
