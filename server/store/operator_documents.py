"""The documents of the operator's log: what was decided of tenants, API keys and quotas.

None counts before its record is proven to be under a signed checkpoint: who can only write rows adds nobody. They are
read in their order, and one that is missing between two others is missed.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.database import Database
from ..database.tables import evidence, records
from ..documents.document import Document
from ..log import tree
from ..log.keys import Keys
from ..log.record import read_record
from ..log.tenants import OPERATOR
from .appends import PendingAppend, StoredDocument, answering_document, stored_document
from .ledger import Head, hashes_at
from .log_check import LogRefused, checked_head
from .logs import Logs
from .operator_commit import operator_commit

AT_ONCE = 200  #: documents that are read and proven together


class OperatorDocuments:
    """The documents of the operator's log, for who has its keys: a server, or a command."""

    def __init__(self, database: Database, logs: Logs) -> None:
        self._database = database
        self._logs = logs

    async def after(self, position: int) -> list[StoredDocument]:
        """The next of them, proven and acknowledged; at most `AT_ONCE`, and none where there is none."""
        known = await self._logs.of(OPERATOR)
        with self._database.errors_translated():
            async with self._database.reader.connect() as connection:
                if await _last_position(connection) <= position:
                    return []
            await known.keep_newest()
            async with self._database.reader.connect() as connection:  # another view, which has all under that head
                return await proven_after(connection, position, known.head)

    async def append(self, document: Document, position: int) -> StoredDocument | None:
        """Stores a document right after the one at this position; None where another process was faster."""
        async with operator_commit(self._database, self._logs) as commit:
            transaction = commit.transaction
            if transaction.head.position != position:
                return None
            transaction.append(PendingAppend(OPERATOR, [document]))
        return answering_document(transaction.answers[0])


async def all_documents(database: Database, keys: Keys, position: int = 0) -> list[StoredDocument]:
    """The next of them for who only reads, and has the public keys of the log."""
    async with database.reader.connect() as connection:
        return await proven_after(connection, position, await checked_head(connection, OPERATOR, Head(), keys))


async def proven_after(connection: AsyncConnection, position: int, head: Head) -> list[StoredDocument]:
    """The documents after a position, up to this head of their log; `LogRefused` where that does not prove one."""
    query = select(evidence).where(
        evidence.c.tenant == OPERATOR, evidence.c.position > position, evidence.c.position <= head.position
    )
    rows = await connection.execute(query.order_by(evidence.c.position).limit(AT_ONCE))
    documents = [stored_document(row) for row in rows]
    for number, document in enumerate(documents, start=position + 1):
        if document.position != number:
            raise LogRefused(f"document {number} of the operator's log is missing")
    if documents:
        await _prove(connection, documents, head)
    return documents


async def _prove(connection: AsyncConnection, documents: Sequence[StoredDocument], head: Head) -> None:
    """Raises `LogRefused` unless the first record of each is in the tree under this head."""
    subjects = {document.address for document in documents}
    query = select(records.c.seq, records.c.subject, records.c.body).where(
        records.c.tenant == OPERATOR, records.c.subject.in_(subjects), records.c.seq < head.size
    )
    first = {row.subject: row for row in await connection.execute(query.order_by(records.c.seq.desc()))}
    if first.keys() != subjects:
        raise LogRefused("a change of tenants, API keys or quotas is stored and the operator's log has no record of it")
    paths = {address: tree.inclusion_nodes(row.seq, head.size) for address, row in first.items()}
    every_range = [range_of_records for path in paths.values() for range_of_records in path]
    hashes = await hashes_at(connection, OPERATOR, set(tree.nodes_of(every_range)))
    for address, row in first.items():
        try:
            proof = tree.hashes_of(paths[address], hashes.__getitem__)
            root = tree.root_of_inclusion(row.seq, head.size, tree.leaf_hash(row.body), proof)
            is_proven = root == head.root and read_record(row.body).subject == address
        except (KeyError, ValueError):
            is_proven = False
        if not is_proven:
            raise LogRefused(f"record {row.seq} of the operator's log is not under its checkpoint")


async def _last_position(connection: AsyncConnection) -> int:
    query = select(evidence.c.position).where(evidence.c.tenant == OPERATOR)
    return (await connection.execute(query.order_by(evidence.c.position.desc()).limit(1))).scalar() or 0
