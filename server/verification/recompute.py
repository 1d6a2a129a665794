"""What the engine made, computed again from the documents that it stands on, and compared with what is stored.

Hashes and signatures say that nothing was changed since. They do not say that a document was ever computed: whoever
has the key of the log can put any figures into it.
"""

from asyncio import to_thread
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from seawall.engine import Refused

from ..database.database import Database
from ..documents.canonical import decode
from ..documents.columns import months_of
from ..documents.document import Document
from ..refusals import CallRefused
from ..store.appends import StoredDocument
from .documents import decoded, kind_of, parents_in
from .findings import Finding, FindingKind
from .pages import COMPUTED, OF_ADDRESSES, Page, rows_of

AT_ONCE = 16  #: documents on a page, each of which may take a second
COLUMNS = ("months.", "schedule.")  #: where a document has columns over months
LONGEST_ENTRY, LONGEST_NAME, LONGEST_CAUSE = 80, 120, 400  #: letters of what is quoted

#: The fields of a document and its parents by their names -> the document that this release makes of them, None where
#: another release made it.
Compute = Callable[[Mapping[str, Any], Mapping[str, StoredDocument]], Document | None]
Run = Callable[..., Awaitable[Any]]


class Recomputation(NamedTuple):
    """How documents are computed, and on which threads."""

    compute: Compute
    run: Run = to_thread


class CheckedComputed(NamedTuple):
    """A page of documents, and those on it that the engine made."""

    rows: int  #: documents on the page
    documents: int  #: that were computed again
    findings: list[Finding]
    other_releases: Counter[str]  #: what the others say that made them


async def check_computed(database: Database, page: Page, recomputation: Recomputation) -> CheckedComputed:
    """The documents of a page, each against what its stored parents give."""
    documents, other_releases = 0, Counter[str]()
    findings: list[Finding] = []
    async with database.reader.connect() as connection:
        for row in await rows_of(connection, COMPUTED, page):
            fields = decoded(row.body)
            if fields is None:
                continue  # a finding where documents are walked
            parents = await _parents(connection, row.tenant, fields)
            recomputed = await recomputation.run(_recomputed, row, fields, parents, recomputation.compute)
            if recomputed is None:
                other_releases[_made_by(fields)] += 1
            else:
                documents, findings = documents + 1, findings + recomputed
    return CheckedComputed(page.rows, documents, findings, other_releases)


async def _parents(connection: AsyncConnection, tenant: str, fields: Mapping[str, Any]) -> dict[str, StoredDocument]:
    """What a document is computed from, by the names of its parents, for as far as that is stored."""
    kind = kind_of(fields)
    addresses = {name: address for name, address in parents_in(fields).items() if kind and name in kind.parents}
    query = {"tenant": tenant, "addresses": [str(address) for address in addresses.values()]}
    rows = {row.address: row for row in await connection.execute(OF_ADDRESSES, query)} if addresses else {}
    return {
        name: StoredDocument(row.position, row.address, row.kind, row.body, row.recorded_at)
        for name, address in addresses.items()
        if (row := rows.get(address))
    }


def _recomputed(
    row: Any, fields: Mapping[str, Any], parents: Mapping[str, StoredDocument], compute: Compute
) -> list[Finding] | None:
    """What differs, None for a document of another release."""
    try:
        document = compute(fields, parents)
    except Exception as error:  # whatever somebody else has written into a document
        cause = str(error) if isinstance(error, CallRefused | Refused) else repr(error)
        description = f"it cannot be computed again: {_brief(cause, LONGEST_CAUSE)}"
        return [Finding(FindingKind.COMPUTATION, row.address, description)]
    if document is None:
        return None
    if document.body == row.body:
        return []
    path, stored, computed = first_difference(fields, decode(document.body))
    description = f"{path} says {stored}, computed again it is {computed}"
    return [Finding(FindingKind.COMPUTATION, row.address, description)]


def first_difference(stored: Any, computed: Any) -> tuple[str, str, str]:
    """The path of the first entry that differs, in the order of the bytes, and both entries."""
    return next(_differences("", stored, computed))


def _differences(path: str, stored: Any, computed: Any) -> Iterator[tuple[str, str, str]]:
    if stored == computed:
        return
    if isinstance(stored, dict) and isinstance(computed, dict):
        for key in sorted(stored.keys() | computed.keys()):
            yield from _differences(f"{path}.{key}".lstrip("."), stored.get(key), computed.get(key))
    elif isinstance(stored, list) and isinstance(computed, list):
        for position, pair in enumerate(zip(stored, computed, strict=False)):
            yield from _differences(f"{path}[{position}]", *pair)
        yield path, f"{len(stored)} entries", f"{len(computed)} entries"
    else:
        if path.startswith(COLUMNS):
            yield from _months(path, stored, computed)
        yield path, _entry(stored), _entry(computed)


def _months(path: str, stored: Any, computed: Any) -> Iterator[tuple[str, str, str]]:
    """The first month in which two columns differ, as long as both can be read."""
    with suppress(ValueError, AttributeError):
        for position, (figure, other) in enumerate(zip(months_of(stored), months_of(computed), strict=False)):
            if figure != other:
                yield f"{path}[{position}]", _entry(figure), _entry(other)


def _entry(entry: Any) -> str:
    return "nothing" if entry is None else _brief(repr(entry), LONGEST_ENTRY)


def _made_by(fields: Mapping[str, Any]) -> str:
    """The kind of a document of another release, with the model and the method that it names."""
    names = [str(fields[name]) for name in ("kind", "model", "method") if name in fields]
    return _brief(" ".join(names) or "no kind", LONGEST_NAME)


def _brief(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."
