"""The files of a server with --tls or --mtls."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where they are; `client_ca` where callers need a certificate."""

    certificate: Path
    certificate_key: Path
    identities: Path
    client_ca: Path | None = None
