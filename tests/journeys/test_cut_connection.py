"""A connection to a real server that is cut in mid-stream: each month arrives exactly once, with the same figures."""

import asyncio
import json

import pytest

from seawall.clients.client import Retry, StressClient
from seawall.v1.execution_pb2 import PeriodResult
from seawall.v1.scenario_pb2 import Scenario
from tests.clients.fake_server import Cable
from tests.clients.test_examples import COMPANY, dataset
from tests.faults.servers import started
from tests.journeys.serving import serving
from tests.places import run, sqlite_place


async def months(events):
    return [event async for event in events if isinstance(event, PeriodResult)]


@pytest.mark.parametrize("cut_after", [[2_000], [10_000, 10_000], [6_000, 6_000, 6_000, 6_000]])
async def test_each_month_arrives_once_and_unchanged(tmp_path, cut_after):
    async with serving(tmp_path) as address:
        async with StressClient(address) as client:
            company = (await client.register(dataset(COMPANY))).dataset_version_id
            severe = Scenario(dataset_version_id=company, name="Severe", horizon_months=24)
            scenario = (await client.create_scenario(severe, template_name="severe")).scenario_id
            whole = await months(client.execute(scenario, company))
            execution = [summary.execution_id async for summary in client.executions()]
        for cut_execution in (
            lambda client: client.execute(scenario, company),
            lambda client: client.read(*execution),
            lambda client: client.replay(*execution, company),
        ):
            async with (
                Cable(address, cut_after) as cable,
                StressClient(cable.address, retry=Retry(first_wait_seconds=0.05)) as client,
            ):
                assert await months(cut_execution(client)) == whole
            assert cable.connections == len(cut_after) + 1
    assert [month.period for month in whole] == list(range(1, 25))
    logged = run(
        tmp_path / "seawall.db", ["SELECT CAST(body AS TEXT) FROM records WHERE tenant = 'local' ORDER BY seq"]
    )
    actions = [json.loads(body)["action"] for (body,) in logged]
    assert actions == ["registered", "created", "executed", "replayed"]


async def test_a_server_that_is_killed_and_started_again_costs_no_month(tmp_path):
    place = sqlite_place(tmp_path)
    async with started(place) as (server, address), StressClient(address) as client:
        company = (await client.register(dataset(COMPANY))).dataset_version_id
        severe = Scenario(dataset_version_id=company, name="Severe", horizon_months=24)
        scenario = (await client.create_scenario(severe, template_name="severe")).scenario_id
        events = client.execute(scenario, company)
        assert not isinstance(await anext(events), PeriodResult)
        server.kill()
        await server.wait()
        waiting = asyncio.create_task(months(events))
        await asyncio.sleep(3)  # longer than the first few attempts take
        async with started(place, address):
            assert [month.period for month in await waiting] == list(range(1, 25))
