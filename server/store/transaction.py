"""What one commit adds for a tenant: documents, their parents, answers to requests, and the log of it all.

Calls that arrive together share a commit, in the order in which they came. A document that is stored already stays as
it is, keeps its time, and is not logged again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from sqlalchemy import BigInteger, Text, and_, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.commits import ADDED_TO
from ..database.statements import Read, Row, Statement, among
from ..database.tables import evidence, requests, sweep_blocks, sweep_events
from ..documents.document import Document, address_of
from ..documents.kinds import REPLAYED, STORED_KINDS, SWEEP_BLOCK
from ..log.checkpoint import Checkpoint, receipt
from ..log.keys import Keys
from ..log.note import Verifier
from ..log.record import KEY_ADDED, TENANT_CHECKPOINT, TRUNCATION_ACCEPTED, Record, new_salt
from ..refusals import QuotaExceeded
from .appends import (
    ACTOR,
    Answer,
    Damaged,
    PendingAppend,
    Request,
    RequestReused,
    StoredDocument,
    checked_document,
)
from .clock import time_after
from .ledger import GrownLog, Head
from .stored_bytes import Room

SOFTWARE = f"seawall {version('seawall')}"
_TENANT = bindparam("tenant", type_=Text())
_OF_DOCUMENT = (evidence.c.position, evidence.c.address, evidence.c.kind, evidence.c.body, evidence.c.recorded_at)
_STORED = Statement(select(*_OF_DOCUMENT).where(evidence.c.tenant == _TENANT, among(evidence.c.address, "addresses")))
_OF_REQUEST = (
    requests.c.request_id,
    requests.c.method,
    requests.c.request_sha256,
    requests.c.answer,
    requests.c.created,
)
_ANSWER = and_(evidence.c.tenant == requests.c.tenant, evidence.c.address == requests.c.answer)
_ANSWERED = Statement(
    select(*_OF_REQUEST, *_OF_DOCUMENT)
    .select_from(requests.outerjoin(evidence, _ANSWER))
    .where(requests.c.tenant == _TENANT, among(requests.c.request_id, "request_ids"))
)
_PLAN, _NUMBER = bindparam("plan", type_=Text()), bindparam("number", type_=BigInteger())
#: Whether a block of a sweep is there, and the number of its next event.
_BLOCK = Statement(
    select(sweep_blocks.c.plan, sweep_blocks.c.number).where(
        sweep_blocks.c.tenant == _TENANT, sweep_blocks.c.plan == _PLAN, sweep_blocks.c.number == _NUMBER
    )
)
_NEXT_EVENT = Statement(
    select(func.coalesce(func.max(sweep_events.c.number) + 1, 0)).where(
        sweep_events.c.tenant == _TENANT, sweep_events.c.plan == _PLAN
    )
)

RequestRow = Mapping[str, Any]


@dataclass(slots=True)
class Transaction:
    """Everything that one commit adds for a tenant, gathered before the first row is written."""

    tenant: str
    head: Head  #: of the log that it extends
    now: str
    stored: dict[str, StoredDocument] = field(default_factory=dict)  #: documents that calls append or refer to
    request_rows: dict[str, RequestRow] = field(default_factory=dict)  #: by request id
    answers: list[Answer] = field(default_factory=list)  #: one a call
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table.name: [] for table in ADDED_TO})
    grown: GrownLog = field(init=False)
    blocks: set[tuple[str, int]] = field(default_factory=set)  #: of sweeps, that are there: plan and number
    events: dict[str, int] = field(default_factory=dict)  #: how many each plan has
    room: Room | None = None  #: for documents, where a quota limits them
    note: str = ""  #: of the checkpoint over the new records, once it is written
    logged: list[tuple[int, bytes, int]] = field(default_factory=list)  #: number, body, and index of the answer

    def __post_init__(self) -> None:
        self.grown = GrownLog(self.head)

    def append(self, pending: PendingAppend) -> None:
        """Takes in one call: what it answers, and what it adds."""
        request = pending.request
        row = self.request_rows.get(request.request_id) if request else None
        if request and row is not None:
            self.answers.append(self._first_answer(request, row))
            return
        try:
            self._take_room(pending.documents)
        except QuotaExceeded as error:
            self.answers.append(error)
            return
        documents = [self._put(document) for document in pending.documents]
        self.answers.append(documents)
        made_by = {"actor": pending.actor, "on_behalf_of": pending.on_behalf_of}
        if request:
            made_by |= {"request_id": request.request_id, "request_sha256": request.request_sha256}
        for document in documents:
            if (
                document.created
                and document.kind != SWEEP_BLOCK
                and not (pending.outcome and document is documents[-1])
            ):
                self._log(document.address, STORED_KINDS[document.kind].action, **made_by)
        if pending.outcome:
            self._log(documents[-1].address, REPLAYED, outcome=pending.outcome.lower(), **made_by)
        self._add_sweep_rows(pending)
        if request:
            row = _request_row(self.tenant, request, documents[-1])
            self.rows["requests"].append(row)
            self.request_rows[request.request_id] = row

    def add_key(self, key: Verifier) -> None:
        """Logs that a key signs from here on, and so makes a checkpoint that it signs."""
        self._log(address_of(str(key).encode()), KEY_ADDED)

    def accept_truncation(self, lost: str) -> None:
        """Logs for good that the log once was as long as this checkpoint says, and is shorter now."""
        self._log(address_of(lost.encode()), TRUNCATION_ACCEPTED, checkpoint=lost)

    def record_checkpoint(self, note: str) -> None:
        """Logs, in the operator's log, how far a tenant's goes."""
        self._log(address_of(note.encode()), TENANT_CHECKPOINT, checkpoint=note)

    def sign(self, keys: Keys) -> None:
        """Adds a checkpoint if there are new records, and to each answer the receipt under it."""
        if self.logged:
            self.note = Checkpoint(keys.origin, self.grown.size, self.grown.root()).signed(keys)
            self.rows["checkpoints"].append({"tenant": self.tenant, "size": self.grown.size, "note": self.note})
        self._add_receipts()

    async def write(self, connection: AsyncConnection, keys: Keys) -> None:
        """Signs it, and adds every row."""
        self.sign(keys)
        for table in ADDED_TO:
            if self.rows[table.name]:
                await connection.execute(insert(table), self.rows[table.name])

    def head_after(self) -> Head:
        """The head of the log once this is committed."""
        position = self.rows["evidence"][-1]["position"] if self.rows["evidence"] else self.head.position
        return self.grown.head(self.now, position, self.note) if self.logged else self.head

    def _add_sweep_rows(self, pending: PendingAppend) -> None:
        """The block of a sweep, unless it is there, and what was done to one."""
        block, event = pending.block, pending.event
        if block and (block.plan, block.number) not in self.blocks:
            self.blocks.add((block.plan, block.number))
            self.rows["sweep_blocks"].append({"tenant": self.tenant, **block._asdict()})
        if event:
            number = self.events.get(event.plan, 0)
            self.events[event.plan] = number + 1
            row = {"tenant": self.tenant, "number": number, "recorded_at": self.now, **event._asdict()}
            self.rows["sweep_events"].append(row)

    def _take_room(self, documents: Sequence[Document]) -> None:
        """Raises `QuotaExceeded` where those that are new have more bytes than may be added."""
        if self.room:
            self.room.take(sum(len(document.body) for document in documents if document.address not in self.stored))

    def _first_answer(self, request: Request, row: RequestRow) -> Answer:
        if (row["method"], row["request_sha256"]) != (request.method, request.request_sha256):
            return RequestReused(request.request_id)
        if row["answer"] not in self.stored:
            raise Damaged(row["answer"])
        return [replace(self.stored[row["answer"]], created=bool(row["created"]), receipt="")]

    def _put(self, document: Document) -> StoredDocument:
        if document.address in self.stored:
            return replace(self.stored[document.address], created=False, receipt="")
        position = self.head.position + len(self.rows["evidence"]) + 1
        self.rows["evidence"].append(
            {
                "tenant": self.tenant,
                "position": position,
                "address": document.address,
                "kind": document.kind,
                "inputs": document.inputs,
                "body": document.body,
                "recorded_at": self.now,
            }
        )
        self.rows["parents"] += [
            {"tenant": self.tenant, "child": document.address, "name": name, "parent": parent}
            for name, parent in document.parents
        ]
        self.rows["labels"] += [
            {"tenant": self.tenant, "address": document.address, "name": name, "label": label}
            for name, label in document.labels
        ]
        stored = StoredDocument(position, document.address, document.kind, document.body, self.now, created=True)
        self.stored[document.address] = stored
        return stored

    def _log(self, subject: str, action: str, actor: str = ACTOR, **optional: str) -> None:
        number = self.grown.size
        body = Record(number, self.tenant, actor, subject, action, self.now, SOFTWARE, new_salt(), **optional).body
        hashes = self.grown.add(body)
        self.rows["records"].append(
            {
                "tenant": self.tenant,
                "seq": number,
                "subject": subject,
                "request_id": optional.get("request_id", ""),
                "body": body,
                "hashes": hashes,
            }
        )
        self.logged.append((number, body, len(self.answers) - 1))

    def _add_receipts(self) -> None:
        """Each answer gets the receipt of the record about it."""
        for number, body, index in self.logged:
            answer = self.answers[index] if index >= 0 else None
            if isinstance(answer, list):
                text = receipt(body, number, self.grown.proof(number), self.note)
                answer[-1] = replace(answer[-1], receipt=text, seq=number)


def reads_for(tenant: str, appends: Sequence[PendingAppend]) -> list[Read]:
    """What a transaction has to know of what is stored: the documents of these calls, their requests and answers."""
    addresses = sorted({document.address for pending in appends for document in pending.documents})
    request_ids = sorted({pending.request.request_id for pending in appends if pending.request})
    stored = Read(_STORED, {"tenant": tenant, "addresses": addresses})
    answered = [Read(_ANSWERED, {"tenant": tenant, "request_ids": request_ids})] if request_ids else []
    blocks = [
        Read(_BLOCK, {"tenant": tenant, "plan": pending.block.plan, "number": pending.block.number})
        for pending in appends
        if pending.block
    ]
    return [stored, *answered, *blocks, *(Read(_NEXT_EVENT, {"tenant": tenant, "plan": p}) for p in _plans(appends))]


def _plans(appends: Sequence[PendingAppend]) -> list[str]:
    """Those of the sweeps that something is done to."""
    return sorted({pending.event.plan for pending in appends if pending.event})


def transaction_from(
    tenant: str, head: Head, appends: Sequence[PendingAppend], results: Sequence[Sequence[Row]]
) -> Transaction:
    """An empty transaction that knows what these reads gave."""
    plans = _plans(appends)
    stored_rows, *others = results
    of_events = others[len(others) - len(plans) :]
    others = others[: len(others) - len(plans)]
    blocks = sum(pending.block is not None for pending in appends)
    answered, of_blocks = others[: len(others) - blocks], others[len(others) - blocks :]
    rows = [tuple(row) for row in stored_rows]
    request_rows: dict[str, RequestRow] = {}
    for row in (tuple(row) for of_requests in answered for row in of_requests):
        request = dict(zip((column.name for column in _OF_REQUEST), row, strict=False))
        request_rows[request["request_id"]] = request
        rows.append(row[len(_OF_REQUEST) :])
    stored = {row[1]: checked_document(*row) for row in rows if row[1]}  # an answer that is gone has no address
    transaction = Transaction(tenant, head, time_after(head.recorded_at), stored, request_rows)
    transaction.blocks = {(row[0], row[1]) for block_rows in of_blocks for row in block_rows}
    transaction.events = {plan: row[0] for plan, (row,) in zip(plans, of_events, strict=True)}
    return transaction


def _request_row(tenant: str, request: Request, answer: StoredDocument) -> dict[str, Any]:
    """What is stored of a request and its first answer."""
    return {
        "tenant": tenant,
        "request_id": request.request_id,
        "method": request.method,
        "request_sha256": request.request_sha256,
        "answer": answer.address,
        "created": int(answer.created),
    }
