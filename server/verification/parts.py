"""The parts of a verification, one after another: one that cannot be read is a finding, and none follows one that has
no end."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from ..database.database import Database
from ..database.limits import LimitReached
from .findings import Event, Finding, FindingKind

log = logging.getLogger("seawall.server")

Part = Callable[[], AsyncGenerator[Event, None]]


class Parts:
    """Runs parts of the verification of a database, until one meets something that has no end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.endless = False  #: whether more of it could have no end: no row is read then
        self._said = False

    async def events(self, *parts: Part) -> AsyncGenerator[Event, None]:
        """The events of the parts."""
        for part in parts:
            if self.endless:
                return
            try:
                async with aclosing(part()) as events:
                    async for event in events:
                        yield event
            except Exception as error:
                log.debug("verification stopped in %s", part.__name__, exc_info=True)
                cause = getattr(error, "orig", None) or error
                description = f"{part.__name__.strip('_')} cannot be read: {cause if str(cause) else repr(cause)}"
                yield Finding(FindingKind.DATABASE, self._database.name, description)
                self.endless = self.endless or isinstance(cause, LimitReached)
            if self.endless and not self._said:
                self._said = True
                yield Finding(FindingKind.DATABASE, self._database.name, "no row is read: that could have no end")
