"""The store: append-only whoever writes, whole or not at all, the same for every server on the file."""

import asyncio
import hashlib
import re
import sqlite3
from contextlib import closing

import pytest
import pytest_asyncio

from seawall.engine import execute
from seawall.server.database import sqlite
from seawall.server.documents.document import seal
from seawall.server.documents.kinds import DATASET_VERSION
from seawall.server.store import tenant_store
from seawall.server.store.store import Damaged, Request, RequestReused, Store, StoreUnavailable
from tests.companies import company, scenario
from tests.log.stores import OfTenant
from tests.server.running import TABLES, everything_in, running, with_an_execution

REQUEST = Request("11111111-2222-3333-4444-555555555555", "RegisterDatasetVersionRequest", "0" * 64)


@pytest_asyncio.fixture
async def store(tmp_path):
    opened = Store(tmp_path / "seawall.db")
    await opened.open()
    yield OfTenant(opened)
    await opened.close()


@pytest.fixture
def database(tmp_path):
    return tmp_path / "seawall.db"


def documents():
    dataset = seal(company())
    stress = seal(scenario(dataset.address))
    execution = execute(scenario(dataset.address), company())
    return [dataset, stress, seal(execution, scenario=stress.address, dataset_version=dataset.address)]


async def test_what_is_stored_is_the_bytes_that_were_sealed(store, database):
    sealed = documents()
    stored = await store.append(sealed)
    assert [(row.address, row.body, row.created) for row in stored] == [
        (document.address, document.body, True) for document in sealed
    ]
    with sqlite3.connect(database) as connection:
        for address, body in connection.execute("SELECT address, body FROM evidence"):
            assert f"sha256:{hashlib.sha256(body).hexdigest()}" == address


async def test_a_document_that_is_there_keeps_its_time_and_is_not_created_again(store, database):
    (first,) = await store.append(documents()[:1])
    before = everything_in(database)
    (again,) = await store.append(documents()[:1])
    assert (again.created, again.recorded_at, again.position) == (False, first.recorded_at, first.position)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", first.recorded_at)
    assert everything_in(database) == before


ROWS = {
    "evidence": "INSERT OR REPLACE INTO evidence SELECT * FROM evidence",
    "parents": "INSERT OR REPLACE INTO parents SELECT * FROM parents",
    "requests": "INSERT OR REPLACE INTO requests SELECT * FROM requests",
}
NEW_POSITION = """INSERT OR REPLACE INTO evidence(tenant, position, address, kind, inputs, body, recorded_at)
    SELECT tenant, position + 99, address, kind, inputs, x'00', recorded_at FROM evidence"""
OTHER_ADDRESS = """INSERT OR REPLACE INTO evidence
    SELECT tenant, position, 'sha256:other', kind, inputs, body, recorded_at FROM evidence"""
REPLACEMENTS = [*ROWS.values(), NEW_POSITION, OTHER_ADDRESS]
CHANGES = [
    *[f"DELETE FROM {table}" for table in TABLES],
    *[f"UPDATE {table} SET tenant = 'other'" for table in TABLES],
    *[f"UPDATE OR REPLACE {table} SET tenant = tenant" for table in TABLES],
    *REPLACEMENTS,
    *[statement.replace("INSERT OR REPLACE", "REPLACE") for statement in REPLACEMENTS],
    """INSERT INTO evidence SELECT * FROM evidence WHERE true
       ON CONFLICT(tenant, address) DO UPDATE SET body = x'00'""",
]


@pytest.mark.parametrize("statement", CHANGES)
async def test_the_database_refuses_what_would_change_or_remove_a_row(store, database, statement):
    await store.append(documents(), REQUEST)
    before = everything_in(database)
    with sqlite3.connect(database) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    assert everything_in(database) == before


async def test_a_parent_must_be_stored(store, database):
    dataset, *on_it = documents()
    with pytest.raises(Damaged, match=dataset.address):
        await store.append(on_it)
    assert everything_in(database) == {table: [] for table in TABLES}


async def test_a_power_cut_takes_no_commit_that_was_acknowledged(store):
    async with store.database.writer.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar() == "wal"
        assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar() == 2  # FULL
        assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1


async def test_a_caller_that_is_cancelled_leaves_all_or_nothing(store, database):
    for delay in range(12):
        calling = asyncio.create_task(store.append(documents(), REQUEST))
        await asyncio.sleep(delay / 2_000)
        calling.cancel()
    await store.close()
    rows = everything_in(database)
    assert [len(rows[table]) for table in TABLES] in ([0, 0, 0], [3, 3, 1])


async def test_servers_that_share_a_file_store_a_document_once(store, database):
    other = Store(database)
    await other.open()
    stored = await asyncio.gather(*(server.append(documents()) for server in (store, other.of()) * 10))
    await other.close()
    assert sum(document.created for answer in stored for document in answer) == 3
    assert len(everything_in(database)["evidence"]) == 3


async def test_a_request_is_answered_once(store, database):
    (first,) = await store.append(documents()[:1], REQUEST)
    before = everything_in(database)
    assert (await store.append(documents()[:1], REQUEST)) == [first]
    assert await store.answered(REQUEST) == first
    with pytest.raises(RequestReused):
        await store.append(documents()[:1], Request(REQUEST.request_id, REQUEST.method, "1" * 64))
    assert everything_in(database) == before


async def test_bytes_that_are_not_those_of_their_address_are_damaged(store, database):
    (stored,) = await store.append(documents()[:1])
    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER evidence_no_update")
        connection.execute("UPDATE evidence SET body = CAST(replace(body, '1200000000', '1300000000') AS BLOB)")
    with pytest.raises(Damaged, match=stored.address):
        await store.get(stored.address)


async def test_a_locked_database_is_unavailable(database, monkeypatch):
    monkeypatch.setattr(sqlite, "PRAGMAS", ("PRAGMA busy_timeout=10", *sqlite.PRAGMAS[1:]))
    impatient = Store(database)
    await impatient.open()
    with sqlite3.connect(database, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await impatient.of().append(documents())
        other.execute("ROLLBACK")
    assert len(await impatient.of().append(documents())) == 3
    await impatient.close()


async def test_a_file_that_was_taken_away_is_missed(store, database):
    await store.ping()
    database.rename(database.with_suffix(".elsewhere"))
    with pytest.raises(StoreUnavailable):
        await store.ping()


async def test_a_wal_that_was_taken_away_is_missed_before_anything_is_only_there(store, database):
    dataset = seal(company())
    await store.append([dataset])
    database.with_name(f"{database.name}-wal").unlink()
    for call in (store.append([seal(company(company_name="Another"))]), store.ping()):
        with pytest.raises(StoreUnavailable, match="-wal"):
            await call
    await store.close()  # which writes what it holds into the file
    assert [row[2] for row in everything_in(database)["evidence"]] == [dataset.address]
    again = Store(database)
    await again.open()
    await again.ping()
    await again.close()


async def test_whoever_else_uses_the_file_takes_no_wal_away(store, database):
    for number in range(3):
        await store.append([seal(company(company_name=f"Company {number}"))])
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "SELECT count(*) FROM evidence"):
            with closing(sqlite3.connect(database)) as connection:
                connection.execute(statement)
            await store.ping()
        with closing(sqlite3.connect(database)) as connection, pytest.raises(sqlite3.OperationalError, match="locked"):
            connection.execute("PRAGMA journal_mode=DELETE")
        reading = [asyncio.create_task(store.newest(DATASET_VERSION.name, 0, 10, {})) for _ in range(20)]
        await asyncio.sleep(0)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        await store.database.reader.dispose()
        await store.ping()


async def test_the_newest_come_first_and_pages_do_not_overlap(store):
    sealed = [seal(company(company_name=f"Company {number}")) for number in range(5)]
    for document in sealed:
        await store.append([document])
    first, more = await store.newest(DATASET_VERSION.name, before=0, most=3, with_parents={})
    second, still_more = await store.newest(DATASET_VERSION.name, before=first[-1].position, most=3, with_parents={})
    assert [row.address for row in [*first, *second]] == [document.address for document in reversed(sealed)]
    assert (len(first), more, still_more) == (3, True, False)


@pytest.mark.parametrize("bytes_at_once", [1, 10_000])
async def test_large_documents_come_fewer_at_once_and_none_is_left_out(store, monkeypatch, bytes_at_once):
    sealed = [seal(company(company_name=f"Company {number}")) for number in range(5)]
    for document in sealed:
        await store.append([document])
    monkeypatch.setattr(tenant_store, "MOST_BYTES", bytes_at_once)
    pages, has_more, before = [], True, 0
    while has_more:
        page, has_more = await store.newest(DATASET_VERSION.name, before, most=5, with_parents={})
        pages.append([document.address for document in page])
        before = page[-1].position
    most = max(bytes_at_once // len(sealed[0].body), 1)
    assert [len(page) for page in pages] == [most] * (5 // most) + [5 % most] * (5 % most > 0)
    assert [address for page in pages for address in page] == [document.address for document in reversed(sealed)]


async def test_a_running_and_a_new_server_on_a_file_give_the_same_ids(database):
    async with running(database) as first:
        known = await with_an_execution(first)
        async with running(database) as second:
            assert await with_an_execution(second) == known
    async with running(database) as third:
        assert await with_an_execution(third) == known
    assert len(everything_in(database)["evidence"]) == 3
