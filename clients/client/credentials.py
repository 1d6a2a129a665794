"""What a caller trusts of a server, and what it shows it: authorities, a certificate, a token."""

import os
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

TOKEN_BYTES = 8_192  #: no server takes a longer token

_TOKEN = re.compile(r"[!-~]+")
_NAME = re.compile(r"[ -~]{1,128}")

Metadata = tuple[tuple[str, str], ...]


class CredentialsRefused(ValueError):
    """Credentials that cannot be used; the text names the field, and what is allowed."""


class TlsFiles(NamedTuple):
    """What a TLS connection is made from, PEM."""

    ca: bytes
    cert: bytes | None
    cert_key: bytes | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """With `ca` a connection is TLS. A token is sent without TLS to this machine only.

    Each file may be replaced while a client runs, as certificates and tokens are: the next call shows the new one.
    Raises CredentialsRefused for what does not go together.
    """

    ca: str | Path | None = None  #: authorities that the server's certificate may come from
    cert: str | Path | None = None  #: the caller's certificate with its intermediates, for a server that takes such
    cert_key: str | Path | None = None  #: the private key of `cert`, without a passphrase
    token_file: str | Path | None = None  #: of a token, or of an API key
    token: str | None = field(default=None, repr=False)  #: the same itself
    on_behalf_of: str = ""  #: the person that a service acts for, where the server lets it

    def __post_init__(self) -> None:
        if (self.cert is None) != (self.cert_key is None):
            raise CredentialsRefused("--cert and --cert-key: one without the other, allowed: both, or neither")
        if self.cert is not None and self.ca is None:
            raise CredentialsRefused("--cert: found without --ca, which makes the connection TLS, allowed: both")
        if self.token is not None:
            if self.token_file is not None:
                raise CredentialsRefused("token: found beside token_file, allowed: one of the two")
            _checked(self.token, "SEAWALL_TOKEN")
        if self.on_behalf_of and not _NAME.fullmatch(self.on_behalf_of):
            raise CredentialsRefused(
                f"--on-behalf-of: found {self.on_behalf_of!r}, allowed: 1 to 128 printable ASCII characters"
            )

    @property
    def shown(self) -> bool:
        """Whether anything says who calls."""
        return (self.token_file, self.token, self.cert) != (None, None, None)

    def check_address(self, address: str) -> None:
        """Raises CredentialsRefused where a token would go to another machine in plain text."""
        has_token = (self.token_file, self.token) != (None, None)
        if has_token and self.ca is None and not _is_loopback(address):
            raise CredentialsRefused(
                f"A token is not sent to {address} without TLS: whoever is between could use it. Name the authority"
                " of the server's certificate with --ca FILE; of a public one, that of your system, as"
                " /etc/ssl/certs/ca-certificates.crt."
            )

    def metadata(self) -> Metadata:
        """What goes with each call. Raises CredentialsRefused where the file has no token."""
        token = self.token if self.token_file is None else _token_in(Path(self.token_file))
        pairs = {"authorization": f"Bearer {token}" if token else "", "seawall-on-behalf-of": self.on_behalf_of}
        return tuple((key, value) for key, value in pairs.items() if value)

    def stamp(self) -> Sequence[object]:
        """Differs once a file of the TLS connection was replaced."""
        return [_stamp(path) for path in (self.ca, self.cert, self.cert_key) if path is not None]

    def tls_context(self) -> ssl.SSLContext | None:
        """The files as the standard library takes them; None without TLS.

        Raises CredentialsRefused where one cannot be read, or the key is of another certificate.
        """
        if self.ca is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        with _refusing("--ca", self.ca, "a file of certificates, PEM"):
            context.load_verify_locations(self.ca)
        if self.cert is not None:
            with _refusing("--cert, --cert-key", f"{self.cert}, {self.cert_key}", "a certificate and its key, PEM"):
                context.load_cert_chain(self.cert, self.cert_key, password="")  # never asks for one
        return context

    def tls_files(self) -> TlsFiles | None:
        """The files as gRPC takes them, once they are known to fit; None without TLS. Raises CredentialsRefused."""
        if self.tls_context() is None:
            return None
        ca, cert, cert_key = (path and Path(path).read_bytes() for path in (self.ca, self.cert, self.cert_key))
        assert ca
        return TlsFiles(ca, cert or None, cert_key or None)


def host_and_port(address: str) -> tuple[str, int] | None:
    """Of HOST:PORT, brackets around an IPv6 host taken off; None of any other target that gRPC takes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or "/" in host:
        return None
    return host.removeprefix("[").removesuffix("]"), int(port)


def _is_loopback(address: str) -> bool:
    host, _ = host_and_port(address) or ("", 0)
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _token_in(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return _checked(file.read(TOKEN_BYTES + 2).decode(errors="replace").strip(), f"--token-file: {path}")
    except OSError as error:
        raise CredentialsRefused(f"--token-file: {path}: {error.strerror}, allowed: a file with a token") from None


def _checked(token: str, where: str) -> str:
    """The token; the text of a refusal never quotes it."""
    if not _TOKEN.fullmatch(token) or len(token) > TOKEN_BYTES:
        length = f"{len(token)} characters" if token else "nothing"
        allowed = f"a token of at most {TOKEN_BYTES} printable ASCII characters without spaces"
        raise CredentialsRefused(f"{where}: found {length}, allowed: {allowed}")
    return token


def _stamp(path: str | Path) -> object:
    """Of the file behind any links, which is how mounted secrets are replaced."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


@contextmanager
def _refusing(options: str, files: object, allowed: str) -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as error:
        why = "the key is of another certificate" if error.reason == "KEY_VALUES_MISMATCH" else "cannot be used"
        raise CredentialsRefused(f"{options}: {files}: {why}, allowed: {allowed}") from None
    except OSError as error:
        raise CredentialsRefused(f"{options}: {files}: {error.strerror}, allowed: {allowed}") from None
