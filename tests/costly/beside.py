"""What others feel: a process of its own that checks the health of a server and registers small companies, all along.

Each line that it prints is what it did, when it began on the clock that all processes share, and how long it took, in
seconds.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from itertools import count
from time import monotonic
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.fuzz.companies import known

EVERY = 0.01  #: seconds between two of a kind
KINDS = ("health", "register")


async def _again(kind: str, act: Callable[[], Awaitable[Any]]) -> None:
    while True:
        begun = monotonic()
        await act()
        print(kind, begun, monotonic() - begun, flush=True)
        await asyncio.sleep(EVERY)


async def main(address: str) -> None:
    """Until it is killed."""
    async with (
        grpc.aio.insecure_channel(address) as channel,
        grpc.aio.insecure_channel(address, options=(("grpc.use_local_subchannel_pool", 1),)) as other,
    ):
        health: Any = health_pb2_grpc.HealthStub(channel)
        stress: Any = StressServiceStub(other)
        request = s.RegisterDatasetVersionRequest(dataset_version=known()[0])
        numbers = count()

        async def register() -> None:
            request.dataset_version.company_name = f"beside {next(numbers)}"
            await stress.RegisterDatasetVersion(request)

        check = health_pb2.HealthCheckRequest()
        await asyncio.gather(_again("health", lambda: health.Check(check)), _again("register", register))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
