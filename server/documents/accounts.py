"""What an operator decides of tenants, API keys and quotas: each change is a document of the operator's log.

A document says what holds of its subject from then on, and its parent `previous` is the one that held before, so that
each is another and none can be left out. It has no clock and no secret: of an API key there is its hash alone.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from seawall.engine.values.units import Kind, Sha256, Unit
from seawall.engine.values.value import Value

from .tenant_names import NAME_PATTERN, NAME_RULE

UNLIMITED = "unlimited"
MOST = 10**15  #: of any limit

TenantName = Annotated[str, Unit(Kind.TEXT, 1, 63, NAME_PATTERN, NAME_RULE)]
KeyId = Annotated[str, Unit(Kind.TEXT, 12, 12, "[0-9a-f]{12}", "12 of 0-9 and a-f")]
Label = Annotated[str, Unit(Kind.TEXT, 0, 64, "[ -~]{0,64}", "at most 64 printable characters of ASCII")]


def _limit(low: int, pattern: str, high: int = MOST) -> Unit:
    """A number without leading zeros, or no limit whatever the default is."""
    return Unit(
        Kind.TEXT, low, high, f"{UNLIMITED}|{pattern}", f"a whole number from {low} to {high:,}, or {UNLIMITED}"
    )


_FROM_1 = _limit(1, "[1-9][0-9]{0,14}|10{15}")
_FROM_0 = _limit(0, "0|[1-9][0-9]{0,14}|10{15}")
Limit = Annotated[str, _FROM_1]
LimitOrNone = Annotated[str, _FROM_0]
Percent = Annotated[str, _limit(1, "[1-9][0-9]?|100", 100)]


class TenantState(Enum):
    """Whether a tenant's callers are let in."""

    OPEN = "open"
    CLOSED = "closed"


class KeyState(Enum):
    """Whether an API key is a credential."""

    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class TenantEntry(Value):
    """A tenant that there is, and whether it is open."""

    tenant: TenantName
    state: TenantState


@dataclass(frozen=True, slots=True)
class KeyEntry(Value):
    """An API key, and whether it is still one. Whom it belongs to stands in the identities file."""

    key_id: KeyId
    sha256: Sha256  #: of the whole key
    state: KeyState
    label: Label = ""  #: the operator's own words for it


@dataclass(frozen=True, slots=True)
class QuotaEntry(Value):
    """What a tenant may use where that is not the default; the default holds where there is no value."""

    tenant: TenantName
    calls_per_second: Limit | None = None  #: of each server
    calls_at_once: Limit | None = None  #: on each server
    writer_share: Percent | None = None  #: per cent of a commit of each server
    stored_bytes: LimitOrNone | None = None  #: of the documents in the database
    operations_per_day: LimitOrNone | None = None  #: priced operations of a UTC day, on each server


AccountEntry = TenantEntry | KeyEntry | QuotaEntry
