"""The evidence of one tenant: what its calls read and append. They meet no row of another tenant."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Text, bindparam, select

from ..database.database import Database
from ..database.declared import bytes_in, rows_within
from ..database.statements import Read, Statement
from ..database.tables import evidence, labels, parents
from ..documents.document import Document
from ..log.checkpoint import Checkpoint
from ..log.keys import Keys
from .appends import ACTOR, PendingAppend, Request, StoredDocument, answering_document, stored_document
from .known_log import KnownLog
from .ledger import Head
from .logs import Logs
from .proofs import Proofs
from .stored_bytes import StoredBytes
from .transaction import reads_for, transaction_from
from .writer import Writer

AFTER_HEX = "g"  #: sorts after every hex digit
MOST_BYTES = 32 * 2**20  #: of the documents that a list reads at once
LARGE_BYTES = 2**18  #: that are not hashed on the event loop


class _Columns(NamedTuple):
    """Those of a document."""

    position: int
    address: str
    kind: str
    body: bytes
    recorded_at: str


_OWN = select(*(evidence.c[name] for name in _Columns._fields)).where(
    evidence.c.tenant == bindparam("tenant", type_=Text())
)
_AT_ADDRESS = Statement(_OWN.where(evidence.c.address == bindparam("address", type_=Text())))
_FROM_INPUTS = Statement(
    _OWN.where(evidence.c.inputs == bindparam("inputs", type_=Text())).order_by(evidence.c.position).limit(1)
)


class Newest(NamedTuple):
    """Documents, newest first, and whether there are older ones."""

    documents: list[StoredDocument]
    has_more: bool


class TenantStore:
    """The store of one tenant, as `Store.of` gives it."""

    def __init__(
        self,
        tenant: str,
        database: Database,
        logs: Logs,
        writer: Writer,
        stored_bytes: StoredBytes,
        verifying: asyncio.Lock,
    ) -> None:
        self.tenant = tenant
        self.database = database
        self.verifying = verifying  #: held by whoever reads everything
        self._logs = logs
        self._writer = writer
        self._stored_bytes = stored_bytes

    @property
    def keys(self) -> Keys:
        """Those of its log."""
        return self._logs.keys_of(self.tenant)

    async def append(
        self,
        documents: Sequence[Document],
        request: Request | None = None,
        outcome: str = "",
        actor: str = ACTOR,
        on_behalf_of: str = "",
    ) -> list[StoredDocument]:
        """Stores the documents, and the last one as the answer to the request, in one commit.

        What is new is logged; a replay, which has an outcome, always is. If the caller is cancelled meanwhile, all of
        it is stored or nothing: a commit that has begun goes on.
        """
        await self._stored_bytes.count(self.tenant)
        return await self._writer.append(PendingAppend(self.tenant, documents, request, outcome, actor, on_behalf_of))

    async def append_to_sweep(self, pending: PendingAppend) -> None:
        """Stores a block of a sweep, with its bytes where they are kept, or what is done to one."""
        await self._stored_bytes.count(self.tenant)
        await self._writer.append(pending)

    async def refuse_beyond(self, size: int) -> None:
        """Raises `QuotaExceeded` where so many bytes of documents more would be beyond the tenant's quota."""
        await self._stored_bytes.refuse_beyond(self.tenant, size)

    @property
    def proofs(self) -> Proofs:
        """What its log proves."""
        return Proofs(self.database, self.tenant, self.keys, self._acknowledge)

    async def checkpoints(self) -> list[Checkpoint]:
        """The checkpoints that its log must be consistent with."""
        return await (await self._known()).checkpoints()

    async def answered(self, request: Request) -> StoredDocument | None:
        """The first answer to this request, None if it is new; `RequestReused` if its id was another request's."""
        pending = PendingAppend(self.tenant, (), request)
        with self.database.errors_translated():
            results = await self.database.read(*reads_for(self.tenant, [pending]))
        transaction = transaction_from(self.tenant, Head(), [pending], results)
        if request.request_id not in transaction.request_rows:
            return None
        await (await self._known()).keep_newest()  # its record may be newer than the document
        transaction.append(pending)
        return answering_document(transaction.answers[0])

    async def get(self, address: str, kinds: Collection[str] = ()) -> StoredDocument | None:
        """The document of an address, and only of these kinds if there are any."""
        document = await self._document(_AT_ADDRESS, address=address)
        return None if document is None or (kinds and document.kind not in kinds) else document

    async def get_all(self, addresses: Collection[str], kinds: Collection[str]) -> dict[str, StoredDocument]:
        """The documents of these kinds at some addresses, few enough for a query and for memory."""
        query = self._documents().where(evidence.c.address.in_(addresses), evidence.c.kind.in_(kinds))
        return {document.address: document for document in await self._acknowledged(query)}

    async def addresses(self, prefix: str, most: int, kinds: Collection[str] = ()) -> list[str]:
        """At most `most` addresses that begin so, and only of these kinds if there are any."""
        query = self._documents(evidence.c.address).where(
            evidence.c.address >= prefix,
            evidence.c.address < prefix + AFTER_HEX,
        )
        query = query.where(evidence.c.kind.in_(kinds)) if kinds else query
        return [address for (address,) in await self._rows(query.order_by(evidence.c.address).limit(most))]

    async def find(self, inputs: str) -> StoredDocument | None:
        """The execution that was computed from these inputs."""
        return await self._document(_FROM_INPUTS, inputs=inputs)

    async def parents_of(self, address: str) -> list[tuple[str, str]]:
        """Name and address of each parent of a document."""
        own = (parents.c.tenant == self.tenant, parents.c.child == address)
        query = select(parents.c.name, parents.c.parent).where(*own)
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
        query = self._documents().where(evidence.c.kind == kind).order_by(evidence.c.position.desc())
        if before:
            query = query.where(evidence.c.position < before)
        for name, address in with_parents.items():
            children = select(parents.c.child).where(
                parents.c.tenant == self.tenant, parents.c.name == name, parents.c.parent == address
            )
            query = query.where(evidence.c.address.in_(children))
        for name, label in with_labels:
            labelled = select(labels.c.address).where(
                labels.c.tenant == self.tenant, labels.c.name == name, labels.c.label == label
            )
            query = query.where(evidence.c.address.in_(labelled))
        sizes = await self._rows(query.with_only_columns(bytes_in(evidence.c.body)).limit(most + 1))
        fitting = rows_within(MOST_BYTES, (size for (size,) in sizes[:most]))
        documents = await self._acknowledged(query.limit(fitting))
        return Newest(documents, has_more=len(sizes) > len(documents))

    def _documents(self, *columns: Any) -> Select[Any]:
        return select(*(columns or (evidence,))).where(evidence.c.tenant == self.tenant)

    async def _known(self) -> KnownLog:
        return await self._logs.of(self.tenant)

    async def _acknowledge(self, size: int) -> None:
        await (await self._known()).acknowledge(size)

    async def _document(self, statement: Statement, **values: str) -> StoredDocument | None:
        with self.database.errors_translated():
            ((*rows,),) = await self.database.read(Read(statement, {"tenant": self.tenant, **values}))
        documents = await self._covered([_Columns(*row) for row in rows])
        return documents[0] if documents else None

    async def _acknowledged(self, query: Select[Any]) -> list[StoredDocument]:
        return await self._covered(await self._rows(query))

    async def _covered(self, rows: Sequence[Any]) -> list[StoredDocument]:
        """The documents of these rows, once the checkpoint file covers all of them."""
        is_large = sum(len(row.body) for row in rows) > LARGE_BYTES
        documents = await asyncio.to_thread(_checked, rows) if is_large else _checked(rows)
        if documents:
            known = await self._known()
            if not all(known.covers(document.position) for document in documents):
                await known.keep_newest()
        return documents

    async def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self.database.errors_translated():
            async with self.database.reader.connect() as connection:
                rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
                return rows


def _checked(rows: Sequence[Any]) -> list[StoredDocument]:
    return [stored_document(row) for row in rows]
