"""Reads the identities file, whose grammar stands in docs/identity.md: what is wrong is refused with its place."""

import re
import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..log.tenants import NAME_RULE, is_tenant
from .caller import Role
from .identities import (
    API_KEY,
    COMMON_NAME,
    CREDENTIALS,
    ISSUER,
    LONGEST_ACTOR,
    PLACEHOLDER,
    PRINTABLE,
    SPIFFE,
    Identities,
    Issuer,
    Row,
    Trust,
)
from .reloading import Reads
from .tables import FileRefused, Table

MOST_BYTES, MOST_ROWS = 2**20, 10_000
ROLES = {role.value: role for role in Role}
_FINGERPRINT = re.compile(r"(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}", re.ASCII | re.IGNORECASE)
_SERIAL = re.compile(r"[0-9a-f](?::?[0-9a-f]){0,63}", re.ASCII | re.IGNORECASE)
_KEY_ID = re.compile(r"[0-9a-f]{12}", re.ASCII)
_SPIFFE = re.compile(r"spiffe://[a-z0-9._-]+(?:/(?:[A-Za-z0-9._-]+|\*))*", re.ASCII)


def load(path: Path, reads: Reads) -> Identities:
    """Reads the file; raises `FileRefused` with the place of what is wrong."""
    try:
        values = tomllib.loads(reads.read(path, MOST_BYTES).decode())
    except (ValueError, RecursionError) as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused(f"{path} is no TOML: {error}") from None
    try:
        return _identities(Table(values), path.parent)
    except FileRefused as error:
        raise FileRefused(f"{path}: {error}") from None


def _identities(file: Table, folder: Path) -> Identities:
    trust = _trust(file.table("trust"))
    named = file.table("issuers")
    issuers = tuple(_issuer(name, named.table(name), folder) for name in named.each())
    tables = file.tables("identities")
    if len(tables) > MOST_ROWS:
        raise FileRefused(f"identities: found {len(tables)} rows, allowed: at most {MOST_ROWS}")
    rows = tuple(_row(table, {issuer.name for issuer in issuers}) for table in tables)
    file.end()
    _no_two("issuers", [issuer.issuer for issuer in issuers])
    for credential in (SPIFFE, COMMON_NAME, API_KEY):
        _no_two(f"identities.{credential}", [row.name for row in rows if row.credential == credential])
    return Identities(trust, issuers, rows)


def _trust(table: Table) -> Trust:
    issued_after = table.value("issued_after")
    if issued_after is not None and not (isinstance(issued_after, datetime) and issued_after.tzinfo):
        raise table.refused("issued_after", issued_after, "a time with its zone, as 2026-11-01T00:00:00Z")
    fingerprints = table.texts("denied_fingerprints", ())
    serials = table.texts("denied_serials", ())
    for key, items, pattern, allowed in (
        ("denied_fingerprints", fingerprints, _FINGERPRINT, "64 hex digits, the SHA-256 of a certificate"),
        ("denied_serials", serials, _SERIAL, "hex digits, with or without ':' between them"),
    ):
        for item in items:
            if not pattern.fullmatch(item):
                raise table.refused(key, item, allowed)
    table.end()
    return Trust(
        issued_after.astimezone(UTC).timestamp() if issued_after else 0,
        frozenset(item.replace(":", "").lower() for item in fingerprints),
        frozenset(int(item.replace(":", ""), 16) for item in serials),
    )


def _issuer(name: str, table: Table, folder: Path) -> Issuer:
    issuer, audiences = table.text("issuer"), table.texts("audience")
    file, url, authority = table.text("jwks_file", ""), table.text("jwks_url", ""), table.text("jwks_ca", "")
    if bool(file) == bool(url):
        raise table.refused("jwks_url", url or None, "either jwks_url or jwks_file")
    if url and not _is_https(url):
        raise table.refused("jwks_url", url, "https://HOST/PATH")
    if authority and not url:
        raise table.refused("jwks_ca", authority, "only beside jwks_url")
    table.end()
    return Issuer(
        name, issuer, audiences, folder / file if file else None, url, folder / authority if authority else None
    )


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        return False


def _row(table: Table, issuers: set[str]) -> Row:
    named = [key for key in CREDENTIALS if table.has(key)]
    if len(named) != 1:
        raise table.refused(
            " or ".join(named or CREDENTIALS), None, "exactly one of issuer, spiffe, common_name, api_key"
        )
    (credential,) = named
    name = table.text(credential)
    _check_name(table, credential, name, issuers)
    tenant, actor = table.text("tenant"), table.text("actor")
    roles, may_act_for = table.texts("roles"), table.texts("may_act_for", ())
    if not is_tenant(tenant):
        raise table.refused("tenant", tenant, NAME_RULE)
    claims = _claims(table) if credential == ISSUER else {}
    _check_actor(table, credential, actor)
    for role in roles:
        if role not in ROLES:
            raise table.refused("roles", role, ", ".join(ROLES))
    for pattern in may_act_for:
        if pattern.count("*") > 1 or not PRINTABLE.fullmatch(pattern):
            raise table.refused("may_act_for", pattern, "printable ASCII characters, at most one *")
    table.end()
    return Row(tenant, actor, frozenset(ROLES[role] for role in roles), may_act_for, credential, name, claims)


def _check_name(table: Table, credential: str, name: str, issuers: set[str]) -> None:
    if credential == ISSUER and name not in issuers:
        raise table.refused(
            credential, name, f"a name under [issuers]: {', '.join(sorted(issuers)) or 'there is none'}"
        )
    if credential == SPIFFE and not _SPIFFE.fullmatch(name):
        raise table.refused(credential, name, "spiffe://DOMAIN/PART/PART, where * is a whole part")
    if credential == API_KEY and not _KEY_ID.fullmatch(name):
        raise table.refused(credential, name, "the 12 hex digits between swk_ and the next _, never the key itself")


def _check_actor(table: Table, credential: str, actor: str) -> None:
    allowed = {ISSUER: None, SPIFFE: {"uri"}}.get(credential, set())
    names = PLACEHOLDER.findall(actor)
    if len(actor) > LONGEST_ACTOR or not PRINTABLE.fullmatch(actor):
        raise table.refused("actor", actor, f"1 to {LONGEST_ACTOR} printable ASCII characters")
    if "{" in PLACEHOLDER.sub("", actor) or (allowed is not None and not allowed.issuperset(names)):
        raise table.refused("actor", actor, "a fixed name, {CLAIM} in a row with claims, {uri} in one with spiffe")


def _claims(table: Table) -> dict[str, tuple[str, ...]]:
    if not table.has("claims"):
        raise table.refused("claims", None, "a table of claims; claims = {} fits every token of the issuer")
    claims = table.table("claims")
    return {key: claims.texts(key) for key in claims.each()}


def _no_two(place: str, names: list[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise FileRefused(f"{place}: {name!r} stands there twice")
