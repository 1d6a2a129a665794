"""A verification reads pages: bounded in rows and bytes, and never the whole table for the sake of one page."""

import gc

import pytest

from seawall.server.database.connect import database_of
from seawall.server.database.declared import rows_within
from seawall.server.verification import pages
from seawall.server.verification.page_checks import check_documents
from tests.log.stores import all_verified, filled, verified

PAGE = pages.Page("local", 1, 256, 256, 0)._asdict() | {"addresses": ["sha256:1", "sha256:2"]}
QUERIES = {
    "sizes of documents": pages.DOCUMENT_SIZES,
    "documents": pages.DOCUMENTS,
    "parents": pages.PARENTS,
    "documents that are computed": pages.COMPUTED,
    "documents that they are computed from": pages.OF_ADDRESSES,
    "sizes of records": pages.RECORD_SIZES,
    "records": pages.RECORDS,
    "checkpoints": pages.CHECKPOINTS,
}
#: With a handful of rows PostgreSQL would rather read all of them and sort.
EXPLAIN = {
    "sqlite": ["EXPLAIN QUERY PLAN {}"],
    "postgresql": [*(f"SET enable_{way} = off" for way in ("seqscan", "bitmapscan", "hashjoin")), "EXPLAIN {}"],
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
async def test_a_page_is_found_by_an_index_and_in_its_order(place, query):
    await filled(place)
    database = database_of(place.database)
    statement = query.params(PAGE).compile(dialect=database.reader.dialect, compile_kwargs={"literal_binds": True})
    async with database.reader.connect() as connection:
        for line in EXPLAIN[database.reader.dialect.name]:
            plan = await connection.exec_driver_sql(line.format(statement))
    await database.dispose()
    steps = "\n".join(str(row[-1]) for row in plan)
    assert "SEARCH" in steps or "Index" in steps
    for slow in ("SCAN", "TEMP B-TREE", "Seq Scan", "Sort"):
        assert slow not in steps, steps


@pytest.mark.parametrize("most_bytes", [1, 30_000])
async def test_large_documents_have_pages_of_their_own(place, most_bytes, monkeypatch):
    await filled(place)
    database = database_of(place.database)
    monkeypatch.setattr(pages, "MOST_BYTES", most_bytes)
    async with database.reader.connect() as connection:
        pages_read = [page async for page in pages.pages(connection, "local", pages.DOCUMENT_SIZES, 8, 256)]
    await database.dispose()
    assert len(pages_read) > 1
    assert [page.before for page in pages_read] == [
        sum(each.rows for each in pages_read[:n]) for n in range(len(pages_read))
    ]
    assert sum(page.rows for page in pages_read) == 8
    findings, result = await verified(place)
    assert (findings, result.documents, result.records, result.checkpoints) == ([], 8, 9, 7)


async def test_the_same_documents_of_another_tenant_are_others(place):
    await filled(place)
    place.tamper(
        "INSERT INTO evidence SELECT 'another', position, address, kind, inputs, body, recorded_at FROM evidence",
        "INSERT INTO parents SELECT 'another', child, name, parent FROM parents",
        "INSERT INTO labels SELECT 'another', address, name, label FROM labels",
    )
    assert (await verified(place))[0] == []
    findings, _ = await all_verified(place)
    assert [finding.kind.name for finding in findings] == ["WITHOUT_RECORD"] * 8


@pytest.mark.parametrize(
    ("sizes", "rows"), [((), 1), ((11, 1), 1), ((4, 6, 1), 2), ((4, 7, 1), 1), ((1, 1, 1), 3)], ids=str
)
def test_as_many_rows_are_read_as_fit_and_one_at_least(sizes, rows):
    assert rows_within(10, sizes) == rows


@pytest.mark.parametrize("is_enabled", [True, False])
async def test_after_a_page_that_cannot_be_read_the_collector_of_cycles_is_as_before(tmp_path, is_enabled):
    database = database_of(tmp_path / "empty.db")
    if not is_enabled:
        gc.disable()
    try:
        with pytest.raises(database.driver_errors, match="no such table"):
            await check_documents(database, pages.Page("local", 1, 2, 2, 0))
        assert gc.isenabled() is is_enabled
    finally:
        gc.enable()
        await database.dispose()
