"""Health v1, tied to the database and its log: a server that cannot prove what it computes does not serve."""

import asyncio
import logging
import time
from math import inf
from typing import Any

import grpc
from grpc_health.v1 import health_pb2
from grpc_health.v1.health import OVERALL_HEALTH, aio

from ..store.store import Store

log = logging.getLogger("seawall.server")

POLL_SECONDS = 1
CLOCK = "seawall.clock"  #: a name of its own in health: a clock that stood in the future stops no call
AHEAD_SECONDS = 5.0  #: of the newest record before this machine's clock; servers on one database differ by less
FRESH_SECONDS = 10.0  #: a database that did not answer for longer is not relied on
REPEAT_SECONDS = 3_600  #: until the same is said again
SERVING = health_pb2.HealthCheckResponse.ServingStatus.Value("SERVING")
NOT_SERVING = health_pb2.HealthCheckResponse.ServingStatus.Value("NOT_SERVING")
SERVICES = (OVERALL_HEALTH, "seawall.v1.StressService", "seawall.v1.EvidenceService")


class HealthService(aio.HealthServicer):
    """Looks at the database at each Check, and every second for those who watch."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._trouble = ""  #: logged once, when it changes
        self._is_stopping = False
        self._reached = -inf  #: when the database last answered, and could be relied on
        self._ahead_said = -inf  #: when it was last said that the newest record is ahead

    async def Check(
        self, request: health_pb2.HealthCheckRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> health_pb2.HealthCheckResponse:
        await self.refresh()
        return await super().Check(request, context)

    @property
    def is_ready(self) -> bool:
        """Whether the database can be relied on, and the server is not about to stop."""
        return self.store_is_reachable and not self._is_stopping

    @property
    def store_is_reachable(self) -> bool:
        """Whether the database answered when it was last looked at, and that is not long ago."""
        return not self._trouble and time.monotonic() - self._reached < FRESH_SECONDS

    async def stop_serving(self) -> None:
        """Says NOT_SERVING from now on, whatever the database says."""
        self._is_stopping = True
        await self.enter_graceful_shutdown()

    async def refresh(self) -> None:
        """Looks at the database once."""
        try:
            await self._store.ping()
            trouble, self._reached = "", time.monotonic()
        except Exception as error:  # any of them: a watcher must learn of it, and later that it passed
            trouble = str(error) or type(error).__name__
        if trouble != self._trouble:
            log.warning("health: %s", f"not serving: {trouble}" if trouble else "serving again")
            self._trouble = trouble
        for service in SERVICES:
            await self.set(service, NOT_SERVING if trouble else SERVING)
        await self.set(CLOCK, NOT_SERVING if self._is_ahead() else SERVING)

    def _is_ahead(self) -> bool:
        """Whether records are dated by the newest one, not by the clock; said as it begins, each hour, as it ends."""
        ahead, now = self._store.seconds_ahead(), time.monotonic()
        if ahead <= AHEAD_SECONDS:
            if self._ahead_said > -inf:
                log.warning("clock: records have this machine's time again")
            self._ahead_said = -inf
            return False
        if now - self._ahead_said >= REPEAT_SECONDS:
            log.warning(
                "clock: the newest record is %.0f seconds ahead of this machine's clock. Until that is past, each is"
                " dated a microsecond after the one before. A clock stood in the future, or this one is behind.",
                ahead,
            )
            self._ahead_said = now
        return True

    async def poll(self) -> None:
        """Looks at the database for as long as the server runs."""
        while True:
            await self.refresh()
            await asyncio.sleep(POLL_SECONDS)
