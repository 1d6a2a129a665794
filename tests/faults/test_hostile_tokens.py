"""Tokens that nobody would issue, half with a signature that holds: each is verified or refused, never a defect."""

import base64
import json
from collections import Counter
from typing import Any

import jwt

from seawall.server.identity import tokens
from seawall.server.identity.identities import Issuer
from seawall.server.identity.reloading import Reads
from seawall.server.identity.token_keys import FileKeys
from seawall.server.identity.unauthenticated import Unauthenticated
from tests.faults.scale import luck, times
from tests.identity.credentials import AUDIENCE, ISSUER, key_set, token_key

KEY = token_key()
CLAIMS = {"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "exp": 2**33, "iat": 1_700_000_000}
HEADER = {"alg": "ES256", "kid": KEY.key_id, "typ": "JWT"}
CLAIM_NAMES = (*CLAIMS, "nbf", "jti", "act")
HEADER_NAMES = (*HEADER, "crit", "b64", "jwk", "zip", "x5c")
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, float("inf"), float("nan"), 10**30, -(2**63), 2**33, 1_700_000_000),
    *("", "x", "\x00", "é" * 40, "9" * 5_000, ISSUER, AUDIENCE, "none", "HS256"),
    *([], {}, [AUDIENCE, "x"], [1, [2]], {"sub": "x"}, {"kty": "oct", "k": "AA"}),
)


def part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed(header, claims) -> str:
    unsigned = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}"
    return f"{unsigned}.{part(jwt.get_algorithm_by_name('ES256').sign(unsigned.encode(), KEY.key))}"


async def test_no_token_is_more_than_verified_or_refused(tmp_path, say):
    random, number, ends = luck(), times(400, 40_000), Counter[str]()
    (tmp_path / "keys.json").write_bytes(key_set(KEY))
    keys = FileKeys(tmp_path / "keys.json", Reads())
    issuers = {ISSUER: (Issuer("company", ISSUER, (AUDIENCE,), None, "", None), keys)}
    usual = KEY.token()
    for _ in range(number):
        header, claims = dict(HEADER), dict(CLAIMS)
        for _ in range(random.randint(0, 2)):
            claims[random.choice(CLAIM_NAMES)] = random.choice(VALUES)
        for _ in range(random.randint(0, 1)):
            header[random.choice(HEADER_NAMES)] = random.choice(VALUES)
        spoilt = list(usual)
        for _ in range(random.randint(1, 4)):
            spoilt[random.randrange(len(spoilt))] = random.choice("AZaz09-_.=!\n é")
        try:
            token = await tokens.verified(random.choice((signed(header, claims), "".join(spoilt))), issuers)
            ends["verified"] += 1
            assert (token.claims["iss"], type(token.claims["sub"])) == (ISSUER, str)
        except Unauthenticated as refused:
            ends[refused.why.name] += 1
    say(f"{number} tokens: {', '.join(f'{count} {end}' for end, count in ends.most_common())}")
    assert ends["verified"]
    assert ends["MALFORMED"]
