"""The identities file: what it takes, what it refuses and in which words, and which row a credential gets."""

import re

import pytest

from seawall.server.identity import identities_file
from seawall.server.identity.caller import Role
from seawall.server.identity.reloading import Reads
from seawall.server.identity.tables import FileRefused
from seawall.server.identity.unauthenticated import Why
from tests.identity.secured import COMPANY, row
from tests.journeys import pages
from tests.journeys.serving import ROOT

PAGE = ROOT / "docs" / "identity.md"
ROW = row('common_name = "a"')


def read(tmp_path, text):
    path = tmp_path / "identities.toml"
    path.write_text(text)
    return identities_file.load(path, Reads())


def test_the_file_of_the_docs_is_read(tmp_path):
    (text,) = re.findall(r"^```text\n(\[trust\].*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    identities = read(tmp_path, text.replace("5dc9da79…", "5d" * 32))
    assert [(issuer.name, issuer.audiences) for issuer in identities.issuers] == [("company", ("seawall",))]
    assert identities.trust.denied_serials == {0x4F1A09}
    treasury = identities.of_claims("company", {"groups": ["stress", "x", "treasury"], "email": "a@b"})
    assert treasury is not None
    assert (treasury.actor_of({"email": "a@b"}), treasury.roles) == ("a@b", {Role.ANALYST})
    loader = identities.of_uri("spiffe://example.com/ns/test/sa/loader")
    assert loader is not None
    assert loader.actor == "loader"


def test_every_check_of_a_credential_is_in_the_docs():
    table = {line[0].strip("`") for line in pages.rows(PAGE, "When a caller is refused")}
    assert table == {why.name for why in Why}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[identities]", "is no TOML"),
        ("a = 1", "a: found 1, allowed: no other keys than identities, issuers, trust"),
        ("identities = 3", "identities: found 3, allowed: tables, each written [[identities]]"),
        (ROW + "role = 'reader'", "identities[1].role: found 'reader', allowed: no other keys than"),
        (ROW + ROW, "identities.common_name: 'a' stands there twice"),
        ("[[identities]]", "exactly one of issuer, spiffe, common_name, api_key"),
        (row('common_name = "a"\napi_key = "0123456789ab"'), "common_name or api_key: found nothing"),
        (row('common_name = "a"', tenant="Acme"), "identities[1].tenant: found 'Acme', allowed: 1 to 63 of a-z"),
        (row('common_name = "a"', tenant=5), "identities[1].tenant: found 5, allowed: text"),
        (row('common_name = "a"', roles=[]), "identities[1].roles: found [], allowed: at least one text"),
        (row('common_name = "a"', roles=["admin"]), "found 'admin', allowed: reader, analyst, auditor"),
        (row('common_name = "a"', actor="{sub}"), "identities[1].actor: found '{sub}', allowed: a fixed name"),
        (row('common_name = "a"', actor="josé"), "printable ASCII"),
        (
            row('common_name = "a"', may_act_for=["a*b*"]),
            "found 'a*b*', allowed: printable ASCII characters, at most one *",
        ),
        (row('common_name = "a"\nclaims = {}'), "identities[1].claims: found {}, allowed: no other keys"),
        (row('spiffe = "https://a/b"'), "allowed: spiffe://DOMAIN/PART/PART"),
        (row('spiffe = "spiffe://*/b"'), "allowed: spiffe://DOMAIN/PART/PART"),
        (row('spiffe = "spiffe://a/b*"'), "allowed: spiffe://DOMAIN/PART/PART"),
        (row('api_key = "swk_0123456789ab_secret"'), "never the key itself"),
        (row('issuer = "company"\nclaims = {}'), "a name under [issuers]: there is none"),
        (COMPANY + row('issuer = "company"'), "identities[1].claims: found nothing, allowed: a table of claims"),
        (COMPANY + row('issuer = "company"\nclaims = { sub = 1 }'), "identities[1].claims.sub: found 1, allowed: text"),
        (COMPANY + 'jwks_url = "https://a/"', "issuers.company.jwks_url: found 'https://a/', allowed: either"),
        (COMPANY.replace("jwks_file", "jwks_url"), "allowed: https://HOST/PATH"),
        (COMPANY.replace('jwks_file = "keys.json"', 'jwks_url = "http://a/b"'), "allowed: https://HOST/PATH"),
        (COMPANY + 'jwks_ca = "a.pem"', "allowed: only beside jwks_url"),
        (COMPANY.replace("audience", "audiences"), "issuers.company.audience: found nothing, allowed: text"),
        (
            COMPANY + COMPANY.replace("issuers.company", "issuers.b"),
            "issuers: 'https://login.example.com/' stands there twice",
        ),
        (
            "trust.issued_after = 2026-11-01",
            "trust.issued_after: found datetime.date(2026, 11, 1), allowed: a time with",
        ),
        ("trust.issued_after = 2026-11-01T00:00:00", "a time with its zone, as 2026-11-01T00:00:00Z"),
        ('trust.denied_fingerprints = ["5d"]', "allowed: 64 hex digits"),
        ('trust.denied_serials = ["x"]', "trust.denied_serials: found 'x', allowed: hex digits"),
        ("x" * (identities_file.MOST_BYTES + 1), "has more than 1048576 bytes"),
        ("[[identities]]\n" * 10_001, "found 10001 rows, allowed: at most 10000"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_what_is_allowed(tmp_path, text, words):
    with pytest.raises(FileRefused) as refused:
        read(tmp_path, text)
    assert words in str(refused.value)
    assert str(tmp_path / "identities.toml") in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileRefused, match=r"none\.toml cannot be read: No such file"):
        identities_file.load(tmp_path / "none.toml", Reads())


@pytest.mark.parametrize(
    ("pattern", "uri", "fits"),
    [
        ("spiffe://a/b/*/c", "spiffe://a/b/x/c", True),
        ("spiffe://a/b/*/c", "spiffe://a/b/x/y/c", False),
        ("spiffe://a/b/*/c", "spiffe://a/b//c", False),
        ("spiffe://a/b", "spiffe://a/b/", False),
        ("spiffe://a", "spiffe://a", True),
        ("spiffe://a/*", "spiffe://a.evil/x", False),
    ],
)
def test_a_star_is_one_part_of_a_uri(tmp_path, pattern, uri, fits):
    identities = read(tmp_path, row(f'spiffe = "{pattern}"'))
    assert (identities.of_uri(uri) is not None) == fits


@pytest.mark.parametrize(
    ("pattern", "person", "allowed"),
    [
        ("*", "anybody", True),
        ("kim", "kim", True),
        ("kim", "kimberly", False),
        ("*@a.example", "k@a.example", True),
        ("*@a.example", "k@a.example.evil", False),
        ("ab*ba", "aba", False),
    ],
)
def test_whom_a_row_lets_a_service_act_for(tmp_path, pattern, person, allowed):
    found_row = read(tmp_path, row('common_name = "a"', may_act_for=[pattern])).of_common_name("a")
    assert found_row is not None
    assert found_row.may_name(person) == allowed


def test_the_first_row_that_fits_counts(tmp_path):
    rows = [row('issuer = "company"\nclaims = { sub = "a" }', actor="first"), row('issuer = "company"\nclaims = {}')]
    identities = read(tmp_path, COMPANY + "".join(rows))
    assert [getattr(identities.of_claims("company", {"sub": sub}), "actor", "") for sub in "ab"] == ["first", "anna"]
    assert identities.of_claims("another", {"sub": "a"}) is None
