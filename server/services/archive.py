"""The store as a call sees it: documents by their ids, and new ones filed as the answer to a request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, ParamSpec, TypeVar

from google.protobuf.message import Message

from seawall.engine import Execution
from seawall.v1.log_pb2 import Receipt

from ..documents.canonical import decode
from ..documents.document import Document, unseal
from ..documents.kinds import DATASET_VERSION, EXECUTION, SCENARIO, DocumentKind
from ..identity.caller import Caller
from ..refusals import DatasetMismatch, FieldRefused, NotFound, Trouble
from ..store.appends import Request, StoredDocument
from ..store.store import TenantStore
from ..sweeping.sweeps import Sweeps
from ..work.beside import NOBODY, Payer
from ..work.engine import Pools
from .memory import Input, TenantMemory

P = ParamSpec("P")
T = TypeVar("T")
FULL = len("sha256:") + 64  #: characters of an id that is no prefix
LARGE_BYTES = 2**14  #: an input with more is decoded off the event loop
LONG_BYTES = 2**17  #: a document with more takes a thread so long that other calls would wait for the interpreter
STREAM_OPTIONS = ("start_period", "periods_per_message")  #: a stream that is resumed is the same request
#: What a caller reads of an id that no document of the kind has: the reason, and the kind in words.
MISSING = {
    DATASET_VERSION.name: (Trouble.DATASET_VERSION_NOT_FOUND, "dataset version"),
    SCENARIO.name: (Trouble.SCENARIO_NOT_FOUND, "scenario"),
    EXECUTION.name: (Trouble.EXECUTION_NOT_FOUND, "execution"),
}


@dataclass(frozen=True, slots=True)
class StoredExecution:
    """An execution read back from its document."""

    stored: Document | StoredDocument
    value: Execution
    parents: dict[str, str]
    model: str


def read_execution(stored: Document | StoredDocument) -> StoredExecution:
    """Decodes the bytes of an execution that are stored, or will be."""
    opened = unseal(stored.body)
    return StoredExecution(stored, opened.value, opened.parents, opened.model)


def read_header(stored: StoredDocument) -> StoredExecution:
    """The same without its months. Who keeps those on the event loop frees them there, which takes it a while."""
    execution = read_execution(stored)
    return replace(execution, value=execution.value._replace(months=()))


Answer = Message | bytes  #: bytes are a message that was serialised off the event loop


def serialised(answer: Answer) -> bytes:
    """The bytes of an answer."""
    return answer if isinstance(answer, bytes) else answer.SerializeToString()


class Archive:
    """The store of a caller for the length of a call, and the threads that the call may use."""

    def __init__(
        self,
        store: TenantStore,
        memory: TenantMemory,
        pools: Pools,
        caller: Caller,
        request: Request | None,
        payer: Payer,
        sweeps: Sweeps,
    ) -> None:
        """`request` only of a call to which its caller gave a request id; `payer` pays for what it computes."""
        self.store, self.memory, self.sweeps = store, memory, sweeps
        self.caller = caller
        self.engine, self.documents = pools.engine, pools.documents
        self._request = request
        self.payer = payer

    async def full_id(self, prefix: str, field: str, kind: DocumentKind | None = None) -> str:
        """The one address of a kind, or of any, that begins so; the prefix itself where there is none.

        Raises `FieldRefused` with the field of the request where there are several.
        """
        if len(prefix) == FULL:
            return prefix
        addresses = await self.store.addresses(prefix, 2, kind.names if kind else ())
        if len(addresses) > 1:
            raise FieldRefused(Trouble.ID_AMBIGUOUS, field, prefix, "more digits: several ids begin with these")
        return addresses[0] if addresses else prefix

    async def dataset_version(self, dataset_version_id: str) -> StoredDocument:
        """The dataset version of this id, or NOT_FOUND."""
        return await self._stored(DATASET_VERSION, dataset_version_id)

    async def scenario(self, scenario_id: str) -> StoredDocument:
        """The scenario of this id, or NOT_FOUND."""
        return await self._stored(SCENARIO, scenario_id)

    async def scenario_of(self, dataset_version_id: str, scenario_id: str) -> StoredDocument:
        """The scenario of this id; FAILED_PRECONDITION where it was made for another dataset version."""
        stored = await self.scenario(scenario_id)
        made_for = decode(stored.body)["parents"]["dataset_version"]
        if made_for != dataset_version_id:
            raise DatasetMismatch(scenario_id, expected=made_for, requested=dataset_version_id)
        return stored

    async def input(self, kind: DocumentKind, address: str) -> Input:
        """A scenario or a dataset version to compute with, from memory where it is kept; or NOT_FOUND."""
        known = self.memory.input(kind, address)
        if known is None:
            stored = await self._stored(kind, address)
            known = self.input_of(stored)
        if not known.is_summed_up:
            await self.documents.run_if(len(known.body) > LARGE_BYTES, known.summary)
            self.memory.keep(kind, known)
        return known

    def input_of(self, document: Document | StoredDocument) -> Input:
        """A document of this tenant to compute with."""
        return Input(document.address, document.body, self.memory.tenant)

    async def input_scenario(self, dataset_version_id: str, scenario_id: str) -> Input:
        """The scenario of this id to compute with; FAILED_PRECONDITION where it is for another dataset version."""
        scenario = await self.input(SCENARIO, scenario_id)
        made_for = scenario.summary().dataset_version_id
        if made_for != dataset_version_id:
            raise DatasetMismatch(scenario_id, expected=made_for, requested=dataset_version_id)
        return scenario

    async def execution(self, execution_id: str) -> StoredDocument:
        """The execution of this id, or NOT_FOUND."""
        return await self._stored(EXECUTION, execution_id)

    async def _stored(self, kind: DocumentKind, address: str) -> StoredDocument:
        stored = await self.store.get(address, kind.names)
        if stored is None:
            reason, noun = MISSING[kind.name]
            raise NotFound(reason, noun, address)
        return stored

    async def computed_from(self, inputs: str) -> Document | None:
        """The execution that was computed from these inputs, if it is stored."""
        stored = await self.store.find(inputs)
        return Document(stored.kind, stored.body, stored.address) if stored else None

    async def first_answer(self) -> StoredDocument | None:
        """The first answer to this request, or ALREADY_EXISTS where its id was used for another one."""
        return await self.store.answered(self._request) if self._request else None

    async def file_once(
        self, about: str, work: Callable[P, Document], *args: P.args, **kwargs: P.kwargs
    ) -> StoredDocument:
        """The first answer to this request, or else what the engine makes of this work, stored."""
        return await self.first_answer() or await self.file(await self.compute(about, work, *args, **kwargs))

    async def file_all_once(
        self, about: str, work: Callable[P, Sequence[Document]], *args: P.args, **kwargs: P.kwargs
    ) -> StoredDocument:
        """The same of work that makes several documents: the last of them answers."""
        return await self.first_answer() or await self._append(await self.compute(about, work, *args, **kwargs))

    async def compute(self, about: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the engine makes of this work about a document, whose price its tenant is charged."""
        return await self.engine.compute(about, self.payer, work, *args, **kwargs)

    async def read(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What is read of stored bytes: where no thread computes beside the server, on those for documents."""
        if self.engine.has_process:
            return await self.engine.compute("", NOBODY, work, *args, **kwargs)
        return await self.documents.run(work, *args, **kwargs)

    async def file(self, document: Document, replay_outcome: str = "") -> StoredDocument:
        """Stores a document as the answer to this call; a request id that is known gives its first answer.

        The outcome of a replay is logged whether or not the document is new.
        """
        return await self._append([document], replay_outcome)

    async def _append(self, documents: Sequence[Document], replay_outcome: str = "") -> StoredDocument:
        caller = self.caller
        *_, stored = await self.store.append(
            documents, self._request, replay_outcome, caller.actor, caller.on_behalf_of
        )
        return stored

    async def answer(self, build: Callable[P, Message], *args: P.args, **kwargs: P.kwargs) -> bytes:
        """An answer that may be large, built and serialised off the event loop: of a large document as it is read."""
        is_of_large = any(len(of.body) > LONG_BYTES for of in args if isinstance(of, Document | StoredDocument))
        return await (self.read if is_of_large else self.documents.run)(_built, build, *args, **kwargs)

    async def receipt(self, stored: StoredDocument) -> Receipt:
        """The receipt of the record that the call made, or else of the record of its document."""
        if stored.receipt:
            return Receipt(seq=stored.seq, tlog_proof=stored.receipt)
        return await self.receipt_of(stored.address, self._request.request_id if self._request else "")

    async def receipt_of(self, address: str, request_id: str = "") -> Receipt:
        """The receipt of a document against the newest checkpoint, or NOT_FOUND."""
        proof = await self.store.proofs.inclusion(address, request_id)
        return Receipt(seq=proof.seq, tlog_proof=proof.receipt)


def _built(build: Callable[P, Message], /, *args: P.args, **kwargs: P.kwargs) -> bytes:
    return serialised(build(*args, **kwargs))


def identified(message: Any) -> Request | None:
    """The request of a message that has a request id: all of it, apart from how to stream the answer."""
    if "request_id" not in message.DESCRIPTOR.fields_by_name or not message.HasField("request_id"):
        return None
    content = type(message)()
    content.CopyFrom(message)
    for name in ("request_id", *STREAM_OPTIONS):
        if name in content.DESCRIPTOR.fields_by_name:
            content.ClearField(name)
    digest = sha256(content.SerializeToString(deterministic=True)).hexdigest()
    return Request(message.request_id.lower(), content.DESCRIPTOR.name, digest)
