"""What is stored of a sweep beside its documents: which of its blocks are computed, and what was done to it."""

from collections.abc import Collection
from enum import Enum
from typing import NamedTuple

from sqlalchemy import and_, select

from ..database.tables import evidence, parents, sweep_blocks, sweep_events
from ..documents.document import address_of
from ..documents.kinds import SWEEP, SWEEP_BLOCK
from .appends import Damaged
from .tenant_store import TenantStore


class Event(Enum):
    """What is done to a sweep."""

    STARTED = "started"
    CANCELLED = "cancelled"
    FAILED = "failed"


class KnownBlock(NamedTuple):
    """A block that is computed."""

    address: str
    root: bytes


class LastEvent(NamedTuple):
    """What was done to a sweep last."""

    event: str = ""
    detail: str = ""


async def blocks_of(store: TenantStore, plan: str) -> dict[int, KnownBlock]:
    """The blocks of a sweep that are computed, by their numbers."""
    columns = sweep_blocks.c
    query = select(columns.number, columns.address, columns.root).where(
        columns.tenant == store.tenant, columns.plan == plan
    )
    with store.database.errors_translated():
        async with store.database.reader.connect() as connection:
            return {row.number: KnownBlock(row.address, row.root) for row in await connection.execute(query)}


async def last_event(store: TenantStore, plan: str) -> LastEvent:
    """The last event of a sweep, an empty one where there is none."""
    columns = sweep_events.c
    query = select(columns.event, columns.detail).where(columns.tenant == store.tenant, columns.plan == plan)
    with store.database.errors_translated():
        async with store.database.reader.connect() as connection:
            row = (await connection.execute(query.order_by(columns.number.desc()).limit(1))).first()
    return LastEvent(*row) if row else LastEvent()


async def block_body(store: TenantStore, address: str) -> bytes | None:
    """The bytes of a block, None where they are not kept. Raises `Damaged` where they are others."""
    query = select(evidence.c.body).where(
        evidence.c.tenant == store.tenant, evidence.c.address == address, evidence.c.kind == SWEEP_BLOCK
    )
    with store.database.errors_translated():
        async with store.database.reader.connect() as connection:
            body = (await connection.execute(query)).scalar()
    if body is not None and address_of(body) != address:
        raise Damaged(address)
    return body


async def sweeps_of(store: TenantStore, plans: Collection[str]) -> dict[str, str]:
    """The complete sweeps of some plans: the address of each by that of its plan."""
    is_sweep = (evidence.c.tenant == parents.c.tenant, evidence.c.address == parents.c.child)
    query = (
        select(parents.c.parent, parents.c.child)
        .join(evidence, and_(*is_sweep))
        .where(
            parents.c.tenant == store.tenant,
            parents.c.parent.in_(plans),
            parents.c.name == "plan",
            evidence.c.kind == SWEEP.name,
        )
    )
    with store.database.errors_translated():
        async with store.database.reader.connect() as connection:
            return {row.parent: row.child for row in await connection.execute(query)}
