"""What a caller shows arrives with each call, also after its files were replaced; what fails says why."""

import asyncio
from contextlib import asynccontextmanager

import grpc
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from google.protobuf import duration_pb2
from google.rpc import code_pb2, error_details_pb2

from seawall.clients.cli.exit_codes import Exit
from seawall.clients.client import Credentials, CredentialsRefused, NotConnected, Retry, SeawallError, StressClient
from seawall.v1 import stress_service_pb2_grpc
from seawall.v1.dataset_pb2 import DatasetVersion
from tests.clients.fake_server import FakeStressService, serving
from tests.clients.test_client import WHOLE, received, refused
from tests.identity.credentials import authority as new_authority
from tests.journeys.serving import ROOT, seawall

EXPIRED = (-1, -0.001)
NOTHING = "sha256:" + "0" * 64
BAKERY = str(ROOT / "clients" / "examples" / "bakery.json")


class Noting(FakeStressService):
    """Notes what each call says of its caller, and the name in the certificate."""

    def __init__(self, failures=()):
        super().__init__(failures)
        self.callers = []

    async def _note(self, request, context):
        shown = dict(context.invocation_metadata())
        names = context.auth_context().get("x509_common_name", [b""])
        self.callers.append((shown.get("authorization"), shown.get("seawall-on-behalf-of"), names[0].decode()))
        await super()._note(request, context)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


class Authority:
    """An authority in a file, whose certificates are written to files too; what has the name already is replaced."""

    def __init__(self, folder, name):
        self._folder, self._signer, self.file = folder, new_authority(name), folder / f"{name}.pem"
        self.file.write_bytes(self._signer.pem)

    def caller(self, name, **dates):
        return self._written(name, self._signer.issue(name, **dates))

    def server(self, name="server", host="127.0.0.1", **dates):
        usage = ExtendedKeyUsageOID.SERVER_AUTH
        return self._written(name, self._signer.issue(name, usage=usage, hosts=(host,), **dates))

    def _written(self, name, certificate):
        cert, cert_key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        cert_key.write_bytes(certificate.key_pem)
        cert.write_bytes(certificate.pem)
        return cert, cert_key


@pytest.fixture(scope="module")
def authority(folder):
    return Authority(folder, "authority")


@asynccontextmanager
async def serving_tls(service, certificate, callers_from=None, address="127.0.0.1:0"):
    """A server with a certificate; with `callers_from` it takes callers of that authority only."""
    cert, cert_key = (path.read_bytes() for path in certificate)
    trusted = callers_from and callers_from.file.read_bytes()
    server = grpc.aio.server()
    stress_service_pb2_grpc.add_StressServiceServicer_to_server(service, server)
    credentials = grpc.ssl_server_credentials([(cert_key, cert)], trusted, require_client_auth=bool(trusted))
    port = server.add_secure_port(address, credentials)
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)


async def registers(address, credentials):
    async with StressClient(address, credentials=credentials, retry=Retry(attempts=1)) as client:
        await client.register(DatasetVersion())


async def test_every_kind_of_call_says_who_calls(authority, folder):
    service = Noting()
    (folder / "token").write_text("swk_0123456789ab_secret\n")
    cert, cert_key = authority.caller("loader")
    credentials = Credentials(
        ca=authority.file, cert=cert, cert_key=cert_key, token_file=folder / "token", on_behalf_of="ada@acme.example"
    )
    async with (
        serving_tls(service, authority.server(), callers_from=authority) as address,
        StressClient(address, credentials=credentials) as client,
    ):
        await client.register(DatasetVersion())
        assert await received(client.execute("s", "d")) == WHOLE
        assert len(await received(client.replay("e", "d"))) == len(WHOLE)
        assert len([summary async for summary in client.executions()])
    said = ("Bearer swk_0123456789ab_secret", "ada@acme.example", "loader")
    assert service.callers == [said] * 6


async def test_what_replaces_a_token_or_a_certificate_is_shown_by_the_next_call(authority, folder, caplog):
    service = Noting()
    token = folder / "rotated"
    token.write_text("first")
    cert, cert_key = authority.caller("monday")
    credentials = Credentials(ca=authority.file, cert=cert, cert_key=cert_key, token_file=token)
    async with (
        serving_tls(service, authority.server(), callers_from=authority) as address,
        StressClient(address, credentials=credentials) as client,
    ):
        await client.register(DatasetVersion())
        events = client.execute("s", "d")
        begun = [await anext(events)]
        for name in ("tuesday", "wednesday"):
            token.write_text(name)
            for new, old in zip(authority.caller(name), (cert, cert_key), strict=True):
                new.replace(old)
            await client.register(DatasetVersion())
        assert len(begun) + len(await received(events)) == len(WHOLE), "a stream under way is not cut"
        cert.write_text("half of a certificate")
        await client.register(DatasetVersion())
        await client.register(DatasetVersion())
    assert [(shown, name) for shown, _, name in service.callers] == [
        ("Bearer first", "monday"),
        ("Bearer first", "monday"),
        ("Bearer tuesday", "tuesday"),
        ("Bearer wednesday", "wednesday"),
        ("Bearer wednesday", "wednesday"),
        ("Bearer wednesday", "wednesday"),
    ]
    assert [record.getMessage() for record in caplog.records if "Credentials were replaced" in record.getMessage()] == [
        f"Credentials were replaced by some that cannot be used; the last go on. --cert, --cert-key: {cert},"
        f" {cert_key}: cannot be used, allowed: a certificate and its key, PEM"
    ]


async def test_a_certificate_that_cannot_be_taken_says_why_in_python_and_on_the_command_line(authority, folder):
    stranger = Authority(folder, "stranger")
    own, foreign = authority.caller("caller"), stranger.caller("foreigner")
    expired = authority.caller("late", days=EXPIRED)
    plain = serving(FakeStressService())
    by_authority = {"ca": authority.file}
    for server, credentials, words in [
        (serving_tls(Noting(), authority.server("a")), {"ca": stranger.file}, "comes from no authority in"),
        (serving_tls(Noting(), authority.server("b", days=EXPIRED)), by_authority, "has expired"),
        (serving_tls(Noting(), authority.server("c", days=(1, 2))), by_authority, "is not valid yet"),
        (serving_tls(Noting(), authority.server("d", host="127.0.0.2")), by_authority, "does not name 127.0.0.1"),
        (serving_tls(Noting(), authority.server("e", host="else.example")), by_authority, "does not name 127.0.0.1"),
        (serving_tls(Noting(), authority.server("f")), {}, "it takes TLS only"),
        (plain, by_authority, "it has no TLS"),
        (
            serving_tls(Noting(), authority.server("g"), callers_from=authority),
            by_authority,
            "it hangs up on a caller without a certificate. Give yours with",
        ),
        (
            serving_tls(Noting(), authority.server("h"), callers_from=authority),
            {**by_authority, "cert": foreign[0], "cert_key": foreign[1]},
            "it hangs up on a caller with the certificate",
        ),
        (
            serving_tls(Noting(), authority.server("i"), callers_from=authority),
            {**by_authority, "cert": expired[0], "cert_key": expired[1]},
            "late.pem. It has expired",
        ),
        (
            serving_tls(Noting(), authority.server("j"), callers_from=stranger),
            {**by_authority, "cert": own[0], "cert_key": own[1]},
            "it hangs up on a caller with the certificate",
        ),
    ]:
        async with server as address:
            once = Retry(attempts=1)
            async with StressClient(address, credentials=Credentials(**credentials), retry=once) as client:
                with pytest.raises(NotConnected, match="No connection to the server at") as raised:
                    await client.reach(10)
                with pytest.raises(NotConnected, match=words[:12]):
                    await client.register(DatasetVersion())
            assert words in raised.value.message
            assert raised.value.code is grpc.StatusCode.UNAVAILABLE
            options = [f"--{name.replace('_', '-')}={value}" for name, value in credentials.items()]
            done = await seawall("register", BAKERY, *options, address=address)
            assert (done.returncode, done.stderr) == (Exit.NO_SERVER, f"{raised.value.message}\n"), done.stderr


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "no connection to"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "No connection to the server at .+: it has no TLS"),
    ],
)
async def test_who_hangs_up_on_everybody_is_not_said_to_want_other_credentials(answer, words, authority):
    async def hang_up(_, writer):
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listener:
        address = "{}:{}".format(*listener.sockets[0].getsockname())
        for credentials, expected in ((Credentials(), "no connection to"), (Credentials(ca=authority.file), words)):
            async with StressClient(address, credentials=credentials) as client:
                with pytest.raises(SeawallError, match=expected):
                    await client.reach(0.3)


async def test_a_command_finds_its_credentials_in_options_and_environment(authority, folder, monkeypatch):
    service = Noting()
    cert, cert_key = authority.caller("environment")
    (folder / "key").write_text("swk_0123456789ab_option")
    async with serving_tls(service, authority.server(), callers_from=authority) as address:
        for name, value in [
            ("CA", authority.file),
            ("CERT", cert),
            ("CERT_KEY", cert_key),
            ("TOKEN", "in.the.environment"),
        ]:
            monkeypatch.setenv(f"SEAWALL_{name}", str(value))
        assert (await seawall("register", BAKERY, address=address)).returncode == Exit.DONE
        options = ["--token-file", str(folder / "key"), "--on-behalf-of", "ada"]
        assert (await seawall("register", BAKERY, *options, address=address)).returncode == Exit.DONE
    assert service.callers == [
        ("Bearer in.the.environment", None, "environment"),
        ("Bearer swk_0123456789ab_option", "ada", "environment"),
    ]


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ({"cert": "c.pem", "ca": "ca.pem"}, "--cert and --cert-key: one without the other"),
        ({"cert": "c.pem", "cert_key": "c.key"}, "--cert: found without --ca"),
        ({"token": "a", "token_file": "b"}, "token: found beside token_file"),
        ({"token": ""}, "SEAWALL_TOKEN: found nothing, allowed: a token of at most 8192 printable ASCII characters"),
        ({"token": "two words"}, "SEAWALL_TOKEN: found 9 characters"),
        ({"token": "é"}, "SEAWALL_TOKEN: found 1 characters"),
        ({"token": "x" * 8_193}, "SEAWALL_TOKEN: found 8193 characters"),
        ({"on_behalf_of": "a\nb"}, "--on-behalf-of: found 'a\\nb', allowed: 1 to 128 printable ASCII"),
        ({"on_behalf_of": "x" * 129}, "--on-behalf-of: found"),
    ],
)
def test_what_does_not_go_together_is_refused(credentials, words):
    with pytest.raises(CredentialsRefused) as raised:
        Credentials(**credentials)
    assert str(raised.value).startswith(words)


async def test_files_that_cannot_be_used_are_named(authority, folder):
    cert, other_key = str(authority.caller("one")[0]), str(authority.caller("other")[1])
    (folder / "empty").write_text("\n")
    (folder / "long").write_text("x" * 9_000)
    ca = str(authority.file)
    for options, words in [
        (["--ca", f"{folder}/none"], "--ca: {}/none: No such file or directory, allowed: a file of certificates, PEM"),
        (["--ca", str(folder)], "--ca: {}: "),
        (["--ca", f"{folder}/long"], "--ca: {}/long: cannot be used"),
        (["--ca", ca, "--cert", cert, "--cert-key", other_key], "the key is of another certificate, allowed"),
        (["--ca", ca, "--cert", cert, "--cert-key", f"{folder}/long"], "cannot be used, allowed: a certificate and"),
        (["--token-file", f"{folder}/none"], "--token-file: {}/none: No such file or directory, allowed: a file with"),
        (["--token-file", f"{folder}/empty"], "--token-file: {}/empty: found nothing, allowed: a token of at most"),
        (["--token-file", f"{folder}/long"], "--token-file: {}/long: found 8194 characters"),
    ]:
        done = await seawall("show", NOTHING, *options, address="127.0.0.1:1")
        assert (done.returncode, words.format(folder) in done.stderr) == (Exit.WRONG_USAGE, True), done.stderr
        assert "Traceback" not in done.stderr


async def test_a_token_leaves_this_machine_over_tls_only(authority, folder):
    """Decided from the address alone: nothing is connected to, not even where the name leads here."""
    for address in ("192.0.2.1:50551", "seawall.example:50551", "[2001:db8::1]:50551", "dns:///localhost:50551"):
        with pytest.raises(CredentialsRefused, match="A token is not sent to"):
            await registers(address, Credentials(token="secret"))
        with pytest.raises(CredentialsRefused):
            Credentials(token_file="none").check_address(address)
        Credentials(ca="any", token="secret").check_address(address)
        Credentials(on_behalf_of="ada").check_address(address)
    service = Noting()
    async with serving(service) as address:
        for loopback in (address, address.replace("127.0.0.1", "localhost")):
            await registers(loopback, Credentials(token="secret"))
    assert service.callers == [("Bearer secret", None, "")] * 2
    done = await seawall("show", NOTHING, "--token-file", str(folder / "t"), "--server", "192.0.2.1:50551")
    assert (done.returncode, done.stderr.count("secret")) == (Exit.WRONG_USAGE, 0)
    assert "secret" not in repr(Credentials(token="secret"))


async def test_a_quota_is_waited_for_within_patience_and_no_longer():
    def quota(seconds):
        info = error_details_pb2.ErrorInfo(reason="QUOTA_EXCEEDED", domain="seawall.v1", metadata={"limit": "10"})
        wait = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(nanos=int(seconds * 1e9)))
        return refused(code_pb2.RESOURCE_EXHAUSTED, info, wait)

    patient = Retry(first_wait_seconds=0.01, patience_seconds=0.5)
    service = FakeStressService([quota(0.01)] * 3)
    async with serving(service) as address, StressClient(address, retry=patient) as client:
        assert (await client.register(DatasetVersion())).created
    for seconds, calls in ((0.9, 1), (0.2, 3)):
        service = FakeStressService([quota(seconds)] * 9)
        async with serving(service) as address, StressClient(address, retry=patient) as client:
            with pytest.raises(SeawallError) as raised:
                await asyncio.wait_for(client.register(DatasetVersion()), 30)
        assert (raised.value.reason, raised.value.retry_after_seconds) == ("QUOTA_EXCEEDED", seconds)
        assert len(service.requests) == calls
