"""EvidenceService: the stored bytes exactly as they are, and the proofs that they are in the log."""

from asyncio import Lock
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from seawall.server import requests
from seawall.server.archive import receipt_of
from seawall.server.executions import timestamp
from seawall.server.log.checkpoint import Checkpoint, read_checkpoint
from seawall.server.log.note import NoteRefused
from seawall.server.refusals import FieldRefused, NotFound, Trouble
from seawall.server.store import Store
from seawall.server.translate import read
from seawall.server.verification.findings import Finding, Progress, Result
from seawall.server.verification.verify import verify
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1.evidence_service_pb2_grpc import EvidenceServiceServicer


class EvidenceService(EvidenceServiceServicer):
    """Reads, and leaves the reader to check: the SHA-256 of the body is the address."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._verifying = Lock()  # one at a time: each reads everything, and others want to read too

    async def GetEvidence(self, request: v.GetEvidenceRequest, context: Any) -> v.GetEvidenceResponse:
        asked = read(request, requests.GetEvidence)
        stored = await self._store.get(asked.address)
        if stored is None:
            raise NotFound(Trouble.EVIDENCE_NOT_FOUND, "evidence", asked.address)
        parents = [
            v.EvidenceParent(name=name, address=parent) for name, parent in await self._store.parents_of(stored.address)
        ]
        return v.GetEvidenceResponse(
            address=stored.address,
            kind=stored.kind,
            body=stored.body,
            parents=parents,
            recorded_at=timestamp(stored),
        )

    async def GetProof(self, request: v.GetProofRequest, context: Any) -> v.GetProofResponse:
        asked = read(request, requests.GetProof)
        return v.GetProofResponse(receipt=await receipt_of(self._store, asked.address))

    async def GetCheckpoint(self, request: v.GetCheckpointRequest, context: Any) -> v.GetCheckpointResponse:
        read(request, requests.GetCheckpoint)
        note = await self._store.proofs.checkpoint()
        return v.GetCheckpointResponse(checkpoint=note, verifier_keys=map(str, self._store.keys.verifiers))

    async def GetConsistencyProof(
        self, request: v.GetConsistencyProofRequest, context: Any
    ) -> v.GetConsistencyProofResponse:
        asked = read(request, requests.GetConsistencyProof)
        proof = await self._store.proofs.consistency(asked.first_size, asked.second_size)
        return v.GetConsistencyProofResponse(
            first_size=proof.first, second_size=proof.second, hashes=proof.hashes, checkpoint=proof.note
        )

    async def VerifyEvidence(
        self, request: v.VerifyEvidenceRequest, context: Any
    ) -> AsyncIterator[v.VerifyEvidenceResponse]:
        told = self._told_by_caller(read(request, requests.VerifyEvidence).checkpoint)
        kept = {*await self._store.known.checkpoints(), *told}
        async with self._verifying, aclosing(verify(self._store.database, self._store.keys, kept)) as events:
            async for event in events:
                yield _told(event)

    def _told_by_caller(self, note: str | None) -> list[Checkpoint]:
        """The checkpoint that a caller kept, if any, once it is found to be one of this log."""
        if note is None:
            return []
        try:
            return [read_checkpoint(note, self._store.keys)]
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
