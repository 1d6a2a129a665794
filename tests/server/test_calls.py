"""What a caller may rely on: sealed before it is streamed, safe to repeat, listed without gaps, resumed where cut."""

import asyncio
import hashlib
import uuid
from contextlib import suppress

import grpc
import pytest

from seawall.engine.inputs.scenario import Assumptions
from seawall.engine.inputs.templates import TEMPLATES
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company
from tests.server.running import (
    assumptions,
    created,
    everything_in,
    executed,
    months_in,
    reason,
    registered,
    registration,
    with_an_execution,
)

pytestmark = pytest.mark.asyncio


async def test_what_was_registered_is_read_back(server):
    request = registration()
    answer = await server.stress.RegisterDatasetVersion(request)
    response = await server.stress.GetDatasetVersion(
        s.GetDatasetVersionRequest(dataset_version_id=answer.dataset_version_id)
    )
    assert answer.created
    assert response.dataset_version == request.dataset_version
    assert response.recorded_at == answer.recorded_at


async def test_the_same_figures_are_the_same_dataset_version(server):
    first = await server.stress.RegisterDatasetVersion(registration())
    request = registration()
    request.dataset_version.cash_sweep_share = "0.000"  # the default, written out
    request.dataset_version.income_statement.tax_rate = "0.250"
    again = await server.stress.RegisterDatasetVersion(request)
    assert (again.dataset_version_id, again.created) == (first.dataset_version_id, False)
    assert again.recorded_at == first.recorded_at


async def test_a_scenario_is_answered_with_every_assumption_resolved(server):
    dataset_version_id = await registered(server)
    scenario = c.Scenario(
        dataset_version_id=dataset_version_id,
        name="falling revenue",
        horizon_months=12,
        assumptions=c.Assumptions(revenue_change_factor=["0.90", "0.8"]),
    )
    answer = await server.stress.CreateScenario(s.CreateScenarioRequest(scenario=scenario))
    assert list(answer.scenario.assumptions.revenue_change_factor) == ["0.9", "0.8"]
    assert list(answer.scenario.assumptions.cost_change_factor) == ["1"]
    assert answer.scenario.assumptions.interest_rate_scope == c.RATE_SCOPE_FLOATING
    ids = {"scenario_id": answer.scenario_id, "dataset_version_id": dataset_version_id}
    assert (await server.stress.GetScenario(s.GetScenarioRequest(**ids))).scenario == answer.scenario


async def test_a_scenario_that_assumes_nothing_says_so(server):
    dataset_version_id = await registered(server)
    scenario = c.Scenario(dataset_version_id=dataset_version_id, name="base", horizon_months=12)
    answer = await server.stress.CreateScenario(s.CreateScenarioRequest(scenario=scenario))
    assert answer.scenario.assumptions == assumptions(Assumptions())
    ids = {"scenario_id": answer.scenario_id, "dataset_version_id": dataset_version_id}
    assert (await server.stress.GetScenario(s.GetScenarioRequest(**ids))).scenario == answer.scenario


async def test_a_template_gives_its_assumptions_and_its_course(server):
    dataset_version_id = await registered(server)
    templates = (await server.stress.ListScenarioTemplates(s.ListScenarioTemplatesRequest())).templates
    assert [template.name for template in templates] == [*TEMPLATES]
    for template in templates:
        scenario = c.Scenario(dataset_version_id=dataset_version_id, name="from a template", horizon_months=6)
        request = s.CreateScenarioRequest(scenario=scenario, template_name=template.name)
        answer = await server.stress.CreateScenario(request)
        known = TEMPLATES[template.name]
        assert answer.scenario.assumptions == template.assumptions == assumptions(known.assumptions)
        assert answer.scenario.course == template.course
        assert template.HasField("course") == (known.course is not None)
        assert template.description == known.description


async def test_an_execution_streams_started_then_each_month_then_completed(server):
    known = await with_an_execution(server)
    events = await executed(server, known.scenario_id, known.dataset_version_id)
    assert [event.WhichOneof("event") for event in events] == ["started", *["periods"] * 24, "completed"]
    assert [month.period for month in months_in(events)] == list(range(1, 25))
    assert {event.execution_id for event in events} == {known.execution_id}
    header = events[0].started.header
    assert (header.model, header.currency, header.minor_digits) == ("month.v2", "USD", 2)
    assert (header.analysis_date, header.period_ends[0], header.period_ends[-1]) == (
        "2024-12-31",
        "2025-01-31",
        "2026-12-31",
    )
    assert [month.period_end for month in months_in(events)] == list(header.period_ends)


async def test_the_statements_that_are_streamed_balance(server):
    known = await with_an_execution(server)
    for month in months_in(await executed(server, known.scenario_id, known.dataset_version_id)):
        position, flow = month.position, month.cash_flow
        assert position.total_assets_minor == position.total_liabilities_minor + position.equity_minor
        assert month.opening_cash_minor + flow.net_cash_flow_minor == position.cash_minor
        assert [row.facility_id for row in month.facilities] == ["revolver", "term-loan", "note"]
        assert sum(row.closing_balance_minor for row in month.facilities) == position.debt_minor


async def test_repeating_an_execution_reads_it(server):
    known = await with_an_execution(server)
    before = everything_in(server.database)
    again = await executed(server, known.scenario_id, known.dataset_version_id)
    by_id = [event async for event in server.stress.Execute(s.ExecuteRequest(execution_id=known.execution_id))]
    assert not again[0].started.created
    assert again == by_id
    assert everything_in(server.database) == before


async def test_an_analysis_date_of_its_own_is_another_execution(server):
    known = await with_an_execution(server)
    ids = {"scenario_id": known.scenario_id, "dataset_version_id": known.dataset_version_id}
    for day, same in (("2024-12-31", True), ("2025-06-30", False)):
        source = s.ScenarioSource(**ids, analysis_date=day)
        events = [event async for event in server.stress.Execute(s.ExecuteRequest(scenario=source))]
        assert (events[0].execution_id == known.execution_id) is same
        assert events[0].started.header.analysis_date == day


@pytest.mark.parametrize("start", [1, 2, 24, 25])
@pytest.mark.parametrize("per_message", [1, 7, 24])
async def test_a_stream_is_resumed_and_packed_as_requested(server, start, per_message):
    known = await with_an_execution(server)
    whole = months_in(await executed(server, known.scenario_id, known.dataset_version_id))
    options = {"start_period": start, "periods_per_message": per_message}
    events = await executed(server, known.scenario_id, known.dataset_version_id, **options)
    assert months_in(events) == whole[start - 1 :]
    assert len(events) == 2 + -(-(25 - start) // per_message)


async def test_the_first_message_comes_after_the_commit(server):
    known = await with_an_execution(server, "mild")
    dataset_version_id = known.dataset_version_id
    scenario_id = await created(server, dataset_version_id, "severe")
    source = s.ScenarioSource(scenario_id=scenario_id, dataset_version_id=dataset_version_id)
    async for event in server.stress.Execute(s.ExecuteRequest(scenario=source)):
        stored = [row[2] for row in everything_in(server.database)["evidence"]]
        assert event.execution_id in stored
        break


async def test_a_stream_that_is_cancelled_leaves_a_whole_execution(server):
    dataset_version_id = await registered(server)
    scenario_id = await created(server, dataset_version_id)
    source = s.ScenarioSource(scenario_id=scenario_id, dataset_version_id=dataset_version_id)
    call = server.stress.Execute(s.ExecuteRequest(scenario=source))
    first = await call.read()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call.read()
    events = await executed(server, scenario_id, dataset_version_id)
    assert events[0].execution_id == first.execution_id
    assert not events[0].started.created
    assert len(months_in(events)) == 24


async def test_calls_that_are_cut_at_any_time_leave_all_or_nothing(server):
    dataset_version_id = await registered(server)
    scenario_id = await created(server, dataset_version_id)
    source = s.ScenarioSource(scenario_id=scenario_id, dataset_version_id=dataset_version_id)
    for milliseconds in range(1, 20, 2):
        call = server.stress.Execute(s.ExecuteRequest(scenario=source), timeout=milliseconds / 1000)
        with suppress(grpc.aio.AioRpcError):
            async for _ in call:
                pass
        assert await call.code() in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.OK)
    rows = everything_in(server.database)
    assert (len(rows["evidence"]), len(rows["parents"])) in ((2, 1), (3, 3))
    assert len(months_in(await executed(server, scenario_id, dataset_version_id))) == 24


async def test_get_execution_equals_the_stream(server):
    known = await with_an_execution(server)
    events = await executed(server, known.scenario_id, known.dataset_version_id)
    execution = await server.stress.GetExecution(s.GetExecutionRequest(execution_id=known.execution_id))
    assert execution.header == events[0].started.header
    assert execution.metrics == events[-1].completed.metrics
    assert execution.metrics.first_default_facility.facility_id in {"revolver", "term-loan", "note"}


async def test_no_default_names_no_facility(server):
    known = await with_an_execution(server, template="")
    execution = await server.stress.GetExecution(s.GetExecutionRequest(execution_id=known.execution_id))
    assert execution.metrics.first_default_period == 0 or execution.metrics.HasField("first_default_facility")


async def test_evidence_is_the_stored_bytes_with_their_parents(server):
    known = await with_an_execution(server)
    document = await server.evidence.GetEvidence(v.GetEvidenceRequest(address=known.execution_id))
    assert f"sha256:{hashlib.sha256(document.body).hexdigest()}" == known.execution_id
    assert document.kind == "execution.v2"
    assert {parent.name: parent.address for parent in document.parents} == {
        "scenario": known.scenario_id,
        "dataset_version": known.dataset_version_id,
    }


async def test_a_request_id_gives_the_first_answer_again(server):
    request = registration()
    request.request_id = str(uuid.uuid4())
    first = await server.stress.RegisterDatasetVersion(request)
    request.request_id = request.request_id.upper()
    assert await server.stress.RegisterDatasetVersion(request) == first
    assert first.created


async def test_a_request_id_is_for_a_single_request(server):
    request = registration()
    request.request_id = str(uuid.uuid4())
    await server.stress.RegisterDatasetVersion(request)
    before = everything_in(server.database)
    request.dataset_version.company_name = "Another"
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.RegisterDatasetVersion(request)
    assert refused.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert reason(refused.value) == "REQUEST_ID_REUSED"
    assert everything_in(server.database) == before


async def test_a_stream_with_a_request_id_can_be_resumed(server):
    dataset_version_id = await registered(server)
    scenario_id = await created(server, dataset_version_id)
    identified = {"request_id": str(uuid.uuid4())}
    whole = await executed(server, scenario_id, dataset_version_id, **identified)
    resumed = await executed(server, scenario_id, dataset_version_id, start_period=20, **identified)
    assert whole[0] == resumed[0]
    assert months_in(resumed) == months_in(whole)[19:]
    other = await created(server, dataset_version_id, "mild")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await executed(server, other, dataset_version_id, **identified)
    assert reason(refused.value) == "REQUEST_ID_REUSED"


async def test_lists_are_paged_newest_first(server):
    names = [f"Company {number}" for number in range(5)]
    for name in names:
        await registered(server, company(company_name=name))
    listed, token = [], ""
    while True:
        answer = await server.stress.ListDatasetVersions(s.ListDatasetVersionsRequest(page_size=2, page_token=token))
        listed += [entry.company_name for entry in answer.dataset_versions]
        token = answer.next_page_token
        if not token:
            break
    assert listed == names[::-1]


async def test_a_page_stays_where_it_is_when_something_is_added(server):
    for number in range(3):
        await registered(server, company(company_name=f"Company {number}"))
    first = await server.stress.ListDatasetVersions(s.ListDatasetVersionsRequest(page_size=2))
    await registered(server, company(company_name="late"))
    request = s.ListDatasetVersionsRequest(page_size=2, page_token=first.next_page_token)
    second = await server.stress.ListDatasetVersions(request)
    assert [entry.company_name for entry in second.dataset_versions] == ["Company 0"]
    assert second.next_page_token == ""


async def test_scenarios_and_executions_are_listed_by_their_parents(server):
    known = await with_an_execution(server)
    other = await registered(server, company(company_name="Other"))
    mild = await created(server, known.dataset_version_id, "mild", months=6)
    elsewhere = await created(server, other)
    await executed(server, elsewhere, other)
    scenarios = await server.stress.ListScenarios(s.ListScenariosRequest(dataset_version_id=known.dataset_version_id))
    assert [(entry.scenario_id, entry.name, entry.horizon_months) for entry in scenarios.scenarios] == [
        (mild, "mild", 6),
        (known.scenario_id, "severe", 24),
    ]
    for request in (
        s.ListExecutionsRequest(dataset_version_id=known.dataset_version_id),
        s.ListExecutionsRequest(scenario_id=known.scenario_id),
    ):
        executions = await server.stress.ListExecutions(request)
        assert [entry.execution_id for entry in executions.executions] == [known.execution_id]
    assert len((await server.stress.ListExecutions(s.ListExecutionsRequest())).executions) == 2


async def test_a_token_belongs_to_its_list_and_filters(server):
    known = await with_an_execution(server)
    await created(server, known.dataset_version_id, "mild")
    request = s.ListScenariosRequest(page_size=1, dataset_version_id=known.dataset_version_id)
    token = (await server.stress.ListScenarios(request)).next_page_token
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.ListScenarios(s.ListScenariosRequest(page_size=1, page_token=token))
    assert reason(refused.value) == "PAGE_TOKEN_INVALID"


@pytest.mark.parametrize("place", ["postgres"], indirect=True)  # what is streamed does not depend on where it is stored
async def test_a_company_of_a_thousand_loans_streams_in_messages_that_clients_take(server):
    request = registration(company(instruments=(), revolver=None))
    for number in range(1_000):
        request.dataset_version.instruments.add(
            instrument_id=f"a-loan-with-quite-a-long-name-{number}",
            principal_minor=0 if number else 310_000_000,
            maturity_date="2029-12-31",
            lien=1 + number % 99,
            amortisation=d.AMORTISATION_LINEAR,
            fixed_rate="0.05",
        )
    request.dataset_version.balance_sheet.equity_minor -= 310_000_000
    dataset_version_id = (await server.stress.RegisterDatasetVersion(request)).dataset_version_id
    scenario_id = await created(server, dataset_version_id)
    events = await executed(server, scenario_id, dataset_version_id, periods_per_message=24)
    assert [month.period for month in months_in(events)] == list(range(1, 25))
    assert all(event.ByteSize() < 4 * 2**20 for event in events)
