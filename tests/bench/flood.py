"""Wrong credentials as fast as one core can send them: what each costs a server, beside a call that it only aborts."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

import grpc

from seawall.server.identity.api_keys import new_api_key
from seawall.server.identity.reloading import Reads
from seawall.server.identity.server_certificate import credentials, load
from seawall.server.observing.lines import logged
from seawall.server.run import serving
from tests.bench.clock import line, title
from tests.bench.companies import company
from tests.identity.credentials import Authority, authority, raw_token, token_key
from tests.identity.secured import COMPANY, Files, bearer, row, secured
from tests.server.running import registration

CONNECTIONS, SECONDS, SEED = 32, 1.0, 20_171_231
REGISTER, BARE = "/seawall.v1.StressService/RegisterDatasetVersion", "/bench.Bare/Abort"
TEMPLATES = "/seawall.v1.StressService/ListScenarioTemplates"
REFUSED, ANSWERED = grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.OK
BODY = registration(company(Random(SEED))).SerializeToString()
GOOD = token_key()
LOCAL_POOL = ("grpc.use_local_subchannel_pool", 1)  #: each channel a connection of its own
Metadata = tuple[tuple[str, str], ...]


async def report() -> None:
    """What each refusal costs the server, how long a good caller waits beside, and what it costs to know one."""
    wrong = raw_token({"alg": "ES256", "kid": GOOD.key_id}, {"iss": "https://login.example.com/"}, b"x" * 64)
    floods: dict[str, Metadata] = {
        "no credential": (),
        "a token that is none": (bearer("swordfish"),),
        "an unknown API key": (bearer(new_api_key().text),),
        "a token with a wrong signature": (bearer(wrong),),
        "an expired token": (bearer(GOOD.token(exp=1)),),
    }
    title(f"wrong credentials: {CONNECTIONS} connections for {SECONDS:g} s each, requests of {len(BODY)} bytes, TLS")
    async with _servers() as servers:
        good = await _good(servers)
        line("a good caller alone", f"p99 {good[-1] * 1_000:.1f} ms")
        bare, _ = await _flood(servers, servers.bare, BARE, (), REFUSED)
        line("a call that is only aborted, processor time of the server", f"{bare * 1e6:.0f} us")
        for name, metadata in floods.items():
            beside = asyncio.create_task(_good(servers, perf_counter() + SECONDS))
            cost, calls = await _flood(servers, servers.secured, REGISTER, metadata, REFUSED)
            words = f"{cost * 1e6:.0f} us, {cost / bare:.2f} x, {calls} refused"
            line(name, f"{words}; a good caller: p99 {(await beside)[-1] * 1_000:.1f} ms")
        plain, _ = await _flood(servers, servers.plain, TEMPLATES, (), ANSWERED)
        line("a call without TLS, everybody known, processor time of the server", f"{plain * 1e6:.0f} us")
        known, _ = await _flood(servers, servers.secured, TEMPLATES, (bearer(GOOD.token()),), ANSWERED)
        line("the same with TLS and a token", f"{known * 1e6:.0f} us, {known / plain:.2f} x")


async def _flood(
    servers: "Servers", address: str, method: str, metadata: Metadata, code: grpc.StatusCode
) -> tuple[float, int]:
    """Seconds of the servers' processor for each call, and how many there were; each must end with this code."""
    async with AsyncExitStack() as stack:
        channels = [await stack.enter_async_context(servers.channel(address)) for _ in range(CONNECTIONS)]
        await asyncio.gather(*(channel.channel_ready() for channel in channels))
        before = await servers.processor_seconds()
        until = perf_counter() + SECONDS
        counts = await asyncio.gather(*(_calls(channel, method, metadata, code, until) for channel in channels))
        used = await servers.processor_seconds() - before
    return used / sum(counts), sum(counts)


async def _calls(
    channel: grpc.aio.Channel, method: str, metadata: Metadata, code: grpc.StatusCode, until: float
) -> int:
    call: Any = channel.unary_unary(method)
    body, calls = BODY if method == REGISTER else b"", 0
    while perf_counter() < until:
        ended = call(body, metadata=metadata)
        if await ended.code() is not code:
            raise RuntimeError(f"{method} ended with {await ended.code()}: {await ended.details()}")
        calls += 1
    return calls


async def _good(servers: "Servers", until: float = 0.0) -> list[float]:
    """The times of a known caller's calls, sorted, without the slowest hundredth; each must be answered."""
    async with servers.channel(servers.secured) as channel:
        call: Any = channel.unary_unary(TEMPLATES)
        token = bearer(GOOD.token())
        seconds: list[float] = []
        await channel.channel_ready()
        while len(seconds) < 50 or perf_counter() < until:
            started = perf_counter()
            await call(b"", metadata=(token,))
            seconds.append(perf_counter() - started)
    return sorted(seconds)[: len(seconds) * 99 // 100]


@dataclass(frozen=True)
class Servers:
    """Three servers in a process of their own: with TLS, without, and one that aborts every call."""

    process: asyncio.subprocess.Process
    signer: Authority
    secured: str
    plain: str
    bare: str

    def channel(self, address: str) -> grpc.aio.Channel:
        if address == self.plain:
            return grpc.aio.insecure_channel(address, options=[LOCAL_POOL])
        return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(self.signer.pem), options=[LOCAL_POOL])

    async def processor_seconds(self) -> float:
        """What they have used until now, as they say when they are sent a line."""
        assert self.process.stdout is not None
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        return float(await self.process.stdout.readline())


@asynccontextmanager
async def _servers() -> AsyncIterator[Servers]:
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder), authority())
        files.write(COMPANY + row('issuer = "company"\nclaims = { sub = "anna" }'))
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        command = (sys.executable, "-m", "tests.bench.flood", folder)
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=nowhere)
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            addresses = (await process.stdout.readline()).decode().split()
            yield Servers(process, files.signer, *addresses)
        finally:
            process.stdin.close()
            await process.wait()


async def _serve(folder: Path) -> None:
    """All three, until standard input ends."""

    async def abort(body: bytes, context: Any) -> None:
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, "no")

    files = Files(folder)
    certificates = load(files.tls, Reads())
    bare = grpc.aio.server()
    handlers: dict[str, Any] = {"Abort": grpc.unary_unary_rpc_method_handler(abort)}
    bare.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Bare", handlers),))
    port = bare.add_secure_port("127.0.0.1:0", credentials(lambda: certificates, callers_need_one=False))
    await bare.start()
    plain = serving(folder / "plain.db", "127.0.0.1:0")
    with logged("info", "json"):  # as `seawall serve` does: a line for each call, refused ones too
        async with secured(files) as server, plain as address:
            print(server.address, address, f"localhost:{port}", flush=True)
            while await asyncio.to_thread(sys.stdin.readline):
                print(process_time(), flush=True)
    await bare.stop(None)


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])) if len(sys.argv) > 1 else report())
