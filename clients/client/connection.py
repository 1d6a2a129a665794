"""A connection to a server: opened and closed, called with patience, read page by page."""

import asyncio
import logging
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import grpc
from google.protobuf.message import Message

from . import handshake
from .credentials import Credentials, CredentialsRefused, Metadata
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

log = logging.getLogger("seawall.client")


class Connection:
    """A channel to one address, open while the block runs.

    Raises CredentialsRefused as it opens where the credentials cannot be used for the address.
    """

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        credentials: Credentials | None = None,
        retry: Retry | None = None,
        timeout_seconds: float | None = 30,
    ) -> None:
        self.address = address
        self._credentials = credentials or Credentials()
        self._retry = retry or Retry()
        self._timeout_seconds = timeout_seconds
        self._channels: list[grpc.aio.Channel] = []

    async def __aenter__(self) -> Self:
        self._credentials.check_address(self.address)
        self._credentials.metadata()
        self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(channel.close() for channel in self._channels))

    async def reach(self, within_seconds: float) -> None:
        """Wait for a connection.

        Raises NotConnected as soon as it is known that TLS with this server fails, and SeawallError UNAVAILABLE where
        no connection comes about.
        """
        channel = self._channels[-1]
        try:
            async with asyncio.timeout(within_seconds):
                while (state := channel.get_state(try_to_connect=True)) is not grpc.ChannelConnectivity.READY:
                    if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                        await handshake.check(self.address, self._credentials)
                    await channel.wait_for_state_change(state)
        except TimeoutError:
            message = f"no connection to {self.address} within {within_seconds:g} seconds"
            raise SeawallError(grpc.StatusCode.UNAVAILABLE, message) from None

    def _opened(self, channel: grpc.aio.Channel) -> None:
        """Calls go to this channel from now on."""

    def _open(self) -> None:
        self._stamp = self._credentials.stamp()  # before the files are read: a change meanwhile is seen later
        tls = self._credentials.tls_files()
        if tls is None:
            channel = grpc.aio.insecure_channel(self.address, options=_OPTIONS)
        else:
            trusted = grpc.ssl_channel_credentials(tls.ca, tls.cert_key, tls.cert)
            channel = grpc.aio.secure_channel(self.address, trusted, options=_OPTIONS)
        self._channels = [*self._channels[-1:], channel]  # one that is dropped closes itself
        self._opened(channel)

    def _renew(self) -> None:
        """Opens another channel where a file of its credentials was replaced; what cannot be used leaves the last.

        Calls under way go on: the channel before this one stays open until the next replacement.
        """
        if self._stamp == self._credentials.stamp():
            return
        try:
            self._open()
        except (CredentialsRefused, OSError) as error:
            log.warning("Credentials were replaced by some that cannot be used; the last go on. %s", error)

    def _metadata(self) -> Metadata:
        return self._credentials.metadata()

    async def _call(self, response: type[M], method: Any, request: Message, more_seconds: float = 0) -> M:
        """The response of a unary call, made again where a retry helps; says why where TLS is what fails.

        It may take so many seconds more than others.
        """
        timeout_seconds = None if self._timeout_seconds is None else self._timeout_seconds + more_seconds
        try:
            received = await self._retry.call(
                lambda: method(request, timeout=timeout_seconds, metadata=self._metadata())
            )
        except SeawallError as error:
            if error.code is grpc.StatusCode.UNAVAILABLE and not error.reason:
                await handshake.check(self.address, self._credentials)
            raise
        return cast(M, received)

    async def _pages(self, response: type[M], method: Any, request: Any) -> AsyncIterator[M]:
        """Every page of a list, each fetched when the one before it is used up."""
        while True:
            page: Any = await self._call(response, method, request)
            yield page
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token
