"""Callers in a process of their own, so that a server's processor time is its own; what they read they only count.

`python -m tests.bench.load` answers each line `ADDRESS METHOD CALLERS FILE` with the seconds that all calls of the file
took, and `python -m tests.bench.load ping ADDRESS` each line with what a check of health took since the line before.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import grpc

HEALTH = "/grpc.health.v1.Health/Check"
EVERY_SECONDS = 0.01  #: between two checks of health
OF_ITS_OWN = (("grpc.use_local_subchannel_pool", 1),)  #: each caller a connection


def write(path: Path, bodies: Iterable[bytes]) -> None:
    """Bytes one after the other, each behind its length."""
    path.write_bytes(b"".join(len(body).to_bytes(4) + body for body in bodies))


def read(path: Path) -> Iterator[bytes]:
    """What was written."""
    content, at = path.read_bytes(), 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4])
        yield content[at + 4 : at + 4 + size]
        at += 4 + size


class Callers:
    """Connections that stay open between the lines."""

    def __init__(self) -> None:
        self._channels: dict[tuple[str, int], grpc.aio.Channel] = {}

    async def call(self, address: str, method: str, callers: int, bodies: Sequence[bytes]) -> float:
        """Seconds in which so many callers, one after the other each, have read all these streams."""
        waiting = iter(bodies)
        channels = [await self._channel(address, number) for number in range(callers)]
        began = perf_counter()
        await asyncio.gather(*(_streams(channel.unary_stream(method), waiting) for channel in channels))
        return perf_counter() - began

    async def _channel(self, address: str, number: int) -> grpc.aio.Channel:
        if (address, number) not in self._channels:
            channel = self._channels[address, number] = grpc.aio.insecure_channel(address, options=OF_ITS_OWN)
            await channel.channel_ready()
        return self._channels[address, number]


async def _streams(call: Any, waiting: Iterator[bytes]) -> None:
    for body in waiting:
        async for _ in call(body):
            pass


async def _lines() -> Any:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _calls() -> None:
    callers, lines = Callers(), await _lines()
    print("ready", flush=True)
    async for words in lines:
        address, method, count, path = words.decode().split()
        print(await callers.call(address, method, int(count), list(read(Path(path)))), flush=True)


async def _pings(address: str) -> None:
    lines = await _lines()
    async with grpc.aio.insecure_channel(address) as channel:
        await channel.channel_ready()
        check: Any = channel.unary_unary(HEALTH)
        print("ready", flush=True)
        while True:
            next_line, seconds = asyncio.ensure_future(lines.readline()), []
            while not next_line.done():
                began = perf_counter()
                await check(b"")
                seconds.append(perf_counter() - began)
                await asyncio.sleep(EVERY_SECONDS)
            if not next_line.result():
                return
            print(*seconds, flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            asyncio.run(_calls())
        case ["ping", address]:
            asyncio.run(_pings(address))
