"""The quotas that hold for each tenant, as a running server knows them: its own, and the defaults for the rest."""

from .quota_file import QuotaFile
from .quotas import Limits, number, with_defaults
from .register import Register


class TenantLimits:
    """Answers from memory: every call asks."""

    def __init__(self, defaults: QuotaFile | None = None) -> None:
        self.defaults = defaults or QuotaFile()
        self.register = Register()

    def of(self, tenant: str) -> Limits:
        """Every limit of a tenant."""
        change = self.register.quota(tenant)
        return with_defaults(self.defaults.limits, change.entry) if change else self.defaults.limits

    def writer_share(self, tenant: str) -> int | None:
        """How many per cent of a commit may be of this tenant."""
        return number(self.of(tenant), "writer_share")

    def stored_bytes(self, tenant: str) -> int | None:
        """How many bytes its documents in the database may have."""
        return number(self.of(tenant), "stored_bytes")
