"""The checkpoints in the operator's log: each must be the one that the tenant's log had at that size.

The log of a tenant is verified against its own checkpoints; one that was cut or written anew has not those that the
operator's log recorded.
"""

import re
from collections.abc import AsyncIterator
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.tables import checkpoints
from ..documents.document import address_of
from ..log.record import TENANT_CHECKPOINT, read_record
from ..log.tenants import OPERATOR, tenant_in
from .extent import extent_of
from .findings import Finding, FindingKind
from .pages import RECORD_SIZES, RECORDS, RECORDS_AT_ONCE, RecordRow, pages, rows_of

_HEAD = re.compile(r"([^\n]+)\n([1-9][0-9]{0,18})\n", re.ASCII)


class Recorded(NamedTuple):
    """A checkpoint in a record of the operator's log."""

    seq: int
    tenant: str
    size: int
    note: str


async def check_recorded(connection: AsyncConnection, installation: str) -> AsyncIterator[tuple[str, Finding]]:
    """Every fault with the tenant whose log it is in: the operator's where the record itself is no good."""
    extent = await extent_of(connection, OPERATOR)
    async for page in pages(connection, OPERATOR, RECORD_SIZES, extent.last_seq, RECORDS_AT_ONCE):
        recorded = []
        for row in await rows_of(connection, RECORDS, page):
            match _recorded(RecordRow(*row), installation):
                case Recorded() as checkpoint:
                    recorded.append(checkpoint)
                case Finding() as finding:
                    yield OPERATOR, finding
        stored = await _stored(connection, recorded)
        for seq, tenant, size, note in recorded:
            if stored.get((tenant, size)) != note:
                description = f"the operator's log has another one of this size (record {seq} of {OPERATOR})"
                yield tenant, Finding(FindingKind.HISTORY, f"checkpoint {size}", description)


def _recorded(row: RecordRow, installation: str) -> Recorded | Finding | None:
    """The checkpoint of a row, None where it has none or cannot be read: a finding of the log's own walk."""
    try:
        record = read_record(row.body)
    except ValueError:
        return None
    if record.action != TENANT_CHECKPOINT:
        return None
    head = _HEAD.match(record.checkpoint)
    tenant = tenant_in(installation, head[1]) if head else ""
    if head is None or tenant in ("", OPERATOR) or int(head[2]) >= 2**63:
        return Finding(FindingKind.RECORD, f"record {row.seq}", "it has no checkpoint of a tenant of this installation")
    if record.subject != address_of(record.checkpoint.encode()):
        return Finding(FindingKind.RECORD, f"record {row.seq}", "its subject is not the checkpoint that it has")
    return Recorded(row.seq, tenant, int(head[2]), record.checkpoint)


async def _stored(connection: AsyncConnection, recorded: list[Recorded]) -> dict[tuple[str, int], str]:
    if not recorded:
        return {}
    numbered = {(checkpoint.tenant, checkpoint.size) for checkpoint in recorded}
    query = select(checkpoints).where(tuple_(checkpoints.c.tenant, checkpoints.c.size).in_(sorted(numbered)))
    return {(row.tenant, row.size): row.note for row in await connection.execute(query)}
