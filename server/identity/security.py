"""TLS of a server: its certificate for handshakes, and who its callers are, each as the files say it at that time."""

import asyncio
from functools import partial
from typing import Any

import grpc

from .accounts import AccountBook
from .bearer import BearerCallers
from .peer_certificates import PeerCallers
from .recognition import Callers, Recognition
from .reloading import Reloaded
from .server_certificate import credentials, load
from .tls_files import TlsFiles

CONNECTION_SECONDS = 600  #: after which a connection ends, once its calls have, and its caller makes a new one
HANDSHAKE_SECONDS = 10
METADATA_BYTES = 32 * 2**10  #: that are read, to refuse a token that is too long as any other
OPTIONS = (
    ("grpc.max_connection_age_ms", CONNECTION_SECONDS * 1_000),
    ("grpc.server_handshake_timeout_ms", HANDSHAKE_SECONDS * 1_000),
    ("grpc.max_metadata_size", METADATA_BYTES),
    ("grpc.absolute_max_metadata_size", 2 * METADATA_BYTES),
)


class Security:
    """A server's TLS. Raises `FileRefused` where one of the files cannot be taken at the start."""

    options = OPTIONS  #: of gRPC's server

    def __init__(self, files: TlsFiles, accounts: AccountBook) -> None:
        self._mutual = files.client_ca is not None
        self._certificates = Reloaded("certificates", partial(load, files))
        self._callers: Callers = (
            PeerCallers(files.identities, self._certificates)
            if self._mutual
            else BearerCallers(files.identities, accounts)
        )
        self.identify = Recognition(self._callers, accounts)

    def bind(self, server: Any, address: str) -> int:
        """The port that a server listens on."""
        return int(server.add_secure_port(address, self._credentials()))

    async def watch(self) -> None:
        """Takes files as they change, for as long as the task runs."""
        await asyncio.gather(self._certificates.watch(), self._callers.watch())

    def _credentials(self) -> grpc.ServerCredentials:
        return credentials(lambda: self._certificates.value, self._mutual)
