"""The work of EvidenceService: the stored bytes exactly as they are, and the proofs that they are in the log.

It reads, and leaves the reader to check: the SHA-256 of the body is the address.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing

from seawall.v1 import evidence_service_pb2 as v

from ..log.checkpoint import Checkpoint, read_checkpoint
from ..log.keys import Keys
from ..log.note import NoteRefused
from ..refusals import FieldRefused, NotFound, Trouble
from ..verification.findings import Finding, Progress, Result
from ..verification.verify import verify
from . import requests
from .archive import Archive
from .executions import timestamp


async def get_evidence(archive: Archive, asked: requests.GetEvidence) -> v.GetEvidenceResponse:
    """The bytes of a document, whichever kind it is, with its parents."""
    stored = await archive.store.get(asked.address)
    if stored is None:
        raise NotFound(Trouble.EVIDENCE_NOT_FOUND, "evidence", asked.address)
    parents = [
        v.EvidenceParent(name=name, address=parent) for name, parent in await archive.store.parents_of(stored.address)
    ]
    return v.GetEvidenceResponse(
        address=stored.address,
        kind=stored.kind,
        body=stored.body,
        parents=parents,
        recorded_at=timestamp(stored),
    )


async def get_proof(archive: Archive, asked: requests.GetProof) -> v.GetProofResponse:
    """The receipt of its first record."""
    return v.GetProofResponse(receipt=await archive.receipt_of(asked.address))


async def get_checkpoint(archive: Archive, asked: requests.GetCheckpoint) -> v.GetCheckpointResponse:
    """The newest one, with the keys that check it."""
    note = await archive.store.proofs.checkpoint()
    return v.GetCheckpointResponse(checkpoint=note, verifier_keys=map(str, archive.store.keys.verifiers))


async def get_consistency_proof(archive: Archive, asked: requests.GetConsistencyProof) -> v.GetConsistencyProofResponse:
    """That the log of one size is the beginning of that of another."""
    proof = await archive.store.proofs.consistency(asked.first_size, asked.second_size)
    return v.GetConsistencyProofResponse(
        first_size=proof.first, second_size=proof.second, hashes=proof.hashes, checkpoint=proof.note
    )


async def verify_evidence(archive: Archive, asked: requests.VerifyEvidence) -> AsyncIterator[v.VerifyEvidenceResponse]:
    """Everything, one call at a time: each reads all there is, and others want to read too."""
    store = archive.store
    kept = {*await store.known.checkpoints(), *_kept_by_caller(asked.checkpoint, store.keys)}
    async with store.verifying, aclosing(verify(store.database, store.keys, kept)) as events:
        async for event in events:
            yield _told(event)


def _kept_by_caller(note: str | None, keys: Keys) -> list[Checkpoint]:
    """The checkpoint that a caller kept, if any, once it is found to be one of this log."""
    if note is None:
        return []
    try:
        return [read_checkpoint(note, keys)]
    except NoteRefused as error:
        allowed = f"a checkpoint of this log: {error}"
        raise FieldRefused(Trouble.CHECKPOINT_REFUSED, "checkpoint", note[:80], allowed) from None


def _told(event: Progress | Finding | Result) -> v.VerifyEvidenceResponse:
    match event:
        case Progress():
            return v.VerifyEvidenceResponse(progress=v.VerificationProgress(**event._asdict()))
        case Finding():
            kind = f"FINDING_KIND_{event.kind.name}"
            finding = v.VerificationFinding(kind=kind, where=event.where, description=event.description)
            return v.VerifyEvidenceResponse(finding=finding)
        case Result():
            return v.VerifyEvidenceResponse(result=v.VerificationResult(**event._asdict(), intact=event.findings == 0))
