"""Before each write: is the log in the database the one that was signed, and all of it?"""

from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.engine.values.in_words import counted

from ..log.checkpoint import Checkpoint, read_checkpoint
from ..log.keys import Keys
from ..log.note import NoteRefused
from ..refusals import CallRefused, Trouble
from .ledger import Head, Tip, read_head, read_tip, root_at

LARGEST = 2**63 - 1  #: number that a column can hold


class LogRefused(CallRefused):
    """A log that is not the one that was signed."""

    reason, operator_reads = Trouble.LOG_REFUSED, True
    text = (
        "Not acknowledged: the log in the database lacks records that this server or its checkpoint file knows,"
        " or is another one. Its operator has to restore it."
    )


async def checked_head(connection: AsyncConnection, tenant: str, known: Head, keys: Keys) -> Head:
    """The head of a tenant's log, `known` or further on: other servers may have added to it. Else `LogRefused`.

    What is known is not read again. A log that was restored or rewritten under a running server is refused here.
    """
    tip = await read_tip(connection, tenant)
    return known_head(tip, known) or await grown_head(connection, tenant, tip, known, keys)


def known_head(tip: Tip, known: Head) -> Head | None:
    """The head of a log that ends where it is known to end, None of one that ends elsewhere."""
    if tip.position >= LARGEST:
        raise LogRefused(f"a document has the number {tip.position}, and no other can follow it")
    if (tip.size, tip.signed, tip.note) == (known.size, known.size, known.note):
        return known._replace(position=max(tip.position, known.position))
    return None


async def grown_head(connection: AsyncConnection, tenant: str, tip: Tip, known: Head, keys: Keys) -> Head:
    """The head of a log that ends elsewhere than where it is known to end; else `LogRefused`."""
    await _check_tip(connection, tenant, tip, keys)
    if tip.size < known.size:
        raise LogRefused(
            f"the log has {counted(tip.size, 'record')} and this server knows {known.size}: records are missing"
        )
    if known.size and await _root(connection, tenant, known.size) != known.root:
        raise LogRefused(f"the log does not begin with the {counted(known.size, 'record')} that this server knows")
    try:
        return await read_head(connection, tenant, tip)
    except ValueError as error:
        raise LogRefused(f"record {tip.size - 1} cannot be read: {error}") from None


async def begins_with(connection: AsyncConnection, tenant: str, size: int, checkpoint: Checkpoint) -> bool:
    """Whether a log of this size is the one that the checkpoint was signed over, or has grown from it."""
    return checkpoint.size <= size and await _root(connection, tenant, checkpoint.size) == checkpoint.root


async def _check_tip(connection: AsyncConnection, tenant: str, tip: Tip, keys: Keys) -> None:
    """The last checkpoint must be signed, and be over exactly the records that are stored."""
    if tip.signed != tip.size:
        raise LogRefused(f"the log has {counted(tip.size, 'record')} and its last checkpoint is over {tip.signed}")
    if tip.size:
        try:
            checkpoint = read_checkpoint(tip.note, keys)
        except NoteRefused as error:
            raise LogRefused(f"the checkpoint over {counted(tip.size, 'record')}: {error}") from None
        if (checkpoint.size, checkpoint.root) != (tip.size, await _root(connection, tenant, tip.size)):
            raise LogRefused(
                f"the log of {counted(tip.size, 'record')} is not the one that its checkpoint was signed over"
            )


async def _root(connection: AsyncConnection, tenant: str, size: int) -> bytes:
    try:
        return await root_at(connection, tenant, size)
    except KeyError as error:
        raise LogRefused(f"the log lacks a hash: {error}") from None
