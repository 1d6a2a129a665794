"""The public keys of an issuer of tokens, from a file or fetched over https. A key says which algorithm it is for."""

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import jwt

from .identities import Issuer
from .reloading import Reads
from .tables import FileRefused

MOST_BYTES, MOST_KEYS = 2**18, 64  #: of one issuer
LEAST_RSA_BITS = 2_048
ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}  #: by kind and curve
REFRESH_SECONDS = 300.0  #: after which keys are fetched again
AGAIN_SECONDS = 60.0  #: at least so long after a fetch, an unknown key id makes another one
FETCH_SECONDS = 5.0  #: that one takes at most
MOST_WAITING = 64  #: calls that wait for one; more are refused at once

log = logging.getLogger("seawall.server")


class KeySet:
    """Keys by their ids; a token that names none may be of the only one."""

    def __init__(self, keys: Mapping[str, jwt.PyJWK]) -> None:
        self._keys = dict(keys)

    def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of this id."""
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id or "")


def read_keys(content: bytes) -> KeySet:
    """The keys of a JWK set for algorithms that this server takes; a ValueError where there are none."""
    try:
        values = json.loads(content)
    except RecursionError:
        raise ValueError("it is no JSON") from None
    keys = values.get("keys") if isinstance(values, dict) else None
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        raise ValueError(f"it is no JWK set of at most {MOST_KEYS} keys")
    usable = {str(key.get("kid", "")): _key(key) for key in keys if isinstance(key, dict) and _is_usable(key)}
    if not usable:
        raise ValueError("it has no key for ES256, RS256 or EdDSA")
    return KeySet(usable)


def _is_usable(key: Mapping[str, Any]) -> bool:
    kind = str(key.get("kty", ""))
    algorithm = ALGORITHMS.get((kind, None if kind == "RSA" else str(key.get("crv", ""))))
    operations = key.get("key_ops", ["verify"])
    verifies = key.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
    return algorithm is not None and key.get("alg", algorithm) == algorithm and verifies


def _key(values: Mapping[str, Any]) -> jwt.PyJWK:
    public = {name: value for name, value in values.items() if name != "d"}  # a private half would do no more here
    try:
        key = jwt.PyJWK(public, ALGORITHMS[values["kty"], None if values["kty"] == "RSA" else values["crv"]])
    except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, AttributeError, LookupError) as error:
        raise ValueError(f"a key of it cannot be read: {error!a:.200}") from None
    if values["kty"] == "RSA" and key.key.key_size < LEAST_RSA_BITS:
        raise ValueError(f"its RSA key has {key.key.key_size} bits, allowed: {LEAST_RSA_BITS} or more")
    return key


class FileKeys:
    """Keys that a file has. They change when the identities are read again, which a change of the file makes happen."""

    def __init__(self, path: Path, reads: Reads) -> None:
        try:
            self.keys = read_keys(reads.read(path, MOST_BYTES))
        except ValueError as error:
            raise error if isinstance(error, FileRefused) else FileRefused(f"{path}: {error}") from None

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of this id."""
        return self.keys.find(key_id)


class FetchedKeys:
    """Keys from a URL: kept while its host does not answer, fetched again in a while, or when one is missing."""

    def __init__(self, issuer: Issuer) -> None:
        self.keys = KeySet({})
        self._content = b""  #: that they were read from
        self.source = (issuer.jwks_url, issuer.jwks_ca)
        self._begun = -REFRESH_SECONDS  #: when the last fetch began
        self._fetch: asyncio.Task[None] | None = None
        self._waiting = 0

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of this id; where it is unknown the keys are fetched again, unless they just were."""
        key = self.keys.find(key_id)
        if key is None and self._waiting < MOST_WAITING and (fetch := self._running(AGAIN_SECONDS)):
            self._waiting += 1
            try:
                await asyncio.shield(fetch)  # the call may end before: the others wait on
            finally:
                self._waiting -= 1
            key = self.keys.find(key_id)
        return key

    def refresh(self) -> None:
        """Begins to fetch the keys where the last fetch is long ago."""
        self._running(REFRESH_SECONDS)

    def _running(self, seconds: float) -> asyncio.Task[None] | None:
        """The fetch that runs, or a new one where the last began so long ago."""
        if self._fetch is None and monotonic() - self._begun >= seconds:
            self._begun = monotonic()
            self._fetch = asyncio.create_task(self._fetched())
        return self._fetch

    async def _fetched(self) -> None:
        try:
            content = await asyncio.to_thread(fetched, *self.source)
            if content != self._content:  # else the same keys go on, with what was verified by them
                self.keys = await asyncio.to_thread(read_keys, content)
                self._content = content
        except (OSError, ValueError) as error:
            words = " ".join(f"{error}".split())
            log.error("The keys of %s cannot be fetched, and the last ones stay: %s", self.source[0], words)
        finally:
            self._fetch = None


def fetched(url: str, authority: Path | None) -> bytes:
    """The bytes at an https URL, which leads nowhere else, in bounded time; raises OSError or ValueError."""
    import ssl
    from http.client import HTTPException
    from urllib.request import HTTPRedirectHandler, HTTPSHandler, build_opener

    class NoRedirect(HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            """Another host would say whose tokens count."""

    ends, chunks, size = monotonic() + FETCH_SECONDS, [], 0
    context = ssl.create_default_context(cafile=authority)
    opener = build_opener(HTTPSHandler(context=context), NoRedirect)
    try:
        with opener.open(url, timeout=FETCH_SECONDS) as response:
            while chunk := response.read1(2**14):
                chunks.append(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    raise ValueError(f"it has more than {MOST_BYTES} bytes")
                if monotonic() > ends:
                    raise ValueError(f"it took more than {FETCH_SECONDS:g} seconds")
    except HTTPException as error:
        raise ValueError(f"{error or type(error).__name__}") from None
    return b"".join(chunks)
