"""Tenants, API keys and quotas as a running server knows them: changes hold within seconds, without a restart.

No call asks the database. While that is away, what was known last goes on to hold.
"""

import asyncio
import logging
from hmac import compare_digest

from ..documents.accounts import KeyState
from ..store.operator_documents import OperatorDocuments
from .changes import catch_up
from .limits import TenantLimits

log = logging.getLogger("seawall.server")

POLL_SECONDS = 2.0


class Accounts:
    """The register of one server, kept up with the operator's log."""

    def __init__(self, documents: OperatorDocuments, limits: TenantLimits | None = None) -> None:
        self._documents = documents
        self._limits = limits or TenantLimits()
        self._trouble = ""
        self.register = self._limits.register

    async def open(self) -> None:
        """Reads every change, before the first call; raises what keeps it from that."""
        await catch_up(self.register, self._documents)

    async def poll(self) -> None:
        """Takes in what commands change, for as long as the server runs."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.refresh()

    async def refresh(self) -> None:
        """Takes in what was changed. Trouble is said as it begins and as it ends: the server goes on with what it
        knows."""
        trouble = ""
        try:
            await asyncio.to_thread(self._limits.defaults.reload)
            await catch_up(self.register, self._documents)
        except Exception as error:  # whatever is in a database: a server does not end of it
            trouble = " ".join(f"{error or type(error).__name__}".split())
        if trouble and not self._trouble:
            log.warning("Changes of tenants, API keys and quotas are not seen: %s", trouble)
        elif self._trouble and not trouble:
            log.warning("Changes of tenants, API keys and quotas are seen again")
        self._trouble = trouble

    def tenant_is_open(self, name: str) -> bool:
        """Whether callers of a tenant are let in: it was added and not closed, or is `local`."""
        return self.register.is_open(name)

    async def lookup(self, key_id: str, sha256_hex: str) -> bool | None:
        """Whether the key of this id is active and has this hash, compared in constant time; None where there is none.

        The hash is that of the whole key, `swk_` and its id included.
        """
        change = self.register.api_key(key_id)
        if change is None:
            return None
        has_hash = compare_digest(change.entry.sha256.encode(), sha256_hex.encode())
        return has_hash and change.entry.state is KeyState.ACTIVE
