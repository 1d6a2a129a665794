"""Two servers with TLS, for callers with tokens and for callers with certificates, and files of such callers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.identity.credentials import authority, token_key
from tests.identity.secured import COMPANY, Files, row, secured

LOADER = "spiffe://example.com/loader"


@asynccontextmanager
async def two_servers(folder: Path) -> AsyncIterator[Mapping[str, str]]:
    """What a program reads of them from its environment."""
    signer = authority()
    tokens, certificates = (Files(folder / name, signer, mutual=name == "mtls") for name in ("tls", "mtls"))
    for files in (tokens, certificates):
        files.folder.mkdir()
    tokens.write(COMPANY + row('issuer = "company"\nclaims = {}', may_act_for=["ada@example.com"]))
    certificates.write(row(f'spiffe = "{LOADER}"'))
    mine = signer.issue("loader", LOADER)
    for name, content in {
        "company-ca.pem": signer.pem,
        "stranger.pem": authority("Stranger").pem,
        "token": token_key().token().encode(),
        "me.pem": mine.pem,
        "me.key": mine.key_pem,
    }.items():
        (folder / name).write_bytes(content)
    async with secured(tokens) as by_token, secured(certificates, client=mine) as by_certificate:
        yield {
            "SEAWALL_TLS": by_token.address,
            "SEAWALL_MTLS": by_certificate.address,
            "SEAWALL_FILES": str(folder),
        }
