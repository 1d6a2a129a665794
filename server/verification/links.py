"""What documents, records and requests owe each other, asked of the database itself."""

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.server.log.record import TRUNCATION_ACCEPTED, read_record
from seawall.server.tables import evidence, parents, records, requests
from seawall.server.verification.findings import Finding, FindingKind


async def check_links(connection: AsyncConnection, last_position: int, last_seq: int) -> list[Finding]:
    """Whatever refers to nothing, among what was there when the verification began."""
    return [
        *await _without_record(connection, last_position),
        *await _without_document(connection, last_seq),
        *await _without_parent(connection),
        *await _without_answer(connection),
    ]


async def _without_record(connection: AsyncConnection, last_position: int) -> list[Finding]:
    logged = select(records.c.seq).where(records.c.tenant == evidence.c.tenant, records.c.subject == evidence.c.address)
    query = select(evidence.c.address).where(evidence.c.position <= last_position, ~logged.exists())
    return [
        Finding(FindingKind.WITHOUT_RECORD, address, "it is stored and the log has no record of it")
        for address in (await connection.execute(query)).scalars()
    ]


async def _without_document(connection: AsyncConnection, last_seq: int) -> list[Finding]:
    held = _stored(records.c.tenant, records.c.subject)
    query = select(records.c.seq, records.c.subject, records.c.body).where(records.c.seq <= last_seq, ~held.exists())
    return [
        Finding(FindingKind.WITHOUT_DOCUMENT, row.subject, f"record {row.seq} is about it, and it is not stored")
        for row in await connection.execute(query)
        if not _about_no_document(row.body)
    ]


async def _without_parent(connection: AsyncConnection) -> list[Finding]:
    held = _stored(parents.c.tenant, parents.c.parent)
    child = _stored(parents.c.tenant, parents.c.child)
    query = select(parents.c.child, parents.c.name, parents.c.parent).where(or_(~held.exists(), ~child.exists()))
    return [
        Finding(FindingKind.PARENT, row.child, f"{row.name} is {row.parent}: one of the two is not stored")
        for row in await connection.execute(query)
    ]


async def _without_answer(connection: AsyncConnection) -> list[Finding]:
    """A request that stored something stands in the record of it, with what it asked."""
    logged = and_(
        records.c.tenant == requests.c.tenant,
        records.c.subject == requests.c.answer,
        records.c.request_id == requests.c.request_id,
    )
    query = select(requests, evidence.c.position, records.c.body.label("record")).select_from(
        requests.outerjoin(
            evidence, and_(evidence.c.tenant == requests.c.tenant, evidence.c.address == requests.c.answer)
        ).outerjoin(records, logged)
    )
    return [
        Finding(FindingKind.REQUEST, row.request_id, f"its answer is kept as {row.answer}, the log has another")
        for row in await connection.execute(query)
        if row.position is None or not _answers(row)
    ]


def _answers(row: Any) -> bool:
    """Whether a request and the record of its answer fit; one that stored nothing has no record."""
    if row.record is None:
        return int(row.created) == 0
    try:
        return read_record(row.record).request_sha256 == str(row.request_sha256)
    except ValueError:
        return False


def _stored(tenant: Any, address: Any) -> Any:
    return select(evidence.c.position).where(evidence.c.tenant == tenant, evidence.c.address == address)


def _about_no_document(body: bytes) -> bool:
    try:
        return read_record(body).action == TRUNCATION_ACCEPTED
    except ValueError:
        return False
