"""Whether the calls of a server leave spans: where its operator names a collector."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ..observing.spans import ExtraMissing
from .interceptor import Guard


@asynccontextmanager
async def traces_sent(endpoint: str | None, guard: Guard) -> AsyncIterator[None]:
    """Sends the spans of every call to a collector while the block runs, where there is one. Raises `ExtraMissing`."""
    if endpoint is None:
        yield
        return
    try:
        from ..observing.traces import Traces
    except ModuleNotFoundError as missing:
        if not f"{missing.name}".startswith("opentelemetry"):
            raise
        remedy = "python -m pip install 'seawall[otel]'"
        raise ExtraMissing(f"Traces need OpenTelemetry (no {missing.name}): {remedy}") from None
    traces = Traces(endpoint)
    guard.traced = traces.call
    try:
        yield
    finally:
        await asyncio.to_thread(traces.close)
