"""What can happen to a PostgreSQL between two calls: each is reported as what it is, and passes."""

import asyncio
import os
import signal

import asyncpg
import grpc
import pytest

from seawall.server.database import postgres as postgresql
from seawall.server.database.connect import database_of
from seawall.server.database.database import StoreUnavailable
from seawall.server.database.postgres_commits import lock_of
from seawall.server.log.tenants import LOCAL
from seawall.server.store.log_check import LogRefused
from seawall.v1 import evidence_service_pb2 as v
from tests import places
from tests.companies import company
from tests.log.stores import companies, opened, verified
from tests.log.test_checkpoint_file import is_serving
from tests.places import run
from tests.server.running import reason, registered, running


@pytest.fixture
def place(postgres, tmp_path):
    return places.postgres_place(postgres, tmp_path)


CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def name_of(place):
    return str(place.database).partition("?")[0].rpartition("/")[2]


async def unavailable(server):
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await registered(server, company(company_name="Another"))
    return (refused.value.code(), reason(refused.value)) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")


async def test_connections_that_are_cut_cost_at_most_a_call_that_is_made_again(place):
    async with running(place.database, place.files) as server:
        calls = [registered(server, company(company_name=f"Company {number}")) for number in range(300)]
        waiting = asyncio.gather(*calls, return_exceptions=True)
        while not waiting.done():
            await asyncio.to_thread(run, place.database, [CUT])
        failed = [answer for answer in await waiting if isinstance(answer, grpc.aio.AioRpcError)]
        assert {reason(error) for error in failed} <= {"STORE_UNAVAILABLE"}
        await registered(server, company(company_name="In the end"))
    assert (await verified(place, place.checkpoint.read_text()))[0] == []


async def test_a_lock_that_nobody_lets_go_of_is_not_waited_for_without_end(place, monkeypatch):
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT_MS", 200)
    async with running(place.database, place.files) as server:
        await registered(server)
        holder = await asyncpg.connect(str(place.database), server_settings=places.NO_WAIT_FOR_EVER)
        await holder.execute(f"SELECT pg_advisory_lock({lock_of(LOCAL)})")
        assert await unavailable(server)
        await holder.close()
        await registered(server, company(company_name="Another"))


async def test_who_reads_waits_no_longer_than_a_statement_may_take(place, monkeypatch):
    monkeypatch.setattr(postgresql, "READ_TIMEOUT_MS", 300)
    async with running(place.database, place.files) as server:
        dataset = await registered(server)
        holder = await asyncpg.connect(str(place.database), server_settings=places.NO_WAIT_FOR_EVER)
        await holder.execute("BEGIN; LOCK TABLE evidence, records IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await server.evidence.GetEvidence(v.GetEvidenceRequest(address=dataset))
        assert (refused.value.code(), reason(refused.value)) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
        assert not await is_serving(server)
        await holder.close()
        assert await is_serving(server)
        await server.evidence.GetEvidence(v.GetEvidenceRequest(address=dataset))


async def test_a_postgresql_that_stands_still_is_not_waited_for_without_end(place, monkeypatch):
    """It ends no statement itself: its process is stopped, as one on a machine that hangs."""
    monkeypatch.setattr(postgresql, "READ_TIMEOUT_MS", 300)
    monkeypatch.setattr(postgresql, "ANSWER_TIMEOUT_MS", 100)
    own = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    async with opened(place) as store:
        await store.ping()
        backends = [pid for (pid,) in await asyncio.to_thread(run, place.database, [own])]
        for pid in backends:
            os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(StoreUnavailable, match="TimeoutError"):
                await store.ping()
        finally:
            for pid in backends:
                os.kill(pid, signal.SIGCONT)
        await store.ping()


async def test_an_audit_may_take_longer_than_a_call(place, monkeypatch):
    async with opened(place) as store:
        monkeypatch.setattr(postgresql, "READ_TIMEOUT_MS", 1)
        async with store.database.auditing() as database, database.reader.connect() as connection:
            await connection.exec_driver_sql("SELECT pg_sleep(0.05)")
        with pytest.raises(StoreUnavailable, match="statement timeout"):
            await places.Place(place.database, place.files).store().open()


@pytest.mark.parametrize(
    "statement", ["ALTER DATABASE {} SET default_transaction_read_only = on", "ALTER TABLE records RENAME TO gone"]
)
async def test_what_a_database_will_not_do_is_the_stores_trouble(place, statement):
    async with running(place.database, place.files) as server:
        await registered(server)
        # On a thread: the server of this loop may hold a lock that the statement waits for.
        await asyncio.to_thread(run, place.database, [statement.format(name_of(place)), CUT])
        assert await unavailable(server)


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
async def test_the_log_is_read_as_it_is_after_the_wait_for_the_lock(place, tmp_path, isolation):
    run(place.database, [f"ALTER DATABASE {name_of(place)} SET default_transaction_isolation = '{isolation}'"])
    async with opened(place) as server, opened(place) as other:
        for first in range(0, 20, 2):
            await asyncio.gather(server.append(companies(1, first)), other.append(companies(1, first + 1)))
    assert (await verified(place, place.checkpoint.read_text()))[0] == []


@pytest.mark.parametrize("wrong", [("/seawall_", "/no_such_database_"), ("//postgres", "//nobody_of_that_name")])
async def test_a_database_that_cannot_be_opened_is_unavailable(place, wrong):
    elsewhere = places.Place(str(place.database).replace(*wrong), place.files)
    with pytest.raises(StoreUnavailable, match="does not exist"):
        await elsewhere.store().open()


async def test_a_record_with_the_highest_number_there_is_does_not_stop_a_server_from_saying_so(place):
    async with opened(place) as store:
        await store.append(companies(1))
    place.tamper(f"UPDATE records SET seq = {2**63 - 1}")
    with pytest.raises(LogRefused, match=f"the log has {2**63} records"):
        await place.store().open()
    await database_of(place.database).dispose()
