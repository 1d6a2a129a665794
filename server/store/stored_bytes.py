"""How many bytes of documents tenants have in the database, for those whose quota limits them.

They are counted once by server, a bounded number of rows at a time, and from then on only what was added since: by this
server or by another one. A commit knows the number exactly, because it has the lock of the tenant's log.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, Text, bindparam, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.database import Database
from ..database.declared import bytes_in
from ..database.tables import evidence
from ..refusals import QuotaExceeded
from .quotas import StoreQuotas

ROWS_AT_ONCE = 10_000  #: whose sizes are added up by one query
RETRY_SECONDS = 3_600  #: nothing is ever removed: by then an operator may allow more
FRESH_SECONDS = 2.0  #: for which a commit counts by itself what others have added meanwhile

_SIZES = (
    select(evidence.c.position, bytes_in(evidence.c.body).label("size"))
    .where(
        evidence.c.tenant == bindparam("tenant", type_=Text()),
        evidence.c.position > bindparam("after", type_=BigInteger()),
    )
    .order_by(evidence.c.position)
    .limit(bindparam("rows", type_=BigInteger()))
    .subquery()
)
_SUM = select(
    func.count(),
    func.coalesce(func.max(_SIZES.c.position), 0),
    cast(func.coalesce(func.sum(_SIZES.c.size), 0), BigInteger),
)


class Counted(NamedTuple):
    """The bytes of a tenant's documents up to a position."""

    position: int = 0
    size: int = 0


class Room:
    """The bytes that the documents of one tenant may add in a commit."""

    def __init__(self, limit: int, left: int) -> None:
        self._limit, self._left = limit, left

    def take(self, size: int) -> None:
        """Takes so many of them. Raises `QuotaExceeded` where fewer are left; none can always be taken."""
        if size > max(0, self._left):
            raise QuotaExceeded("stored_bytes", self._limit, RETRY_SECONDS)
        self._left -= size


class StoredBytes:
    """What is counted of each tenant."""

    def __init__(self, database: Database, quotas: StoreQuotas) -> None:
        self._database = database
        self._quotas = quotas
        self._counted: dict[str, Counted] = {}
        self._fresh_until: dict[str, float] = {}
        self._counting = defaultdict[str, asyncio.Lock](asyncio.Lock)  #: by tenant

    async def count(self, tenant: str) -> None:
        """Before a call waits for its commit: counts what was added since the last time, with nobody else waiting."""
        loop = asyncio.get_running_loop()
        if self._quotas.stored_bytes(tenant) is None:
            return
        async with self._counting[tenant]:
            if loop.time() < self._fresh_until.get(tenant, 0.0):
                return
            with self._database.errors_translated():
                is_all = False
                while not is_all:
                    async with self._database.reader.connect() as connection:
                        is_all = await self._add_up(connection, tenant)
            self._fresh_until[tenant] = loop.time() + FRESH_SECONDS

    async def refuse_beyond(self, tenant: str, size: int) -> None:
        """Before long work: raises `QuotaExceeded` where what it stores would not fit, as far as was counted."""
        limit = self._quotas.stored_bytes(tenant)
        if limit is not None:
            await self.count(tenant)
            Room(limit, limit - self._of(tenant).size).take(size)

    def room(self, tenant: str) -> Room | None:
        """What a commit may add that has the lock of the tenant's log, once all before it is counted."""
        limit = self._quotas.stored_bytes(tenant)
        return None if limit is None else Room(limit, limit - self._of(tenant).size)

    def is_counted(self, tenant: str, position: int) -> bool:
        """Whether the documents up to this position are counted, where anything limits them."""
        return self._quotas.stored_bytes(tenant) is None or self._of(tenant).position >= position

    async def count_to(self, tenant: str, position: int) -> None:
        """Counts them."""
        is_all = False
        while not (is_all or self.is_counted(tenant, position)):
            async with self._database.reader.connect() as connection:
                is_all = await self._add_up(connection, tenant)

    def add(self, tenant: str, position: int, sizes: Sequence[int]) -> None:
        """Counts the documents that a commit has added, if the one before them, at this position, was the last."""
        counted = self._of(tenant)
        if counted.position == position:
            self._counted[tenant] = Counted(position + len(sizes), counted.size + sum(sizes))

    async def _add_up(self, connection: AsyncConnection, tenant: str) -> bool:
        """Adds the next rows; whether these were all."""
        position, size = self._of(tenant)
        rows = {"tenant": tenant, "after": position, "rows": ROWS_AT_ONCE}
        count, last, added = (await connection.execute(_SUM, rows)).one()
        if count and self._of(tenant).position == position:  # nobody else has counted these meanwhile
            self._counted[tenant] = Counted(last, size + added)
        return bool(count < ROWS_AT_ONCE)

    def _of(self, tenant: str) -> Counted:
        return self._counted.get(tenant, Counted())
