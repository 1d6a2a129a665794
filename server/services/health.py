"""Health v1, tied to the database and its log: a server that cannot prove what it computes does not serve."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from math import inf
from typing import Any

import grpc
from grpc_health.v1 import health_pb2
from grpc_health.v1.health import OVERALL_HEALTH
from grpc_health.v1.health_pb2_grpc import HealthServicer

from ..store.store import Store

log = logging.getLogger("seawall.server")

POLL_SECONDS = 1
MOST_WATCHERS = 1_024
CLOCK = "seawall.clock"  #: a name of its own in health: a clock that stood in the future stops no call
AHEAD_SECONDS = 5.0  #: of the newest record before this machine's clock; servers on one database differ by less
FRESH_SECONDS = 10.0  #: a database that did not answer for longer is not relied on
REPEAT_SECONDS = 3_600  #: until the same is said again
SERVING = health_pb2.HealthCheckResponse.ServingStatus.Value("SERVING")
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.ServingStatus.Value("SERVICE_UNKNOWN")
NOT_SERVING = health_pb2.HealthCheckResponse.ServingStatus.Value("NOT_SERVING")
SERVICES = (
    OVERALL_HEALTH,
    "seawall.v1.StressService",
    "seawall.v1.AnalysisService",
    "seawall.v1.SweepService",
    "seawall.v1.EvidenceService",
)

Request = health_pb2.HealthCheckRequest
Context = grpc.aio.ServicerContext[Any, Any]


class HealthService(HealthServicer):
    """Looks at the database at each Check, and every second for those who watch.

    Nothing waits until a watcher has taken a message but its own call: whoever reads nothing holds up nobody.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._statuses = dict.fromkeys((*SERVICES, CLOCK), SERVING)
        self._changed = asyncio.Event()  #: another one for each change
        self._watchers = 0
        self._has_ended = False
        self._trouble = ""  #: logged once, when it changes
        self._is_stopping = False
        self._reached = -inf  #: when the database last answered, and could be relied on
        self._ahead_said = -inf  #: when it was last said that the newest record is ahead

    async def Check(self, request: Request, context: Context) -> health_pb2.HealthCheckResponse:
        await self.refresh()
        if request.service not in self._statuses:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"allowed: {', '.join(filter(None, self._statuses))}")
        return health_pb2.HealthCheckResponse(status=self._statuses[request.service])

    async def Watch(self, request: Request, context: Context) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """The status, and each other one that follows, until the server takes no more calls."""
        if self._watchers >= MOST_WATCHERS:
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "Too many watch already. Retry, or use Check.")
        self._watchers += 1
        sent = None
        try:
            while not self._has_ended:
                changed = self._changed  # before the status is looked at, so that no change is missed
                status = self._statuses.get(request.service, SERVICE_UNKNOWN)
                if status != sent:
                    yield health_pb2.HealthCheckResponse(status=status)
                    sent = status
                else:
                    await changed.wait()
        finally:
            self._watchers -= 1

    @property
    def is_ready(self) -> bool:
        """Whether the database can be relied on, and the server is not about to stop."""
        return self.store_is_reachable and not self._is_stopping

    @property
    def store_is_reachable(self) -> bool:
        """Whether the database answered when it was last looked at, and that is not long ago."""
        return not self._trouble and time.monotonic() - self._reached < FRESH_SECONDS

    def stop_serving(self) -> None:
        """Says NOT_SERVING from now on, whatever the database says."""
        self._is_stopping = True
        self._publish(dict.fromkeys(self._statuses, NOT_SERVING))

    def end_watches(self) -> None:
        """Lets those who watch go: a server that stops would wait for them as for calls."""
        self._has_ended = True
        self._changed.set()

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
        clock = NOT_SERVING if self._is_ahead() else SERVING
        if not self._is_stopping:
            self._publish({**dict.fromkeys(SERVICES, NOT_SERVING if trouble else SERVING), CLOCK: clock})

    def _publish(self, statuses: dict[str, Any]) -> None:
        if statuses != self._statuses:
            self._statuses = statuses
            self._changed.set()
            self._changed = asyncio.Event()

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
