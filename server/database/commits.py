"""The commits of a store: one connection of the driver, a few steps for each commit however many calls share it."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Any, Protocol

from .statements import Insert, Read, Row
from .tables import checkpoints, evidence, labels, parents, records, requests, sweep_blocks, sweep_events

#: The tables of a commit in the order in which they refer to each other.
ADDED_TO = (evidence, parents, labels, requests, records, checkpoints, sweep_blocks, sweep_events)
INSERTS = tuple(map(Insert, ADDED_TO))
Rows = Mapping[str, Sequence[Mapping[str, Any]]]  #: new ones by the name of their table


Results = Sequence[Sequence[Row]]  #: what reads gave, in their order


class Addition(Protocol):
    """What a commit adds, as far as that depends on what is stored."""

    @property
    def tenants(self) -> Collection[str]:
        """Whose logs it adds to."""

    @property
    def reads(self) -> Sequence[Read]:
        """What is read within the commit."""

    @property
    def is_long(self) -> bool:
        """Whether to make the rows takes longer than the event loop may."""

    def rows(self, results: Results) -> Rows | Awaitable[Rows]:
        """The rows for what was read; where more has to be read first, it does so on the event loop."""

    def committed(self) -> None:
        """What is still done on the thread that has committed, where that is none of the event loop."""


class Commits(ABC):
    """A connection that is opened with the first commit, and again where it was lost."""

    @abstractmethod
    async def commit(self, addition: Addition) -> None:
        """Reads, adds and commits in the only transaction that writes for these tenants, or takes back all of it.

        While it lasts any other connection sees the same of these tenants.
        """

    @abstractmethod
    async def close(self) -> None:
        """Closes the connection."""
