"""Every certificate and key is replaced while callers call, as the docs say it is done: no call fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex
from typing import Any

import grpc
import pytest

from seawall.server.accounts import accounts
from seawall.server.identity import reloading
from seawall.server.identity.api_keys import ApiKey, new_api_key
from seawall.server.identity.security import OPTIONS, Security
from tests.faults.scale import times
from tests.identity.credentials import (
    Authority,
    Certificate,
    authority,
    key_set,
    server_certificate,
    token_key,
)
from tests.identity.operator import Operator
from tests.identity.secured import COMPANY, Files, Outcome, bearer, outcome_of, row, secured
from tests.identity.waiting import eventually

CALLERS, CALLS = times(2, 8), times(4, 10)  #: so many calls on each connection, beside those that last
TEMPLATES = "StressService/ListScenarioTemplates"
LOADER = "spiffe://example.com/loader"
#: Connections end after a fifth of a second instead of ten minutes, so that this happens under load too.
SHORT_LIVED = tuple((name, 200 if name == "grpc.max_connection_age_ms" else value) for name, value in OPTIONS)


@dataclass
class Load:
    """Callers without a pause. Each call has the credentials of its time; a connection those of when it began."""

    address: str
    trusted: tuple[Authority, ...]
    credential: tuple[str, str] = ("x", "y")
    client: Certificate | None = None
    calls: int = 0
    failed: list[Outcome] = field(default_factory=list)
    rounds: list[int] = field(default_factory=lambda: [0] * CALLERS)

    def channel(self, client: Certificate | None = None) -> grpc.aio.Channel:
        shown = client or self.client
        trusted = b"".join(each.pem for each in self.trusted)
        pair = (shown.key_pem, shown.pem) if shown else (None, None)
        return grpc.aio.secure_channel(self.address, grpc.ssl_channel_credentials(trusted, *pair))

    async def call(self, number: int) -> None:
        while True:
            async with self.channel() as channel:
                for _ in range(CALLS):
                    outcome = await outcome_of(channel, TEMPLATES, b"", self.credential)
                    self.calls += 1
                    if outcome.code is not grpc.StatusCode.OK:
                        self.failed.append(outcome)
            self.rounds[number] += 1

    async def all_anew(self) -> None:
        """Until every caller has ended the connection that it had, and one more."""
        before = list(self.rounds)

        async def are_new() -> bool:
            return all(now >= then + 2 for now, then in zip(self.rounds, before, strict=True))

        await eventually(are_new, True)

    async def code(self, *credential: tuple[str, str], client: Certificate | None = None) -> str:
        """How a single call ends with other credentials than those of the load."""
        async with self.channel(client) as channel:
            return (await outcome_of(channel, TEMPLATES, b"", *credential)).code.name


@asynccontextmanager
async def under_load(files: Files, *keys: ApiKey, **load_options: Any) -> AsyncIterator[tuple[Load, Operator]]:
    async with secured(files, *keys) as server:
        load = Load(server.address, (files.signer,), **load_options)
        callers = [asyncio.create_task(load.call(number)) for number in range(CALLERS)]
        try:
            await load.all_anew()
            yield load, server.operator
            await load.all_anew()
        finally:
            for caller in callers:
                caller.cancel()
            await asyncio.wait(callers)


@pytest.fixture(autouse=True)
def short_lived(monkeypatch):
    monkeypatch.setattr(reloading, "SECONDS", 0.05)
    monkeypatch.setattr(accounts, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(Security, "options", SHORT_LIVED)


def is_taken(caplog: pytest.LogCaptureFixture, name: str) -> Callable[[], Awaitable[bool]]:
    """Whether the server has said that it took files since this was asked for."""
    before = caplog.text.count(f"The changed {name} is taken")

    async def taken() -> bool:
        return caplog.text.count(f"The changed {name} is taken") > before

    return taken


async def new_server_certificate(files: Files, load: Load, caplog: pytest.LogCaptureFixture) -> None:
    """Of a new authority, which callers trust before."""
    signer = authority(f"Servers {token_hex(4)}")
    load.trusted = (*load.trusted, signer)
    await load.all_anew()
    taken = is_taken(caplog, "certificates")
    files.certificate(server_certificate(signer))
    await eventually(taken, True)
    await load.all_anew()
    load.trusted = (signer,)
    await load.all_anew()


async def test_no_call_fails_while_the_keys_of_a_server_and_of_its_tokens_are_replaced(tmp_path, caplog, say):
    caplog.set_level("INFO", "seawall.server")
    first, turns = token_key("ES256", "0"), times(1, 20)
    api_keys = [new_api_key() for _ in range(turns + 1)]
    rows = [row('issuer = "company"\nclaims = {}'), *(row(f'api_key = "{key.key_id}"') for key in api_keys)]
    files = Files(tmp_path)
    files.write(COMPANY + "".join(rows))
    files.keys(key_set(first))
    async with under_load(files, api_keys[0], credential=bearer(first.token())) as (load, operator):
        for turn in range(1, turns + 1):
            old, new = token_key("ES256", f"{turn - 1}"), token_key("ES256", f"{turn}")
            await new_server_certificate(files, load, caplog)
            files.keys(key_set(old, new))
            await eventually(partial(load.code, bearer(new.token())), "OK")
            load.credential = bearer(new.token())
            await load.all_anew()
            files.keys(key_set(new))
            await eventually(partial(load.code, bearer(old.token())), "UNAUTHENTICATED")
            load.credential = bearer(api_keys[turn - 1].text)  # the same with API keys
            await load.all_anew()
            await operator.add(api_keys[turn])
            await eventually(partial(load.code, bearer(api_keys[turn].text)), "OK")
            load.credential = bearer(api_keys[turn].text)
            await load.all_anew()
            await operator.retire(api_keys[turn - 1])
            await eventually(partial(load.code, bearer(api_keys[turn - 1].text)), "UNAUTHENTICATED")
            load.credential = bearer(new.token())
    say(f"{turns} rotations of certificate, token key and API key, {load.calls} calls, {len(load.failed)} failed")
    assert load.failed == []


async def test_no_call_fails_while_authorities_and_certificates_of_callers_are_replaced(tmp_path, caplog, say):
    caplog.set_level("INFO", "seawall.server")
    files, turns = Files(tmp_path, mutual=True), times(1, 20)
    old = authority("Clients 0")
    files.write(row(f'spiffe = "{LOADER}"'), old)
    async with under_load(files, client=old.issue("x", LOADER)) as (load, _):
        for turn in range(1, turns + 1):
            await new_server_certificate(files, load, caplog)
            new = authority(f"Clients {turn}")
            of_old, of_new = old.issue("x", LOADER), new.below("Between").issue("x", LOADER)
            taken = is_taken(caplog, "certificates")
            files.authorities(old, new)
            await eventually(taken, True)
            assert [await load.code(client=each) for each in (of_old, of_new)] == ["OK", "OK"]
            load.client = of_new
            await load.all_anew()
            taken = is_taken(caplog, "certificates")
            files.authorities(new)
            await eventually(taken, True)
            assert await load.code(client=of_old) == "UNAVAILABLE"
            old = new
    say(f"{turns} rotations of certificates and of their authorities, {load.calls} calls, {len(load.failed)} failed")
    assert load.failed == []
