"""The companies of a sweep, read from the store a few at a time and decoded off the event loop."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from seawall.engine import DatasetVersion

from ..documents.document import unseal
from ..documents.kinds import DATASET_VERSION
from ..refusals import FieldsRefused, Trouble, Violation
from ..store.appends import StoredDocument
from ..store.tenant_store import TenantStore

AT_ONCE = 100  #: whose documents are in memory together; one may have 30 MiB, most have some KiB


class CompaniesNotFound(FieldsRefused):
    """Dataset versions that a plan names and its tenant does not have."""

    def __init__(self, missing: Sequence[tuple[str, str]]) -> None:
        """`missing` has the path of each, and its id."""
        allowed = "a dataset version that RegisterDatasetVersion has stored here"
        super().__init__(
            [Violation(field, Trouble.DATASET_VERSION_NOT_FOUND, address, allowed) for field, address in missing]
        )


async def companies_at(store: TenantStore, addresses: Sequence[str]) -> AsyncGenerator[list[DatasetVersion], None]:
    """The companies at these addresses in their order, some at a time; `CompaniesNotFound` where one is not stored."""
    for start in range(0, len(addresses), AT_ONCE):
        some = addresses[start : start + AT_ONCE]
        stored = await store.get_all(some, DATASET_VERSION.names)
        missing = [
            (f"plan.dataset_version_ids[{start + place}]", address)
            for place, address in enumerate(some)
            if address not in stored
        ]
        if missing:
            raise CompaniesNotFound(missing)
        yield await asyncio.to_thread(_decoded, [stored[address] for address in some])


def _decoded(documents: Sequence[StoredDocument]) -> list[DatasetVersion]:
    return [unseal(document.body).value for document in documents]
