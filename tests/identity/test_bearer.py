"""Tokens and API keys over TLS on a real socket: who is recognised, and that all others read the same bytes."""

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any

import jwt
import pytest
import pytest_asyncio

from seawall.server.accounts import accounts
from seawall.server.documents.accounts import TenantState
from seawall.server.identity import reloading, token_keys
from seawall.server.identity.api_keys import new_api_key
from seawall.server.identity.recognition import MOST_FAILURES
from seawall.server.identity.unauthenticated import SENTENCE, Why
from seawall.server.services import refusal_log
from seawall.v1 import stress_service_pb2 as s
from tests.identity.credentials import (
    AUDIENCE,
    ISSUER,
    authority,
    key_set,
    raw_token,
    server_certificate,
    token_key,
)
from tests.identity.secured import COMPANY, Files, bearer, outcome_of, row, secured
from tests.identity.waiting import eventually
from tests.places import run
from tests.server.running import registration

NOW, DAY = int(time()), 86_400  # the tests may run long after they were collected
GOOD, OTHER = token_key(), token_key("ES256", "other")
KEY, UNKNOWN, RETIRED = new_api_key(), new_api_key(), new_api_key()
TEMPLATES = "StressService/ListScenarioTemplates"
IDENTITIES = COMPANY + "".join(
    (
        row('issuer = "company"\nclaims = { sub = "anna" }'),
        row('issuer = "company"\nclaims = { sub = "reader" }', actor="{email}", roles=["reader"]),
        row('issuer = "company"\nclaims = { groups = ["a", "b"] }', actor="{sub}", roles=["auditor", "analyst"]),
        row('issuer = "company"\nclaims = { scope = "stress" }', tenant="other", actor="scoped"),
        row('issuer = "company"\nclaims = { sub = "desk" }', actor="desk", may_act_for=["*@acme.example", "kim"]),
        row('issuer = "company"\nclaims = { sub = "lost" }', tenant="closed"),
        *(row(f'api_key = "{key.key_id}"', actor="nightly") for key in (KEY, RETIRED)),
    )
)
CLAIMS: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "exp": NOW + DAY, "iat": NOW}


def signed_with_the_public_key() -> str:
    """HS256 over the public key in PEM, as a verifier that trusts the header would check it."""
    header = {"alg": "HS256", "typ": "JWT", "kid": GOOD.key_id}
    unsigned = raw_token(header, CLAIMS).rpartition(".")[0]
    digest = jwt.get_algorithm_by_name("HS256")
    signature = digest.sign(unsigned.encode(), GOOD.public_pem)
    return raw_token(header, CLAIMS, signature)


#: By name: the credentials of a call that is refused, and why in the server's log.
REFUSED: dict[str, tuple[list[tuple[str, str]], Why]] = {
    "none": ([], Why.MISSING),
    "empty": ([bearer("")], Why.MALFORMED),
    "basic": ([("authorization", "Basic YTpi")], Why.MALFORMED),
    "two": ([bearer(GOOD.token()), bearer(GOOD.token())], Why.MALFORMED),
    "no token": ([bearer("swordfish")], Why.MALFORMED),
    "deep": ([bearer(raw_token({"alg": "ES256"}, "[" * 4_000))], Why.MALFORMED),
    "a list": ([bearer(raw_token({"alg": "ES256"}, "[]"))], Why.MALFORMED),
    "too long": ([bearer(GOOD.token(fill="x" * 9_000))], Why.TOO_LONG),
    "expired": ([bearer(GOOD.token(exp=NOW - 120))], Why.EXPIRED),
    "not yet valid": ([bearer(GOOD.token(nbf=NOW + DAY))], Why.NOT_YET_VALID),
    "issued later": ([bearer(GOOD.token(iat=NOW + DAY))], Why.NOT_YET_VALID),
    "wrong audience": ([bearer(GOOD.token(aud="others"))], Why.AUDIENCE),
    "unknown issuer": ([bearer(GOOD.token(iss="https://other.example/"))], Why.ISSUER),
    "unknown kid": ([bearer(OTHER.token())], Why.KEY),
    "another key's signature": ([bearer(OTHER.token({"kid": GOOD.key_id}))], Why.SIGNATURE),
    "alg none": ([bearer(raw_token({"alg": "none", "kid": GOOD.key_id}, CLAIMS))], Why.ALGORITHM),
    "HS256 with the public key": ([bearer(signed_with_the_public_key())], Why.ALGORITHM),
    "RS256 of a P-256 key": (
        [bearer(raw_token({"alg": "RS256", "kid": GOOD.key_id}, CLAIMS, b"x" * 256))],
        Why.ALGORITHM,
    ),
    "embedded jwk": ([bearer(OTHER.token({"jwk": OTHER.jwk, "kid": GOOD.key_id}))], Why.HEADER),
    "crit": ([bearer(GOOD.token({"crit": ["exp"], "exp": NOW + DAY}))], Why.HEADER),
    "x5u": ([bearer(GOOD.token({"x5u": "https://evil.example/"}))], Why.HEADER),
    "another type": ([bearer(GOOD.token({"typ": "logout+jwt"}))], Why.HEADER),
    "no exp": ([bearer(GOOD.token(exp=None))], Why.CLAIM),
    "no sub": ([bearer(GOOD.token(sub=None))], Why.CLAIM),
    "empty sub": ([bearer(GOOD.token(sub=""))], Why.CLAIM),
    "no aud": ([bearer(GOOD.token(aud=None))], Why.CLAIM),
    "no iss": ([bearer(GOOD.token(iss=None))], Why.ISSUER),
    "exp as text": ([bearer(GOOD.token(exp=f"{NOW + DAY}"))], Why.CLAIM),
    "exp without end": ([bearer(GOOD.token(exp=1e999))], Why.CLAIM),
    "unmapped": ([bearer(GOOD.token(sub="stranger"))], Why.UNMAPPED),
    "one of two groups": ([bearer(GOOD.token(sub="x", groups=["a"]))], Why.UNMAPPED),
    "actor of no claim": ([bearer(GOOD.token(sub="reader"))], Why.UNMAPPED),
    "actor in two lines": ([bearer(GOOD.token(sub="reader", email="a\nb"))], Why.UNMAPPED),
    "unknown tenant": ([bearer(GOOD.token(sub="lost"))], Why.TENANT),
    "may act for nobody": ([bearer(GOOD.token()), ("seawall-on-behalf-of", "kim")], Why.ON_BEHALF_OF),
    "may not act for him": ([bearer(GOOD.token(sub="desk")), ("seawall-on-behalf-of", "kim@other")], Why.ON_BEHALF_OF),
    "acts for too long a name": (
        [bearer(GOOD.token(sub="desk")), ("seawall-on-behalf-of", "k" * 129 + "@acme.example")],
        Why.ON_BEHALF_OF,
    ),
    "acts for two": (
        [bearer(GOOD.token(sub="kim", act={"sub": "desk"})), ("seawall-on-behalf-of", "a@acme.example")],
        Why.ON_BEHALF_OF,
    ),
    "act is no party": ([bearer(GOOD.token(sub="kim", act="desk"))], Why.CLAIM),
    "act of a stranger": ([bearer(GOOD.token(sub="kim", act={"sub": "stranger"}))], Why.UNMAPPED),
    "act for nobody": ([bearer(GOOD.token(sub="kim", act={"sub": "anna"}))], Why.ON_BEHALF_OF),
    "no API key": ([bearer("swk_0123")], Why.MALFORMED),
    "unmapped API key": ([bearer(UNKNOWN.text)], Why.UNMAPPED),
    "retired API key": ([bearer(RETIRED.text)], Why.API_KEY),
    "another secret": ([bearer(KEY.text[:20] + UNKNOWN.text[20:])], Why.API_KEY),
}
REGISTER = "StressService/RegisterDatasetVersion"
BODY = registration().SerializeToString()
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory):
    files = Files(tmp_path_factory.mktemp("bearer"))
    files.write(IDENTITIES)
    with pytest.MonkeyPatch.context() as every_line:
        every_line.setattr(refusal_log, "SECONDS", 0.0)
        every_line.setattr(accounts, "POLL_SECONDS", 0.05)
        async with secured(files, KEY, RETIRED) as started:
            await started.operator.retire(RETIRED)

            async def code():
                return (await started.outcome(TEMPLATES, b"", bearer(RETIRED.text))).code.name

            await eventually(code, "UNAUTHENTICATED")
            yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def refusal(server):
    """How a call without any credential ends: what all others read too."""
    return await server.outcome(TEMPLATES)


def refusals(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if "UNAUTHENTICATED" in record.getMessage()]


@pytest.mark.parametrize("name", REFUSED)
async def test_wrong_credentials_all_read_the_same_bytes_and_the_log_says_which_check_it_was(
    server, refusal, name, caplog
):
    credentials, why = REFUSED[name]
    async with server.files.channel(server.address) as channel:  # a connection may fail so many times only
        assert await outcome_of(channel, TEMPLATES, b"", *credentials) == refusal
    (line,) = refusals(caplog)
    assert line.startswith(f"UNAUTHENTICATED ({why.name}): {why.value}")
    assert ", from ipv4:127.0.0.1:" in line
    assert not any(value.split()[-1][-20:] in line for _, value in credentials if len(value) > 60)


async def test_the_refusal_is_one_sentence_and_its_reason(refusal):
    assert (refusal.code.name, refusal.details, refusal.answer) == ("UNAUTHENTICATED", SENTENCE, b"")


#: Credentials, and the tenant, the actor and the person that stand in the record.
RECOGNISED = {
    "a claim": ([bearer(GOOD.token())], ("acme", "anna", "")),
    "two groups": ([bearer(GOOD.token(sub="z", groups=["b", "c", "a"]))], ("acme", "z", "")),
    "a scope": ([bearer(GOOD.token(sub="y", scope="open stress"))], ("other", "scoped", "")),
    "two audiences": ([bearer(GOOD.token(aud=["x", AUDIENCE]))], ("acme", "anna", "")),
    "an API key": ([bearer(KEY.text)], ("acme", "nightly", "")),
    "a person": ([bearer(GOOD.token(sub="desk")), ("seawall-on-behalf-of", "kim")], ("acme", "desk", "kim")),
    "act": ([bearer(GOOD.token(sub="kim@acme.example", act={"sub": "desk"}))], ("acme", "desk", "kim@acme.example")),
}


@pytest.mark.parametrize("name", RECOGNISED)
async def test_tenant_actor_and_person_come_from_the_credential_into_the_record(server, name):
    credentials, (tenant, actor, person) = RECOGNISED[name]
    body = s.RegisterDatasetVersionRequest.FromString(BODY)
    body.dataset_version.company_name = f"Company of {name}"
    outcome = await server.outcome(REGISTER, body.SerializeToString(), *credentials)
    assert outcome.code.name == "OK", outcome
    query = f"SELECT body FROM records WHERE tenant = '{tenant}' ORDER BY seq DESC LIMIT 1"
    ((record,),) = await asyncio.to_thread(run, server.database, [query])
    values = json.loads(record)
    assert (values["tenant"], values["actor"], values.get("on_behalf_of", "")) == (tenant, actor, person)


async def test_a_clock_that_is_a_little_behind_is_allowed_for(server):
    token = GOOD.token(exp=int(time()) - 1, jti="leeway")
    assert (await server.outcome(REGISTER, BODY, bearer(token))).code.name == "OK"


async def test_a_reader_may_check_and_not_store(server):
    reader = bearer(GOOD.token(sub="reader", email="rea@acme.example"))
    denied = await server.outcome(REGISTER, BODY, reader)
    assert denied.code.name == "PERMISSION_DENIED"
    assert "role analyst" in denied.details
    check = s.RegisterDatasetVersionRequest(dataset_version=registration().dataset_version, validate_only=True)
    assert (await server.outcome(REGISTER, check.SerializeToString(), reader)).code.name == "OK"


async def test_a_call_without_its_role_says_nothing_of_what_is_stored(server):
    """DENIED is decided before anything is looked up, and reads alike whether it is there, another's or nobody's."""
    stored = await server.outcome(REGISTER, BODY, bearer(GOOD.token()))
    dataset = s.RegisterDatasetVersionResponse.FromString(stored.answer).dataset_version_id
    reader = bearer(GOOD.token(sub="reader", email="rea@acme.example"))
    outcomes = set()
    for address in (dataset, "sha256:" + "0" * 64, "nonsense"):
        for method, body in (
            ("StressService/GetReport", s.GetReportRequest(execution_id=address)),
            ("StressService/Replay", s.ReplayRequest(execution_id=address, dataset_version_id=dataset)),
        ):
            outcomes.add(await server.outcome(method, body.SerializeToString(), reader))
    (outcome,) = outcomes
    assert outcome.code.name == "PERMISSION_DENIED"
    assert "sha256" not in f"{outcome}"


async def test_a_connection_of_wrong_credentials_is_refused_unseen_and_a_known_caller_on_it_answered(server, caplog):
    async with server.files.channel(server.address) as channel:
        good, late = bearer(GOOD.token(jti="before")), bearer(GOOD.token(jti="after"))
        assert (await outcome_of(channel, TEMPLATES, b"", good)).code.name == "OK"
        for _ in range(MOST_FAILURES + 2):
            await outcome_of(channel, TEMPLATES, b"", REFUSED["another key's signature"][0][0])
        assert (await outcome_of(channel, TEMPLATES, b"", late)).code.name == "UNAUTHENTICATED"
        assert "UNAUTHENTICATED (TOO_MANY_FAILURES)" in refusals(caplog)[-1]
        for known in (good, bearer(KEY.text)):
            assert (await outcome_of(channel, TEMPLATES, b"", known)).code.name == "OK"
    assert (await server.outcome(TEMPLATES, b"", late)).code.name == "OK"


async def test_wrong_credentials_ask_no_database(server, refusal):
    """While the database is away they read the same as ever, and only a known caller is told that it is."""
    away = server.database.with_name("away")
    server.database.rename(away)
    try:
        for name in ("none", "alg none", "no API key", "unmapped API key", "retired API key", "another secret"):
            assert await server.outcome(REGISTER, BODY, *REFUSED[name][0]) == refusal
        assert (await server.outcome(REGISTER, BODY, bearer(GOOD.token()))).code.name == "UNAVAILABLE"
    finally:
        away.rename(server.database)


async def test_a_tenant_that_is_closed_is_refused_at_the_next_call(server, refusal):
    credential = bearer(GOOD.token(sub="y", scope="stress"))
    assert (await server.outcome(TEMPLATES, b"", credential)).code.name == "OK"
    await server.operator.let("other", TenantState.CLOSED)
    await eventually(lambda: server.outcome(TEMPLATES, b"", credential), refusal)
    await server.operator.let("other", TenantState.OPEN)

    async def code():
        return (await server.outcome(TEMPLATES, b"", credential)).code.name

    await eventually(code, "OK")


async def test_files_are_taken_while_the_server_runs_and_bad_ones_are_not(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(reloading, "SECONDS", 0.02)
    files = Files(tmp_path)
    files.write(IDENTITIES)
    async with secured(files) as server:
        old, new = bearer(GOOD.token()), bearer(OTHER.token())

        async def codes():
            async with files.channel(server.address) as channel:  # of one that failed too often none would be looked at
                return [(await outcome_of(channel, TEMPLATES, b"", each)).code.name for each in (old, new)]

        assert await codes() == ["OK", "UNAUTHENTICATED"]
        files.keys(key_set(GOOD, OTHER))
        await eventually(codes, ["OK", "OK"])
        files.keys(key_set(OTHER))  # the old key is withdrawn, and what it signed
        await eventually(codes, ["UNAUTHENTICATED", "OK"])
        files.identities(IDENTITIES + "[[identities]]\nissuer = 'company'\n")
        await eventually(lambda: _logged(caplog), True)
        assert "identities[9].tenant: found nothing, allowed: text" in caplog.text
        assert await codes() == ["UNAUTHENTICATED", "OK"]
        files.identities(f"trust.issued_after = 2100-01-01T00:00:00Z\n{IDENTITIES}")
        await eventually(codes, ["UNAUTHENTICATED", "UNAUTHENTICATED"])
        files.identities(IDENTITIES)
        await eventually(codes, ["UNAUTHENTICATED", "OK"])


async def _logged(caplog):
    return "The changed identities cannot be taken, and the last good one stays" in caplog.text


class KeyHost:
    """A real https server that publishes keys."""

    def __init__(self, folder, signer) -> None:
        certificate = server_certificate(signer)
        (folder / "host.pem").write_bytes(certificate.pem + certificate.key_pem)
        self.content, self.fetches, self.status = b"", 0, 200
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.fetches += 1
                self.send_response(host.status)
                self.send_header("Location", "/keys")
                self.end_headers()
                self.wfile.write(host.content)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "host.pem")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server.server_port}/keys"


@contextmanager
def key_host(folder, signer) -> Iterator[KeyHost]:
    host = KeyHost(folder, signer)
    thread = threading.Thread(target=host.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield host
    finally:
        host.server.shutdown()
        host.server.server_close()
        thread.join()


async def test_keys_from_a_url_are_fetched_when_one_is_unknown_and_no_more_than_once_a_while(
    tmp_path, monkeypatch, caplog
):
    files = Files(tmp_path)
    (tmp_path / "ca.pem").write_bytes(files.signer.pem)
    with key_host(tmp_path, files.signer) as host:
        files.write(IDENTITIES.replace('jwks_file = "keys.json"', f'jwks_url = "{host.url}"\njwks_ca = "ca.pem"'))
        host.content = key_set(GOOD)
        async with secured(files) as server:
            old, new = bearer(GOOD.token()), bearer(OTHER.token())
            assert (await server.outcome(TEMPLATES, b"", old)).code.name == "OK"  # it waits for the first fetch
            host.content = key_set(GOOD, OTHER)
            for _ in range(3):
                assert (await server.outcome(TEMPLATES, b"", new)).code.name == "UNAUTHENTICATED"
            assert host.fetches == 1
            monkeypatch.setattr(token_keys, "AGAIN_SECONDS", 0.0)
            calls = [server.outcome(TEMPLATES, b"", new) for _ in range(20)]
            assert {outcome.code.name for outcome in await asyncio.gather(*calls)} == {"OK"}
            assert host.fetches == 2
            unknown = bearer(token_key("ES256", "third").token())
            for host.status, host.content in ((302, b""), (200, b"{}"), (200, b"x" * (token_keys.MOST_BYTES + 1))):
                assert (await server.outcome(TEMPLATES, b"", unknown)).code.name == "UNAUTHENTICATED"
                assert [(await server.outcome(TEMPLATES, b"", each)).code.name for each in (old, new)] == ["OK", "OK"]
            assert host.fetches == 5
    lines = [line for line in caplog.messages if "cannot be fetched, and the last ones stay" in line]
    assert [line.rpartition("stay: ")[2] for line in lines] == [
        "HTTP Error 302: Found",
        "it is no JWK set of at most 64 keys",
        f"it has more than {token_keys.MOST_BYTES} bytes",
    ]


async def test_a_key_host_that_another_authority_signed_is_not_believed(tmp_path, caplog):
    files = Files(tmp_path)
    (tmp_path / "ca.pem").write_bytes(files.signer.pem)
    with key_host(tmp_path, authority("Another")) as host:
        files.write(IDENTITIES.replace('jwks_file = "keys.json"', f'jwks_url = "{host.url}"\njwks_ca = "ca.pem"'))
        host.content = key_set(GOOD)
        async with secured(files) as server:
            assert (await server.outcome(TEMPLATES, b"", bearer(GOOD.token()))).code.name == "UNAUTHENTICATED"
    assert host.fetches == 0
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
async def test_each_algorithm_is_taken_from_its_key(tmp_path, algorithm):
    key = token_key(algorithm, "k")
    files = Files(tmp_path)
    files.write(IDENTITIES)
    files.keys(key_set(key))
    async with secured(files) as server:
        assert (await server.outcome(TEMPLATES, b"", bearer(key.token()))).code.name == "OK"
        nameless = raw_token({"alg": algorithm}, CLAIMS).rpartition(".")[0]
        signature = jwt.get_algorithm_by_name(algorithm).sign(nameless.encode(), key.key)
        token = raw_token({"alg": algorithm}, CLAIMS, signature)
        assert (await server.outcome(TEMPLATES, b"", bearer(token))).code.name == "OK"  # of the only key


async def test_an_unknown_caller_is_refused_before_its_request_is_there(server, refusal):
    never = asyncio.Event()

    async def requests():
        await never.wait()
        yield BODY

    call = server.channel.stream_unary(f"/seawall.v1.{REGISTER}")(requests(), timeout=20)
    assert await call.code() == refusal.code
    assert await call.details() == refusal.details
