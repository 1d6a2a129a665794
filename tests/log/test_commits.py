"""The one task that writes: together, bounded, whole, and back at work once there is space again."""

import asyncio
import resource
import signal
import sqlite3
from contextlib import closing

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from sqlalchemy.dialects import sqlite

from seawall.server.database.database import StoreFull
from seawall.server.database.statements import for_sqlite
from seawall.server.documents.document import Document, address_of
from seawall.server.log.tenants import LOCAL
from seawall.server.store import writer as writing
from seawall.server.store.appends import PendingAppend, StoredDocument, SweepEvent, SweptBlock
from seawall.server.store.transaction import reads_for
from seawall.server.store.writer import Overloaded, Queue, Writer
from tests.companies import company
from tests.log.stores import REQUEST, companies, filled, opened, verified
from tests.server.running import detail, reason, registered, running


def stored(pending):
    return StoredDocument(1, pending.documents[0].address, "", b"", "")


@pytest.fixture
def gate():
    """A disk that writes once the gate is open."""
    return asyncio.Event()


@pytest.fixture
def batches():
    return []


@pytest.fixture
async def writer(gate, batches):
    async def commit(appends):
        batches.append(len(appends))
        await gate.wait()
        return [[stored(pending)] for pending in appends]

    made = Writer(commit, most_waiting=10)
    made.start()
    yield made
    gate.set()
    await made.stop()


def appends(count):
    return [PendingAppend(LOCAL, [document]) for document in companies(count)]


@pytest.mark.parametrize(("to_come", "expected"), [(0, [1, 1]), (writing.MANY_TO_COME, [2])])
async def test_a_commit_waits_for_others_where_many_calls_are_being_computed(to_come, expected):
    batches = []

    async def commit(appends):
        batches.append(len(appends))
        return [[stored(pending)] for pending in appends]

    made = Writer(commit, to_come=lambda: to_come)
    made.start()
    first, second = appends(2)
    calls = [asyncio.create_task(made.append(first))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the writer has seen the first one
    calls.append(asyncio.create_task(made.append(second)))
    await asyncio.gather(*calls)
    await made.stop()
    assert batches == expected


async def test_calls_that_wait_for_one_commit_share_the_next(writer, gate, batches):
    calls = [asyncio.create_task(writer.append(pending)) for pending in appends(9)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = asyncio.create_task(writer.append(appends(1)[0]))
    await asyncio.sleep(0.01)
    gate.set()
    answers = await asyncio.gather(*calls, late)
    assert sum(batches) == 10
    assert len(batches) <= 3
    assert [answer[0].address for answer in answers[:9]] == [pending.documents[0].address for pending in appends(9)]


async def test_a_full_queue_refuses_at_once_and_takes_more_later(writer, gate):
    first = asyncio.create_task(writer.append(appends(1)[0]))
    await asyncio.sleep(0.01)  # it is being committed, and out of the queue
    waiting = [asyncio.create_task(writer.append(pending)) for pending in appends(10)]
    await asyncio.sleep(0.01)
    with pytest.raises(Overloaded):
        await writer.append(appends(1)[0])
    gate.set()
    await asyncio.gather(first, *waiting)
    await writer.append(appends(1)[0])


def waiting(tenant, count):
    return [(PendingAppend(tenant, [document]), None) for document in companies(count)]


def test_a_commit_takes_a_call_of_each_tenant_in_turn():
    queue = Queue(most_of_a_tenant=100, most_of_all=1_000)
    for call in (*waiting("noisy", 50), *waiting("a", 1), *waiting("b", 3)):
        queue.put(call)
    taken = [pending.tenant for pending, _ in queue.take(10)]
    assert taken == ["noisy", "a", "b", "noisy", "b", "noisy", "b", "noisy", "noisy", "noisy"]
    queue.put(waiting("a", 1)[0])
    assert [pending.tenant for pending, _ in queue.take(3)] == ["noisy", "a", "noisy"]
    assert [pending.documents[0] for pending, _ in queue.take(100)] == companies(50)[8:]  # each in its own order
    assert queue.take(1) == []


def test_a_tenant_that_fills_its_queue_or_all_of_them_keeps_no_other_out():
    queue = Queue(most_of_a_tenant=5, most_of_all=7)
    for call in (*waiting("noisy", 5), *waiting("other", 2)):
        queue.put(call)
    for tenant in ("noisy", "other"):
        with pytest.raises(Overloaded):
            queue.put(waiting(tenant, 1)[0])
    queue.put(waiting("quiet", 1)[0])
    with pytest.raises(Overloaded):
        queue.put(waiting("quiet", 1)[0])
    assert len(queue.take(100)) == 8
    queue.put(waiting("noisy", 1)[0])


async def test_a_cancelled_call_neither_cancels_nor_halves_a_commit(writer, gate, batches):
    calls = [asyncio.create_task(writer.append(pending)) for pending in appends(5)]
    await asyncio.sleep(0.01)
    for call in calls[::2]:
        call.cancel()
    gate.set()
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(batches) == 5
    assert [isinstance(answer, asyncio.CancelledError) for answer in done] == [True, False, True, False, True]


async def test_one_that_cannot_be_stored_does_not_take_the_others_with_it(place):
    orphan, sound = companies(1, first=7)[0], companies(3)
    object.__setattr__(orphan, "parents", (("scenario", "sha256:" + "0" * 64),))
    async with opened(place) as store:
        answers = await asyncio.gather(
            *(store.append([document]) for document in [*sound, orphan]), return_exceptions=True
        )
        assert [isinstance(answer, list) for answer in answers] == [True, True, True, False]
    assert (await verified(place))[0] == []


async def test_a_call_that_meets_a_full_queue_learns_when_to_retry(sqlite_place, monkeypatch):
    async with running(sqlite_place.database) as server:
        monkeypatch.setattr(Writer, "append", overloaded)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await registered(server)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason(refused.value) == "OVERLOADED"
    assert detail(refused.value, RetryInfo).retry_delay.seconds == 1


async def overloaded(*_):
    raise Overloaded


@pytest.fixture
def by_pages(monkeypatch):
    """Fills the database as far as it may grow, and lets it grow again."""

    async def fill(store):
        # As low as it goes: what it has.
        await store.database.commits.own.run(lambda connection: connection.execute("PRAGMA max_page_count=1"))

    async def free(store):
        await store.database.commits.own.run(lambda connection: connection.execute("PRAGMA max_page_count=1000000"))

    return fill, free


@pytest.fixture
def by_file_size():
    """The same by the limit that the system sets to a file, for this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    async def fill(store):
        sizes = [path.stat().st_size for path in store.database.path.parent.glob("seawall.db*")]
        resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes) + 1_000, before[1]))

    async def free(store):
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    yield fill, free
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("way", ["by_pages", "by_file_size"])
async def test_a_full_disk_is_one_reason_stops_writes_and_is_recovered_from(sqlite_place, request, monkeypatch, way):
    fill, free = request.getfixturevalue(way)
    monkeypatch.setattr(writing, "PAUSE_SECONDS", 0.05)
    async with opened(sqlite_place) as store:
        sound = [(await store.append([document]))[0].address for document in companies(3)]
        await fill(store)
        refused = await asyncio.gather(
            *(store.append([document]) for document in companies(60, first=10)), return_exceptions=True
        )
        assert {type(answer) for answer in refused[-20:]} == {StoreFull}
        assert [(await store.get(address)) is not None for address in sound] == [True] * 3
        await free(store)
        await asyncio.sleep(0.1)
        assert (await store.append(companies(1, first=99)))[0].created
    findings, _ = await verified(sqlite_place)
    assert findings == []


async def test_a_full_disk_is_reported_as_one(sqlite_place, by_file_size):
    fill, free = by_file_size
    async with running(sqlite_place.database) as server:
        await fill(sqlite_place.store())
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await register_many(server)
        await free(sqlite_place)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason(refused.value) == "STORE_FULL"
    assert detail(refused.value, RetryInfo).retry_delay.seconds == 5


async def register_many(server):
    for number in range(100):
        await registered(server, company(company_name=f"Company {number}"))


async def test_what_many_commits_cost_together_is_no_reason_to_refuse_one(sqlite_place):
    async with opened(sqlite_place) as store:
        await store.append(companies(1))
        await store.database.commits.own.run(lambda connection: connection.allow(20_000, 0, 1_000))
        for document in companies(100, first=1):  # about 400 steps each
            assert (await store.append([document]))[0].created


async def test_what_a_commit_reads_is_found_by_its_whole_key_however_many_documents_there_are(sqlite_place):
    await filled(sqlite_place)
    block, event = SweptBlock("sha256:1", 0, "", b""), SweepEvent("sha256:1", "begun")
    reads = reads_for(LOCAL, [PendingAppend(LOCAL, companies(2), REQUEST, block=block, event=event)])
    plans: list[str] = []
    with closing(sqlite3.connect(sqlite_place.database)) as connection:
        for read in reads:
            text, in_order = for_sqlite(read, sqlite.dialect())
            explained = connection.execute(f"EXPLAIN QUERY PLAN {text}", in_order)
            plans += [step for *_, step in explained if "json_each" not in step]
    searches = [step for step in plans if step.startswith("SEARCH")]
    assert len(searches) == 5
    assert [step for step in plans if "SCAN" in step or "(tenant=?)" in step] == []


async def test_the_file_of_commits_stays_short_under_a_steady_load_and_no_commit_copies_it(sqlite_place):
    wal, longest = sqlite_place.database.with_name(f"{sqlite_place.database.name}-wal"), 0
    bodies = iter([bytes([number]) * 2**20 for number in range(48)])

    async def append():
        nonlocal longest
        for body in bodies:
            await store.append([Document("dataset_version.v2", body, address_of(body))])
            longest = max(longest, wal.stat().st_size)

    async with opened(sqlite_place) as store:
        within = await store.database.commits.own.run(lambda own: own.execute("PRAGMA wal_autocheckpoint").fetchone())
        await asyncio.gather(*(append() for _ in range(4)))
    assert within == (0,)
    assert 2**22 < longest < 3 * 2**23  # of 48 MiB
    assert not wal.exists()
