"""What the log proves to whoever asks: checkpoints, receipts, and that an older log is the beginning of this one."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from ..database.database import Database
from ..log.checkpoint import receipt
from ..log.keys import Keys
from ..refusals import FieldRefused, NotFound, Trouble
from .ledger import consistency, first_record, inclusion, last_checkpoint


class NotLogged(NotFound):
    """The log has no record of that."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(Trouble.NOT_LOGGED, kind, name)


class OutOfLog(FieldRefused):
    """A size that a log of `size` records never had; the one of the two sizes that is at fault."""

    def __init__(self, first: int, second: int | None, size: int) -> None:
        first_is_at_fault = second is None or first > size
        field, value, least = ("first_size", first, 1) if first_is_at_fault else ("second_size", second, first)
        super().__init__(Trouble.OUT_OF_LOG, field, str(value), f"{least} to {size}, the records in the log")


class Proof(NamedTuple):
    """The receipt of one record."""

    seq: int
    record: bytes
    receipt: str


class Consistency(NamedTuple):
    """The proof that the log of `first` records is the beginning of that of `second`, with its newest checkpoint."""

    first: int
    second: int
    hashes: list[bytes]
    note: str


class Proofs:
    """Reads the log of a tenant. `acknowledge` is awaited with the size of the checkpoint before it is given."""

    def __init__(
        self, database: Database, tenant: str, keys: Keys, acknowledge: Callable[[int], Awaitable[None]]
    ) -> None:
        self._database = database
        self._tenant = tenant
        self.keys = keys
        self._acknowledge = acknowledge

    async def checkpoint(self) -> str:
        """The newest checkpoint; `NotLogged` before the first record."""
        with self._database.errors_translated():
            async with self._database.reader.connect() as connection:
                last = await last_checkpoint(connection, self._tenant)
        if last is None:
            raise NotLogged("checkpoint", "newest")
        await self._acknowledge(last.size)
        return str(last.note)

    async def inclusion(self, subject: str, request_id: str = "") -> Proof:
        """The receipt of the first record about a document, or of the record that a request made about it."""
        with self._database.errors_translated():
            async with self._database.reader.connect() as connection:
                row = await first_record(connection, self._tenant, subject)
                if request_id:
                    row = await first_record(connection, self._tenant, subject, request_id) or row
                last = await last_checkpoint(connection, self._tenant)  # after the record, which it then is over
                if row is None or last is None:
                    raise NotLogged("record of", subject)
                hashes = await inclusion(connection, self._tenant, row.seq, last.size)
        await self._acknowledge(last.size)
        return Proof(row.seq, row.body, receipt(row.body, row.seq, hashes, last.note))

    async def consistency(self, first: int, second: int | None = None) -> Consistency:
        """The proof from `first` records to `second`, by default all; else `OutOfLog`."""
        with self._database.errors_translated():
            async with self._database.reader.connect() as connection:
                last = await last_checkpoint(connection, self._tenant)
                size = last.size if last else 0
                later = size if second is None else second
                if last is None or not 0 < first <= later <= size:
                    raise OutOfLog(first, second, size)
                hashes = await consistency(connection, self._tenant, first, later)
        await self._acknowledge(last.size)
        return Consistency(first, later, hashes, last.note)
