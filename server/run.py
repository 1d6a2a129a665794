"""A running server: the database, the services around it, and a clean end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server
from grpc_reflection.v1alpha import reflection, reflection_pb2

from .accounts.accounts import Accounts
from .accounts.limits import TenantLimits
from .accounts.metering import Meter
from .accounts.quota_file import QuotaFile
from .addresses import is_of_this_machine
from .identity.caller import local_caller
from .identity.tls_files import TlsFiles
from .services.calls import handlers
from .services.health import SERVICES, HealthService
from .services.interceptor import TRANSPORT_BYTES, Guard, Identify
from .services.operated import operated
from .services.preparing import prepare
from .services.tracing import traces_sent
from .store.opening import LogFiles
from .store.store import Store
from .sweeping.dispatch import Workers
from .sweeping.executors import usual_workers
from .sweeping.sweeps import Sweeps
from .work.engine import Engine, Pools
from .work.pools import DOCUMENT_THREADS, DOCUMENTS_WAITING, Pool

if TYPE_CHECKING:
    from .identity.security import Security

GRACE_SECONDS = 5  #: how long running calls may take to end once the server takes no new ones
REFLECTION_V1 = "grpc.reflection.v1.ServerReflection"
OPTIONS = (
    ("grpc.so_reuseport", 0),  # a second server on the same port is refused, not mixed in
    ("grpc.max_receive_message_length", TRANSPORT_BYTES),
    ("grpc.max_send_message_length", -1),  # evidence of a company with a thousand loans passes 4 MiB
)


class NotLoopback(ValueError):
    """An address that other machines can reach, or that is no address."""


async def at_once() -> None:
    """Waits for nothing."""


@asynccontextmanager
async def serving(
    database: Path | str,
    address: str,
    files: LogFiles | None = None,
    *,
    accept_truncation: bool = False,
    foreign: Collection[str] = (),
    identify: Identify = local_caller,
    drained: Callable[[], Awaitable[None]] = at_once,
    tls: TlsFiles | None = None,
    quotas: Path | None = None,
    operations_address: str | None = None,
    otlp_endpoint: str | None = None,
    workers: str = "",
    code_folder: str = "",
    engine_processes: int = 0,
) -> AsyncIterator[str]:
    """Serves while the block runs; gives the address with the port that it got.

    Without `tls` only on a loopback address; with it callers are who their credentials say, in place of `identify`.
    After the block health says NOT_SERVING, and calls are taken until `drained` returns.
    `quotas` is the file of the defaults; `workers`, which compute sweeps, is a number of processes or a cluster, and
    `code_folder` where they keep compiled code. `engine_processes` compute calls in place of threads of this process.
    """
    host, port = reachable(address) if tls else loopback(address)
    async with AsyncExitStack() as stack:
        engine = Engine(engine_processes, partial(prepare, code_folder))
        stack.push_async_callback(engine.close)
        documents = stack.enter_context(closing(Pool("documents", DOCUMENT_THREADS, DOCUMENTS_WAITING)))
        pools = Pools(engine, documents)
        limits = TenantLimits(QuotaFile(quotas))
        store = Store(
            database,
            files,
            accept_truncation=accept_truncation,
            foreign=foreign,
            quotas=limits,
            to_come=engine.waiting,
        )
        accounts, meter = Accounts(store.operator_documents, limits), Meter(limits.of)
        security = _security(tls, accounts) if tls else None
        sweeps = Sweeps(Workers(workers or str(usual_workers()), code_folder), store.files.spools, meter)
        guard = Guard(pools.documents, meter, security.identify if security else identify)
        server = grpc.aio.server(interceptors=(guard,), options=(*OPTIONS, *(security.options if security else ())))
        health = HealthService(store)
        server.add_generic_rpc_handlers(tuple(handlers(store, pools, meter, sweeps)))
        add_HealthServicer_to_server(health, server)
        _add_reflection(server)
        await stack.enter_async_context(traces_sent(otlp_endpoint, guard))
        stack.enter_context(operated(operations_address, guard, health, pools, store))
        where = f"{host}:{port}"  # bound before a file is made: the port may be in use
        bound_port = security.bind(server, where) if security else server.add_insecure_port(where)
        polls = (health.poll, accounts.poll, *([security.watch] if security else []))
        async with _running(server, store, accounts, sweeps, polls):
            engine.start()
            await health.refresh()  # whoever is given the address finds the server ready
            try:
                yield f"{host}:{bound_port}"
            finally:
                health.stop_serving()
                await drained()
                health.end_watches()


@asynccontextmanager
async def _running(
    server: grpc.aio.Server,
    store: Store,
    accounts: Accounts,
    sweeps: Sweeps,
    polls: Iterable[Callable[[], Coroutine[Any, Any, None]]],
) -> AsyncIterator[None]:
    """Opens the store and takes calls while the block runs, and polls what changes beside; then lets calls end."""
    try:
        await store.open()
    except BaseException:
        await server.stop(None)
        raise
    try:
        await accounts.open()
        await server.start()
        tasks = [asyncio.create_task(poll()) for poll in polls]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)  # one may use a connection, to be returned before the loop ends
            await sweeps.close()  # who watches one learns that it stopped
            await server.stop(GRACE_SECONDS)
    finally:
        await store.close()


def _security(files: TlsFiles, accounts: Accounts) -> "Security":
    """TLS and what knows callers; loaded here, so that a server without it starts sooner."""
    from .identity.security import Security

    return Security(files, accounts)


def loopback(address: str) -> tuple[str, int]:
    """Host and port of an address that only this machine reaches; raises `NotLoopback` for any other."""
    host, port = reachable(address)
    if not is_of_this_machine(host):
        raise NotLoopback(
            f"{address} can be reached from other machines, and without TLS and authentication everybody there could"
            " read and write. Serve on 127.0.0.1, ::1 or localhost, or with --tls or --mtls."
        )
    return host, port


def reachable(address: str) -> tuple[str, int]:
    """Host and port of any address of this machine; raises `NotLoopback` where it is none."""
    host, _, port = address.rpartition(":")
    try:
        is_of_this_machine(host)
        number = int(port)
    except ValueError:
        raise NotLoopback(
            f"{address} is not HOST:PORT. Write it as 127.0.0.1:50551, or with port 0 for a free port."
        ) from None
    return host, number


def _add_reflection(server: grpc.aio.Server) -> None:
    """Serves reflection under both of its names: the messages are the same, and tools use either."""
    names = (*SERVICES[1:], "grpc.health.v1.Health", reflection.SERVICE_NAME)
    reflection.enable_server_reflection((*names, REFLECTION_V1), server)
    servicer = reflection.aio.ReflectionServicer((*names, REFLECTION_V1))
    method = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    handlers = {"ServerReflectionInfo": method}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(REFLECTION_V1, handlers),))
