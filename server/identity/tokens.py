"""Tokens: a JWT that an issuer of the identities file signed for this server. Its key decides the algorithm."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any, Protocol

import jwt

from .identities import Issuer
from .unauthenticated import Unauthenticated, Why

MOST_CHARACTERS = 8_192
LEEWAY_SECONDS = 30
REQUIRED = ("exp", "iss", "aud", "sub")
REFUSED_HEADERS = frozenset(("crit", "b64", "jwk", "jku", "x5c", "x5u"))  #: a token brings neither key nor extension
TYPES = frozenset(("jwt", "at+jwt", "application/jwt", "application/at+jwt"))

#: What PyJWT finds at fault, in the order in which its classes derive from each other.
WHY: tuple[tuple[type[Exception], Why], ...] = (
    (jwt.ExpiredSignatureError, Why.EXPIRED),
    (jwt.ImmatureSignatureError, Why.NOT_YET_VALID),
    (jwt.InvalidAudienceError, Why.AUDIENCE),
    (jwt.InvalidSignatureError, Why.SIGNATURE),
    (jwt.InvalidAlgorithmError, Why.ALGORITHM),
    (jwt.MissingRequiredClaimError, Why.CLAIM),
    (jwt.InvalidTokenError, Why.CLAIM),
)
#: What hostile JSON makes a library raise: a depth, a size or a kind that nobody foresaw.
HOSTILE = (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError, AttributeError)


class Keys(Protocol):
    """The keys of an issuer."""

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of this id, None where the issuer has none."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was verified."""

    issuer: Issuer
    key: jwt.PyJWK
    claims: Mapping[str, Any]
    expires: float  #: seconds since 1970, with the leeway
    issued: float | None


async def verified(token: str, issuers: Mapping[str, tuple[Issuer, Keys]]) -> Token:
    """A token of one of these issuers, by their `iss`; raises `Unauthenticated`."""
    if len(token) > MOST_CHARACTERS:
        raise Unauthenticated(Why.TOO_LONG)
    header, claims = _unverified(token)
    if REFUSED_HEADERS.intersection(header) or str(header.get("typ", "JWT")).lower() not in TYPES:
        raise Unauthenticated(Why.HEADER)
    if str(claims.get("iss")) not in issuers:
        raise Unauthenticated(Why.ISSUER)
    issuer, keys = issuers[str(claims["iss"])]
    if type(claims.get("exp")) in (int, float) and claims["exp"] + LEEWAY_SECONDS <= time():
        raise Unauthenticated(Why.EXPIRED, f"issuer {issuer.name}")  # sooner than after the work of a signature
    key = await keys.find(header.get("kid"))
    if key is None:
        raise Unauthenticated(Why.KEY, f"issuer {issuer.name}")
    claims = _verified(token, key, issuer)
    return Token(issuer, key, claims, claims["exp"] + LEEWAY_SECONDS, claims.get("iat", claims.get("nbf")))


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims, as the token says them."""
    try:
        token_says = jwt.decode_complete(token, options={"verify_signature": False})
    except HOSTILE as error:
        raise Unauthenticated(Why.HEADER if "crit" in f"{error}" else Why.MALFORMED) from None
    header, claims = token_says["header"], token_says["payload"]
    if not isinstance(header.get("kid", ""), str):  # which older releases of PyJWT pass on
        raise Unauthenticated(Why.MALFORMED)
    return header, claims


def _verified(token: str, key: jwt.PyJWK, issuer: Issuer) -> Mapping[str, Any]:
    """The claims, once signature, audience and dates are right."""
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience=issuer.audiences,
            issuer=issuer.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": [*REQUIRED]},
        )
    except HOSTILE as error:
        raise Unauthenticated(_why(error), f"issuer {issuer.name}") from None
    dates = [claims[name] for name in ("exp", "iat", "nbf") if name in claims]
    if not claims["sub"] or any(type(date) not in (int, float) for date in dates):
        raise Unauthenticated(Why.CLAIM, f"issuer {issuer.name}")
    return claims


def _why(error: Exception) -> Why:
    return next((why for kind, why in WHY if isinstance(error, kind)), Why.CLAIM)
