"""What a call looks up and files: the store, told in the words of the contract."""

from asyncio import to_thread
from collections.abc import Callable
from hashlib import sha256
from typing import Any, ParamSpec

from seawall.v1.log_pb2 import Receipt

from ..documents.canonical import decode
from ..documents.document import Document
from ..documents.kinds import DATASET_VERSION, EXECUTION, SCENARIO
from ..refusals import DatasetMismatch, NotFound, Trouble
from ..store.appends import Request, StoredDocument
from ..store.store import Store

P = ParamSpec("P")
HOW_TO_STREAM = ("start_period", "periods_per_message")  #: a stream that is resumed is the same request


class Archive:
    """The store as one call sees it: finds documents by their ids, and files new ones as the answer to its request."""

    def __init__(self, store: Store, request: Request | None) -> None:
        """`request` only of a call to which its caller gave an id."""
        self.store = store
        self._request = request

    async def dataset_version(self, dataset_version_id: str) -> StoredDocument:
        """The dataset version of this id, or NOT_FOUND."""
        stored = await self.store.get(dataset_version_id, DATASET_VERSION.name)
        if stored is None:
            raise NotFound(Trouble.DATASET_VERSION_NOT_FOUND, "dataset version", dataset_version_id)
        return stored

    async def scenario(self, scenario_id: str) -> StoredDocument:
        """The scenario of this id, or NOT_FOUND."""
        stored = await self.store.get(scenario_id, SCENARIO.name)
        if stored is None:
            raise NotFound(Trouble.SCENARIO_NOT_FOUND, "scenario", scenario_id)
        return stored

    async def scenario_made_for(self, dataset_version_id: str, scenario_id: str) -> StoredDocument:
        """The scenario of this id; FAILED_PRECONDITION where it was made for another dataset version."""
        stored = await self.scenario(scenario_id)
        made_for = decode(stored.body)["parents"]["dataset_version"]
        if made_for != dataset_version_id:
            raise DatasetMismatch(scenario_id, expected=made_for, found=dataset_version_id)
        return stored

    async def execution(self, execution_id: str) -> StoredDocument:
        """The execution of this id, or NOT_FOUND."""
        stored = await self.store.get(execution_id, EXECUTION.name)
        if stored is None:
            raise NotFound(Trouble.EXECUTION_NOT_FOUND, "execution", execution_id)
        return stored

    async def computed_from(self, inputs: str) -> Document | None:
        """The execution that was computed from these inputs."""
        found = await self.store.find(inputs)
        return Document(found.kind, found.body, found.address) if found else None

    async def answered(self) -> StoredDocument | None:
        """The first answer to this request, or ALREADY_EXISTS where its id was used for something else."""
        return await self.store.answered(self._request) if self._request else None

    async def file_once(self, work: Callable[P, Document], *args: P.args, **kwargs: P.kwargs) -> StoredDocument:
        """The first answer to this request, or else what the work makes, off the event loop, and stored."""
        return await self.answered() or await self.file(await to_thread(work, *args, **kwargs))

    async def file(self, document: Document, outcome: str = "") -> StoredDocument:
        """Stores a document as the answer to this call; with a known request id, gives that one's first answer.

        The outcome of a replay is logged whether or not the document is new.
        """
        (stored,) = await self.store.append([document], self._request, outcome)
        return stored

    async def receipt(self, stored: StoredDocument) -> Receipt:
        """Of the record that the call made, or else of the one that is there."""
        if stored.receipt:
            return Receipt(seq=stored.seq, tlog_proof=stored.receipt)
        return await self.receipt_of(stored.address, self._request.request_id if self._request else "")

    async def receipt_of(self, address: str, request_id: str = "") -> Receipt:
        """The receipt of a document against the newest checkpoint, or NOT_FOUND."""
        proof = await self.store.proofs.inclusion(address, request_id)
        return Receipt(seq=proof.seq, tlog_proof=proof.receipt)


def request_of(request: Any) -> Request | None:
    """What a call with a request id asks, apart from how to stream the answer."""
    if "request_id" not in request.DESCRIPTOR.fields_by_name or not request.HasField("request_id"):
        return None
    asked = type(request)()
    asked.CopyFrom(request)
    for name in ("request_id", *HOW_TO_STREAM):
        if name in asked.DESCRIPTOR.fields_by_name:
            asked.ClearField(name)
    digest = sha256(asked.SerializeToString(deterministic=True)).hexdigest()
    return Request(request.request_id.lower(), asked.DESCRIPTOR.name, digest)
