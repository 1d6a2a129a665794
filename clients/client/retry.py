"""When a failed call is made again, and how long to wait before. Every call of the API is safe to repeat."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import grpc

from .errors import SeawallError, from_rpc_error

R = TypeVar("R")

#: The connection, or the server behind it, went away; a call that this side cancels never comes back as an error.
CUT = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED})


@dataclass(frozen=True, slots=True)
class Retry:
    """At most `attempts` tries in a row without progress; waits double from `first_wait_seconds` to the longest.

    By default it is patient for a quarter to half a minute: a server that was killed is back by then. A server that
    asks for waits which come to more than `patience_seconds` is not waited for: its refusal says when to come back.
    """

    attempts: int = 20
    first_wait_seconds: float = 0.1
    longest_wait_seconds: float = 2.0
    patience_seconds: float = 30.0

    async def wait_before(self, attempt: int, error: SeawallError) -> None:
        """Wait before try number `attempt` (2 is the first repetition), or raise the error where none is left."""
        requested_seconds = error.retry_after_seconds or 0
        out_of_patience = requested_seconds * (attempt - 1) > self.patience_seconds  # had each try met the same
        if attempt > self.attempts or out_of_patience or not helps(error):
            raise error
        wait = min(self.longest_wait_seconds, self.first_wait_seconds * 2 ** (attempt - 2))
        # Callers that were cut off together should not come back together.
        await asyncio.sleep(max(wait * random.uniform(0.5, 1.0), requested_seconds))

    async def call(self, once: Callable[[], Awaitable[R]]) -> R:
        """The answer of `once`, tried until it answers or fails for good."""
        attempt = 1
        while True:
            try:
                return await once()
            except grpc.aio.AioRpcError as rpc_error:
                attempt += 1
                await self.wait_before(attempt, from_rpc_error(rpc_error))


def helps(error: SeawallError) -> bool:
    """Whether the same call can succeed later."""
    return error.code in CUT or error.retry_after_seconds is not None
