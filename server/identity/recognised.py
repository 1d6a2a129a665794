"""A credential that was checked: who it is, and for how long it need not be checked again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time
from typing import Any

from .identities import Row, Trust
from .unauthenticated import Unauthenticated, Why

MOST = 4_096  #: credentials that are remembered


@dataclass(frozen=True, slots=True)
class Recognised:
    """A credential, its row, and what the two make."""

    row: Row
    actor: str
    person: str = ""  #: for whom it acts, as the credential itself says it
    begins: float = 0  #: seconds since 1970
    ends: float = float("inf")
    is_current: Callable[[], bool] = lambda: True  #: whether the keys and authorities of its check are still in force


def actor_in(row: Row | None, values: Mapping[str, Any], name: str) -> tuple[Row, str]:
    """The row of a credential with its actor; raises `Unauthenticated` where there is none, with a name for the log."""
    actor = row.actor_of(values) if row else ""
    if row is None or not actor:
        raise Unauthenticated(Why.UNMAPPED, name)
    return row, actor


def require_issued_after(trust: Trust, issued: float | None, name: str) -> None:
    """Refuses what was issued before the trust epoch, or does not say when."""
    if trust.issued_after and (issued is None or issued < trust.issued_after):
        raise Unauthenticated(Why.BEFORE_EPOCH, name)


class Remembered:
    """The last credentials that were recognised, so that each is verified once and not at every call."""

    def __init__(self) -> None:
        self._entries: dict[bytes, Recognised] = {}

    def get(self, digest: bytes) -> Recognised | None:
        """What a credential is, while its time runs and what it was checked against is in force."""
        entry = self._entries.get(digest)
        return entry if entry and entry.begins <= time() < entry.ends and entry.is_current() else None

    def keep(self, digest: bytes, entry: Recognised) -> Recognised:
        """Remembers a credential, and forgets the oldest where there are too many."""
        self._entries.pop(digest, None)
        if len(self._entries) >= MOST:
            del self._entries[next(iter(self._entries))]
        self._entries[digest] = entry
        return entry
