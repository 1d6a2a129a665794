"""Which credential is which caller, what is no longer trusted, and whose tokens count: all of the identities file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .caller import Role

ISSUER, SPIFFE, COMMON_NAME, API_KEY = CREDENTIALS = ("issuer", "spiffe", "common_name", "api_key")
LONGEST_ACTOR = 255
PRINTABLE = re.compile(r"[ -~]+", re.ASCII)
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs tokens, for whom, and where its keys are: in a file, or at a URL."""

    name: str
    issuer: str
    audiences: tuple[str, ...]
    jwks_file: Path | None
    jwks_url: str
    jwks_ca: Path | None


@dataclass(frozen=True, slots=True)
class Row:
    """Who a credential is."""

    tenant: str
    actor: str  #: with {NAME} where a claim or the URI stands
    roles: frozenset[Role]
    may_act_for: tuple[str, ...]
    credential: str  #: one of CREDENTIALS
    name: str  #: the issuer's, the pattern, the common name or the id of the key
    claims: Mapping[str, tuple[str, ...]]

    def actor_of(self, values: Mapping[str, Any]) -> str:
        """The actor that these claims make; "" where one is missing or the text cannot stand in a record."""
        names = PLACEHOLDER.findall(self.actor)
        if not all(isinstance(values.get(name), str) and values[name] for name in names):
            return ""
        actor = PLACEHOLDER.sub(lambda match: values[match[1]], self.actor)
        return actor if len(actor) <= LONGEST_ACTOR and PRINTABLE.fullmatch(actor) else ""

    def may_name(self, person: str) -> bool:
        """Whether it may act for this person. `*@acme.example` allows `kim@acme.example`."""
        return any(_fits(pattern, person) for pattern in self.may_act_for)


@dataclass(frozen=True, slots=True)
class Trust:
    """What is no longer trusted, whoever signed it."""

    issued_after: float  #: seconds since 1970; 0 for any time
    denied_fingerprints: frozenset[str]
    denied_serials: frozenset[int]


class Identities:
    """All that the file says."""

    def __init__(self, trust: Trust, issuers: Sequence[Issuer], rows: Sequence[Row]) -> None:
        self.trust = trust
        self.issuers = tuple(issuers)
        self._named = {(row.credential, row.name): row for row in rows}
        self._rows = {
            credential: tuple(row for row in rows if row.credential == credential) for credential in CREDENTIALS
        }

    def of_claims(self, issuer: str, claims: Mapping[str, Any]) -> Row | None:
        """The first row that fits a token of this issuer, by its name in the file."""
        for row in self._rows[ISSUER]:
            if row.name == issuer and all(_has(claims.get(key), row.claims[key], key) for key in row.claims):
                return row
        return None

    def of_uri(self, uri: str) -> Row | None:
        """The first row whose pattern fits the URI of a certificate."""
        parts = uri.split("/")
        return next((row for row in self._rows[SPIFFE] if _same(row.name.split("/"), parts)), None)

    def of_common_name(self, name: str) -> Row | None:
        """The row of a common name."""
        return self._named.get((COMMON_NAME, name))

    def of_key_id(self, key_id: str) -> Row | None:
        """The row of an API key."""
        return self._named.get((API_KEY, key_id))


def _has(value: Any, wanted: tuple[str, ...], key: str) -> bool:
    """Whether a claim has all these values."""
    values = value.split() if key == "scope" and isinstance(value, str) else value
    return all(item in values for item in wanted) if isinstance(values, list) else wanted == (values,)


def _same(pattern: list[str], parts: list[str]) -> bool:
    return len(pattern) == len(parts) and all(
        part == want or (want == "*" and part != "") for want, part in zip(pattern, parts, strict=True)
    )


def _fits(pattern: str, name: str) -> bool:
    first, star, last = pattern.partition("*")
    if not star:
        return pattern == name
    return len(name) >= len(first) + len(last) and name.startswith(first) and name.endswith(last)
