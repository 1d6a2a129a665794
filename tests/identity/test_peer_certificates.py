"""Client certificates over a real socket: refused at the handshake, or at the next call once they no longer count."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import grpc
import pytest
import pytest_asyncio
from cryptography.x509 import UnrecognizedExtension
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from seawall.server.identity import peer_certificates, reloading
from seawall.server.identity.unauthenticated import Unauthenticated, Why
from seawall.server.services import refusal_log
from tests.identity.credentials import Certificate, authority, self_signed, server_certificate
from tests.identity.secured import Files, bearer, outcome_of, row, secured
from tests.identity.waiting import eventually
from tests.places import run
from tests.server.running import registration

TEMPLATES = "StressService/ListScenarioTemplates"
REGISTER = "StressService/RegisterDatasetVersion"
SIGNER, OTHER = authority(), authority("Another")
BETWEEN = SIGNER.below("Between")
LOADER = "spiffe://example.com/ns/prod/sa/loader"
IDENTITIES = "".join(
    (
        row('spiffe = "spiffe://example.com/ns/*/sa/loader"', actor="{uri}"),
        row('spiffe = "spiffe://example.com/closed"', tenant="closed"),
        row('common_name = "reports"', actor="reports", tenant="other", may_act_for=["kim"]),
    )
)
#: Refused before a call is made.
AT_THE_HANDSHAKE = {
    "no certificate": None,
    "wrong authority": OTHER.issue("x", LOADER),
    "expired": SIGNER.issue("x", LOADER, days=(-2, -1)),
    "not yet valid": SIGNER.issue("x", LOADER, days=(1, 2)),
    "self-signed": self_signed("x", LOADER),
    "wrong usage": SIGNER.issue("x", LOADER, usage=ExtendedKeyUsageOID.SERVER_AUTH),
}
#: Refused at each call, and why.
AT_THE_CALL = {
    "two URIs": (SIGNER.issue("x", LOADER, "spiffe://example.com/other"), Why.NAME),
    "neither URI nor common name": (SIGNER.issue(None), Why.NAME),
    "unmapped URI, mapped common name": (SIGNER.issue("reports", "spiffe://example.com/none"), Why.UNMAPPED),
    "another kind of URI": (SIGNER.issue("reports", "https://example.com/"), Why.UNMAPPED),
    "unmapped common name": (SIGNER.issue("stranger"), Why.UNMAPPED),
    "a name that cannot be read": (
        SIGNER.issue(
            "reports", extension=UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"0\x02\xa3\x00")
        ),
        Why.MALFORMED,
    ),
    "closed tenant": (SIGNER.issue("x", "spiffe://example.com/closed"), Why.TENANT),
}
#: Recognised: tenant, actor.
AT_WORK = {
    "SPIFFE": (SIGNER.issue("x", LOADER), ("acme", LOADER)),
    "SPIFFE from below": (BETWEEN.issue("x", LOADER), ("acme", LOADER)),
    "common name": (SIGNER.issue("reports"), ("other", "reports")),
}
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory):
    files = Files(tmp_path_factory.mktemp("peers"), SIGNER, mutual=True)
    files.write(IDENTITIES)
    with pytest.MonkeyPatch.context() as every_line:
        every_line.setattr(refusal_log, "SECONDS", 0.0)
        async with secured(files, client=SIGNER.issue("x", LOADER)) as started:
            yield started


async def outcome(server, client: Certificate | None, *metadata, method=TEMPLATES, body=b""):
    async with server.files.channel(server.address, client) as channel:
        return await outcome_of(channel, method, body, *metadata)


@pytest.mark.parametrize("name", AT_THE_HANDSHAKE)
async def test_what_no_authority_signed_for_a_client_is_refused_at_the_handshake(server, name, caplog):
    refused = await outcome(server, AT_THE_HANDSHAKE[name])
    assert refused.code.name == "UNAVAILABLE"
    assert "UNAUTHENTICATED" not in caplog.text  # no call came to be


async def test_plaintext_is_refused_at_the_handshake(server):
    async with grpc.aio.insecure_channel(server.address) as channel:
        assert (await outcome_of(channel, TEMPLATES, b"")).code.name == "UNAVAILABLE"


@pytest.mark.parametrize("name", AT_THE_CALL)
async def test_a_certificate_that_is_nobody_reads_the_same_bytes(server, name, caplog):
    client, why = AT_THE_CALL[name]
    first = await outcome(server, AT_THE_CALL["unmapped common name"][0])
    assert first.code.name == "UNAUTHENTICATED"
    assert await outcome(server, client) == first
    assert f"UNAUTHENTICATED ({why.name})" in caplog.messages[-1]


@pytest.mark.parametrize("name", AT_WORK)
async def test_tenant_and_actor_are_of_the_certificate_and_no_token_changes_them(server, name):
    client, (tenant, actor) = AT_WORK[name]
    body = registration().SerializeToString()
    assert (await outcome(server, client, bearer("x"), method=REGISTER, body=body)).code.name == "OK"
    query = f"SELECT body FROM records WHERE tenant = '{tenant}' ORDER BY seq DESC LIMIT 1"
    ((record,),) = await asyncio.to_thread(run, server.database, [query])
    assert (json.loads(record)["tenant"], json.loads(record)["actor"]) == (tenant, actor)


async def test_a_certificate_may_act_for_whom_its_row_allows(server):
    reports = AT_WORK["common name"][0]
    codes = [(await outcome(server, reports, ("seawall-on-behalf-of", name))).code.name for name in ("kim", "eve")]
    assert codes == ["OK", "UNAUTHENTICATED"]


async def test_what_changes_counts_at_the_next_call_of_an_open_connection(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(reloading, "SECONDS", 0.02)
    monkeypatch.setattr(refusal_log, "SECONDS", 0.0)
    client = BETWEEN.issue("x", LOADER)
    files = Files(tmp_path, SIGNER, mutual=True)
    files.write(IDENTITIES)
    now = datetime.now(UTC)
    changes = [
        (lambda: files.identities(_denying(fingerprints=client.fingerprint)), Why.DENIED),
        (lambda: files.identities(_denying(fingerprints=BETWEEN.fingerprint.upper())), Why.DENIED),
        (lambda: files.identities(_denying(serials=f"{client.certificate.serial_number:x}")), Why.DENIED),
        (lambda: files.identities(f"trust.issued_after = {now:%Y-%m-%dT%H:%M:%SZ}\n{IDENTITIES}"), Why.BEFORE_EPOCH),
        (lambda: files.identities(row('common_name = "nobody"')), Why.UNMAPPED),
        (lambda: files.authorities(OTHER), Why.CHAIN),
    ]
    async with secured(files, client=client) as server:

        async def code():
            return (await server.outcome(TEMPLATES)).code.name

        for change, why in changes:
            assert await code() == "OK"
            change()
            await eventually(code, "UNAUTHENTICATED")
            assert f"UNAUTHENTICATED ({why.name})" in caplog.text
            files.identities(IDENTITIES)
            files.authorities(SIGNER)
            await eventually(code, "OK")


def _denying(**items: str) -> str:
    return "".join(f'trust.denied_{name} = ["{item}"]\n' for name, item in items.items()) + IDENTITIES


async def test_a_certificate_that_expires_on_an_open_connection_is_refused_at_the_next_call(server, monkeypatch):
    client = SIGNER.issue("x", LOADER, days=(-1, 1))
    later = (client.certificate.not_valid_after_utc + timedelta(seconds=1)).timestamp()
    async with server.files.channel(server.address, client) as channel:
        assert (await outcome_of(channel, TEMPLATES, b"")).code.name == "OK"
        for module in ("peer_certificates", "recognised"):
            monkeypatch.setattr(f"seawall.server.identity.{module}.time", lambda: later)
        assert (await outcome_of(channel, TEMPLATES, b"")).code.name == "UNAUTHENTICATED"


async def test_the_server_shows_a_new_certificate_and_keeps_the_last_good_one(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(reloading, "SECONDS", 0.02)
    files = Files(tmp_path, SIGNER)
    files.write(IDENTITIES)
    async with secured(files) as server:

        async def answers(signer):
            async with Files(tmp_path, signer).channel(server.address) as channel:
                return (await outcome_of(channel, TEMPLATES, b"")).code.name

        assert await answers(SIGNER) == "UNAUTHENTICATED"  # without a credential, through TLS
        (tmp_path / "server.pem").write_bytes(server_certificate(OTHER).pem)  # not of the key
        await eventually(lambda: _logged(caplog), True)
        assert "its first certificate is not of the key in" in caplog.text
        assert await answers(SIGNER) == "UNAUTHENTICATED"
        files.certificate(server_certificate(OTHER))
        await eventually(lambda: answers(OTHER), "UNAUTHENTICATED")
        assert await answers(SIGNER) == "UNAVAILABLE"


async def _logged(caplog):
    return "The changed certificates cannot be taken, and the last good one stays" in caplog.text


@pytest.mark.parametrize(
    ("certificate", "above", "authorities", "why"),
    [
        (BETWEEN.issue("x"), [BETWEEN], [SIGNER], None),
        (BETWEEN.issue("x"), [], [SIGNER], Why.CHAIN),
        (SIGNER.issue("x"), [], [OTHER], Why.CHAIN),
        (SIGNER.issue("x"), [], [OTHER, SIGNER], None),
        (SIGNER.issue("x", usage=ExtendedKeyUsageOID.SERVER_AUTH), [], [SIGNER], Why.CHAIN),
        (SIGNER.issue("x", days=(-2, -1)), [], [SIGNER], Why.EXPIRED),
        (SIGNER.issue("x", days=(1, 2)), [], [SIGNER], Why.NOT_YET_VALID),
    ],
)
async def test_a_chain_leads_to_an_authority_that_is_in_force(certificate, above, authorities, why):
    def chain():
        return peer_certificates.chain_of(
            certificate.certificate, [each.certificate for each in above], [each.certificate for each in authorities]
        )

    if why is None:
        assert chain()[-1] == SIGNER.certificate
        return
    with pytest.raises(Unauthenticated) as refused:
        chain()
    assert refused.value.why is why
