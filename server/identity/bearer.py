"""Callers of a server with --tls: who a token or an API key in the metadata `authorization: Bearer X` is."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import identities_file, reloading, tokens
from .accounts import AccountBook
from .api_keys import read_api_key
from .identities import Identities, Issuer
from .recognised import Recognised, Remembered, actor_in, require_issued_after
from .reloading import Reads, Reloaded
from .token_keys import FetchedKeys, FileKeys
from .tokens import Token
from .unauthenticated import Unauthenticated, Why

AUTHORIZATION = "authorization"
SCHEME = "bearer "
API_KEY_PREFIX = "swk_"

Keys = FileKeys | FetchedKeys


class BearerCallers:
    """Recognises bearer credentials by the identities file, as it stands at each call."""

    def __init__(self, path: Path, accounts: AccountBook) -> None:
        """Reads the file; raises `FileRefused`."""
        self._accounts = accounts
        self._fetched: dict[tuple[str, Path | None], FetchedKeys] = {}  #: by source: they outlive a change of the file
        self._file = Reloaded("identities", partial(self._load, path))

    async def recognise(self, context: Any, before_a_check: Callable[[], None]) -> Recognised:
        """Who the credential of a call is; raises `Unauthenticated`. One that is remembered takes no check."""
        credential = _credential(context.invocation_metadata())
        known = self._file.value
        if credential.startswith(API_KEY_PREFIX):
            return await self._api_key(known.identities, credential)
        digest = sha256(credential.encode()).digest()
        remembered = known.remembered.get(digest)
        if remembered:
            return remembered
        before_a_check()
        return known.remembered.keep(digest, known.recognised(await tokens.verified(credential, known.issuers)))

    async def watch(self) -> None:
        """Reads the files again when they change, and fetches keys from time to time."""
        while True:
            for keys in self._file.value.fetched():
                keys.refresh()
            await asyncio.sleep(reloading.SECONDS)
            await asyncio.to_thread(self._file.reload)

    async def _api_key(self, identities: Identities, credential: str) -> Recognised:
        key = read_api_key(credential)
        if not key:
            raise Unauthenticated(Why.MALFORMED)
        name = f"API key {key.key_id}"
        recognised = Recognised(*actor_in(identities.of_key_id(key.key_id), {}, name))
        if not await self._accounts.lookup(key.key_id, key.sha256):
            raise Unauthenticated(Why.API_KEY, name)
        return recognised

    def _load(self, path: Path, reads: Reads) -> "_Known":
        identities = identities_file.load(path, reads)
        known = _Known(
            identities, {issuer.issuer: (issuer, self._keys(issuer, reads)) for issuer in identities.issuers}
        )
        self._fetched = {keys.source: keys for keys in known.fetched()}
        return known

    def _keys(self, issuer: Issuer, reads: Reads) -> Keys:
        if issuer.jwks_file:
            return FileKeys(issuer.jwks_file, reads)
        return self._fetched.get((issuer.jwks_url, issuer.jwks_ca)) or FetchedKeys(issuer)


class _Known:
    """One reading of the identities, the keys of its issuers, and who was recognised by them."""

    def __init__(self, identities: Identities, issuers: Mapping[str, tuple[Issuer, Keys]]) -> None:
        self.identities, self.issuers = identities, issuers
        self.remembered = Remembered()

    def fetched(self) -> list[FetchedKeys]:
        return [keys for _, keys in self.issuers.values() if isinstance(keys, FetchedKeys)]

    def recognised(self, token: Token) -> Recognised:
        """Who a token is: with a claim `act` its party acts, and its subject is for whom."""
        issuer, name = token.issuer, f"issuer {token.issuer.name}, sub {token.claims['sub']!a:.100}"
        require_issued_after(self.identities.trust, token.issued, name)
        claims, person = token.claims, ""
        if "act" in claims:
            claims, person = claims["act"], claims["sub"]
            if not isinstance(claims, dict):
                raise Unauthenticated(Why.CLAIM, name)
        row, actor = actor_in(self.identities.of_claims(issuer.name, claims), claims, name)
        keys = self.issuers[issuer.issuer][1]
        return Recognised(row, actor, person, ends=token.expires, is_current=partial(_has, keys, token.key))


def _has(keys: Keys, key: Any) -> bool:
    return keys.keys.find(key.key_id) is key


def _credential(metadata: Any) -> str:
    """What stands behind `Bearer`; raises `Unauthenticated` unless there is exactly one."""
    values = [value for key, value in metadata or () if key == AUTHORIZATION]
    if not values:
        raise Unauthenticated(Why.MISSING)
    if len(values) > 1 or not isinstance(values[0], str) or values[0][: len(SCHEME)].lower() != SCHEME:
        raise Unauthenticated(Why.MALFORMED)
    return values[0][len(SCHEME) :].strip()
