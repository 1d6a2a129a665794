"""A connection to a server: opened and closed, called with patience, read page by page."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import grpc
from google.protobuf.message import Message

from .errors import SeawallError
from .retry import Retry

DEFAULT_ADDRESS = "127.0.0.1:50551"

_OPTIONS = [
    ("grpc.enable_retries", 0),  # Retry does it, and knows of streams
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.max_receive_message_length", 256 * 2**20),  # the evidence of hundreds of facilities passes the 4 MiB
]

M = TypeVar("M", bound=Message)


class Connection:
    """A channel to one address, open while the block runs."""

    def __init__(
        self, address: str = DEFAULT_ADDRESS, *, retry: Retry | None = None, timeout_seconds: float | None = 30
    ) -> None:
        self.address = address
        self._retry = retry or Retry()
        self._timeout_seconds = timeout_seconds

    async def __aenter__(self) -> Self:
        self._channel = grpc.aio.insecure_channel(self.address, options=_OPTIONS)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._channel.close()

    async def reach(self, within_seconds: float) -> None:
        """Wait for a connection; raises SeawallError UNAVAILABLE where none comes about."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._channel.channel_ready()
        except TimeoutError:
            message = f"no connection to {self.address} within {within_seconds:g} seconds"
            raise SeawallError(grpc.StatusCode.UNAVAILABLE, message) from None

    async def _call(self, response: type[M], method: Any, request: Message) -> M:
        """The response of a unary call, made again where a retry helps."""
        received = await self._retry.call(lambda: method(request, timeout=self._timeout_seconds))
        return cast(M, received)

    async def _pages(self, response: type[M], method: Any, request: Any) -> AsyncIterator[M]:
        """Every page of a list, each fetched when the one before it is used up."""
        while True:
            page: Any = await self._call(response, method, request)
            yield page
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token
