"""Pages of a tenant's documents and records: a bounded number of rows and bytes, each with what stands beside it.

What belongs to a row is found by the index of its tenant, so a page of a large store takes no longer than one of a
small store.
"""

from collections.abc import AsyncIterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Text, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.engine.values.units import MOST_LABELS

from ..database.database import Database
from ..database.declared import bytes_in, rows_within
from ..database.statements import Read, Row, Statement
from ..database.tables import checkpoints, evidence, labels, parents, records
from ..documents.kinds import INPUTS, OPERATOR_KINDS, SWEEP, SWEEP_BLOCK

DOCUMENTS_AT_ONCE, RECORDS_AT_ONCE = 400, 1_000  #: at most on a page, which costs some milliseconds whatever is on it
MOST_BYTES = 8 * 2**20  #: of a page; a document with more bytes is a page of its own
#: Rows that are read for each document, where a database without its keys has endless ones: more than any has.
MOST_PARENTS, MOST_NAMES = 4, MOST_LABELS + 2
FIRST, LAST, ROWS, BEFORE = (bindparam(name, type_=BigInteger()) for name in ("first", "last", "rows", "before"))
TENANT = bindparam("tenant", type_=Text())
LOWEST = -(2**63)  #: so that a row that was inserted below the first one is read too


class Page(NamedTuple):
    """The rows of a tenant in a table, whose numbers are in a range. `before` rows are on the pages before it."""

    tenant: str
    first: int
    last: int
    rows: int
    before: int


class DocumentRow(NamedTuple):
    """A document of a page, and its first record: `record_seq` is None where there is none."""

    tenant: str
    position: int
    address: str
    kind: str
    inputs: str
    body: bytes
    recorded_at: str
    record_seq: int | None
    record_body: bytes | None


class RecordRow(NamedTuple):
    """A record of a page, and the kind of the document that it is about: None or empty where there is none."""

    tenant: str
    seq: int
    subject: str
    request_id: str
    body: bytes
    hashes: bytes
    kind: str | None


async def pages(
    connection: AsyncConnection, tenant: str, sizes: Select[Any], last: int, most_rows: int
) -> AsyncIterator[Page]:
    """Every page of `DOCUMENT_SIZES` or `RECORD_SIZES` up to a number, even if that is the largest there can be."""
    first, before = LOWEST, 0
    while first <= last:
        range_of_rows = {"tenant": tenant, "first": first, "last": last, "rows": most_rows}
        numbered = (await connection.execute(sizes, range_of_rows)).all()
        if not numbered:
            return
        fitting = rows_within(MOST_BYTES, (size for _, size in numbered))
        page = Page(tenant, first, numbered[fitting - 1][0], fitting, before)
        yield page
        first, before = page.last + 1, before + fitting


async def read_page(database: Database, page: Page, *queries: Select[Any]) -> list[list[Row]]:
    """The rows of several of the queries below, for a page: in as few steps as the driver takes."""
    values = page._asdict()
    return await database.read(*(Read(_statement(query), values) for query in queries))


@cache
def _statement(query: Select[Any]) -> Statement:
    return Statement(query)


async def rows_of(connection: AsyncConnection, query: Select[Any], page: Page) -> Sequence[Any]:
    """The rows of one of the queries below, for a page."""
    rows: Sequence[Any] = (await connection.execute(query, page._asdict())).all()
    return rows


def _between(key: Any) -> ColumnElement[bool]:
    return and_(key.table.c.tenant == TENANT, key >= FIRST, key <= LAST)


def _sizes(key: Any) -> Select[Any]:
    query = select(key, bytes_in(key.table.c.body)).where(_between(key))
    return query.order_by(key).limit(ROWS)


def _documents() -> Select[Any]:
    record = records.alias()
    about_it = and_(record.c.tenant == evidence.c.tenant, record.c.subject == evidence.c.address)
    first_seq = select(func.min(record.c.seq)).where(about_it).scalar_subquery()
    query = select(evidence, records.c.seq.label("record_seq"), records.c.body.label("record_body"))
    first = and_(records.c.tenant == evidence.c.tenant, records.c.seq == first_seq)
    query = query.select_from(evidence.outerjoin(records, first))
    return query.where(_between(evidence.c.position)).order_by(evidence.c.position)


def _computed() -> Select[Any]:
    entered = [*OPERATOR_KINDS, *(name for kind in INPUTS for name in kind.names), SWEEP.name, SWEEP_BLOCK]
    query = select(evidence).where(_between(evidence.c.position), evidence.c.kind.not_in(entered))
    return query.order_by(evidence.c.position)


def _of_addresses() -> Select[Any]:
    addresses = evidence.c.address.in_(bindparam("addresses", expanding=True))
    return select(evidence).where(evidence.c.tenant == TENANT, addresses)


def _parents() -> Select[Any]:
    child = and_(parents.c.tenant == evidence.c.tenant, parents.c.child == evidence.c.address)
    query = select(evidence.c.position, parents.c.name, parents.c.parent).select_from(evidence.join(parents, child))
    query = query.where(_between(evidence.c.position)).order_by(evidence.c.position)
    return query.limit(ROWS * MOST_PARENTS)


def _labels() -> Select[Any]:
    labelled = and_(labels.c.tenant == evidence.c.tenant, labels.c.address == evidence.c.address)
    query = select(evidence.c.position, labels.c.name, labels.c.label).select_from(evidence.join(labels, labelled))
    query = query.where(_between(evidence.c.position)).order_by(evidence.c.position)
    return query.limit(ROWS * MOST_NAMES)


def _records() -> Select[Any]:
    document = evidence.alias()
    about_it = and_(document.c.tenant == records.c.tenant, document.c.address == records.c.subject)
    position = select(document.c.position).where(about_it).limit(1).scalar_subquery()
    it = and_(evidence.c.tenant == records.c.tenant, evidence.c.position == position)
    query = select(records, evidence.c.kind).select_from(records.outerjoin(evidence, it))
    return query.where(_between(records.c.seq)).order_by(records.c.seq)


def _checkpoints() -> Select[Any]:
    after_these = (checkpoints.c.size > BEFORE, checkpoints.c.size <= BEFORE + ROWS)
    return select(checkpoints.c.size, checkpoints.c.note).where(checkpoints.c.tenant == TENANT, *after_these)


#: Number and bytes of each row.
DOCUMENT_SIZES, RECORD_SIZES = _sizes(evidence.c.position), _sizes(records.c.seq)
#: The documents of a page, each with its first record: `record_seq` and `record_body`.
DOCUMENTS = _documents()
#: The documents of a page that are no inputs, and nothing of a sweep.
COMPUTED = _computed()
#: The documents of a tenant at some `addresses`.
OF_ADDRESSES = _of_addresses()
#: The rows of `parents` of these documents, each with the `position` of its child.
PARENTS = _parents()
#: The rows of `labels` of these documents, each with the `position` of what it is a label of.
LABELS = _labels()
#: The records of a page, each with the `kind` of the document that it is about, None where there is none.
RECORDS = _records()
#: The checkpoints after each of them: the size of one is the number of records up to there.
CHECKPOINTS = _checkpoints()
