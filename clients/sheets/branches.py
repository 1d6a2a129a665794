"""What the lines of a sheet give becomes a branch of the tree of a file: names in names, as the API has them.

A required field that is left empty is in the tree too, so that the fault names its cell.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..files import field_words
from ..files.tree import Fields, Node, Place, Unusable
from .layout import Line, Path


class Entry(NamedTuple):
    """A filled line: where its name and its value stand."""

    line: Line
    name: Place
    node: Node


def branch(place: Place, entries: Iterable[Entry], lines: Iterable[Line], empty: Callable[[Line], Unusable]) -> Fields:
    """The entries as fields at `place`; `empty` says of a required line that it has no value."""
    root = Fields(place, {}, {})
    for entry in entries:
        _put(root, entry.line.path, entry)
    for line in lines:
        holder = _holder(root, line.path[:-1])
        inside = len(line.path) > 1  # of a message that is there, though it may be left out
        needed = line.required or (inside and line.field and field_words.rules_of(line.field).required)
        if holder and needed and line.path[-1] not in holder.values:
            nothing = empty(line)
            _put(root, line.path, Entry(line, nothing.place, nothing))
    return root


def _put(fields: Fields, path: Path, entry: Entry) -> None:
    name, *inside = path
    if not inside:
        fields.values[name], fields.names[name] = entry.node, entry.name
        return
    holder = fields.values.setdefault(name, Fields(entry.name, {}, {}))
    fields.names.setdefault(name, entry.name)
    assert isinstance(holder, Fields)
    _put(holder, tuple(inside), entry)


def _holder(fields: Fields, path: Path) -> Fields | None:
    for name in path:
        inner = fields.values.get(name)
        if not isinstance(inner, Fields):
            return None
        fields = inner
    return fields
