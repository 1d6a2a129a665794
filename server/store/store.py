"""The evidence store: documents under their addresses, only ever added to, each addition in a signed log.

`append` is the only way to add: documents, their parents, the answer to a request and the records of the log are
committed together or not at all.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database import schema
from ..database.connect import database_of
from ..database.database import Database, StoreUnavailable
from ..database.declared import bytes_in, rows_within
from ..database.tables import evidence, labels, parents
from ..documents.document import Document
from ..log import key_file as key_files
from ..log.key_file import KeyFile
from ..log.keys import Keys
from .appends import (
    TENANT,
    Answer,
    Damaged,
    PendingAppend,
    Request,
    RequestReused,
    StoredDocument,
    answering_document,
    stored_document,
)
from .clock import seconds_ahead, time_after
from .known_log import KnownLog
from .ledger import Head, read_tip
from .log_check import checked_head
from .opening import LogFiles, default_files, lost_checkpoint, newest_key_must_sign
from .proofs import Proofs
from .transaction import Transaction, transaction_for
from .writer import Writer

log = logging.getLogger("seawall.server")

__all__ = [
    "Damaged",
    "Request",
    "RequestReused",
    "Store",
    "StoreUnavailable",
    "StoredDocument",
]  #: what its callers use


AFTER_HEX = "g"  #: sorts after every hex digit
MOST_BYTES = 32 * 2**20  #: of the documents that a list reads at once
LARGE_BYTES = 2**18  #: that are not hashed on the event loop


class Newest(NamedTuple):
    """Documents, newest first, and whether there are older ones."""

    documents: list[StoredDocument]
    has_more: bool


class Store:
    """The evidence of one database. One writer at a time; readers see what is committed."""

    def __init__(self, database: Path | str, files: LogFiles | None = None, *, accept_truncation: bool = False) -> None:
        self.database: Database = database_of(database)
        self.files = files or default_files(self.database)
        self._accept_truncation = accept_truncation
        self._writer = Writer(self._commit)
        self.verifying = asyncio.Lock()  #: held by whoever reads everything
        self.key_file: KeyFile
        self.keys: Keys
        self.known: KnownLog

    async def open(self) -> None:
        """Checks the tables, the key and the log, makes what is missing, and begins to write."""
        try:
            await self._open()
        except BaseException:
            await self.database.dispose()
            raise
        self._writer.start()

    async def _open(self) -> None:
        with self.database.errors_translated():
            for name, fault in await schema.prepare(self.database):
                log.warning("%s: %s; seawall db check and verify report this until it is mended", name, fault)
            await self.database.check_durability()
            async with self.database.writer.begin() as connection:
                await self.database.lock(connection)
                head = await self._open_log(connection)
        await self.known.keep(head)

    async def close(self) -> None:
        """Commits what waits, then closes the database."""
        await self._writer.stop()
        await self.database.dispose()

    async def append(
        self, documents: Sequence[Document], request: Request | None = None, outcome: str = ""
    ) -> list[StoredDocument]:
        """Stores the documents, and the last one as the answer to the request, in one commit.

        What is new is logged; a replay, which has an outcome, always is. If the caller is cancelled meanwhile, all of
        it is stored or nothing: a commit that has begun goes on.
        """
        return await self._writer.append(PendingAppend(documents, request, outcome))

    @property
    def proofs(self) -> Proofs:
        """What the log proves."""
        return Proofs(self.database, self.keys, self.known.acknowledge)

    async def answered(self, request: Request) -> StoredDocument | None:
        """The first answer to this request, None if it is new; `RequestReused` if its id was another request's."""
        with self.database.errors_translated():
            async with self.database.reader.connect() as connection:
                transaction = await transaction_for(connection, [PendingAppend((), request)], Head())
        if request.request_id not in transaction.request_rows:
            return None
        await self.known.keep_newest()  # its record may be newer than the document
        transaction.append(PendingAppend((), request))
        return answering_document(transaction.answers[0])

    async def get(self, address: str, kinds: Collection[str] = ()) -> StoredDocument | None:
        """The document of an address, and only of these kinds if there are any."""
        query = _documents().where(evidence.c.address == address)
        return await self._first(query.where(evidence.c.kind.in_(kinds)) if kinds else query)

    async def addresses(self, prefix: str, most: int, kinds: Collection[str] = ()) -> list[str]:
        """At most `most` addresses that begin so, and only of these kinds if there are any."""
        query = _documents(evidence.c.address).where(
            evidence.c.address >= prefix,
            evidence.c.address < prefix + AFTER_HEX,
        )
        query = query.where(evidence.c.kind.in_(kinds)) if kinds else query
        return [address for (address,) in await self._rows(query.order_by(evidence.c.address).limit(most))]

    async def find(self, inputs: str) -> StoredDocument | None:
        """The execution that was computed from these inputs."""
        return await self._first(_documents().where(evidence.c.inputs == inputs).order_by(evidence.c.position).limit(1))

    async def parents_of(self, address: str) -> list[tuple[str, str]]:
        """Name and address of each parent of a document."""
        query = select(parents.c.name, parents.c.parent).where(parents.c.tenant == TENANT, parents.c.child == address)
        return [(row.name, row.parent) for row in await self._rows(query.order_by(parents.c.name))]

    async def newest(
        self,
        kind: str,
        before: int,
        most: int,
        with_parents: Mapping[str, str],
        with_labels: Collection[tuple[str, str]] = (),
    ) -> Newest:
        """At most `most` documents of a kind from below the position `before` (0: from the newest), newest first.

        They are fewer where they are large, but at least one: what is read at once is bounded.
        """
        query = _documents().where(evidence.c.kind == kind).order_by(evidence.c.position.desc())
        if before:
            query = query.where(evidence.c.position < before)
        for name, address in with_parents.items():
            children = select(parents.c.child).where(
                parents.c.tenant == TENANT, parents.c.name == name, parents.c.parent == address
            )
            query = query.where(evidence.c.address.in_(children))
        for name, label in with_labels:
            labelled = select(labels.c.address).where(
                labels.c.tenant == TENANT, labels.c.name == name, labels.c.label == label
            )
            query = query.where(evidence.c.address.in_(labelled))
        sizes = await self._rows(query.with_only_columns(bytes_in(evidence.c.body)).limit(most + 1))
        fitting = rows_within(MOST_BYTES, (size for (size,) in sizes[:most]))
        documents = await self._acknowledged(query.limit(fitting))
        return Newest(documents, has_more=len(sizes) > len(documents))

    async def ping(self) -> None:
        """Raises unless database and key are those that were opened, and the checkpoint file covers the log."""
        self._check_files()
        await self.known.keep_newest()

    def seconds_ahead(self) -> float:
        """How far the newest record is ahead of this machine's clock: later ones are dated by it until that is past."""
        return seconds_ahead(self.known.head.recorded_at)

    async def _commit(self, appends: Sequence[PendingAppend]) -> list[Answer]:
        """Stores what several calls append, and writes the checkpoint file before any of them is answered."""
        self._check_files()
        await self.known.settle()
        with self.database.errors_translated():
            async with self.database.writer.begin() as connection:
                await self.database.lock(connection)
                head = await checked_head(connection, self.known.head, self.keys)
                transaction = await transaction_for(connection, appends, head)
                for pending in appends:
                    transaction.append(pending)
                await transaction.write(connection, self.keys)
        await self.known.keep_added(transaction.head_after())
        return transaction.answers

    async def _open_log(self, connection: AsyncConnection) -> Head:
        """Checks the log, adopts documents that are older than it, and gives its head."""
        new = await self._load_keys(connection)
        head = await checked_head(connection, Head(), self.keys)
        lost = await lost_checkpoint(connection, head, self.keys, self.files.checkpoint, self._accept_truncation)
        self.known = KnownLog(self.database, self.keys, self.files.checkpoint, lost.note)
        transaction = Transaction(head, time_after(head.recorded_at))
        if not lost.recorded:
            transaction.accept_truncation(lost.note)
        if lost.note:
            log.warning(
                "The log lost records that %s was signed over. This was accepted, and the log records it.",
                self.files.checkpoint,
            )
        if head.size == 0:
            query = _documents(evidence.c.address).order_by(evidence.c.position)
            for address in (await connection.execute(query)).scalars():
                transaction.adopt(address)
        if newest_key_must_sign(head, self.keys, self.files.checkpoint, lost):
            transaction.add_key(self.keys.newest.verifier)
        await transaction.write(connection, self.keys)
        if new:  # last, so that a refused start leaves no key behind, and before what the key signed is committed
            await asyncio.to_thread(key_files.save_new, self.files.key, self.key_file)
            log.warning("Made the key of the log: %s. Keep it out of backups of the database.", self.files.key)
        self._key_stamp = _stamp(self.files.key)
        return transaction.head_after()

    def _check_files(self) -> None:
        """Raises `StoreUnavailable` where the database was moved, or a key was changed and this server signs on."""
        self.database.check_place()
        if _stamp(self.files.key) not in (None, self._key_stamp):
            raise StoreUnavailable(f"{self.files.key} was changed since the server started: start it again")

    async def _load_keys(self, connection: AsyncConnection) -> bool:
        """Loads the key file, or generates a key for the empty log of a SQLite file without one: then True."""
        empty = (await read_tip(connection)).size == 0
        new = empty and self.database.makes_its_key and not self.files.key.exists()
        self.key_file = key_files.generate() if new else await asyncio.to_thread(key_files.load, self.files.key)
        self.keys = self.key_file.operator
        return new

    async def _first(self, query: Select[Any]) -> StoredDocument | None:
        documents = await self._acknowledged(query)
        return documents[0] if documents else None

    async def _acknowledged(self, query: Select[Any]) -> list[StoredDocument]:
        """The documents of a query, once the checkpoint file covers all of them."""
        rows = await self._rows(query)
        is_large = sum(len(row.body) for row in rows) > LARGE_BYTES
        documents = await asyncio.to_thread(_checked, rows) if is_large else _checked(rows)
        if not all(self.known.covers(document.position) for document in documents):
            await self.known.keep_newest()
        return documents

    async def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self.database.errors_translated():
            async with self.database.reader.connect() as connection:
                rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
                return rows


def _checked(rows: Sequence[Row[Any]]) -> list[StoredDocument]:
    return [stored_document(row) for row in rows]


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is replaced or written; None where it was taken away: a server has read it."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _documents(*columns: Any) -> Select[Any]:
    return select(*(columns or (evidence,))).where(evidence.c.tenant == TENANT)
