"""`seawall serve` with TLS: a process of its own on an address that others reach, and starts that are refused."""

import asyncio
import sys
from pathlib import Path

import pytest

from seawall.server.__main__ import main
from tests.identity.credentials import authority, private_pem, server_certificate, token_key
from tests.identity.secured import COMPANY, Files, bearer, outcome_of, row

TEMPLATES = "StressService/ListScenarioTemplates"
SERVE = (sys.executable, "-m", "seawall.server", "serve")
LOCAL = COMPANY + row('issuer = "company"\nclaims = {}', tenant="local")


def options(files: Files, *names: str) -> list[str]:
    paths = {
        "certificate": files.tls.certificate,
        "certificate-key": files.tls.certificate_key,
        "identities": files.tls.identities,
        "client-ca": files.folder / "clients.pem",
    }
    return [text for name in names for text in (f"--{name}", str(paths[name]))]


TLS = ("certificate", "certificate-key", "identities")


async def test_with_tls_any_address_is_served_and_who_calls_is_asked(tmp_path):
    files = Files(tmp_path)
    files.write(LOCAL)
    command = [*SERVE, "--database", str(tmp_path / "seawall.db"), "--address", "0.0.0.0:0", "--drain-seconds", "0"]
    pipe = asyncio.subprocess.PIPE
    server = await asyncio.create_subprocess_exec(*command, "--tls", *options(files, *TLS), stdout=pipe, stderr=pipe)
    assert server.stdout is not None
    try:
        address = (await asyncio.wait_for(server.stdout.readline(), 60)).decode().split()[-1]
        assert address.startswith("0.0.0.0:")
        async with files.channel(f"localhost:{address.rpartition(':')[2]}") as channel:
            outcomes = [
                await outcome_of(channel, TEMPLATES, b"", *each) for each in ((bearer(token_key().token()),), ())
            ]
        assert [outcome.code.name for outcome in outcomes] == ["OK", "UNAUTHENTICATED"]
    finally:
        server.terminate()
        _, errors = await server.communicate()
    assert server.returncode == 0
    assert b"UNAUTHENTICATED (MISSING)" in errors


@pytest.mark.parametrize(
    ("switches", "names", "words"),
    [
        (["--tls"], TLS[1:], "--tls needs --certificate: name the file"),
        (["--tls"], TLS[:2], "--tls needs --identities: name the file"),
        (["--mtls"], TLS, "--mtls needs --client-ca: name the file"),
        ([], TLS[:1], "--certificate is of no use without --tls or --mtls: add it, or leave this out"),
        (["--tls"], (*TLS, "client-ca"), "--client-ca is of no use without --mtls: add it, or leave this out"),
        (
            ["--tls", "--mtls"],
            TLS,
            "--tls and --mtls: choose one; with --mtls the certificate of a caller says who it is",
        ),
    ],
)
def test_files_that_do_not_go_together_are_refused(tmp_path, capsys, switches, names, words):
    command = ["serve", "--database", str(tmp_path / "seawall.db"), *switches, *options(Files(tmp_path), *names)]
    assert main(command) == 1
    assert capsys.readouterr().err == f"seawall: {words}\n"


def spoil(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (lambda files: (files.folder / "server.pem").unlink(), "server.pem cannot be read: No such file or directory"),
        (
            lambda files: spoil(files.folder, "server.pem", b"x"),
            "server.pem has no certificates in PEM that can be read",
        ),
        (
            lambda files: spoil(files.folder, "server.key", b"x"),
            "server.key has no private key in PEM that can be read",
        ),
        (
            lambda files: spoil(files.folder, "server.key", private_pem(authority().key)),
            "server.pem: its first certificate is not of the key in",
        ),
        (
            lambda files: files.certificate(server_certificate(files.signer, days=(-2, -1))),
            "UTC, which is not now",
        ),
        (lambda files: files.keys(b'{"keys": []}'), "keys.json: it has no key for ES256, RS256 or EdDSA"),
        (lambda files: files.keys(b"[" * 50_000), "keys.json: it is no JSON"),
        (lambda files: files.identities("a = 1"), "identities.toml: a: found 1, allowed: no other keys than"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_and_no_server_starts(tmp_path, capsys, spoilt, words):
    files = Files(tmp_path)
    files.write(LOCAL)
    spoilt(files)
    assert main(["serve", "--database", str(tmp_path / "seawall.db"), "--tls", *options(files, *TLS)]) == 1
    line = capsys.readouterr().err
    assert line.startswith("seawall: ")
    assert words in line
    assert line.count("\n") == 1
    assert not (tmp_path / "seawall.db").exists()
