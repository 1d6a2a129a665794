"""A stored document: its bytes must be those of its address, canonical, and say the same as its columns and parents."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ..database.declared import declaration
from ..database.tables import evidence
from ..documents.document import Fields, address_of, labels_in
from ..documents.kinds import EXECUTION, OPERATOR_KINDS, STORED_KINDS, SWEEP_BLOCK, DocumentKind
from ..documents.strict import outline, verified
from ..log.tenants import OPERATOR
from .findings import Finding, FindingKind
from .pages import DocumentRow

#: Bytes of memory that a value takes at most beyond its text, that a list or an object does, and all of a document may.
VALUE_BYTES, LIST_BYTES, MOST_MEMORY = 64, 256, 96 * 2**20


Labels = list[tuple[str, str]]
_EXECUTIONS = EXECUTION.names


def check_document(row: DocumentRow, parents: dict[str, str], labels: Labels) -> Iterator[Finding]:
    """Every fault of a row of `evidence` with its first record, against its rows of `parents` and `labels`."""
    where = row.address
    if not row.recorded_at:  # as it is read where it is not as its column declares
        yield Finding(FindingKind.COLUMN, where, f"recorded_at is not {declaration(evidence.c.recorded_at)}")
    if row.kind == SWEEP_BLOCK:
        yield from _check_block(row, parents, labels)
        return
    if row.record_seq is None:
        yield Finding(FindingKind.WITHOUT_RECORD, where, "it is stored and the log has no record of it")
    logged = _logged(row.record_body)
    if logged and row.recorded_at != logged.recorded_at:
        yield Finding(FindingKind.COLUMN, where, f"recorded_at says {row.recorded_at}, its record {logged.recorded_at}")
    address = address_of(row.body)
    if address != row.address:
        yield Finding(FindingKind.ADDRESS, where, f"its bytes are those of {address}")
    body = _fields(row)
    if body is None:
        yield Finding(FindingKind.CANONICAL_FORM, where, "its bytes are not canonical JSON")
        return
    name = body.get("kind")
    if name != row.kind:
        yield Finding(FindingKind.COLUMN, where, f"kind says {row.kind!r}, the bytes {name!r}")
    kind = kind_of(body)
    if kind is None:
        yield Finding(FindingKind.COLUMN, where, f"this release knows no kind {name!r}")
    elif (kind.name in OPERATOR_KINDS) != (row.tenant == OPERATOR):
        yield Finding(FindingKind.COLUMN, where, f"no {kind.name} is a document of {row.tenant}")
    inputs = _inputs(body) if name in _EXECUTIONS else ""
    if inputs != row.inputs:
        yield Finding(FindingKind.COLUMN, where, f"inputs says {row.inputs!r}, the bytes {inputs!r}")
    if not isinstance(body.get("parents", {}), dict):
        yield Finding(FindingKind.PARENT, where, "its parents are not an object of names")
    in_body = parents_in(body)
    if kind and not _are_parents_of(kind, in_body):
        description = f"its parents are {sorted(in_body)}, those of a {kind.name} {sorted(kind.parents)}"
        yield Finding(FindingKind.PARENT, where, description)
    if kind and (labels or kind.labels) and sorted(labels) != (labels_in_body := list(labels_in(kind, body))):
        yield Finding(FindingKind.COLUMN, where, f"labels say {sorted(labels)}, the bytes {labels_in_body}")
    if in_body == parents:
        return
    for name in sorted(in_body.keys() | parents.keys()):
        if in_body.get(name) != parents.get(name):
            yield Finding(FindingKind.PARENT, where, f"{name} says {parents.get(name)}, the bytes {in_body.get(name)}")


def _check_block(row: DocumentRow, parents: dict[str, str], labels: Labels) -> Iterator[Finding]:
    """Bytes that are no JSON, and that no record is about: `sweeps` checks which sweep has them."""
    address = address_of(row.body)
    if address != row.address:
        yield Finding(FindingKind.ADDRESS, row.address, f"its bytes are those of {address}")
    if row.inputs or parents or labels:
        yield Finding(FindingKind.COLUMN, row.address, "it has inputs, parents or labels, and a block has none")


class _Logged(msgspec.Struct):
    """What a document takes from its first record. The walk over the log checks all of that."""

    recorded_at: str


_LOGGED = msgspec.json.Decoder(_Logged)


def _logged(record: bytes | None) -> _Logged | None:
    try:
        return None if record is None else _LOGGED.decode(record)
    except (ValueError, RecursionError):
        return None


def decoded(body: bytes) -> dict[str, Any] | None:
    """The object of canonical bytes; None where they are not canonical, or more than a document."""
    try:
        return None if _is_too_much(body) else verified(body)
    except (ValueError, RecursionError):
        return None


def _fields(row: DocumentRow) -> Fields | None:
    """The same to look at few of the fields."""
    try:
        return None if _is_too_much(row.body) else outline(row.body, row.kind)
    except (ValueError, RecursionError):
        return None


def _is_too_much(body: bytes) -> bool:
    return len(body) * LIST_BYTES > MOST_MEMORY and _memory_of(body) > MOST_MEMORY


def _memory_of(body: bytes) -> int:
    return body.count(b",") * VALUE_BYTES + (body.count(b"[") + body.count(b"{")) * LIST_BYTES


def kind_of(body: Fields) -> DocumentKind | None:
    """The kind of a document, None where this release knows none of that name."""
    name = body.get("kind")
    return STORED_KINDS.get(name) if isinstance(name, str) else None


def parents_in(body: Fields) -> dict[str, Any]:
    """The addresses of a document's parents, by name."""
    parents = body.get("parents")
    return parents if isinstance(parents, dict) else {}


def _are_parents_of(kind: DocumentKind, parents: Mapping[str, Any]) -> bool:
    names, needed = parents.keys(), kind.parents.keys()
    return names == needed or needed <= names <= needed | kind.optional_parents.keys()


def _inputs(body: Fields) -> str:
    """The column `inputs` of an execution, as `documents.inputs_of` makes it, for a body of any model."""
    parents = parents_in(body)
    if "replay_of" in parents:
        return ""
    analysis_date = body.get("analysis_date")
    return f"{body.get('model')} {parents.get('scenario')} {parents.get('dataset_version')} {analysis_date}"
