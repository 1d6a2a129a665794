"""Wrong credentials as fast as one core can send them: what each costs a server, beside a call that it only aborts."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

import grpc

from seawall.server.identity.reloading import Reads
from seawall.server.identity.server_certificate import credentials, load
from tests.bench.clock import line
from tests.bench.companies import company
from tests.identity.credentials import api_key, authority, raw_token, token_key
from tests.identity.secured import COMPANY, Files, KnownAccounts, bearer, outcome_of, row, secured
from tests.server.running import registration

CONNECTIONS, SECONDS, SEED = 32, 2.0, 20_171_231
REGISTER, BARE = "/seawall.v1.StressService/RegisterDatasetVersion", "/bench.Bare/Abort"
TEMPLATES = "StressService/ListScenarioTemplates"
BODY = registration(company(Random(SEED))).SerializeToString()
GOOD = token_key()
LOCAL_POOL = ("grpc.use_local_subchannel_pool", 1)  #: each channel a connection of its own
Metadata = tuple[tuple[str, str], ...]


async def report() -> None:
    """Processor time of the server for each refusal, and how long a good caller waits beside them."""
    key = raw_token({"alg": "ES256", "kid": GOOD.key_id}, {"iss": "https://login.example.com/"}, b"x" * 64)
    floods: dict[str, Metadata] = {
        "no credential": (),
        "a token that is none": (bearer("swordfish"),),
        "an unknown API key": (bearer(api_key().text),),
        "a token with a wrong signature": (bearer(key),),
        "an expired token": (bearer(GOOD.token(exp=1)),),
    }
    print(f"wrong credentials: {CONNECTIONS} connections for {SECONDS:g} s each, requests of {len(BODY)} bytes, TLS")
    async with _server() as (process, files, address, bare_address):
        good = await _good(files, address)
        line("a good caller alone", f"p99 {good[-1] * 1_000:.1f} ms")
        bare, _, _ = await _flood(process, files, bare_address, BARE, ())
        line("a call that is only aborted, processor time of the server", f"{bare * 1e6:.0f} us")
        for name, metadata in floods.items():
            cost, calls, beside = await _flood(process, files, address, REGISTER, metadata, good=address)
            words = f"{cost * 1e6:.0f} us, {cost / bare:.2f} x, {calls} refused"
            line(name, f"{words}; a good caller: p99 {beside[-1] * 1_000:.1f} ms")


async def _flood(
    process: asyncio.subprocess.Process, files: Files, address: str, method: str, metadata: Metadata, good: str = ""
) -> tuple[float, int, list[float]]:
    """Seconds of the server's processor for each call, how many there were, and the times of a good caller beside."""
    async with AsyncExitStack() as stack:
        channels = [await stack.enter_async_context(_channel(files, address)) for _ in range(CONNECTIONS)]
        await asyncio.gather(*(channel.channel_ready() for channel in channels))
        before = await _processor_seconds(process)
        until = perf_counter() + SECONDS
        floods = [_refused(channel.unary_unary(method), metadata, until) for channel in channels]
        caller = asyncio.create_task(_good(files, good, until) if good else _nobody())
        counts = await asyncio.gather(*floods)
        beside = await caller
        used = await _processor_seconds(process) - before
    return used / sum(counts), sum(counts), beside


async def _refused(call: Any, metadata: Metadata, until: float) -> int:
    calls = 0
    while perf_counter() < until:
        try:
            await call(BODY, metadata=metadata)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAUTHENTICATED:
                raise
            calls += 1
    return calls


async def _good(files: Files, address: str, until: float = 0.0) -> list[float]:
    """The times of a known caller's calls up to the 99th of a hundred, each answered."""
    async with _channel(files, address) as channel:
        token = bearer(GOOD.token())
        seconds: list[float] = []
        await channel.channel_ready()
        while len(seconds) < 50 or perf_counter() < until:
            started = perf_counter()
            outcome = await outcome_of(channel, TEMPLATES, b"", token)
            seconds.append(perf_counter() - started)
            if outcome.code is not grpc.StatusCode.OK:
                raise RuntimeError(f"a good caller was refused: {outcome}")
    return sorted(seconds)[: max(1, len(seconds) * 99 // 100)]


async def _nobody() -> list[float]:
    return [0.0]


def _channel(files: Files, address: str) -> grpc.aio.Channel:
    return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(files.signer.pem), options=[LOCAL_POOL])


@asynccontextmanager
async def _server() -> AsyncIterator[tuple[asyncio.subprocess.Process, Files, str, str]]:
    """A server and a bare one in a process of their own; `Files` have the authority that callers trust."""
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder), authority())
        files.write(COMPANY + row('issuer = "company"\nclaims = { sub = "anna" }'))
        command = (sys.executable, "-m", "tests.bench.flood", folder)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            address, bare_address = (await process.stdout.readline()).decode().split()
            yield process, files, address, bare_address
        finally:
            process.stdin.close()
            await process.wait()


async def _processor_seconds(process: asyncio.subprocess.Process) -> float:
    """What the server has used until now, as it says when it is sent a line."""
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdin.write(b"\n")
    return float(await process.stdout.readline())


async def _serve(folder: Path) -> None:
    """Both servers, until standard input ends."""

    async def abort(body: bytes, context: Any) -> None:
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, "no")

    files = Files(folder)
    certificates = load(files.tls, Reads())
    bare = grpc.aio.server()
    handlers: dict[str, Any] = {"Abort": grpc.unary_unary_rpc_method_handler(abort)}
    bare.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Bare", handlers),))
    port = bare.add_secure_port("127.0.0.1:0", credentials(lambda: certificates, callers_need_one=False))
    await bare.start()
    async with secured(files, KnownAccounts()) as server:
        print(server.address, f"localhost:{port}", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(process_time(), flush=True)
    await bare.stop(None)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])) if len(sys.argv) > 1 else report())
