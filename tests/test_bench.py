"""What benchmarks rest on: ratios of the same round, bodies that survive a file, a bare server that streams them."""

from typing import Any

import grpc

from tests.bench import bare
from tests.bench.clock import Rounds, percentile
from tests.bench.load import read, write
from tests.bench.processes import child


def test_a_ratio_is_the_middle_of_the_ratios_of_the_rounds():
    """A slow second round slows both: 2 x, 2 x, 3 x, though the middles alone would say 2.5 x."""
    rounds = Rounds({"one": [2.0, 20.0, 6.0], "other": [1.0, 10.0, 2.0]})
    assert rounds.ratio("one", "other") == (2.0, 2.0, 3.0)
    assert rounds.ratio("one", "other").scaled(2).times() == "4 x (4 to 6)"
    assert rounds.ratio("other", "one").percent() == "50 % (33.3 to 50)"
    assert percentile([5.0, 1.0, 3.0, 2.0], 50) == 3.0


async def test_the_bare_server_streams_the_bytes_of_a_file(tmp_path):
    bodies = [b"first", b"", bytes(70_000)]
    write(tmp_path / "bodies", bodies)
    assert list(read(tmp_path / "bodies")) == bodies
    async with child("tests.bench.bare", str(tmp_path / "bodies")) as server:
        async with grpc.aio.insecure_channel(server.said) as channel:
            call: Any = channel.unary_stream(bare.METHOD)
            assert [body async for body in call(b"")] == bodies
        write(tmp_path / "calls", [b""] * 5)
        async with child("tests.bench.load") as callers:
            assert float(await callers.ask(f"{server.said} {bare.METHOD} 2 {tmp_path / 'calls'}")) > 0
