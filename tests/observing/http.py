"""A page of a server's operations port, as a probe or Prometheus asks for it."""

import asyncio
import http.client
import re
from contextlib import asynccontextmanager
from typing import NamedTuple

from seawall.server.run import serving
from seawall.v1.stress_service_pb2_grpc import StressServiceStub  # noqa: F401


class Response(NamedTuple):
    """What a page answered."""

    status: int
    text: str
    headers: dict


def get(address, path, method="GET"):
    """A page, or whatever the port answers to another method."""
    connection = http.client.HTTPConnection(address, timeout=30)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return Response(response.status, response.read().decode(), dict(response.headers))
    finally:
        connection.close()


async def page(address, path):
    """The same beside a server of this loop."""
    return await asyncio.to_thread(get, address, path)


def operations_in(caplog):
    """The address that a server logged."""
    (address,) = [
        match[1] for match in (re.search("Operations port: http://(.+)", line) for line in caplog.messages) if match
    ]
    return address


@asynccontextmanager
async def operated(place, caplog, **options):
    """A server with an operations port; gives its address, and that of the port."""
    caplog.set_level("INFO", "seawall.server")
    options["operations_address"] = "127.0.0.1:0"
    async with serving(place.database, "127.0.0.1:0", place.files, **options) as address:
        yield address, operations_in(caplog)


async def ready(address, expected):
    """Waits until /readyz answers so."""
    async with asyncio.timeout(60):
        while (await page(address, "/readyz")).status != expected:  # noqa: ASYNC110  # a probe looks again
            await asyncio.sleep(0.1)
