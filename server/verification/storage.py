"""The database as a whole: its schema, its pages, the types of its values, and whose its rows are."""

from collections.abc import AsyncGenerator
from typing import NamedTuple

from sqlalchemy import func, select

from ..database.database import Database
from ..database.schema import faults_in_schema, unsafe
from ..database.tables import evidence, metadata, records
from ..database.tenants import tenants_in
from ..log.tenants import NAME_RULE, has_log
from .findings import Event, Finding, FindingKind
from .parts import Parts
from .rows import misfits


class Rows(NamedTuple):
    """How many rows of two tables there are, or were read."""

    documents: int
    records: int


class Storage:
    """What does not depend on a log. Its first part says whether any row may be read."""

    def __init__(self, database: Database, parts: Parts, tenant: str = "") -> None:
        """Only the values of a tenant's rows are looked at where there is one."""
        self._database = database
        self._parts = parts
        self._tenant = tenant
        self.counted = Rows(0, 0)
        self._alone = False  #: whether the database has exactly the tables of this release

    async def schema(self) -> AsyncGenerator[Event, None]:
        """First: nothing that is not of this release may be looked into."""
        self._parts.endless = True  # not once its schema is known
        async with self._database.reader.connect() as connection:
            faults = await connection.run_sync(faults_in_schema, self._database)
            self._parts.endless = bool(await connection.run_sync(unsafe, self._database, faults))
        self._alone = not faults and not self._database.foreign
        for name, fault in faults:
            yield Finding(FindingKind.SCHEMA, name, fault)

    async def pages(self) -> AsyncGenerator[Event, None]:
        async with self._database.reader.connect() as connection:
            for fault in await connection.run_sync(self._database.integrity, self._alone):
                yield Finding(FindingKind.DATABASE, self._database.name, fault)

    async def values(self) -> AsyncGenerator[Event, None]:
        """In columns that keep any value: those that are not what the column declares."""
        async with self._database.reader.connect() as connection:
            for table in metadata.sorted_tables if self._database.keeps_any_value else ():
                async for finding in misfits(connection, table, self._tenant):
                    yield finding

    async def names(self) -> AsyncGenerator[Event, None]:
        """Rows that are of no tenant: nobody's log has them. First all rows are counted, whosever they are."""
        async with self._database.reader.connect() as connection:
            counts = [select(func.count()).select_from(table).scalar_subquery() for table in (evidence, records)]
            self.counted = Rows(*(await connection.execute(select(*counts))).one())
        async for name in tenants_in(self._database):
            if not has_log(name):
                yield Finding(FindingKind.COLUMN, f"tenant {name!r}", f"it has rows; a tenant's name is {NAME_RULE}")
