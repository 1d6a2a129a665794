"""A check tells what would be stored, echoes it and warns, and stores nothing; the same is told where it is stored."""

import grpc
import pytest
import pytest_asyncio

from seawall.v1 import echo_pb2 as h
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.companies import cents, company, income
from tests.server.running import everything_in, faults, registration, running, with_an_execution

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(tmp_path_factory):
    async with running(tmp_path_factory.mktemp("checking") / "seawall.db") as server:
        yield server, await with_an_execution(server)


async def test_a_check_of_figures_tells_all_that_storing_them_does_but_that_they_are_stored(stored):
    server, _ = stored
    request = registration(company(company_name="Not yet", company_id="4711"))
    request.validate_only = True
    before = everything_in(server.database)
    checked = await server.stress.RegisterDatasetVersion(request)
    assert everything_in(server.database) == before
    assert (checked.created, checked.HasField("recorded_at")) == (False, False)
    request.validate_only = False
    filed = await server.stress.RegisterDatasetVersion(request)
    assert filed.created
    assert (checked.dataset_version_id, checked.echo, checked.warnings) == (
        filed.dataset_version_id,
        filed.echo,
        filed.warnings,
    )
    assert filed.echo.total_debt_minor == cents(3_100_000)
    assert filed.echo.leverage.value == "1.550000"
    assert [h.WarningReason.Name(warning.reason) for warning in filed.warnings] == [
        "WARNING_REASON_PRINCIPAL_NOT_KNOWN"
    ]
    assert filed.warnings[0].field == "dataset_version.income_statement.scheduled_principal_annual_minor"


async def test_a_check_of_a_scenario_tells_all_that_storing_it_does(stored):
    server, known = stored
    scenario = c.Scenario(dataset_version_id=known.dataset_version_id, name="not yet", horizon_months=12)
    request = s.CreateScenarioRequest(scenario=scenario, template_name="moderate", validate_only=True)
    before = everything_in(server.database)
    checked = await server.stress.CreateScenario(request)
    assert everything_in(server.database) == before
    request.validate_only = False
    filed = await server.stress.CreateScenario(request)
    assert (filed.created, checked.created, checked.HasField("recorded_at")) == (True, False, False)
    for name in ("scenario_id", "scenario", "echo", "warnings"):
        assert getattr(checked, name) == getattr(filed, name)
    assert filed.scenario.posture == c.POSTURE_STANDSTILL
    (revenue, *_) = filed.echo.assumptions
    assert (revenue.name, revenue.furthest, revenue.furthest_period) == ("revenue_change_factor", "0.78", 3)


async def test_a_pair_that_is_not_stored_can_be_checked(stored):
    server, _ = stored
    figures = registration(company(company_name="Nowhere yet")).dataset_version
    scenario = c.Scenario(name="first look", horizon_months=24)
    request = s.CreateScenarioRequest(scenario=scenario, dataset_version=figures, validate_only=True)
    before = everything_in(server.database)
    checked = await server.stress.CreateScenario(request)
    assert everything_in(server.database) == before
    registered = s.RegisterDatasetVersionRequest(dataset_version=figures, validate_only=True)
    address = (await server.stress.RegisterDatasetVersion(registered)).dataset_version_id
    assert checked.scenario.dataset_version_id == address
    assert [warning.field for warning in checked.warnings] == [
        "scenario.assumptions",
        "scenario.assumptions.refinanced_share",
    ]
    request.scenario.dataset_version_id = address
    assert (await server.stress.CreateScenario(request)).scenario_id == checked.scenario_id
    request.scenario.dataset_version_id = "sha256:" + "0" * 64
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.CreateScenario(request)
    assert faults(refused.value) == {"scenario.dataset_version_id": "CONFLICT"}


async def test_a_pair_is_refused_with_the_faults_of_both(stored):
    server, _ = stored
    figures = registration().dataset_version
    figures.balance_sheet.cash_minor = -1
    scenario = c.Scenario(name="first look", horizon_months=25)
    request = s.CreateScenarioRequest(scenario=scenario, dataset_version=figures, validate_only=True)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.stress.CreateScenario(request)
    assert faults(refused.value) == {
        "scenario.horizon_months": "OUT_OF_RANGE",
        "dataset_version.balance_sheet.cash_minor": "OUT_OF_RANGE",
    }


async def test_a_check_of_an_assessment_gives_it_and_stores_nothing(stored):
    server, known = stored
    request = s.AssessDebtServiceRequest(dataset_version_id=known.dataset_version_id, validate_only=True)
    before = everything_in(server.database)
    checked = await server.stress.AssessDebtService(request)
    assert everything_in(server.database) == before
    request.validate_only = False
    filed = await server.stress.AssessDebtService(request)
    assert (filed.created, checked.created, checked.HasField("recorded_at")) == (True, False, False)
    for name in ("assessment_id", "dataset_version_id", "assessment", "echo", "warnings"):
        assert getattr(checked, name) == getattr(filed, name)


async def test_a_company_that_sells_below_its_variable_cost_is_accepted_and_warned_of(stored):
    server, _ = stored
    figures = company(income_statement=income(revenue_annual=cents(5_000_000)))
    answer = await server.stress.RegisterDatasetVersion(registration(figures))
    assert answer.created
    assert h.WARNING_REASON_SOLD_BELOW_VARIABLE_COST in {warning.reason for warning in answer.warnings}


async def test_an_amount_may_have_fewer_minor_digits_than_its_currency(stored):
    server, _ = stored
    answer = await server.stress.RegisterDatasetVersion(registration(company(minor_digits=0)))
    assert (answer.created, answer.echo.minor_digits) == (True, 0)


async def test_the_hash_of_a_source_may_be_left_out(stored):
    server, _ = stored
    answer = await server.stress.RegisterDatasetVersion(registration(company(source_sha256=None)))
    read = await server.stress.GetDatasetVersion(
        s.GetDatasetVersionRequest(dataset_version_id=answer.dataset_version_id)
    )
    assert not read.dataset_version.HasField("source_sha256")
