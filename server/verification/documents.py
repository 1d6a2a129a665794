"""A stored document: its bytes must be those of its address, canonical, and say the same as its columns and parents."""

from collections.abc import Collection, Iterator
from typing import Any

from ..documents import canonical
from ..documents.document import address_of, labels_in
from ..documents.kinds import EXECUTION, STORED_KINDS
from ..log.record import ADOPTED, Record
from .findings import Finding, FindingKind

Labels = Collection[tuple[str, str]]


def check_document(row: Any, parents: dict[str, str], labels: Labels, record: Record | None) -> Iterator[Finding]:
    """Every fault of a row of `evidence`, against its rows of `parents` and `labels`, and its first record."""
    where = row.address
    if record and not _fits(row.recorded_at, record):
        yield Finding(FindingKind.COLUMN, where, f"recorded_at says {row.recorded_at}, its record {record.recorded_at}")
    address = address_of(row.body)
    if address != row.address:
        yield Finding(FindingKind.ADDRESS, where, f"its bytes are those of {address}")
    body = decoded(row.body)
    if body is None:
        yield Finding(FindingKind.CANONICAL_FORM, where, "its bytes are not canonical JSON")
        return
    if body.get("kind") != row.kind:
        yield Finding(FindingKind.COLUMN, where, f"kind says {row.kind!r}, the bytes {body.get('kind')!r}")
    kind = STORED_KINDS.get(body.get("kind", ""))
    if kind is None:
        yield Finding(FindingKind.COLUMN, where, f"this release knows no kind {body.get('kind')!r}")
    if _inputs(body) != row.inputs:
        yield Finding(FindingKind.COLUMN, where, f"inputs says {row.inputs!r}, the bytes {_inputs(body)!r}")
    if not isinstance(body.get("parents", {}), dict):
        yield Finding(FindingKind.PARENT, where, "its parents are not an object of names")
    in_body = _parents(body)
    if kind and not kind.parents.keys() <= in_body.keys() <= kind.parents.keys() | kind.optional_parents.keys():
        description = f"its parents are {sorted(in_body)}, those of a {kind.name} {sorted(kind.parents)}"
        yield Finding(FindingKind.PARENT, where, description)
    labels_in_body = labels_in(kind, body) if kind else ()
    if sorted(labels) != sorted(labels_in_body):
        yield Finding(FindingKind.COLUMN, where, f"labels say {sorted(labels)}, the bytes {sorted(labels_in_body)}")
    for name in sorted(in_body.keys() | parents.keys()):
        if in_body.get(name) != parents.get(name):
            yield Finding(FindingKind.PARENT, where, f"{name} says {parents.get(name)}, the bytes {in_body.get(name)}")


def _fits(recorded_at: str, record: Record) -> bool:
    """A document has the time of its record; one that was adopted may be older."""
    return recorded_at <= record.recorded_at if record.action == ADOPTED else recorded_at == record.recorded_at


def decoded(body: bytes) -> dict[str, Any] | None:
    """The object of canonical bytes; None where they are not canonical."""
    try:
        value = canonical.decode(body)
        return value if isinstance(value, dict) and canonical.encode(value) == body else None
    except (ValueError, RecursionError):
        return None


def _parents(body: dict[str, Any]) -> dict[str, Any]:
    """The addresses of a document's parents, by name."""
    parents = body.get("parents")
    return parents if isinstance(parents, dict) else {}


def _inputs(body: dict[str, Any]) -> str:
    """The column `inputs`, as `documents.inputs_of` makes it, for a body of any model."""
    parents = _parents(body)
    if body.get("kind") not in EXECUTION.names or "replay_of" in parents:
        return ""
    analysis_date = body.get("analysis_date")
    return f"{body.get('model')} {parents.get('scenario')} {parents.get('dataset_version')} {analysis_date}"
