"""What an operator changes beside a server: tenants and API keys, in the operator's log of its database."""

from dataclasses import dataclass
from pathlib import Path

from seawall.server.accounts.changes import changing
from seawall.server.documents.accounts import KeyEntry, KeyState, TenantEntry, TenantState
from seawall.server.identity.api_keys import ApiKey
from seawall.server.store.store import Store

TENANTS = ("acme", "other")


@dataclass(frozen=True)
class Operator:
    """The operator of a database, which `begin` makes with two tenants."""

    database: Path

    async def begin(self) -> None:
        store = Store(self.database)
        await store.open()
        await store.close()
        for tenant in TENANTS:
            await self.let(tenant, TenantState.OPEN)

    async def let(self, tenant: str, state: TenantState) -> None:
        async with changing(str(self.database), None) as changes:
            await changes.make(lambda register: TenantEntry(tenant, state))

    async def add(self, *keys: ApiKey) -> None:
        for key in keys:
            await self._change(key, KeyState.ACTIVE)

    async def retire(self, key: ApiKey) -> None:
        await self._change(key, KeyState.RETIRED)

    async def _change(self, key: ApiKey, state: KeyState) -> None:
        async with changing(str(self.database), None) as changes:
            await changes.make(lambda register: KeyEntry(key.key_id, key.sha256, state))
