"""What one call appends to the store, and what it gets back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Row

from ..documents.document import Document, address_of
from ..refusals import CallRefused, Subject, Trouble

ACTOR = "local"  #: until authentication names one


@dataclass(frozen=True, slots=True)
class Request:
    """A call that its caller gave an id. The hash is of everything that the call says."""

    request_id: str
    method: str
    request_sha256: str


class SweptBlock(NamedTuple):
    """A block of a sweep that is computed."""

    plan: str  #: the address of the plan
    number: int
    address: str  #: of its bytes, whether or not they are kept
    root: bytes  #: over its rows


class SweepEvent(NamedTuple):
    """What is done to a sweep."""

    plan: str
    event: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PendingAppend:
    """What one call appends: documents, of which the last is its answer. Only a replay has an outcome."""

    tenant: str
    documents: Sequence[Document]
    request: Request | None = None
    outcome: str = ""  #: where there is one, a record is added even if every document is stored already
    actor: str = ACTOR
    on_behalf_of: str = ""
    block: SweptBlock | None = None
    event: SweepEvent | None = None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is stored. `created` says whether the current call stored it."""

    position: int
    address: str
    kind: str
    body: bytes
    recorded_at: str  #: UTC, ISO 8601 with microseconds
    created: bool = False
    receipt: str = field(default="", compare=False)  #: of the record that the current call added, "" if it added none
    seq: int = field(default=0, compare=False)  #: of that record


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


Answer = list[StoredDocument] | CallRefused  #: what is refused is nobody's but the call's own


def answering_document(answer: Answer) -> StoredDocument:
    """The document that answers a call: the last one. Raises the answer where it is a refusal."""
    if isinstance(answer, CallRefused):
        raise answer
    return answer[-1]


def stored_document(row: Row[Any]) -> StoredDocument:
    """The document of a row of `evidence`. Raises `Damaged` where its bytes are not those of its address."""
    return checked_document(row.position, row.address, row.kind, row.body, row.recorded_at)


def checked_document(position: int | None, address: str, kind: str, body: bytes, recorded_at: str) -> StoredDocument:
    """The document of these columns, likewise."""
    if address_of(body) != address:
        raise Damaged(address)
    return StoredDocument(position or 0, address, kind, body, recorded_at)
