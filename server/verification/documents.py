"""What a document must be: the bytes of its address, canonical, with its columns and parents as the bytes say."""

from collections.abc import Iterator
from typing import Any

from ..documents import canonical
from ..documents.document import address_of
from ..documents.kinds import EXECUTION, KINDS
from ..log.record import ADOPTED, Record
from .findings import Finding, FindingKind


def check_document(row: Any, parents: dict[str, str], record: Record | None) -> Iterator[Finding]:
    """Every fault of one row, which holds a document, of the parents filed with it, and against its first record."""
    where = row.address
    if record and not _fits(row.recorded_at, record):
        yield Finding(FindingKind.COLUMN, where, f"recorded_at says {row.recorded_at}, its record {record.recorded_at}")
    found = address_of(row.body)
    if found != row.address:
        yield Finding(FindingKind.ADDRESS, where, f"its bytes are those of {found}")
    held = decoded(row.body)
    if held is None:
        yield Finding(FindingKind.CANONICAL_FORM, where, "its bytes are not canonical JSON")
        return
    if held.get("kind") != row.kind:
        yield Finding(FindingKind.COLUMN, where, f"kind says {row.kind!r}, the bytes {held.get('kind')!r}")
    kind = KINDS.get(held.get("kind", ""))
    if kind is None:
        yield Finding(FindingKind.COLUMN, where, f"this release knows no kind {held.get('kind')!r}")
    if _inputs(held) != row.inputs:
        yield Finding(FindingKind.COLUMN, where, f"inputs says {row.inputs!r}, the bytes {_inputs(held)!r}")
    if not isinstance(held.get("parents", {}), dict):
        yield Finding(FindingKind.PARENT, where, "what it stands on is not told by name")
    told = _parents(held)
    if kind and not kind.parents.keys() <= told.keys() <= kind.parents.keys() | kind.optional_parents.keys():
        description = f"it stands on {sorted(told)}, a {kind.name} on {sorted(kind.parents)}"
        yield Finding(FindingKind.PARENT, where, description)
    for name in sorted(told.keys() | parents.keys()):
        if told.get(name) != parents.get(name):
            yield Finding(
                FindingKind.PARENT, where, f"{name} is filed as {parents.get(name)}, the bytes say {told.get(name)}"
            )


def _fits(recorded_at: str, record: Record) -> bool:
    """A document has the time of its record; one that was adopted was there before."""
    return recorded_at <= record.recorded_at if record.action == ADOPTED else recorded_at == record.recorded_at


def decoded(body: bytes) -> dict[str, Any] | None:
    """The object that canonical bytes say; None where they are not canonical."""
    try:
        held = canonical.decode(body)
        return held if isinstance(held, dict) and canonical.encode(held) == body else None
    except (ValueError, RecursionError):
        return None


def _parents(held: dict[str, Any]) -> dict[str, Any]:
    """What a document stands on, by name."""
    told = held.get("parents")
    return told if isinstance(told, dict) else {}


def _inputs(held: dict[str, Any]) -> str:
    """What `documents.inputs_of` says, read from the bytes of any model."""
    parents = _parents(held)
    if held.get("kind") != EXECUTION.name or "replay_of" in parents:
        return ""
    analysis_date = held.get("analysis_date")
    return f"{held.get('model')} {parents.get('scenario')} {parents.get('dataset_version')} {analysis_date}"
