"""Who calls, on a server with TLS: a recognised credential, an open tenant, a person that it may act for."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

from .accounts import AccountBook
from .caller import Caller
from .identities import PRINTABLE
from .recognised import Recognised
from .unauthenticated import Unauthenticated, Why

ON_BEHALF_OF = "seawall-on-behalf-of"
LONGEST_PERSON = 128
MOST_FAILURES, FAILURES_PER_SECOND = 16, 1.0  #: wrong credentials that a connection may bring at once, and then
MOST_CONNECTIONS = 4_096  #: whose failures are counted


class Callers(Protocol):
    """One kind of credential."""

    async def recognise(self, context: Any, before_a_check: Callable[[], None]) -> Recognised:
        """Who calls; raises `Unauthenticated`. `before_a_check` is called before a signature is verified."""

    async def watch(self) -> None:
        """Keeps what it knows up to date, for as long as the task runs."""


class Recognition:
    """Recognises callers. Calling it gives the `Caller` of a call or raises `Unauthenticated`."""

    def __init__(self, callers: Callers, accounts: AccountBook) -> None:
        self._callers, self._accounts = callers, accounts
        self._failures = Failures()

    async def __call__(self, context: Any) -> Caller:
        connection = context.peer()
        try:
            recognised = await self._callers.recognise(context, lambda: self._failures.require_few(connection))
            if not self._accounts.tenant_is_open(recognised.row.tenant):
                raise Unauthenticated(Why.TENANT, recognised.row.tenant)
            person = _person(recognised, context.invocation_metadata())
        except Unauthenticated as error:
            if error.why is not Why.TOO_MANY_FAILURES:  # else whoever goes on trying would never be looked at again
                self._failures.count(connection)
            error.args = (f"{error}, from {connection}",)
            raise
        return Caller(recognised.row.tenant, recognised.actor, recognised.row.roles, person)


def _person(recognised: Recognised, metadata: Any) -> str:
    """For whom the caller acts, as its credential or the call's metadata says it; "" for itself."""
    people = {value for key, value in metadata or () if key == ON_BEHALF_OF}
    if recognised.person:
        people.add(recognised.person)
    if not people:
        return ""
    person = people.pop()
    printable = isinstance(person, str) and len(person) <= LONGEST_PERSON and PRINTABLE.fullmatch(person)
    if people or not printable or not recognised.row.may_name(person):
        raise Unauthenticated(Why.ON_BEHALF_OF, f"actor {recognised.actor}")
    return str(person)


class Failures:
    """Wrong credentials by connection: a few at once, then one a second. More are refused without a look at them.

    A caller that is remembered is answered on the same connection all the same.
    """

    def __init__(self) -> None:
        self._counts: dict[str, tuple[float, float]] = {}  #: by connection: failures not yet forgotten, and when

    def require_few(self, connection: str) -> None:
        """Raises `Unauthenticated` on a connection that brought too many."""
        if connection in self._counts and self._now(connection) >= MOST_FAILURES:
            raise Unauthenticated(Why.TOO_MANY_FAILURES)

    def count(self, connection: str) -> None:
        """Counts one, and forgets the connection that was quiet for the longest time where there are too many."""
        failures = min(self._now(connection) + 1, MOST_FAILURES + 1)
        self._counts.pop(connection, None)
        if len(self._counts) >= MOST_CONNECTIONS:
            del self._counts[next(iter(self._counts))]
        self._counts[connection] = failures, monotonic()

    def _now(self, connection: str) -> float:
        failures, when = self._counts.get(connection, (0.0, 0.0))
        return max(0.0, failures - (monotonic() - when) * FAILURES_PER_SECOND)
