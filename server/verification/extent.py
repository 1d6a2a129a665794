"""Where the rows of a tenant end: a verification goes so far and no further, while a server goes on writing."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.tables import checkpoints, evidence, records
from .findings import Finding, FindingKind

MOST_BEYOND = 1_000  #: checkpoints over more records than there are that are told one by one


class Extent(NamedTuple):
    """Where a tenant's rows ended when the verification of these began, and how many there were."""

    last_position: int
    last_seq: int
    documents: int
    records: int


async def extent_of(connection: AsyncConnection, tenant: str) -> Extent:
    """One query: a document and its record are committed together, and must be counted together."""
    own_documents, own_records = evidence.c.tenant == tenant, records.c.tenant == tenant
    query = select(
        select(func.coalesce(func.max(evidence.c.position), 0)).where(own_documents).scalar_subquery(),
        select(func.coalesce(func.max(records.c.seq), -1)).where(own_records).scalar_subquery(),
        select(func.count()).select_from(evidence).where(own_documents).scalar_subquery(),
        select(func.count()).select_from(records).where(own_records).scalar_subquery(),
    )
    return Extent(*(await connection.execute(query)).one())


async def checkpoints_beyond(connection: AsyncConnection, tenant: str, extent: Extent, size: int) -> list[int]:
    """Sizes of checkpoints that a log of this size never had; not those of a server that goes on adding records."""
    no_size_of_it = or_(checkpoints.c.size < 1, checkpoints.c.size > size)
    query = select(checkpoints.c.size).where(checkpoints.c.tenant == tenant, no_size_of_it)
    sizes = (await connection.execute(query.order_by(checkpoints.c.size).limit(MOST_BEYOND))).scalars().all()
    last = select(func.max(records.c.seq)).where(records.c.tenant == tenant)
    last_seq = (await connection.execute(last)).scalar_one()
    return [size for size in sizes if size <= extent.last_seq + 1 or size > (last_seq or 0) + 1]


def unread(table: Table, read: int, counted: int) -> Iterator[Finding]:
    """A row without a number, or one that an index hides, is in no page."""
    if read != counted:
        yield Finding(FindingKind.DATABASE, table.name, f"{counted} rows are counted and {read} can be read")
