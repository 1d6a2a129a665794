"""Waiting for what a running server does by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

TRIES, SECONDS = 400, 0.05


async def eventually(value: Callable[[], Awaitable[Any]], expected: Any) -> None:
    """Waits until this is the value, for as long as a slow machine may take."""
    last = None
    for _ in range(TRIES):
        last = await value()
        if last == expected:
            return
        await asyncio.sleep(SECONDS)
    raise AssertionError(f"never {expected}, at last {last}")
