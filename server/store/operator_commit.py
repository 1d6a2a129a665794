"""A commit of the operator's log, by whichever process: servers and commands take turns at its lock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.database import Database
from ..log.tenants import OPERATOR
from .clock import time_after
from .log_check import checked_head
from .logs import Logs
from .transaction import Transaction


class OperatorCommit(NamedTuple):
    """What the commit adds, and the connection that has the lock."""

    connection: AsyncConnection
    transaction: Transaction


@asynccontextmanager
async def operator_commit(database: Database, logs: Logs) -> AsyncIterator[OperatorCommit]:
    """Commits what the block adds to the transaction, and writes the checkpoint file."""
    own = await logs.of(OPERATOR)
    await own.settle()
    with database.errors_translated():
        async with database.changing() as connection:
            await database.lock(connection, OPERATOR)
            head = await checked_head(connection, OPERATOR, own.head, own.keys)
            transaction = Transaction(OPERATOR, head, time_after(head.recorded_at))
            yield OperatorCommit(connection, transaction)
            await transaction.write(connection, own.keys)
    await own.keep_added(transaction.head_after())
