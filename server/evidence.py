"""EvidenceService: the stored bytes, exactly as they are."""

from typing import Any

from seawall.server import requests
from seawall.server.errors import Trouble, not_found
from seawall.server.executions import timestamp
from seawall.server.store import Store
from seawall.server.translate import read
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1.evidence_service_pb2_grpc import EvidenceServiceServicer


class EvidenceService(EvidenceServiceServicer):
    """Reads, and leaves the reader to check: the SHA-256 of the body is the address."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def GetEvidence(self, request: v.GetEvidenceRequest, context: Any) -> v.GetEvidenceResponse:
        asked = read(request, requests.GetEvidence)
        stored = await self._store.get(asked.address)
        if stored is None:
            raise not_found(Trouble.EVIDENCE_NOT_FOUND, "evidence", asked.address)
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
