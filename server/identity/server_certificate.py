"""The server's certificate and key, and the authorities of its callers: loaded and matched before gRPC takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from .reloading import Reads
from .tables import FileRefused
from .tls_files import TlsFiles

MOST_BYTES = 2**20  #: of a file of certificates


@dataclass(frozen=True, slots=True, eq=False)
class Certificates:
    """What one reading of the files gave."""

    configuration: Any  #: gRPC's, for the handshakes from now on
    authorities: tuple[x509.Certificate, ...]  #: of the callers


def load(files: TlsFiles, reads: Reads) -> Certificates:
    """Reads all of them; raises `FileRefused` unless a handshake would work with them today."""
    chain, private_key = reads.read(files.certificate, MOST_BYTES), reads.read(files.certificate_key, MOST_BYTES)
    certificate = certificates_in(chain, files.certificate)[0]
    if _public_key(certificate) != _private_key(private_key, files.certificate_key).public_key():
        raise FileRefused(f"{files.certificate}: its first certificate is not of the key in {files.certificate_key}")
    if not certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc:
        dates = f"{certificate.not_valid_before_utc:%Y-%m-%d %H:%M} to {certificate.not_valid_after_utc:%Y-%m-%d %H:%M}"
        raise FileRefused(f"{files.certificate}: valid from {dates} UTC, which is not now")
    authorities: bytes | None = None
    trusted: list[x509.Certificate] = []
    if files.client_ca:
        authorities = reads.read(files.client_ca, MOST_BYTES)
        trusted = certificates_in(authorities, files.client_ca)
    configuration = grpc.ssl_server_certificate_configuration([(private_key, chain)], authorities)
    return Certificates(configuration, tuple(trusted))


def credentials(current: Callable[[], Certificates], callers_need_one: bool) -> grpc.ServerCredentials:
    """Credentials whose handshakes use the certificates that are current then."""
    used = [current()]

    def changed() -> Any:
        """Called by gRPC at each handshake, on a thread of its own; None: as before."""
        if used[0] is current():
            return None
        used[0] = current()
        return used[0].configuration

    return grpc.dynamic_ssl_server_credentials(used[0].configuration, changed, callers_need_one)


def certificates_in(pem: bytes, path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file, at least one."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise FileRefused(f"{path} has no certificates in PEM that can be read: {error}") from None


def _public_key(certificate: x509.Certificate) -> Any:
    """Its key, None where it is of a kind that no private key here is."""
    try:
        return certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None


def _private_key(pem: bytes, path: Path) -> Any:
    try:
        return load_pem_private_key(pem, None)
    except TypeError:
        raise FileRefused(f"{path} has a passphrase, and none can be typed here: write the key without one") from None
    except (ValueError, UnsupportedAlgorithm):
        raise FileRefused(f"{path} has no private key in PEM that can be read") from None  # nothing of its bytes
