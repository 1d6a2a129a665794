"""Health v1, tied to the database and its log: a server that cannot prove what it computes does not serve."""

import asyncio
import logging
from typing import Any

import grpc
from grpc_health.v1 import health_pb2
from grpc_health.v1.health import OVERALL_HEALTH, aio

from ..store.store import Store

log = logging.getLogger("seawall.server")

POLL_SECONDS = 1
SERVICES = (OVERALL_HEALTH, "seawall.v1.StressService", "seawall.v1.EvidenceService")


class HealthService(aio.HealthServicer):
    """Looks at the database at each Check, and every second for those who watch."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._trouble = ""  #: logged once, when it changes

    async def Check(
        self, request: health_pb2.HealthCheckRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> health_pb2.HealthCheckResponse:
        await self.refresh()
        return await super().Check(request, context)

    async def refresh(self) -> None:
        """Looks at the database once."""
        try:
            await self._store.ping()
            status, trouble = health_pb2.HealthCheckResponse.ServingStatus.Value("SERVING"), ""
        except Exception as error:  # any of them: a watcher must learn of it, and later that it passed
            status, trouble = health_pb2.HealthCheckResponse.ServingStatus.Value("NOT_SERVING"), str(error)
        if trouble != self._trouble:
            log.warning("health: %s", f"not serving: {trouble}" if trouble else "serving again")
            self._trouble = trouble
        for service in SERVICES:
            await self.set(service, status)

    async def poll(self) -> None:
        """Looks at the database for as long as the server runs."""
        while True:
            await self.refresh()
            await asyncio.sleep(POLL_SECONDS)
