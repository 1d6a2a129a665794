"""What identity asks of the operator's accounts: which API keys count, and which tenants there are."""

from typing import Protocol


class AccountBook(Protocol):
    """The API keys and tenants that an operator has added, from memory: a flood of calls reads no database."""

    async def lookup(self, key_id: str, sha256_hex: str) -> bool | None:
        """Whether the key of this id has this SHA-256 and is not retired; None where there is none."""

    def tenant_is_open(self, name: str) -> bool:
        """Whether calls of this tenant are taken."""
