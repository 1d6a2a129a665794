"""A page read and checked: what does not depend on the pages before it, so that each may be done elsewhere."""

import gc
from asyncio import to_thread
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

from ..database.database import Database
from ..log.keys import Keys
from .documents import check_document
from .findings import Finding
from .history import PlaceOfDocument
from .pages import CHECKPOINTS, DOCUMENTS, LABELS, PARENTS, RECORDS, DocumentRow, Page, RecordRow, read_page
from .records import CheckedRecord, check_record

MOST_FINDINGS = 100  #: of a document, which can name a million parents

Rows = Sequence[Any]


class CheckedDocuments(NamedTuple):
    """A page of documents."""

    order: list[PlaceOfDocument]
    findings: list[Finding]


class CheckedRecords(NamedTuple):
    """A page of records."""

    records: list[CheckedRecord]
    checkpoints: int
    newest_note: str  #: empty where no checkpoint follows any of them


async def check_documents(database: Database, page: Page) -> CheckedDocuments:
    """The documents of a page against their columns, their parents, their labels and their first records."""
    with _without_collector():
        rows, parents, labels = await read_page(database, page, DOCUMENTS, PARENTS, LABELS)
        return await to_thread(_checked_documents, [DocumentRow(*row) for row in rows], parents, labels)


async def check_records(database: Database, page: Page, keys: Keys) -> CheckedRecords:
    """The records of a page, and the checkpoints after them."""
    with _without_collector():
        rows, last = await read_page(database, page, RECORDS, CHECKPOINTS)
        notes = dict(tuple(row) for row in last)
        checked = await to_thread(_checked_records, [RecordRow(*row) for row in rows], notes, page.before, keys)
    return CheckedRecords(checked, len(notes), notes[max(notes)] if notes else "")


@contextmanager
def _without_collector() -> Iterator[None]:
    """For a page: its rows and documents have no cycles, and to look for some would be a tenth of the work."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _checked_documents(rows: Sequence[DocumentRow], parents: Rows, labels: Rows) -> CheckedDocuments:
    links: dict[int, dict[str, str]] = {}
    for position, name, parent in parents:
        links.setdefault(position, {})[name] = parent
    named: dict[int, list[tuple[str, str]]] = {}
    for position, name, label in labels:
        named.setdefault(position, []).append((name, label))
    checked = (
        islice(check_document(row, links.get(row.position, {}), named.get(row.position, [])), MOST_FINDINGS)
        for row in rows
    )
    findings = [finding for of_document in checked for finding in of_document]
    return CheckedDocuments([(row.position, row.address, row.record_seq) for row in rows], findings)


def _checked_records(
    rows: Sequence[RecordRow], notes: Mapping[int, str], before: int, keys: Keys
) -> list[CheckedRecord]:
    return [check_record(row, notes.get(size), size, keys) for size, row in enumerate(rows, start=before + 1)]
