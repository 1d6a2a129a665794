"""Where the rows of a tenant end: a verification goes so far and no further, while a server goes on writing."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Table, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.tables import checkpoints, evidence, records
from .findings import Finding, FindingKind
from .pages import TENANT

MOST_BEYOND = 1_000  #: checkpoints over more records than there are that are told one by one


_LAST_SEQ = select(func.coalesce(func.max(records.c.seq), -1)).where(records.c.tenant == TENANT)
_EXTENT = select(
    select(func.coalesce(func.max(evidence.c.position), 0)).where(evidence.c.tenant == TENANT).scalar_subquery(),
    _LAST_SEQ.scalar_subquery(),
    select(func.count()).select_from(evidence).where(evidence.c.tenant == TENANT).scalar_subquery(),
    select(func.count()).select_from(records).where(records.c.tenant == TENANT).scalar_subquery(),
)
_BEYOND = (
    select(checkpoints.c.size)
    .where(checkpoints.c.tenant == TENANT, or_(checkpoints.c.size < 1, checkpoints.c.size > bindparam("size")))
    .order_by(checkpoints.c.size)
    .limit(MOST_BEYOND)
)


class Extent(NamedTuple):
    """Where a tenant's rows ended when the verification of these began, and how many there were."""

    last_position: int
    last_seq: int
    documents: int
    records: int


async def extent_of(connection: AsyncConnection, tenant: str) -> Extent:
    """One query: a document and its record are committed together, and must be counted together."""
    return Extent(*(await connection.execute(_EXTENT, {"tenant": tenant})).one())


async def checkpoints_beyond(connection: AsyncConnection, tenant: str, extent: Extent, size: int) -> list[int]:
    """Sizes of checkpoints that a log of this size never had; not those of a server that goes on adding records."""
    sizes = (await connection.execute(_BEYOND, {"tenant": tenant, "size": size})).scalars().all()
    last_seq = (await connection.execute(_LAST_SEQ, {"tenant": tenant})).scalar_one()
    return [size for size in sizes if size <= extent.last_seq + 1 or size > last_seq + 1]


def unread(table: Table, read: int, counted: int) -> Iterator[Finding]:
    """A row without a number, or one that an index hides, is in no page."""
    if read != counted:
        yield Finding(FindingKind.DATABASE, table.name, f"{counted} rows are counted and {read} can be read")
