"""The work of EvidenceService: stored bytes exactly as they are, and proofs that they are in the log.

It only reads. Callers check for themselves that the SHA-256 of the body is the address.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from contextlib import aclosing
from typing import Any

from seawall.v1 import evidence_service_pb2 as v

from ..log.checkpoint import Checkpoint, read_checkpoint
from ..log.keys import Keys
from ..log.note import NoteRefused
from ..refusals import FieldRefused, NotFound, Trouble
from ..store.store import TenantStore
from ..verification.findings import Event, Finding, Progress, Result
from ..verification.heartbeat import with_heartbeat
from ..verification.recompute import Recomputation, Run
from ..verification.verify import verify
from ..work.beside import NOBODY
from ..work.engine import Engine
from ..work.pools import Overloaded
from . import requests
from .answers import timestamp
from .archive import Archive
from .recomputing import recomputed


async def get_evidence(archive: Archive, request: requests.GetEvidence) -> bytes:
    """The stored bytes of a document of any kind, with its parents."""
    stored = await archive.store.get(await archive.full_id(request.address, "address"))
    if stored is None:
        raise NotFound(Trouble.EVIDENCE_NOT_FOUND, "evidence", request.address)
    parents = [
        v.EvidenceParent(name=name, address=parent) for name, parent in await archive.store.parents_of(stored.address)
    ]
    return await archive.answer(
        v.GetEvidenceResponse,
        address=stored.address,
        kind=stored.kind,
        body=stored.body,
        parents=parents,
        recorded_at=timestamp(stored),
    )


async def get_proof(archive: Archive, request: requests.GetProof) -> v.GetProofResponse:
    """The receipt of a document's first record."""
    address = await archive.full_id(request.address, "address")
    return v.GetProofResponse(receipt=await archive.receipt_of(address))


async def get_checkpoint(archive: Archive, request: requests.GetCheckpoint) -> v.GetCheckpointResponse:
    """The newest checkpoint, with the public keys that verify it."""
    note = await archive.store.proofs.checkpoint()
    return v.GetCheckpointResponse(checkpoint=note, verifier_keys=archive.store.keys.lines)


async def get_consistency_proof(
    archive: Archive, request: requests.GetConsistencyProof
) -> v.GetConsistencyProofResponse:
    """The proof that the log of the first size is the beginning of the log of the second."""
    proof = await archive.store.proofs.consistency(request.first_size, request.second_size)
    return v.GetConsistencyProofResponse(
        first_size=proof.first, second_size=proof.second, hashes=proof.hashes, checkpoint=proof.note
    )


async def verify_evidence(
    archive: Archive, request: requests.VerifyEvidence
) -> AsyncIterator[v.VerifyEvidenceResponse]:
    """Verifies all evidence, with signs of life while it waits or works."""
    kept = {*await archive.store.checkpoints(), *_kept_by_caller(request.checkpoint, archive.store.keys)}
    recomputation = Recomputation(recomputed, _waiting_run(archive.engine)) if request.recompute else None
    async with aclosing(with_heartbeat(_verified_in_turn(archive.store, kept, recomputation))) as events:
        async for event in events:
            yield _message(event)


async def _verified_in_turn(
    store: TenantStore, kept: Collection[Checkpoint], recomputation: Recomputation | None
) -> AsyncGenerator[Event, None]:
    """One verification runs at a time: each reads everything, and other calls read too."""
    waiting = store.verifying.locked()
    if waiting:
        yield Progress(0, 0, waiting=True)
    async with (
        store.verifying,
        store.database.auditing() as database,
        aclosing(verify(database, store.tenant, store.keys, kept, recomputation)) as events,
    ):
        if waiting:
            yield Progress(0, 0)
        async for event in events:
            yield event


def _waiting_run(engine: Engine) -> Run:
    """Runs work where calls are computed, a document at a time between those of callers, whom it gives way to."""

    async def run(work: Callable[..., Any], *args: Any) -> Any:
        while True:
            try:
                return await engine.compute("", NOBODY, work, *args)
            except Overloaded as overloaded:
                await asyncio.sleep(overloaded.retry_seconds)

    return run


def _kept_by_caller(note: str | None, keys: Keys) -> list[Checkpoint]:
    """The checkpoint that a caller kept, if any; raises `FieldRefused` where it is not one of this log."""
    if note is None:
        return []
    try:
        return [read_checkpoint(note, keys)]
    except NoteRefused as error:
        allowed = f"a checkpoint of this log: {error}"
        raise FieldRefused(Trouble.CHECKPOINT_REFUSED, "checkpoint", note[:80], allowed) from None


def _message(event: Event) -> v.VerifyEvidenceResponse:
    match event:
        case Progress():
            return v.VerifyEvidenceResponse(progress=v.VerificationProgress(**event._asdict()))
        case Finding():
            kind = f"FINDING_KIND_{event.kind.name}"
            finding = v.VerificationFinding(kind=kind, where=event.where, description=event.description)
            return v.VerifyEvidenceResponse(finding=finding)
        case Result():
            fields = event._asdict() | {"other_releases": [other._asdict() for other in event.other_releases]}
            return v.VerifyEvidenceResponse(result=v.VerificationResult(**fields, intact=event.findings == 0))
