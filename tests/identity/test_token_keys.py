"""Key sets as issuers publish them: what this server takes of them, and what hostile ones come to."""

import json

import pytest

from seawall.server.identity.token_keys import MOST_KEYS, read_keys
from tests.identity.credentials import TokenKey, token_key

EC, RSA, ED = (token_key(name, name).jwk for name in ("ES256", "RS256", "EdDSA"))
P384 = {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "kid": "p"}


def small_rsa() -> dict[str, object]:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return TokenKey(rsa.generate_private_key(65_537, 1_024), "small", "RS256").jwk


def test_each_kind_of_key_has_its_algorithm():
    keys = read_keys(json.dumps({"keys": [EC, RSA, ED]}).encode())
    assert [getattr(keys.find(name), "algorithm_name", "") for name in ("ES256", "RS256", "EdDSA")] == [
        *("ES256", "RS256", "EdDSA")
    ]
    assert (keys.find(None), keys.find("other")) == (None, None)  # of several none is meant


@pytest.mark.parametrize(
    "unusable",
    [
        {**EC, "use": "enc"},
        {**EC, "key_ops": ["sign"]},
        {**EC, "key_ops": 5},
        {**RSA, "alg": "RS384"},
        {**RSA, "alg": ["RS256"]},
        {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"},
        {**P384},
        {"kty": ["EC"], "crv": {}},
        "key",
    ],
)
def test_what_is_for_something_else_is_left_out(unusable):
    keys = read_keys(json.dumps({"keys": [unusable, ED]}).encode())
    assert getattr(keys.find(None), "key_id", "") == "EdDSA"
    with pytest.raises(ValueError, match="it has no key for ES256, RS256 or EdDSA"):
        read_keys(json.dumps({"keys": [unusable]}).encode())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Expecting value"),
        (b"\xff", "decode"),
        (b"[" * 100_000, "it is no JSON"),
        (b"[]", "it is no JWK set"),
        (b'{"keys": 1}', "it is no JWK set"),
        (json.dumps({"keys": [EC] * (MOST_KEYS + 1)}).encode(), "at most 64 keys"),
        (json.dumps({"keys": [{**EC, "x": 5}]}).encode(), "a key of it cannot be read"),
        (json.dumps({"keys": [{**EC, "x": "AA"}]}).encode(), "a key of it cannot be read"),
        (json.dumps({"keys": [{"kty": "RSA"}]}).encode(), "a key of it cannot be read"),
        (json.dumps({"keys": [{**RSA, "n": None}]}).encode(), "a key of it cannot be read"),
        (json.dumps({"keys": [{**RSA, "e": ""}]}).encode(), "a key of it cannot be read"),
        (json.dumps({"keys": [{**ED, "x": {}}]}).encode(), "a key of it cannot be read"),
        (json.dumps({"keys": [small_rsa()]}).encode(), "its RSA key has 1024 bits, allowed: 2048 or more"),
    ],
)
def test_a_set_that_is_none_is_refused_in_words(content, words):
    with pytest.raises(ValueError, match=words) as refused:
        read_keys(content)
    assert "\n" not in str(refused.value)
