"""`python -m tests.bench.bare FILE`: a grpc.aio server that does nothing but send the messages of a file, to each call.

It has a generic handler and no interceptors. The bytes come with the file: nothing is serialised.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc

from tests.bench.load import read

METHOD = "/bench.Bare/Stream"


async def main(path: Path) -> None:
    """Until its standard input ends."""
    bodies = list(read(path))

    async def stream(request: bytes, context: Any) -> AsyncIterator[bytes]:
        for body in bodies:
            yield body

    server = grpc.aio.server()
    handler: Any = grpc.unary_stream_rpc_method_handler(stream)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Bare", {"Stream": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"127.0.0.1:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(None)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
