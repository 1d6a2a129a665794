"""The evidence table: documents under their addresses, only ever added to.

`append` is the single way in: documents, their parents and the answer to a request go in with one commit or not at
all. A document that is there stays as it is and keeps its time.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, insert, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.server import sqlite
from seawall.server.documents import Document, address_of
from seawall.server.tables import evidence, metadata, parents, requests

TENANT = "local"  #: until authentication names one
READERS = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it is stored. `created` says whether the call at hand stored it."""

    position: int
    address: str
    kind: str
    body: bytes
    recorded_at: str  #: UTC, ISO 8601 with microseconds
    created: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A call that its caller gave an id: what it asked, told by a hash."""

    request_id: str
    method: str
    request_sha256: str


class RequestReused(Exception):
    """The request id was used before for something else."""


class StoreUnavailable(Exception):
    """The database cannot be reached, is locked, or has gone from its place."""


class Damaged(Exception):
    """The stored bytes are not those of their address."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Store:
    """The evidence of one database. One writer at a time; readers see what is committed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = sqlite.connect(path, "BEGIN IMMEDIATE", pool_size=1)
        self._reader = sqlite.connect(path, "BEGIN", pool_size=READERS)
        self._writing = asyncio.Lock()
        self._commits: set[asyncio.Task[list[Stored]]] = set()
        self._inode = (0, 0)

    async def open(self) -> None:
        """Creates what is missing in the database."""
        with _told_apart():
            async with self._writer.begin() as connection:
                await connection.run_sync(metadata.create_all)
                for trigger in sqlite.append_only(metadata):
                    await connection.exec_driver_sql(trigger)
        self._inode = self._identity()

    async def close(self) -> None:
        """Waits for what is being committed, then lets go of the database."""
        await asyncio.gather(*self._commits, return_exceptions=True)
        await self._writer.dispose()
        await self._reader.dispose()

    async def append(self, documents: Sequence[Document], request: Request | None = None) -> list[Stored]:
        """Stores the documents, and the last one as the answer to the request, in one commit.

        A caller that is cancelled meanwhile leaves all of it or nothing: the commit goes on without it.
        """
        commit = asyncio.create_task(self._append(documents, request))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        return await asyncio.shield(commit)

    async def _append(self, documents: Sequence[Document], request: Request | None) -> list[Stored]:
        async with self._writing:
            self._still_there()
            with _told_apart():
                async with self._writer.begin() as connection:
                    answered = await _answered(connection, request) if request else None
                    if answered:
                        return [answered]
                    stored = [await _put(connection, document) for document in documents]
                    if request:
                        await connection.execute(insert(requests).values(_request_row(request, stored[-1])))
                    return stored

    async def answered(self, request: Request) -> Stored | None:
        """The first answer to this request; raises `RequestReused` where its id stands for another one."""
        with _told_apart():
            async with self._reader.connect() as connection:
                return await _answered(connection, request)

    async def get(self, address: str, kind: str = "") -> Stored | None:
        """The document of an address, and of this kind where one is given."""
        query = _documents().where(evidence.c.address == address)
        return await self._one(query.where(evidence.c.kind == kind) if kind else query)

    async def find(self, inputs: str) -> Stored | None:
        """The execution that was computed from these inputs."""
        return await self._one(_documents().where(evidence.c.inputs == inputs).order_by(evidence.c.position).limit(1))

    async def parents_of(self, address: str) -> list[tuple[str, str]]:
        """Name and address of what a document stands on."""
        query = select(parents.c.name, parents.c.parent).where(parents.c.tenant == TENANT, parents.c.child == address)
        return [(row.name, row.parent) for row in await self._rows(query.order_by(parents.c.name))]

    async def newest(self, kind: str, before: int, most: int, standing_on: Mapping[str, str]) -> list[Stored]:
        """At most `most` documents of a kind from below the position `before` (0: from the newest), newest first."""
        query = _documents().where(evidence.c.kind == kind).order_by(evidence.c.position.desc()).limit(most)
        if before:
            query = query.where(evidence.c.position < before)
        for name, parent in standing_on.items():
            children = select(parents.c.child).where(
                parents.c.tenant == TENANT, parents.c.name == name, parents.c.parent == parent
            )
            query = query.where(evidence.c.address.in_(children))
        return [_stored(row) for row in await self._rows(query)]

    async def ping(self) -> None:
        """Raises `StoreUnavailable` unless the database answers and its file is still the one that was opened."""
        self._still_there()
        await self._rows(select(evidence.c.position).limit(1))

    async def _one(self, query: Select[Any]) -> Stored | None:
        rows = await self._rows(query)
        return _stored(rows[0]) if rows else None

    async def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with _told_apart():
            async with self._reader.connect() as connection:
                rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
                return rows

    def _still_there(self) -> None:
        """An open file goes on taking commits after it was moved or deleted; nobody would find them."""
        if self._identity() != self._inode:
            raise StoreUnavailable(f"{self._path} is not the file that was opened")

    def _identity(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise StoreUnavailable(str(error)) from error
        return found.st_dev, found.st_ino


@contextmanager
def _told_apart() -> Iterator[None]:
    """What the database cannot do now, told apart from what is wrong with the program."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
        raise StoreUnavailable(str(error)) from error


def _documents() -> Select[Any]:
    return select(evidence).where(evidence.c.tenant == TENANT)


def _stored(row: Row[Any]) -> Stored:
    """A row, once its bytes are found to be those of its address."""
    if address_of(row.body) != row.address:
        raise Damaged(row.address)
    return Stored(row.position, row.address, row.kind, row.body, row.recorded_at)


async def _put(connection: AsyncConnection, document: Document) -> Stored:
    query = _documents().where(evidence.c.address == document.address)
    there = (await connection.execute(query)).one_or_none()
    if there:
        return _stored(there)
    row = {
        "tenant": TENANT,
        "address": document.address,
        "kind": document.kind,
        "inputs": document.inputs,
        "body": document.body,
        "recorded_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
    await connection.execute(insert(evidence).values(row))
    if document.parents:
        links = [
            {"tenant": TENANT, "child": document.address, "name": name, "parent": parent}
            for name, parent in document.parents
        ]
        await connection.execute(insert(parents), links)
    return replace(_stored((await connection.execute(query)).one()), created=True)


async def _answered(connection: AsyncConnection, request: Request) -> Stored | None:
    query = select(requests).where(requests.c.tenant == TENANT, requests.c.request_id == request.request_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    if (row.method, row.request_sha256) != (request.method, request.request_sha256):
        raise RequestReused(request.request_id)
    answer = (await connection.execute(_documents().where(evidence.c.address == row.answer))).one()
    return replace(_stored(answer), created=bool(row.created))


def _request_row(request: Request, answer: Stored) -> dict[str, Any]:
    return {
        "tenant": TENANT,
        "request_id": request.request_id,
        "method": request.method,
        "request_sha256": request.request_sha256,
        "answer": answer.address,
        "created": int(answer.created),
    }
