"""Signs of life: who waits for long work sees that it goes on."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from .findings import Event, Progress

SECONDS = 2.0


async def with_heartbeat(events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """The events of a verification, and its last progress again wherever nothing comes for some seconds."""
    progress = Progress(0, 0)
    coming: asyncio.Task[Event | None] | None = None
    try:
        while True:
            coming = asyncio.create_task(_next(events))
            while not (await asyncio.wait([coming], timeout=SECONDS))[0]:
                yield progress
            event = coming.result()
            if event is None:
                return
            progress = event if isinstance(event, Progress) else progress
            yield event
    finally:
        if coming and not coming.done():
            coming.cancel()
            with suppress(asyncio.CancelledError):
                await coming
        await events.aclose()


async def _next(events: AsyncGenerator[Event, None]) -> Event | None:
    return await anext(events, None)
