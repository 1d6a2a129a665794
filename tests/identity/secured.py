"""A real server with TLS on a real socket, its files, and callers with credentials of their own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from seawall.server.identity.api_keys import ApiKey
from seawall.server.identity.tls_files import TlsFiles
from seawall.server.run import serving
from tests.identity.credentials import (
    Authority,
    Certificate,
    authority,
    key_set,
    server_certificate,
    token_key,
)
from tests.identity.operator import Operator
from tests.server.running import Running

#: The issuer of the usual tokens, whose keys stand beside the file.
COMPANY = """
[issuers.company]
issuer = "https://login.example.com/"
audience = "seawall"
jwks_file = "keys.json"
"""


@dataclass
class Files:
    """The files of a server with TLS in a folder, to be written again while it runs."""

    folder: Path
    signer: Authority = field(default_factory=authority)
    mutual: bool = False

    @property
    def tls(self) -> TlsFiles:
        certificate, key, identities = (self.folder / name for name in ("server.pem", "server.key", "identities.toml"))
        return TlsFiles(certificate, key, identities, self.folder / "clients.pem" if self.mutual else None)

    def write(self, identities: str, *authorities: Certificate) -> None:
        """A new certificate for the server, the identities, the usual keys, the authorities of callers."""
        self.certificate(server_certificate(self.signer))
        self.identities(identities)
        self.keys()
        self.authorities(*(authorities or (self.signer,)))

    def certificate(self, certificate: Certificate) -> None:
        (self.folder / "server.key").write_bytes(certificate.key_pem)
        (self.folder / "server.pem").write_bytes(certificate.pem)

    def identities(self, text: str) -> None:
        (self.folder / "identities.toml").write_text(text)

    def keys(self, content: bytes = b"") -> None:
        (self.folder / "keys.json").write_bytes(content or key_set(token_key()))

    def authorities(self, *authorities: Certificate) -> None:
        (self.folder / "clients.pem").write_bytes(b"".join(each.pem for each in authorities))

    def channel(self, address: str, client: Certificate | None = None) -> grpc.aio.Channel:
        pair = (client.key_pem, client.pem) if client else (None, None)
        return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(self.signer.pem, *pair))


@dataclass(frozen=True)
class Secured(Running):
    """A server with TLS, seen from a caller."""

    files: Files
    operator: Operator

    async def outcome(self, method: str, body: bytes = b"", *metadata: tuple[str, str]) -> "Outcome":
        """How a call of a method ends, from the bytes of its request and its credentials."""
        return await outcome_of(self.channel, method, body, *metadata)


@dataclass(frozen=True)
class Outcome:
    """All that a caller sees of how a call ended."""

    code: grpc.StatusCode
    details: str
    trailers: tuple[tuple[str, Any], ...]
    answer: bytes = b""


async def outcome_of(channel: grpc.aio.Channel, method: str, body: bytes, *metadata: tuple[str, str]) -> Outcome:
    """One call, whatever becomes of it."""
    method_of: Any = channel.unary_stream(f"/seawall.v1.{method}")
    call = method_of(body, metadata=metadata, timeout=20)
    answer = b""
    try:
        async for message in call:
            answer += message
    except grpc.aio.AioRpcError:
        pass
    trailers: Any = await call.trailing_metadata() or ()
    return Outcome(await call.code(), str(await call.details()), tuple(map(tuple, trailers)), answer)


def bearer(credential: str) -> tuple[str, str]:
    return ("authorization", f"Bearer {credential}")


def row(credential: str, **values: Any) -> str:
    """A row of the identities: `row('spiffe = "…"', tenant="acme")`."""
    usual: Mapping[str, Any] = {"tenant": "acme", "actor": "anna", "roles": ["analyst"]}
    lines = [f"{key} = {value!r}" for key, value in {**usual, **values}.items()]
    return "\n".join(["[[identities]]", credential, *lines]) + "\n"


@asynccontextmanager
async def secured(
    files: Files, *keys: ApiKey, client: Certificate | None = None, address: str = "127.0.0.1:0"
) -> AsyncIterator[Secured]:
    """A server over these files, with a database beside them that has two tenants and these API keys.

    Its channel shows the certificate of `client`.
    """
    operator = Operator(files.folder / "seawall.db")
    await operator.begin()
    await operator.add(*keys)
    async with serving(operator.database, address, tls=files.tls) as served:
        local = f"localhost:{served.rpartition(':')[2]}"
        async with files.channel(local, client) as channel:
            yield Secured(local, operator.database, channel, files, operator)
