"""Finding what is stored: by the beginning of an id, by company and label; and what another release computes."""

import grpc
import pytest
import pytest_asyncio
from google.rpc.error_details_pb2 import ErrorInfo, PreconditionFailure

from seawall.server.store.store import Store
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company
from tests.log.stores import of_month_v1
from tests.server.running import detail, faults, reason, registered, running, with_an_execution

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORTEST = len("sha256:") + 8


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(tmp_path_factory):
    async with running(tmp_path_factory.mktemp("finding") / "seawall.db") as server:
        yield server, await with_an_execution(server)


async def test_a_prefix_that_one_id_has_is_that_id(stored):
    server, known = stored
    dataset_version, scenario = known.dataset_version_id[:SHORTEST], known.scenario_id[: SHORTEST + 5]
    requests = [
        server.stress.GetDatasetVersion(s.GetDatasetVersionRequest(dataset_version_id=dataset_version)),
        server.stress.GetScenario(s.GetScenarioRequest(scenario_id=scenario, dataset_version_id=dataset_version)),
    ]
    assert [answer.dataset_version_id for answer in [await requests[0]]] == [known.dataset_version_id]
    assert (await requests[1]).scenario_id == known.scenario_id
    execution = await server.stress.GetExecution(s.GetExecutionRequest(execution_id=known.execution_id[:SHORTEST]))
    assert execution.header.execution_id == known.execution_id
    evidence = await server.evidence.GetEvidence(v.GetEvidenceRequest(address=known.execution_id[:SHORTEST]))
    assert evidence.address == known.execution_id
    assert (await server.evidence.GetProof(v.GetProofRequest(address=scenario))).receipt.tlog_proof


async def test_the_filters_of_a_list_take_prefixes(stored):
    server, known = stored
    ids = {"dataset_version_id": known.dataset_version_id[:SHORTEST], "scenario_id": known.scenario_id[:SHORTEST]}
    executions = (await server.stress.ListExecutions(s.ListExecutionsRequest(**ids))).executions
    assert known.execution_id in {entry.execution_id for entry in executions}
    scenarios = await server.stress.ListScenarios(s.ListScenariosRequest(dataset_version_id=ids["dataset_version_id"]))
    assert known.scenario_id in {entry.scenario_id for entry in scenarios.scenarios}
    nothing = s.ListExecutionsRequest(scenario_id="sha256:" + "0" * 8)
    assert not (await server.stress.ListExecutions(nothing)).executions


async def test_a_prefix_is_looked_up_among_its_kind_only(stored):
    server, known = stored
    request = s.GetExecutionRequest(execution_id=known.scenario_id[:SHORTEST])
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.GetExecution(request)
    assert reason(refused.value) == "EXECUTION_NOT_FOUND"


async def test_a_prefix_that_several_ids_have_is_refused(stored, monkeypatch):
    server, known = stored
    other = await registered(server, company(company_name="Another"))
    prefix = "sha256:00000000"

    async def two(*_):
        return [known.dataset_version_id, other]

    monkeypatch.setattr("seawall.server.store.store.TenantStore.addresses", two)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.GetDatasetVersion(s.GetDatasetVersionRequest(dataset_version_id=prefix))
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert faults(refused.value) == {"dataset_version_id": "ID_AMBIGUOUS"}


@pytest.mark.parametrize("call", ["Execute", "AssessDebtService", "GetReport"])
async def test_what_stores_something_takes_full_ids(stored, call):
    server, known = stored
    requests = {
        "Execute": s.ExecuteRequest(execution_id=known.execution_id[:SHORTEST]),
        "AssessDebtService": s.AssessDebtServiceRequest(dataset_version_id=known.dataset_version_id[:SHORTEST]),
        "GetReport": s.GetReportRequest(execution_id=known.execution_id[:SHORTEST], view="REPORT_VIEW_EXECUTIVE"),
    }
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await answered(server, requests[call])
    assert set(faults(refused.value).values()) == {"MALFORMED"}


async def answered(server, request):
    """Sends a request to the method that takes it, and reads the beginning of the answer."""
    name = type(request).__name__.removesuffix("Request")
    call = getattr(server.stress, name)(request)
    await (call.read() if name in ("Execute", "Replay") else call)


async def test_a_company_and_labels_find_all_of_its_versions(stored):
    server, _ = stored
    ids = {}
    for name, company_id, labels in (
        ("first", "4711", ("audited",)),
        ("second", "4711", ("audited", "q4")),
        ("other", "4712", ("audited",)),
    ):
        figures = company(company_name=name, company_id=company_id, labels=labels)
        ids[name] = await registered(server, figures)

    async def listed(**filters):
        request = s.ListDatasetVersionsRequest(**filters)
        return [entry.company_name for entry in (await server.stress.ListDatasetVersions(request)).dataset_versions]

    assert await listed(company_id="4711") == ["second", "first"]
    assert await listed(labels=["audited"]) == ["other", "second", "first"]
    assert await listed(labels=["audited", "q4"]) == ["second"]
    assert await listed(company_id="4712", labels=["q4"]) == []
    assert await listed(company_id="audited") == []
    request = s.ListDatasetVersionsRequest(company_id="4711", page_size=1)
    page = await server.stress.ListDatasetVersions(request)
    assert (page.dataset_versions[0].company_id, [*page.dataset_versions[0].labels]) == ("4711", ["audited", "q4"])
    request.page_token = page.next_page_token
    assert (await server.stress.ListDatasetVersions(request)).dataset_versions[0].company_name == "first"
    request.company_id = "4712"
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.ListDatasetVersions(request)
    assert reason(refused.value) == "PAGE_TOKEN_INVALID"


async def test_more_than_a_thousand_on_a_page_is_a_thousand(stored, monkeypatch):
    server, _ = stored
    monkeypatch.setattr("seawall.server.services.paging.MOST_ON_A_PAGE", 1)
    page = await server.stress.ListDatasetVersions(s.ListDatasetVersionsRequest(page_size=2_000))
    assert len(page.dataset_versions) == 1
    assert page.next_page_token


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def earlier(tmp_path_factory):
    """A server over the documents of the release before: their ids by name."""
    path = tmp_path_factory.mktemp("earlier") / "seawall.db"
    documents = list(of_month_v1())
    store = Store(path)
    await store.open()
    await store.of().append(documents)
    await store.close()
    names = ("dataset_version_id", "scenario_id", "execution_id")
    async with running(path) as server:
        yield server, dict(zip(names, (document.address for document in documents), strict=True))


def of_an_earlier_model(ids):
    """Every call that would have to read figures of the release before."""
    pair = {name: ids[name] for name in ("scenario_id", "dataset_version_id")}
    scenario = c.Scenario(dataset_version_id=ids["dataset_version_id"], name="new", horizon_months=6)
    return [
        s.GetDatasetVersionRequest(dataset_version_id=ids["dataset_version_id"]),
        s.GetScenarioRequest(**pair),
        s.GetExecutionRequest(execution_id=ids["execution_id"]),
        s.CreateScenarioRequest(scenario=scenario),
        s.AssessDebtServiceRequest(dataset_version_id=ids["dataset_version_id"]),
        s.GetReportRequest(execution_id=ids["execution_id"], view="REPORT_VIEW_EXECUTIVE"),
        s.ExecuteRequest(scenario=s.ScenarioSource(**pair)),
        s.ExecuteRequest(execution_id=ids["execution_id"]),
        s.ReplayRequest(execution_id=ids["execution_id"], dataset_version_id=ids["dataset_version_id"]),
    ]


async def test_figures_of_another_model_are_refused_with_the_release_that_computes_them(earlier):
    server, ids = earlier
    for request in of_an_earlier_model(ids):
        name = type(request).__name__.removesuffix("Request")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await answered(server, request)
        assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION, name
        information = detail(refused.value, ErrorInfo)
        assert information.reason == "DIFFERENT_MODEL", name
        assert (information.metadata["model"], information.metadata["release"]) == ("month.v1", "seawall 0.1")
        assert information.metadata["resource"] in ids.values()
        assert detail(refused.value, PreconditionFailure).violations[0].type == "DIFFERENT_MODEL"


async def test_the_bytes_of_another_model_are_given_and_proven(earlier):
    server, ids = earlier
    document = await server.evidence.GetEvidence(v.GetEvidenceRequest(address=ids["execution_id"]))
    assert document.kind == "execution.v1"
    assert (await server.evidence.GetProof(v.GetProofRequest(address=ids["execution_id"]))).receipt.tlog_proof
    *_, last = [event async for event in server.evidence.VerifyEvidence(v.VerifyEvidenceRequest())]
    assert last.result.intact
