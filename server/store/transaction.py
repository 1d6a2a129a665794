"""What goes into one transaction: documents, their parents, answers to requests, and the log of it all.

Calls that arrive together are filed together, in the order in which they came. A document that is there stays as it
is, keeps its time, and is not logged again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.tables import checkpoints, evidence, parents, records, requests
from ..documents.document import Document, address_of
from ..documents.kinds import KINDS, REPLAYED
from ..log.checkpoint import Checkpoint, receipt
from ..log.keys import Keys
from ..log.record import ADOPTED, TRUNCATION_ACCEPTED, Record
from ..refusals import CallRefused, Subject, Trouble
from .ledger import GrownLog, Head

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
TENANT = ACTOR = "local"  #: until authentication names them
SOFTWARE = f"seawall {version('seawall')}"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is stored. `created` says whether the call at hand stored it."""

    position: int
    address: str
    kind: str
    body: bytes
    recorded_at: str  #: UTC, ISO 8601 with microseconds
    created: bool = False
    receipt: str = field(default="", compare=False)  #: of the record that the call at hand added to the log, if any
    seq: int = field(default=0, compare=False)  #: of that record


@dataclass(frozen=True, slots=True)
class Request:
    """A call that its caller gave an id: what it asked, told by a hash."""

    request_id: str
    method: str
    request_sha256: str


class RequestReused(CallRefused):
    """The request id was used before for something else."""

    reason = Trouble.REQUEST_ID_REUSED

    def __init__(self, request_id: str) -> None:
        description = "was used before with another request"
        self.text = f"request_id {request_id} {description}"
        self.resource = Subject("request_id", request_id, description)
        super().__init__(request_id=request_id)


class Damaged(CallRefused):
    """The stored bytes are not those of their address, or are gone."""

    reason, operator_reads = Trouble.EVIDENCE_DAMAGED, True

    def __init__(self, address: str) -> None:
        self.text = f"The stored bytes of {address} are not those of this address: they were changed or lost."
        super().__init__(address=address)


@dataclass(frozen=True, slots=True)
class PendingAppend:
    """What one call files: documents, of which the last is its answer. `outcome` only of a replay, always logged."""

    documents: Sequence[Document]
    request: Request | None = None
    outcome: str = ""


#: In the order in which they refer to each other.
_TABLES = {table.name: table for table in (evidence, parents, requests, records, checkpoints)}

Answer = list[StoredDocument] | RequestReused


def answering_document(answer: Answer) -> StoredDocument:
    """The document that answers a call; raises what refuses it."""
    if isinstance(answer, RequestReused):
        raise answer
    return answer[-1]


@dataclass(slots=True)
class Transaction:
    """Everything that one commit adds, gathered before the first row is written."""

    head: Head
    now: str
    there: dict[str, StoredDocument] = field(default_factory=dict)
    answered: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in _TABLES})
    growth: GrownLog = field(init=False)
    note: str = ""  #: of the checkpoint over what is logged, once it is written
    logged: list[tuple[int, bytes, int]] = field(default_factory=list)  #: number, body, and which answer it is of

    def __post_init__(self) -> None:
        self.growth = GrownLog(self.head)

    def file(self, filing: PendingAppend) -> None:
        """Takes one call in: what it answers, and what it adds."""
        request = filing.request
        held = self.answered.get(request.request_id) if request else None
        if request and held is not None:
            self.answers.append(self._first_answer(request, held))
            return
        stored = [self._put(document) for document in filing.documents]
        asked = {"request_id": request.request_id, "request_sha256": request.request_sha256} if request else {}
        self.answers.append(stored)
        for document in stored:
            if document.created and not (filing.outcome and document is stored[-1]):
                self._log(document.address, KINDS[document.kind].action, **asked)
        if filing.outcome:
            self._log(stored[-1].address, REPLAYED, outcome=filing.outcome.lower(), **asked)
        if request:
            row = request_row(request, stored[-1])
            self.rows["requests"].append(row)
            self.answered[request.request_id] = row

    def adopt(self, address: str) -> None:
        """Takes in a document that was stored before there was a log."""
        self._log(address, ADOPTED)

    def accept_truncation(self, lost: str) -> None:
        """Says for good that the log once was as long as a checkpoint tells, and is shorter now."""
        self._log(address_of(lost.encode()), TRUNCATION_ACCEPTED, checkpoint=lost)

    async def write(self, connection: AsyncConnection, keys: Keys) -> None:
        """Adds every row, and the checkpoint over them where something was logged."""
        if self.logged:
            self.note = Checkpoint(keys.origin, self.growth.size, self.growth.root()).signed(keys)
            self.rows["checkpoints"].append({"size": self.growth.size, "note": self.note})
        for name, table in _TABLES.items():
            if self.rows[name]:
                await connection.execute(insert(table), self.rows[name])
        self._hand_out_receipts()

    def head_after(self) -> Head:
        """Where the log ends once this is committed."""
        position = self.rows["evidence"][-1]["position"] if self.rows["evidence"] else self.head.position
        return self.growth.head(self.now, position, self.note) if self.logged else self.head

    def _first_answer(self, request: Request, held: Mapping[str, Any]) -> Answer:
        if (held["method"], held["request_sha256"]) != (request.method, request.request_sha256):
            return RequestReused(request.request_id)
        if held["answer"] not in self.there:
            raise Damaged(held["answer"])
        return [replace(self.there[held["answer"]], created=bool(held["created"]), receipt="")]

    def _put(self, document: Document) -> StoredDocument:
        there = self.there.get(document.address)
        if there:
            return replace(there, created=False, receipt="")
        position = self.head.position + len(self.rows["evidence"]) + 1
        self.rows["evidence"].append(
            {
                "position": position,
                "tenant": TENANT,
                "address": document.address,
                "kind": document.kind,
                "inputs": document.inputs,
                "body": document.body,
                "recorded_at": self.now,
            }
        )
        self.rows["parents"] += [
            {"tenant": TENANT, "child": document.address, "name": name, "parent": parent}
            for name, parent in document.parents
        ]
        stored = StoredDocument(position, document.address, document.kind, document.body, self.now, created=True)
        self.there[document.address] = stored
        return stored

    def _log(self, subject: str, action: str, **more: str) -> None:
        number = self.growth.size
        body = Record(number, TENANT, ACTOR, subject, action, self.now, SOFTWARE, **more).body
        hashes = self.growth.add(body)
        self.rows["records"].append(
            {
                "seq": number,
                "tenant": TENANT,
                "subject": subject,
                "request_id": more.get("request_id", ""),
                "body": body,
                "hashes": hashes,
            }
        )
        self.logged.append((number, body, len(self.answers) - 1))

    def _hand_out_receipts(self) -> None:
        """Each call gets the receipt of the record about its answer."""
        for number, body, position in self.logged:
            answer = self.answers[position] if position >= 0 else None
            if isinstance(answer, list):
                text = receipt(body, number, self.growth.proof(number), self.note)
                answer[-1] = replace(answer[-1], receipt=text, seq=number)


async def transaction_for(connection: AsyncConnection, filings: Sequence[PendingAppend], head: Head) -> Transaction:
    """A transaction with what is there of these calls."""
    names = {filing.request.request_id for filing in filings if filing.request}
    addresses = {document.address for filing in filings for document in filing.documents}
    answered: dict[str, Mapping[str, Any]] = {}
    if names:
        of_names = (requests.c.tenant == TENANT, requests.c.request_id.in_(names))
        found = await connection.execute(select(requests).where(*of_names))
        answered = {row["request_id"]: dict(row) for row in found.mappings()}
        addresses |= {row["answer"] for row in answered.values()}
    of_addresses = (evidence.c.tenant == TENANT, evidence.c.address.in_(addresses))
    rows = await connection.execute(select(evidence).where(*of_addresses)) if addresses else ()
    there = {row.address: stored_document(row) for row in rows}
    return Transaction(head, stamp(head.recorded_at), there, answered)


def stamp(last: str) -> str:
    """The server's time, always after that of the last record: a clock that went back catches up by microseconds.

    So a record with a later time than the one before it is of another commit, which a verification counts on.
    """
    at = now()
    return at if at > last else written(datetime.strptime(last, _TIME) + timedelta(microseconds=1))


def now() -> str:
    """The time of this machine."""
    return written(datetime.now(UTC))


def written(moment: datetime) -> str:
    """UTC, ISO 8601 with microseconds, so that texts sort as times do."""
    return moment.strftime(_TIME)


def stored_document(row: Row[Any]) -> StoredDocument:
    """A row, once its bytes are found to be those of its address."""
    if address_of(row.body) != row.address:
        raise Damaged(row.address)
    return StoredDocument(row.position, row.address, row.kind, row.body, row.recorded_at)


def request_row(request: Request, answer: StoredDocument) -> dict[str, Any]:
    """What is kept of a request and its first answer."""
    return {
        "tenant": TENANT,
        "request_id": request.request_id,
        "method": request.method,
        "request_sha256": request.request_sha256,
        "answer": answer.address,
        "created": int(answer.created),
    }
