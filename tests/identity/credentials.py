"""Real credentials, made for a test: authorities with certificates of any kind, issuers with tokens."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from time import time
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)
ISSUER, AUDIENCE = "https://login.example.com/", "seawall"


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key and those between it and its authority."""

    certificate: x509.Certificate
    key: Any
    above: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self) -> bytes:
        return b"".join(each.public_bytes(Encoding.PEM) for each in (self.certificate, *self.above))

    @property
    def key_pem(self) -> bytes:
        return private_pem(self.key)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True)
class Authority(Certificate):
    """Signs certificates; itself signed by itself or by another one."""

    def issue(
        self,
        common_name: str | None = None,
        *uris: str,
        days: tuple[float, float] = (-1, 1),
        usage: Any = ExtendedKeyUsageOID.CLIENT_AUTH,
        hosts: Sequence[str] = (),
        extension: x509.ExtensionType | None = None,
    ) -> Certificate:
        """A certificate that counts between these days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.UniformResourceIdentifier(uri) for uri in uris]
        addresses = [x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
        builder = _builder(common_name, key, self.certificate.subject, days)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names or addresses:
            builder = builder.add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
        if extension:
            builder = builder.add_extension(extension, critical=False)
        above = () if self.certificate.issuer == self.certificate.subject else (self.certificate, *self.above)
        return Certificate(builder.sign(self.key, hashes.SHA256()), key, above)

    def below(self, name: str) -> "Authority":
        """An authority between this one and certificates."""
        key = ec.generate_private_key(ec.SECP256R1())
        above = () if self.certificate.issuer == self.certificate.subject else (self.certificate, *self.above)
        return Authority(_authority(name, key, self.certificate.subject, self.key), key, above)


def authority(name: str = "Authority") -> Authority:
    """One that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return Authority(_authority(name, key, subject, key), key)


def self_signed(common_name: str, *uris: str) -> Certificate:
    """A certificate that no authority signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = _builder(common_name, key, subject, (-1, 1))
    names = [x509.UniformResourceIdentifier(uri) for uri in uris]
    return Certificate(builder.add_extension(x509.SubjectAlternativeName(names), False).sign(key, hashes.SHA256()), key)


def server_certificate(signer: Authority, days: tuple[float, float] = (-1, 1)) -> Certificate:
    """One for a server on this machine."""
    hosts = ("localhost", "127.0.0.1")
    return signer.issue("localhost", days=days, usage=ExtendedKeyUsageOID.SERVER_AUTH, hosts=hosts)


def private_pem(key: Any) -> bytes:
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _builder(name: str | None, key: Any, issuer: x509.Name, days: tuple[float, float]) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now + days[0] * DAY)
        .not_valid_after(now + days[1] * DAY)
    )


def _authority(name: str, key: Any, issuer: x509.Name, signing_key: Any) -> x509.Certificate:
    builder = _builder(name, key, issuer, (-2, 2))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.sign(signing_key, hashes.SHA256())


@dataclass(frozen=True)
class TokenKey:
    """A key that signs tokens, with its id and algorithm."""

    key: Any
    key_id: str
    algorithm: str

    @property
    def jwk(self) -> dict[str, Any]:
        kind = jwt.get_algorithm_by_name(self.algorithm)
        return {**kind.to_jwk(self.key.public_key(), as_dict=True), "kid": self.key_id, "use": "sig"}

    @property
    def public_pem(self) -> bytes:
        return bytes(self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    def token(self, headers: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A token for an hour; a claim that is None is left out."""
        now = int(time())
        usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "iat": now, "exp": now + 86_400}
        values = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jwt.encode(values, self.key, self.algorithm, {"kid": self.key_id, **(headers or {})})


@cache
def token_key(algorithm: str = "ES256", key_id: str = "first") -> TokenKey:
    """A key for an algorithm; RSA keys take a while to make, so each is made once."""
    make = {
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "RS256": lambda: rsa.generate_private_key(65_537, 2_048),
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
    }
    return TokenKey(make[algorithm](), key_id, algorithm)


def key_set(*keys: TokenKey) -> bytes:
    """The JWK set of these keys."""
    return json.dumps({"keys": [key.jwk for key in keys]}).encode()


def raw_token(header: Mapping[str, Any], claims: Mapping[str, Any] | str, signature: bytes = b"") -> str:
    """A token of any header and claims."""
    body = claims if isinstance(claims, str) else json.dumps(claims)
    parts = (json.dumps(header).encode(), body.encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
