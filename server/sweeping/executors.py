"""Where blocks are computed: processes of this machine, or the workers of a Dask cluster. Both are an `Executor`.

A worker imports the engine and nothing else of the server: it has no database, no key and no credential, and gives
bytes that are checked here. A scheduler of Dask trusts everybody who reaches it: beyond this machine only with TLS.
"""

import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from typing import Any, NamedTuple

from ..addresses import is_of_this_machine
from .refusals import WorkersLost

CONNECT_SECONDS = "10s"
NICENESS = 10  #: of a process beyond that of the server: a sweep takes minutes, and calls come before it
NO_DASK = "Workers of Dask need seawall[distributed]: pip install 'seawall[distributed]'"
NO_CERTIFICATE = (
    "a scheduler on another machine is reached by TLS, and Dask's configuration names no certificate for it:"
    " distributed.comm.tls.ca-file, client.cert and client.key"
)


class Started(NamedTuple):
    """An executor that takes blocks."""

    executor: Executor
    workers: int
    close: Callable[[], None]
    code_folder: str = ""  #: where workers keep the compiled code of `[fast]`; empty: where that is usual


def usual_workers() -> int:
    """One processor is left for the server."""
    return max(1, (os.cpu_count() or 1) - 1)


def start(workers: str, code_folder: str = "") -> Started:
    """Starts processes, or joins a cluster, as its setting says; the folder is one of this machine.

    Raises `WorkersLost` where that cannot be.
    """
    return _processes(int(workers), code_folder) if workers.isdecimal() else _cluster(workers)


def _processes(workers: int, code_folder: str) -> Started:
    executor = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_alone)
    return Started(executor, workers, lambda: executor.shutdown(wait=False, cancel_futures=True), code_folder)


def _alone() -> None:
    """A worker gives way to calls and ends with the server; Ctrl-C is the server's."""
    import signal
    import threading
    from multiprocessing import parent_process

    def end_with_parent() -> None:
        parent = parent_process()
        if parent:
            parent.join()
            os._exit(1)

    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


def _cluster(address: str) -> Started:
    try:
        import distributed
    except ImportError:
        raise WorkersLost(NO_DASK) from None
    dask: Any = distributed  # which has no types
    place = address.removeprefix("dask://")
    is_here = _is_here(place.rpartition(":")[0])
    try:
        security = dask.Security(require_encryption=not is_here)
        if not is_here and security.get_connection_args("client")["ssl_context"] is None:
            raise WorkersLost(f"{address}: {NO_CERTIFICATE}")
        client = dask.Client(
            f"{'tcp' if is_here else 'tls'}://{place}",
            security=security,
            set_as_default=False,
            timeout=CONNECT_SECONDS,
        )
    except (OSError, TimeoutError, ValueError) as error:
        raise WorkersLost(f"{address}: {error}") from error
    try:
        workers = _same_release(client, address)
    except BaseException:
        client.close()
        raise
    return Started(client.get_executor(pure=False, retries=0), workers, client.close)


def _is_here(host: str) -> bool:
    """A name, unless it is localhost, may be of any machine."""
    try:
        return is_of_this_machine(host)
    except ValueError:
        return False


def _same_release(client: Any, address: str) -> int:
    """How many workers there are; `WorkersLost` where there is none, or one with another release than the server."""
    releases: dict[str, str] = client.run(version, "seawall")
    others = {worker: release for worker, release in releases.items() if release != version("seawall")}
    if others:
        worker, release = min(others.items())
        raise WorkersLost(f"{address}: {worker} has seawall {release}, and this server {version('seawall')}")
    if not releases:
        raise WorkersLost(f"{address}: the scheduler has no workers")
    return sum(client.nthreads().values())
