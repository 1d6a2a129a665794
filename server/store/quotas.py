"""What the store asks of a tenant's quotas, whoever knows them."""

from typing import Protocol


class StoreQuotas(Protocol):
    """Two quotas of a tenant, from memory; None where there is no limit."""

    def writer_share(self, tenant: str) -> int | None:
        """How many per cent of a commit may be of this tenant."""

    def stored_bytes(self, tenant: str) -> int | None:
        """How many bytes its documents in the database may have."""


class _NoQuotas:
    """Nothing is limited."""

    def writer_share(self, tenant: str) -> int | None:
        return None

    def stored_bytes(self, tenant: str) -> int | None:
        return None


NO_QUOTAS: StoreQuotas = _NoQuotas()
