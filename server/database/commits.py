"""The commits of a store: one connection of the driver, a few steps for each commit however many calls share it."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from .statements import Insert, Read, Row
from .tables import checkpoints, evidence, labels, parents, records, requests, sweep_blocks, sweep_events

#: The tables of a commit in the order in which they refer to each other.
ADDED_TO = (evidence, parents, labels, requests, records, checkpoints, sweep_blocks, sweep_events)
INSERTS = tuple(map(Insert, ADDED_TO))
Rows = Mapping[str, Sequence[Mapping[str, Any]]]  #: new ones by the name of their table


class Commits(ABC):
    """A connection that is opened with the first commit, and again where it was lost."""

    @asynccontextmanager
    async def commit(self) -> AsyncIterator["Commits"]:
        """Takes back what the block has begun and does not end."""
        try:
            yield self
        except BaseException:
            await self.abandon()
            raise

    @abstractmethod
    async def begin(self, tenants: Collection[str], reads: Sequence[Read]) -> list[list[Row]]:
        """Begins the only transaction that writes for these tenants, and gives what the statements read in it.

        While it lasts any other connection sees the same of these tenants.
        """

    @abstractmethod
    async def end(self, rows: Rows) -> None:
        """Adds these rows, and commits."""

    @abstractmethod
    async def abandon(self) -> None:
        """Takes back what was begun, if anything was."""

    @abstractmethod
    async def close(self) -> None:
        """Closes the connection."""
