"""Links between documents, records and requests: queries for those that lead nowhere or to the wrong thing."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..database.tables import evidence, labels, parents, records, requests
from ..documents.kinds import ACTIONS, STORED_KINDS
from ..log.record import KEY_ADDED, TENANT_CHECKPOINT, TRUNCATION_ACCEPTED, Record, read_record
from .findings import Finding, FindingKind
from .pages import LAST, TENANT

#: A kind with the name of a parent -> the kind of that parent.
_LINKS = {
    f"{kind.name} {name}": parent
    for kind in STORED_KINDS.values()
    for name, parent in (*kind.parents.items(), *kind.optional_parents.items())
}


#: Actions whose subject is no document.
_OF_NO_DOCUMENT = (KEY_ADDED, TRUNCATION_ACCEPTED, TENANT_CHECKPOINT)


async def check_links(connection: AsyncConnection, tenant: str, last_seq: int) -> AsyncIterator[Finding]:
    """Every broken link of a tenant, among the records that were stored when the verification began."""
    for query, findings_of in _CHECKS:
        async for row in await connection.stream(query, {"tenant": tenant, "last": last_seq}):
            for finding in findings_of(row):
                yield finding


def _without_document() -> Any:
    document = _stored(records.c.tenant, records.c.subject)
    own = (records.c.tenant == TENANT, records.c.seq <= LAST)
    return select(records.c.seq, records.c.subject, records.c.body).where(*own, ~document.exists())


def _no_document(row: Any) -> Iterator[Finding]:
    record = _record(row.body)
    if record is None or record.action not in _OF_NO_DOCUMENT:
        yield Finding(FindingKind.WITHOUT_DOCUMENT, row.subject, f"record {row.seq} is about it, and it is not stored")


def _wrong_parent() -> Any:
    """Links that lead nowhere, and those whose parent is of another kind than their name says.

    Whether a child has a parent of such a name is checked with the document.
    """
    child, parent = evidence.alias("child"), evidence.alias("parent")
    link = child.c.kind + " " + parents.c.name
    allowed = [f"{known} {kind}" for known, kind in _LINKS.items()]
    another_kind = and_((link + " " + parent.c.kind).not_in(allowed), link.in_(_LINKS))
    is_lost = or_(child.c.position.is_(None), parent.c.position.is_(None))
    return (
        select(parents.c.child, parents.c.name, parents.c.parent, parent.c.kind, is_lost.label("is_lost"))
        .outerjoin(child, and_(child.c.tenant == parents.c.tenant, child.c.address == parents.c.child))
        .outerjoin(parent, and_(parent.c.tenant == parents.c.tenant, parent.c.address == parents.c.parent))
        .where(parents.c.tenant == TENANT, or_(is_lost, another_kind))
    )


def _another_parent(row: Any) -> Iterator[Finding]:
    is_another = f"{row.parent}: one of the two is not stored" if row.is_lost else f"a {row.kind}"
    yield Finding(FindingKind.PARENT, row.child, f"{row.name} is {is_another}")


def _without_labelled() -> Any:
    labelled = _stored(labels.c.tenant, labels.c.address)
    return select(labels.c.address, labels.c.label).where(labels.c.tenant == TENANT, ~labelled.exists())


def _no_labelled(row: Any) -> Iterator[Finding]:
    yield Finding(FindingKind.COLUMN, row.address, f"it has the label {row.label}, and is not stored")


def _without_request() -> Any:
    request = select(requests.c.request_id).where(
        requests.c.tenant == records.c.tenant, requests.c.request_id == records.c.request_id
    )
    by_request = (records.c.tenant == TENANT, records.c.seq <= LAST, records.c.request_id != "")
    return select(records.c.seq, records.c.request_id).where(*by_request, ~request.exists())


def _no_request(row: Any) -> Iterator[Finding]:
    yield Finding(FindingKind.REQUEST, row.request_id, f"record {row.seq} answers it, and the answer is not kept")


def _answers() -> Any:
    """Every request of a tenant with its answer, the last record that it made, and the first one about the answer."""
    made = (
        select(records.c.request_id, func.max(records.c.seq).label("seq"))
        .where(records.c.tenant == TENANT, records.c.request_id != "")
        .group_by(records.c.request_id)
        .subquery("made")
    )
    about_answer = (records.c.tenant == requests.c.tenant, records.c.subject == requests.c.answer)
    first_seq = select(func.min(records.c.seq)).where(*about_answer).scalar_subquery()
    own, first = records.alias("own"), records.alias("first")
    return (
        select(
            requests,
            evidence.c.position,
            own.c.body.label("own"),
            first.c.body.label("first"),
        )
        .select_from(
            requests.outerjoin(made, made.c.request_id == requests.c.request_id)
            .outerjoin(own, and_(own.c.tenant == TENANT, own.c.seq == made.c.seq))
            .outerjoin(first, and_(first.c.tenant == TENANT, first.c.seq == first_seq))
            .outerjoin(evidence, and_(evidence.c.tenant == requests.c.tenant, evidence.c.address == requests.c.answer))
        )
        .where(requests.c.tenant == TENANT)
    )


def _in_answer(row: Any) -> Iterator[Finding]:
    """The findings of one request: it must fit the record that it made, or have stored nothing."""
    own, first = _record(row.own), _record(row.first)
    if row.position is None or (own and own.subject != row.answer):
        yield Finding(FindingKind.REQUEST, row.request_id, f"answer says {row.answer}, the log has another")
    elif own:
        yield from _against_record(row, own, own == first)
    elif row.created:
        yield Finding(
            FindingKind.REQUEST, row.request_id, f"created says {row.created}, and the log has no record of it"
        )


def _against_record(row: Any, own: Record, stored_it: bool) -> Iterator[Finding]:
    for column, in_row, in_record in (
        ("request_sha256", row.request_sha256, own.request_sha256),
        ("created", row.created, int(stored_it)),
        ("method", ACTIONS.get(row.method), own.action),
    ):
        if in_row != in_record:
            description = f"{column} says {getattr(row, column)!r}, which does not fit record {own.seq}"
            yield Finding(FindingKind.REQUEST, row.request_id, description)


def _record(body: bytes | None) -> Record | None:
    try:
        return read_record(body) if body is not None else None
    except ValueError:
        return None


def _stored(tenant: Any, address: Any) -> Any:
    return select(evidence.c.position).where(evidence.c.tenant == tenant, evidence.c.address == address)


_CHECKS: tuple[tuple[Any, Callable[[Any], Iterator[Finding]]], ...] = (
    (_without_document(), _no_document),
    (_wrong_parent(), _another_parent),
    (_without_labelled(), _no_labelled),
    (_without_request(), _no_request),
    (_answers(), _in_answer),
)
