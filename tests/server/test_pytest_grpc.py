"""The same server through pytest-grpc's fixtures and a blocking stub, as a caller without asyncio sees it."""

import asyncio
import threading

import pytest

from seawall.server.run import serving
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.server.running import months_in, registration


@pytest.fixture(scope="module")
def grpc_server(tmp_path_factory):
    """The aio server on a loop in the background; pytest-grpc's own would be a blocking one. Gives its address."""
    database = tmp_path_factory.mktemp("pytest-grpc") / "seawall.db"
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = serving(database, "127.0.0.1:0")
    try:
        yield asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(60)
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def grpc_addr(grpc_server):
    return grpc_server


@pytest.fixture(scope="module")
def grpc_stub_cls():
    return StressServiceStub


def test_a_blocking_caller_registers_creates_executes_and_replays(grpc_stub):
    dataset_version_id = grpc_stub.RegisterDatasetVersion(registration()).dataset_version_id
    scenario = {"dataset_version_id": dataset_version_id, "name": "severe", "horizon_months": 12}
    scenario_id = grpc_stub.CreateScenario(
        s.CreateScenarioRequest(scenario=scenario, template_name="severe")
    ).scenario_id
    source = s.ScenarioSource(scenario_id=scenario_id, dataset_version_id=dataset_version_id)
    events = list(grpc_stub.Execute(s.ExecuteRequest(scenario=source)))
    assert [month.period for month in months_in(events)] == list(range(1, 13))
    ids = {"execution_id": events[0].execution_id, "dataset_version_id": dataset_version_id}
    replay = list(grpc_stub.Replay(s.ReplayRequest(**ids, periods_per_message=12)))
    assert replay[-1].completed.outcome == s.REPLAY_OUTCOME_IDENTICAL
    assert months_in(replay) == months_in(events)


def test_an_error_reaches_a_blocking_caller_with_its_details(grpc_stub):
    with pytest.raises(Exception, match="dataset_version_id: REQUIRED"):
        grpc_stub.GetDatasetVersion(s.GetDatasetVersionRequest())
