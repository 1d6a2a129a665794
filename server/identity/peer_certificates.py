"""Callers of a server with --mtls: who a client certificate is, checked at every call and not once a connection."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from . import identities_file
from .identities import Identities, Trust
from .recognised import Recognised, Remembered, actor_in, require_issued_after
from .reloading import Reloaded
from .server_certificate import Certificates
from .unauthenticated import Unauthenticated, Why

CERTIFICATE, ABOVE = "x509_pem_cert", "x509_pem_cert_chain"  #: gRPC's names of what a caller showed
CLIENT_USAGES = (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
#: What a certificate raises that an authority signed and nobody can read.
UNREADABLE = (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm)


class PeerCallers:
    """Recognises client certificates by the identities file and the authorities, as both stand at each call."""

    def __init__(self, path: Path, certificates: Reloaded[Certificates]) -> None:
        """Reads the file; raises `FileRefused`."""
        self._certificates = certificates
        self._identities = Reloaded("identities", partial(identities_file.load, path))
        self._current = _Known(self._identities.value, certificates.value)

    async def recognise(self, context: Any, before_a_check: Callable[[], None]) -> Recognised:
        """Who the certificate of a connection is now; raises `Unauthenticated`."""
        shown = context.auth_context()
        pem, above = (b"".join(shown.get(name, ())) for name in (CERTIFICATE, ABOVE))
        digest = sha256(pem + above).digest()
        known = self._known()
        remembered = known.remembered.get(digest)
        if remembered:
            return remembered
        before_a_check()
        return known.remembered.keep(digest, known.recognised(pem, above))

    async def watch(self) -> None:
        """Reads the file again when it changes."""
        await self._identities.watch()

    def _known(self) -> "_Known":
        """What is known of the files as they are now: with other ones each certificate is checked again."""
        identities, certificates = self._identities.value, self._certificates.value
        if self._current.identities is not identities or self._current.certificates is not certificates:
            self._current = _Known(identities, certificates)
        return self._current


class _Known:
    """One reading of the files, and who was recognised by it."""

    def __init__(self, identities: Identities, certificates: Certificates) -> None:
        self.identities, self.certificates = identities, certificates
        self.remembered = Remembered()

    def recognised(self, pem: bytes, above: bytes) -> Recognised:
        """Who a certificate is, and how long its chain holds."""
        try:
            certificate = x509.load_pem_x509_certificate(pem)
            intermediates = x509.load_pem_x509_certificates(above) if above else []
            uris, common_names = _names(certificate)
        except UNREADABLE:
            raise Unauthenticated(Why.MALFORMED) from None
        name = f"certificate {'/'.join((*uris, *common_names))!a:.100}"
        chain = chain_of(certificate, intermediates, self.certificates.authorities, name)
        _require_none_denied(self.identities.trust, chain, name)
        require_issued_after(self.identities.trust, certificate.not_valid_before_utc.timestamp(), name)
        if len(uris) > 1 or (not uris and len(common_names) != 1):
            raise Unauthenticated(Why.NAME, name)
        row = self.identities.of_uri(uris[0]) if uris else self.identities.of_common_name(common_names[0])
        begins = max(each.not_valid_before_utc.timestamp() for each in chain)
        ends = min(each.not_valid_after_utc.timestamp() for each in chain)
        return Recognised(*actor_in(row, {"uri": uris[0]} if uris else {}, name), begins=begins, ends=ends)


def chain_of(
    certificate: x509.Certificate,
    intermediates: list[x509.Certificate],
    authorities: Iterable[x509.Certificate],
    name: str = "",
) -> list[x509.Certificate]:
    """A client certificate, those between, and the authority that it leads to now; raises `Unauthenticated`."""
    now = time()
    if now >= certificate.not_valid_after_utc.timestamp():
        raise Unauthenticated(Why.EXPIRED, name)
    if now < certificate.not_valid_before_utc.timestamp():
        raise Unauthenticated(Why.NOT_YET_VALID, name)
    policies = PolicyBuilder().extension_policies(ca_policy=_OF_AUTHORITIES, ee_policy=_OF_CLIENTS)
    verifier = policies.store(Store(list(authorities))).time(datetime.fromtimestamp(now, UTC)).build_client_verifier()
    try:
        chain = verifier.verify(certificate, intermediates).chain
    except (VerificationError, *UNREADABLE) as error:
        raise Unauthenticated(Why.CHAIN, f"{name}, {error!a:.300}") from None
    if any(now >= each.not_valid_after_utc.timestamp() for each in chain):
        raise Unauthenticated(Why.CHAIN, name)
    return chain


def _names(certificate: x509.Certificate) -> tuple[list[str], list[str]]:
    """The URIs and the common names of a certificate."""
    try:
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        uris = alternatives.get_values_for_type(x509.UniformResourceIdentifier)
    except x509.ExtensionNotFound:
        uris = []
    attributes = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return uris, [str(attribute.value) for attribute in attributes]


def _require_none_denied(trust: Trust, chain: list[x509.Certificate], name: str) -> None:
    fingerprints = {each.fingerprint(hashes.SHA256()).hex() for each in chain}
    serials = {each.serial_number for each in chain}
    if fingerprints & trust.denied_fingerprints or serials & trust.denied_serials:
        raise Unauthenticated(Why.DENIED, name)


def _is_authority(_: Policy, certificate: x509.Certificate, extension: x509.BasicConstraints) -> None:
    if not extension.ca:
        raise ValueError("it is no authority")


def _signs(_: Policy, certificate: x509.Certificate, extension: x509.KeyUsage | None) -> None:
    if extension is not None and not extension.key_cert_sign:
        raise ValueError("it may not sign certificates")


def _is_for_clients(_: Policy, certificate: x509.Certificate, extension: x509.ExtendedKeyUsage | None) -> None:
    if extension is not None and not any(usage in extension for usage in CLIENT_USAGES):
        raise ValueError("it is not for clients")


#: What `openssl` makes by default passes: a common name without other names, an authority without a key usage.
_OF_AUTHORITIES = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_authority)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs)
)
_OF_CLIENTS = ExtensionPolicy.permit_all().may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _is_for_clients)
