"""What the operations port of a server shows: whether it lives, whether it is ready, and its metrics."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from ..observing.operations import Answer, Page, operations_port
from ..store.store import Store
from ..work.engine import Pools
from .admission import MOST
from .health import HealthService
from .interceptor import Guard

log = logging.getLogger("seawall.server")

LOOP_SECONDS = 3.0  #: a loop that does not turn for so long is no longer alive
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NO_METRICS = "The metrics need prometheus-client: python -m pip install 'seawall[metrics]'"


@contextmanager
def operated(address: str | None, guard: Guard, health: HealthService, pools: Pools, store: Store) -> Iterator[None]:
    """Serves the operations port while the block runs, where it has an address."""
    if address is None:
        yield
        return
    loop = asyncio.get_running_loop()
    pages: dict[str, Page] = {
        "/livez": lambda: _live(loop),
        "/readyz": lambda: Answer(200, b"ready\n") if health.is_ready else Answer(503, b"not ready\n"),
        "/metrics": _metrics(guard, health, pools, store),
    }
    with operations_port(address, pages):
        yield


def _live(loop: asyncio.AbstractEventLoop) -> Answer:
    """Whether the loop, in which every call runs, still turns: it is asked from a thread, and waits for no database."""
    turned = threading.Event()
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(turned.set)
        if turned.wait(LOOP_SECONDS):
            return Answer(200, b"live\n")
    return Answer(503, b"not live\n")


def _metrics(guard: Guard, health: HealthService, pools: Pools, store: Store) -> Page:
    """The page of the metrics, for which everything is counted from now on; without the extra it names that."""
    try:
        from ..observing.metrics import Metrics, Reading
    except ModuleNotFoundError as missing:
        if missing.name != "prometheus_client":
            raise
        log.warning(NO_METRICS)
        return lambda: Answer(501, f"{NO_METRICS}\n".encode())
    metrics = Metrics()
    guard.observers.append(metrics.observe_call)
    store.commit_observers.append(metrics.observe_commit)
    metrics.read_at_collection(
        *(
            Reading(
                "seawall_calls_running",
                "Calls that run",
                partial(guard.admission.running, group),
                {"group": group},
            )
            for group in MOST
        ),
        *(
            Reading("seawall_pool_waiting", "Calls that wait for a thread", pool.waiting, {"pool": name})
            for name, pool in (("engine", pools.engine), ("documents", pools.documents))
        ),
        Reading("seawall_writer_waiting", "Calls that wait for a commit", store.waiting),
        Reading("seawall_store_reachable", "1 while the database answers", lambda: health.store_is_reachable),
        Reading("seawall_clock_seconds_ahead", "Seconds of the newest record ahead of the clock", store.seconds_ahead),
        Reading("seawall_documents", "Documents of all tenants", store.documents),
        Reading("seawall_log_records", "Records in the logs of all tenants", store.records),
    )
    return lambda: Answer(200, metrics.text(), METRICS_TYPE)
