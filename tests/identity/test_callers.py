"""The Python client and the command line against servers with TLS: who they say they are stands in the log."""

import asyncio
import json
import sys
from pathlib import Path

import grpc
import pytest

from seawall.clients.cli.exit_codes import Exit
from seawall.clients.client import Credentials, Retry, SeawallError, StressClient
from seawall.server.accounts.changes import changing
from seawall.server.documents.accounts import QuotaEntry
from seawall.server.identity.api_keys import new_api_key
from seawall.server.run import serving
from seawall.v1.scenario_pb2 import Scenario
from tests.accounts.test_changes import made
from tests.clients.fake_server import Cable
from tests.clients.test_examples import COMPANY as FIGURES
from tests.clients.test_examples import EXAMPLES, dataset
from tests.identity.credentials import token_key
from tests.identity.secured import COMPANY, Files, row, secured
from tests.identity.two_servers import two_servers
from tests.identity.waiting import eventually
from tests.journeys import pages
from tests.journeys.serving import ROOT, seawall
from tests.journeys.serving import run as in_a_shell
from tests.journeys.test_docs import MARK, as_pasted, folder_of_grpcurl
from tests.places import run

BAKERY = str(EXAMPLES / "bakery.json")
PEOPLE = COMPANY + "".join(
    [
        row('issuer = "company"\nclaims = { sub = "reader" }', actor="reader", roles=["reader"]),
        row('issuer = "company"\nclaims = { sub = "desk" }', actor="desk", may_act_for=["ada@acme.example"]),
        row('issuer = "company"\nclaims = {}', actor="{sub}"),
    ]
)
LOADER = "spiffe://example.com/loader"


@pytest.fixture
def files(tmp_path):
    files = Files(tmp_path)
    (tmp_path / "ca.pem").write_bytes(files.signer.pem)
    return files


def written(files, name, content):
    path = files.folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def who_stored(server, tenant="acme"):
    """By whom each record was stored, and on whose behalf."""
    query = f"SELECT CAST(body AS TEXT) FROM records WHERE tenant = '{tenant}' ORDER BY seq"
    records = [json.loads(body) for (body,) in run(server.database, [query])]
    return [(record["actor"], record.get("on_behalf_of", "")) for record in records]


async def reason_of(call):
    """Why a call is refused; "" where it is not."""
    try:
        await call
    except SeawallError as error:
        return error.reason
    return ""


async def test_from_a_file_to_an_execution_by_callers_with_tokens(files):
    files.write(PEOPLE)
    token = written(files, "token", token_key().token(sub="anna"))
    trusting = ["--ca", str(files.folder / "ca.pem")]
    options = [*trusting, "--token-file", str(token)]
    async with secured(files) as server:

        async def command(*words):
            return await seawall(*map(str, words), address=server.address)

        dataset_id = (await command("register", FIGURES, *options)).stdout.strip()
        scenario = await command("scenario", EXAMPLES / "scenario_severe.yaml", "--dataset", dataset_id, *options)
        token.write_text(token_key().token(sub="desk"))
        words = ["execute", scenario.stdout.strip(), "--dataset", dataset_id, "--on-behalf-of", "ada@acme.example"]
        assert "a runway of 8 months" in (await command(*words, *options)).stdout
        assert who_stored(server) == [("anna", ""), ("anna", ""), ("desk", "ada@acme.example")]

        token.write_text(token_key().token(sub="reader"))
        denied = await command("register", BAKERY, *options)
        assert (denied.returncode, denied.stdout) == (Exit.NOT_PERMITTED, "")
        assert "PERMISSION_DENIED" in denied.stderr
        assert "which the role analyst gives" in denied.stderr
        assert dataset_id[:15] in (await command("list", "companies", *options)).stdout

        unknown = [await command("list", *trusting), await command("list", "--on-behalf-of", "eve", *options)]
        token.write_text("nonsense")
        unknown.append(await command("list", *options))
        for done, nothing_was_sent in zip(unknown, (True, False, False), strict=True):
            assert (done.returncode, done.stdout) == (Exit.NOT_PERMITTED, "")
            assert "UNAUTHENTICATED: The call brings no credential that this server accepts" in done.stderr
            assert ("give --token-file FILE, or --cert" in done.stderr) is nothing_was_sent
    assert len(who_stored(server)) == 3, "nothing that was refused is stored"


async def test_every_block_of_the_page_for_callers_runs(tmp_path):
    grpcurl = [*folder_of_grpcurl()]
    blocks = [block for block in pages.blocks(ROOT / "docs" / "callers.md") if grpcurl or "grpcurl" not in block.text]
    path = ":".join((str(Path(sys.executable).parent), *grpcurl, "/usr/bin", "/bin"))
    async with two_servers(tmp_path) as servers:
        script = "\n".join([f"cd {tmp_path}", *map(as_pasted, blocks)])
        script = script.replace("seawall.example.com:50551", servers["SEAWALL_TLS"])
        script = script.replace("mtls.example.com:50551", servers["SEAWALL_MTLS"])
        done = await in_a_shell("bash", "-euo", "pipefail", "-c", script, PATH=path)
    assert done.returncode == 0, done.stderr + done.stdout
    printed = done.stdout.split(MARK)[1:]
    assert len(printed) == len(blocks) == (3 if grpcurl else 2)
    assert printed[0].count("company name") == 2
    assert printed[-1].count('"mild"') == (2 if grpcurl else 0)


async def test_a_stream_goes_on_over_a_cut_tls_connection_with_an_api_key(files):
    key = new_api_key()
    files.write(row(f'api_key = "{key.key_id}"', actor="nightly"))
    written(files, "key", key.text)
    credentials = Credentials(ca=files.folder / "ca.pem", token_file=files.folder / "key")
    async with secured(files, key) as server:
        async with StressClient(server.address, credentials=credentials) as client:
            company = (await client.register(dataset(FIGURES))).dataset_version_id
            severe = Scenario(dataset_version_id=company, name="Severe", horizon_months=24)
            created = await client.create_scenario(severe, template_name="severe")
            await anext(client.execute(created.scenario_id, company))  # from now on it is stored
            whole = [event async for event in client.execute(created.scenario_id, company)]
        port = server.address.rpartition(":")[2]
        async with (
            Cable(f"127.0.0.1:{port}", [9_000, 9_000]) as cable,
            StressClient(cable.address, credentials=credentials, retry=Retry(first_wait_seconds=0.05)) as client,
        ):
            assert [event async for event in client.execute(created.scenario_id, company)] == whole
    assert cable.connections == 3
    assert {actor for actor, _ in who_stored(server)} == {"nightly"}


async def test_a_quota_of_calls_is_waited_for_and_one_of_the_day_ends_the_call(sqlite_place):
    await made(sqlite_place)
    async with changing(sqlite_place.database, sqlite_place.files) as changes:
        quotas = QuotaEntry("local", calls_per_second="6", operations_per_day="1")
        await changes.make(lambda register: quotas)
    async with (
        serving(sqlite_place.database, "127.0.0.1:0", sqlite_place.files) as address,
        StressClient(address) as client,
    ):
        assert len(await asyncio.gather(*(client.templates() for _ in range(15)))) == 15
        company = (await client.register(dataset(FIGURES))).dataset_version_id
        base = Scenario(dataset_version_id=company, name="Base", horizon_months=6)
        with pytest.raises(SeawallError) as raised:
            await client.create_scenario(base)
    error = raised.value
    assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
    assert error.metadata == {"quota": "operations_per_day", "limit": "1"}
    assert error.retry_after_seconds


async def test_a_certificate_says_who_calls_and_a_denied_one_ends_with_the_next_call(files):
    files.mutual = True
    files.write(row(f'spiffe = "{LOADER}"', actor="loader"))
    mine = files.signer.issue("loader", LOADER)
    cert, cert_key = written(files, "me.pem", mine.pem), written(files, "me.key", mine.key_pem)
    trusting = ["--ca", str(files.folder / "ca.pem")]
    options = [*trusting, "--cert", str(cert), "--cert-key", str(cert_key)]
    credentials = Credentials(ca=files.folder / "ca.pem", cert=cert, cert_key=cert_key)
    async with (
        secured(files, client=mine) as server,
        StressClient(server.address, credentials=credentials, retry=Retry(attempts=1)) as client,
    ):
        assert (await seawall("register", BAKERY, *options, address=server.address)).returncode == Exit.DONE
        assert who_stored(server) == [("loader", "")]
        without = await seawall("list", *trusting, address=server.address)
        assert (without.returncode, "hangs up on a caller without a certificate" in without.stderr) == (4, True)
        await client.templates()
        files.identities(f'[trust]\ndenied_fingerprints = ["{mine.fingerprint}"]\n' + row(f'spiffe = "{LOADER}"'))
        await eventually(lambda: reason_of(client.templates()), "UNAUTHENTICATED")
        denied = await seawall("list", *options, address=server.address)
        assert (denied.returncode, denied.stderr.count("\n")) == (Exit.NOT_PERMITTED, 1)
