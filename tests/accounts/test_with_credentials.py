"""API keys and tenants as commands change them, under a server with TLS that lets their callers in."""

import asyncio
from contextlib import asynccontextmanager

import grpc

from seawall.server import administer
from seawall.server.accounts import accounts
from seawall.server.documents.accounts import QuotaEntry, TenantEntry, TenantState
from seawall.server.log.record import read_record
from seawall.server.run import serving
from tests.accounts.test_changes import added_key, decided, done, made
from tests.accounts.test_quotas import statuses
from tests.identity.secured import Files, bearer, outcome_of, row
from tests.identity.waiting import eventually
from tests.log.stores import all_verified
from tests.server.running import registration

REGISTER = "StressService/RegisterDatasetVersion"
REFUSED, ANSWERED = grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.OK


@asynccontextmanager
async def channel_to(place, files):
    """A caller's connection to a server with TLS on a place."""
    async with (
        serving(place.database, "127.0.0.1:0", place.files, tls=files.tls) as served,
        files.channel(f"localhost:{served.rpartition(':')[2]}") as channel,
    ):
        yield channel


async def test_a_running_server_lets_callers_in_and_out_as_commands_say(sqlite_place, tmp_path, capsys, monkeypatch):
    place = sqlite_place
    monkeypatch.setattr(accounts, "POLL_SECONDS", 0.05)
    await made(place)
    key = await added_key(place, capsys)
    files, body = Files(tmp_path), registration().SerializeToString()
    files.write(row(f'api_key = "{key.key_id}"', actor="nightly"))
    async with channel_to(place, files) as channel:

        async def code():
            return (await outcome_of(channel, REGISTER, body, bearer(key.text))).code

        unknown = await outcome_of(channel, REGISTER, body, bearer(key.text))  # its tenant was not added
        assert unknown.code is REFUSED
        for command, arguments, expected in (
            (administer.add_tenant, ("acme", False), ANSWERED),
            (administer.close_tenant, ("acme",), REFUSED),
            (administer.add_tenant, ("acme", True), ANSWERED),
        ):
            await done(command, place, *arguments)
            await eventually(code, expected)
        wrong = f"{key.text[:-1]}{'A' if key.text[-1] != 'A' else 'B'}"
        assert await outcome_of(channel, REGISTER, body, bearer(wrong)) == unknown
        await done(administer.retire_key, place, key.key_id)
        await eventually(code, REFUSED)
        assert await outcome_of(channel, REGISTER, body, bearer(key.text)) == unknown
    ((stored,),) = place.rows("SELECT body FROM records WHERE tenant = 'acme'")
    assert (read_record(bytes(stored)).actor, key.text in capsys.readouterr().err) == ("nightly", False)
    assert (await all_verified(place))[0] == []


async def test_the_quotas_of_a_tenant_are_those_of_all_its_callers(sqlite_place, tmp_path, capsys):
    await made(sqlite_place)
    keys = [await added_key(sqlite_place, capsys) for _ in range(2)]
    await decided(sqlite_place, TenantEntry("acme", TenantState.OPEN), QuotaEntry("acme", calls_per_second="1"))
    files = Files(tmp_path)
    files.write("".join(row(f'api_key = "{key.key_id}"') for key in keys))
    async with channel_to(sqlite_place, files) as channel:
        call = channel.unary_unary("/seawall.v1.StressService/ListScenarioTemplates")
        answers = await asyncio.gather(
            *(call(b"", metadata=[bearer(key.text)]) for key in keys * 8), return_exceptions=True
        )
    assert {(name, limit) for name, limit, _ in statuses(answers)} == {("calls_per_second", "1")}
