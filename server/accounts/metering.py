"""What each tenant uses of its quotas on this server: calls a second, calls at once, operations a day.

Nothing here asks the database: a call above a quota is refused before it is parsed, and costs little.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from ..refusals import QuotaExceeded
from .quotas import Limits, number

DAY_SECONDS = 86_400
DELAY_SECONDS, MOST_DELAYED = 0.1, 64  #: of refusals
AT_ONCE_SECONDS = 1.0  #: when to come back where calls run at once whose end nobody knows


@dataclass(slots=True)
class _Usage:
    """Of one tenant."""

    calls: float  #: that it may begin now: they come back at the rate of its quota, up to those of a second
    counted_at: float
    running: int = 0
    day: int = 0  #: UTC, since 1970
    operations: int = 0  #: of that day


class Meter:
    """Counts what tenants use. `limits_of` gives what a tenant may, which can change at any time."""

    def __init__(
        self,
        limits_of: Callable[[str], Limits],
        clock: Callable[[], float] = time.monotonic,
        utc: Callable[[], float] = time.time,
    ) -> None:
        self._limits_of = limits_of
        self._clock, self._utc = clock, utc
        self._delayed = 0
        self._usage: dict[str, _Usage] = {}
        self._charging = Lock()  #: of the threads that compute

    @contextmanager
    def admitted(self, tenant: str) -> Iterator[None]:
        """Lets a call run for the length of the block. Raises `QuotaExceeded` where that would be one too many."""
        limits = self._limits_of(tenant)
        usage = self._of(tenant)
        at_once = number(limits, "calls_at_once")
        if at_once is not None and usage.running >= at_once:
            raise QuotaExceeded("calls_at_once", at_once, AT_ONCE_SECONDS)
        self._begin(usage, number(limits, "calls_per_second"))
        usage.running += 1
        try:
            yield
        finally:
            usage.running -= 1

    async def delay(self, refusal: QuotaExceeded) -> None:
        """Before a refusal is answered: who asks again at once, as often as it can, takes less of the server so.

        Of many at a time the others are answered at once, because each is kept in memory until then.
        """
        if self._delayed < MOST_DELAYED:
            self._delayed += 1
            try:
                await asyncio.sleep(min(refusal.retry_seconds, DELAY_SECONDS))
            finally:
                self._delayed -= 1

    def charge(self, tenant: str, operations: int) -> None:
        """Counts operations before they are done. Raises `QuotaExceeded` where the day has fewer left.

        From any thread. What is refused or fails after this stays counted.
        """
        limit = number(self._limits_of(tenant), "operations_per_day")
        if limit is None:
            return
        with self._charging:
            usage, now = self._of(tenant), self._utc()
            day = max(usage.day, int(now // DAY_SECONDS))  # a clock that is set back begins no day anew
            if day > usage.day:
                usage.day, usage.operations = day, 0
            if usage.operations + operations > limit:
                raise QuotaExceeded("operations_per_day", limit, max(1.0, (day + 1) * DAY_SECONDS - now))
            usage.operations += operations

    def is_metered(self, tenant: str) -> bool:
        """Whether a charge may be refused."""
        return number(self._limits_of(tenant), "operations_per_day") is not None

    def refuse_beyond(self, tenant: str, operations: int) -> None:
        """Raises `QuotaExceeded` where not even a whole day has so many operations. Counts none."""
        limit = number(self._limits_of(tenant), "operations_per_day")
        if limit is not None and operations > limit:
            raise QuotaExceeded("operations_per_day", limit, DAY_SECONDS)

    def _begin(self, usage: _Usage, limit: int | None) -> None:
        """Takes one of the calls that may begin now; those of a second may come together, and no more."""
        now = self._clock()
        if limit is not None:
            usage.calls = min(limit, usage.calls + (now - usage.counted_at) * limit)
            usage.counted_at = now
            if usage.calls < 1:
                raise QuotaExceeded("calls_per_second", limit, (1 - usage.calls) / limit)
            usage.calls -= 1

    def _of(self, tenant: str) -> _Usage:
        if tenant not in self._usage:
            self._usage[tenant] = _Usage(float("inf"), self._clock())
        return self._usage[tenant]
