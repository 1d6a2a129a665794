"""What holds of tenants, API keys and quotas: the changes of the operator's log, applied in their order.

Each change stands on the one before of the same subject. A register takes no other, so that the same changes lead to
the same register at each server, in each command and in a verification.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seawall.engine import Refused

from ..documents.accounts import AccountEntry, KeyEntry, KeyState, QuotaEntry, TenantEntry, TenantState
from ..documents.document import unseal
from ..documents.kinds import API_KEY, OPERATOR_KINDS, QUOTA, TENANT
from ..log.tenants import LOCAL
from ..refusals import CallRefused
from ..store.appends import StoredDocument

#: Subjects of each kind, with those that are closed or retired: a server keeps all of them in memory.
MOST = {TENANT.name: 10_000, API_KEY.name: 50_000, QUOTA.name: 10_000}
_KINDS = {kind.value: kind.name for kind in OPERATOR_KINDS.values()}


class ChangeRefused(RuntimeError):
    """A change that does not follow from what holds. The message says what does, and what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """What holds of a subject since a change."""

    entry: Any  #: an `AccountEntry`
    address: str  #: of the document of the change
    recorded_at: str
    since: str  #: when the first change of the subject was recorded


class Register:
    """The newest change of each subject."""

    def __init__(self) -> None:
        self.position = 0  #: of the last document that was applied
        self._newest: dict[str, dict[str, Change]] = {kind: {} for kind in MOST}

    def apply(self, document: StoredDocument) -> None:
        """Takes in the next change; `ChangeRefused` where it is none, or does not follow."""
        entry, previous = _read(document)
        changes, subject = self._newest[kind_of(entry)], subject_of(entry)
        before = changes.get(subject)
        if previous != (before.address if before else ""):
            raise ChangeRefused(f"{subject}: it follows {previous or 'nothing'}, and not the newest change before it")
        self.check(entry)
        since = before.since if before else document.recorded_at
        changes[subject] = Change(entry, document.address, document.recorded_at, since)
        self.position = document.position

    def check(self, entry: AccountEntry) -> None:
        """Raises `ChangeRefused` where an entry does not follow from what holds."""
        match entry:
            case TenantEntry():
                self._check_tenant(entry)
            case KeyEntry():
                self._check_key(entry)
            case QuotaEntry():
                self._check_quota(entry)
        kind = kind_of(entry)
        if subject_of(entry) not in self._newest[kind] and len(self._newest[kind]) >= MOST[kind]:
            raise ChangeRefused(f"the database has {MOST[kind]:,} of {kind}, and no more are kept")

    def newest(self, entry: AccountEntry) -> Change | None:
        """The newest change of the subject of an entry."""
        return self._newest[kind_of(entry)].get(subject_of(entry))

    def tenant(self, name: str) -> Change | None:
        """What holds of a tenant, None where nobody added it."""
        return self._newest[TENANT.name].get(name)

    def api_key(self, key_id: str) -> Change | None:
        """What holds of an API key."""
        return self._newest[API_KEY.name].get(key_id)

    def quota(self, tenant: str) -> Change | None:
        """What differs from the default for a tenant."""
        return self._newest[QUOTA.name].get(tenant)

    def is_open(self, tenant: str) -> bool:
        """Whether a tenant's callers are let in; `local` always is."""
        change = self.tenant(tenant)
        return tenant == LOCAL or (change is not None and change.entry.state is TenantState.OPEN)

    def tenants(self) -> Iterator[Change]:
        """Every tenant by its name."""
        return _sorted(self._newest[TENANT.name])

    def api_keys(self) -> Iterator[Change]:
        """Every API key, in the order in which they were added."""
        return iter(self._newest[API_KEY.name].values())

    def quotas(self) -> Iterator[Change]:
        """What differs from the defaults, by tenant."""
        return _sorted(self._newest[QUOTA.name])

    def _check_tenant(self, entry: TenantEntry) -> None:
        change, name = self.tenant(entry.tenant), entry.tenant
        if name == LOCAL:
            raise ChangeRefused(f"{LOCAL} is the tenant of a server without credentials: it is always there, and open")
        if change is None and entry.state is TenantState.CLOSED:
            raise ChangeRefused(f"there is no tenant {name}: seawall tenants list shows those that there are")
        if change and change.entry.state is entry.state:
            raise ChangeRefused(f"the tenant {name} is {entry.state.value} already, since {change.recorded_at}")

    def _check_key(self, entry: KeyEntry) -> None:
        change, key_id = self.api_key(entry.key_id), entry.key_id
        if change is None and entry.state is KeyState.RETIRED:
            raise ChangeRefused(f"there is no API key {key_id}: seawall keys list shows those that there are")
        if change and change.entry.state is KeyState.RETIRED:
            raise ChangeRefused(f"the API key {key_id} is retired already, since {change.recorded_at}, and stays so")
        if change and (entry.state is KeyState.ACTIVE or entry.sha256 != change.entry.sha256):
            raise ChangeRefused(f"there is an API key {key_id} already")

    def _check_quota(self, entry: QuotaEntry) -> None:
        change = self.quota(entry.tenant)
        if entry.tenant != LOCAL and self.tenant(entry.tenant) is None:
            raise ChangeRefused(f"there is no tenant {entry.tenant}: seawall tenants add {entry.tenant} makes it")
        if entry == (change.entry if change else QuotaEntry(entry.tenant)):
            raise ChangeRefused(f"the quotas of {entry.tenant} are these already")


def _read(document: StoredDocument) -> tuple[AccountEntry, str]:
    """The entry of a document, and the address of the change before it, "" where there is none."""
    try:
        opened = unseal(document.body)
        kind_of(opened.value)
        return opened.value, opened.parents.get("previous", "")
    except (CallRefused, Refused, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise ChangeRefused(
            f"document {document.position} of the operator's log is no change that this release knows"
        ) from None


def kind_of(entry: AccountEntry) -> str:
    """The kind of the document of an entry."""
    return _KINDS[type(entry)]


def subject_of(entry: AccountEntry) -> str:
    """What an entry is about: the name of a tenant, or the id of a key."""
    return entry.key_id if isinstance(entry, KeyEntry) else entry.tenant


def _sorted(changes: dict[str, Change]) -> Iterator[Change]:
    return (changes[subject] for subject in sorted(changes))
