"""Servers on one PostgreSQL: restarted in turn under load, and left without their database for a while."""

import asyncio
from datetime import timedelta
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import grpc
from google.rpc.error_details_pb2 import RetryInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc

from seawall.clients import verify
from seawall.clients.client import SeawallError, StressClient
from seawall.server.wire.to_message import message
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import scenario_pb2 as c
from tests import places
from tests.companies import AS_OF, company
from tests.faults.scale import times
from tests.faults.servers import DAYS, Acknowledged, members
from tests.places import Place, postgres_place
from tests.server.running import Running, detail, reason, registered

CALLERS = 6


class Load:
    """Callers that know every server and go on until they are to end, and what became of their calls."""

    def __init__(self, addresses):
        self._addresses = addresses
        self.receipts, self.failed, self.ending = [], [], asyncio.Event()

    async def run(self, caller):
        """One caller: the servers in an order of its own, and one execution after another."""
        first = caller % len(self._addresses)
        addresses = ",".join([*self._addresses[first:], *self._addresses[:first]])
        async with StressClient(f"ipv4:{addresses}") as client:
            for number in count():
                if self.ending.is_set():
                    return
                try:
                    await self._execute(client, 6 + caller, *divmod(number, DAYS))
                except SeawallError as error:
                    self.failed.append(error)

    async def _execute(self, client, months, repetition, days):
        analysis_date = (AS_OF + timedelta(days=days)).isoformat()
        dataset = (await client.register(message(d.DatasetVersion, company()))).dataset_version_id
        scenario = c.Scenario(dataset_version_id=dataset, name=f"Load {repetition}", horizon_months=months)
        created = await client.create_scenario(scenario, template_name="severe")
        events = [event async for event in client.execute(created.scenario_id, dataset, analysis_date=analysis_date)]
        assert len(events) == months + 2
        self.receipts.append(events[0].receipt.tlog_proof)

    async def grown(self, executions):
        """Returns after so many more."""
        enough = len(self.receipts) + executions
        async with asyncio.timeout(120):
            while len(self.receipts) < enough:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_servers_restarted_in_turn_fail_no_call_and_recover_from_a_lost_database(postgres, tmp_path, say):
    place, restarts = postgres_place(postgres, tmp_path), times(1, 15)
    async with members(place, tmp_path, "--drain-seconds", "0.2", count=times(2, 3)) as servers:
        load = await restarted_under_load(servers, restarts, between=times(3, 20))
        assert load.failed == []
        acknowledged = Acknowledged(Place(place.database, servers[0].files))
        acknowledged.receipts = {
            verify.check_receipt(receipt, place.keys.lines).record["subject"]: receipt for receipt in load.receipts
        }
        say(f"{restarts} restarts of {len(servers)} servers, 0 calls failed, {await acknowledged.check()}")
        await without_database(place, servers)


async def restarted_under_load(servers, restarts, between):
    """What the callers met."""
    load = Load([server.address for server in servers])
    callers = [asyncio.create_task(load.run(number)) for number in range(CALLERS)]
    for server in islice(cycle(servers), restarts):
        await load.grown(between)
        assert await server.stop() == 0
        await load.grown(between)
        await server.start()
    await load.grown(between)
    load.ending.set()
    await asyncio.gather(*callers)
    return load


async def without_database(place, servers):
    """Each says so while it is stopped, and goes on by itself."""
    (folder,) = parse_qs(urlsplit(place.server).query)["host"]
    database = places.postgres_in(Path(folder))
    await asyncio.to_thread(database.stop)
    try:
        for server in servers:
            assert await state(server) == ("UNAVAILABLE", "STORE_UNAVAILABLE", True, "NOT_SERVING")
    finally:
        await asyncio.to_thread(database.ensure_postgres_running)
    for server in servers:
        async with StressClient(server.address) as client:
            await client.register(message(d.DatasetVersion, company(company_name=server.address)))
        assert (await state(server))[-1] == "SERVING"


async def state(server):
    """What a caller and a load balancer see of it."""
    async with grpc.aio.insecure_channel(server.address) as channel:
        code, why, is_to_retry = "OK", "", False
        try:
            await registered(Running(server.address, "", channel))
        except grpc.aio.AioRpcError as error:
            code, why = error.code().name, reason(error)
            is_to_retry = detail(error, RetryInfo).retry_delay.seconds > 0
        stub: Any = health_pb2_grpc.HealthStub(channel)
        health = await stub.Check(health_pb2.HealthCheckRequest(service=""))
        return code, why, is_to_retry, health_pb2.HealthCheckResponse.ServingStatus.Name(health.status)
