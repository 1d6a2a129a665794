"""A change of tenants, API keys or quotas as a command makes it, beside servers that run on the same database."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ..database import schema
from ..database.connect import database_of
from ..database.database import Database, DatabaseRefused, StoreUnavailable
from ..database.sqlite import Sqlite
from ..documents.accounts import AccountEntry
from ..documents.document import seal
from ..log import key_file as key_files
from ..log.tenants import OPERATOR
from ..store.logs import Logs
from ..store.opening import LogFiles, default_files
from ..store.operator_documents import OperatorDocuments, all_documents
from .register import Change, Register

MOST_TRIES = 20  #: of a change while others change things too


class Changes:
    """The operator's log for a command that adds to it."""

    def __init__(self, documents: OperatorDocuments) -> None:
        self._documents = documents
        self.register = Register()

    async def make(self, decide: Callable[[Register], AccountEntry]) -> Change:
        """Decides on what holds, and stores the change; raises `ChangeRefused` where it does not follow.

        Another command that is faster is seen, and the change decided again.
        """
        for _ in range(MOST_TRIES):
            await catch_up(self.register, self._documents)
            entry = decide(self.register)
            self.register.check(entry)
            before = self.register.newest(entry)
            document = seal(entry, previous=before.address) if before else seal(entry)
            stored = await self._documents.append(document, self.register.position)
            if stored:
                self.register.apply(stored)
                change = self.register.newest(entry)
                assert change
                return change
        raise StoreUnavailable("others change tenants, API keys and quotas all the time: repeat")


async def catch_up(register: Register, documents: OperatorDocuments) -> None:
    """Applies every change that a register does not know yet."""
    while following := await documents.after(register.position):
        for document in following:
            register.apply(document)


@asynccontextmanager
async def changing(name: str, files: LogFiles | None) -> AsyncIterator[Changes]:
    """For a database of this release, whose operator's log it opens with the private key."""
    async with _opened(name) as database:
        logs = Logs(database, files or default_files(database))
        with database.errors_translated():
            await database.check_durability()
            await logs.load_keys()
        yield Changes(OperatorDocuments(database, logs))


async def read_register(name: str, files: LogFiles | None) -> Register:
    """What holds, for who only reads: the public half of the key is enough, and nothing is written."""
    register = Register()
    async with _opened(name, read_only=True) as database:
        keys = key_files.load_public((files or default_files(database)).key).of(OPERATOR)
        with database.errors_translated():
            while documents := await all_documents(database, keys, register.position):
                for document in documents:
                    register.apply(document)
    return register


@asynccontextmanager
async def _opened(name: str, read_only: bool = False) -> AsyncIterator[Database]:
    """A command makes no database: a name that is mistyped is none."""
    database = database_of(name, read_only=read_only)
    try:
        if isinstance(database, Sqlite) and not database.path.exists():
            raise DatabaseRefused(f"there is no database {name}: seawall db upgrade makes its tables")
        with database.errors_translated():
            await schema.check(database)
        yield database
        database.check_place()
    finally:
        await database.dispose()
