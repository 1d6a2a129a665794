"""Values to messages, by walking the fields of the value: no message has a converter of its own.

A message takes the fields of its value and, where the API names them, its properties, so that a subtotal is computed
in one place wherever it is shown.
"""

from collections.abc import Callable, Collection
from dataclasses import MISSING
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from google.protobuf.message import Message

from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import is_defined, ratio_text
from seawall.engine.values.units import Kind
from seawall.engine.values.value import Field, decimal_text, fields_of
from seawall.v1.common_pb2 import Ratio

from ..documents.document import WRITTEN_OUT
from .from_message import wire_name
from .scalars import prefix

M = TypeVar("M", bound=Message)


def message(kind: type[M], value: Any, **others: Any) -> M:
    """The message of a value: its fields, the properties that the API names, and `others`, which the value lacks.

    Inputs leave out fields at their default, as a caller may, apart from those that documents write out too; results
    write out every field.
    """
    made = kind(**_plain(kind.DESCRIPTOR, value, others), **others)
    _add_lists(made, value, others)
    return made


def fill(made: Message, value: Any) -> None:
    """Writes a value into an empty message, which may be a part of another.

    A part that is made by itself is copied as it is put in: with thousands of lines that is one long step, in which no
    other thread gets the interpreter.
    """
    made.SetInParent()
    made.MergeFrom(type(made)(**_plain(made.DESCRIPTOR, value)))
    _add_lists(made, value)


def _plain(kind: Any, value: Any, others: Collection[str] = ()) -> dict[str, Any]:
    """The fields without lists of values in them, by name."""
    cls: Any = value.__class__
    return {name: write(value) for name, write in _writers(kind, cls).plain if name not in others}


def _add_lists(made: Any, value: Any, others: Collection[str] = ()) -> None:
    """Lists of values, each item in its place."""
    cls: Any = value.__class__
    for name, write, item_kind in _writers(made.DESCRIPTOR, cls).lists:
        content = None if name in others else write(value)
        if content is not None and item_kind:
            add = getattr(made, name).add
            for item in content:
                _add_lists(add(**_plain(item_kind, item)), item)
        elif content is not None:
            fill(getattr(made, name), content)


class _Writers(NamedTuple):
    """The fields of a message kind that a value has: the name of each, and how to take it."""

    plain: tuple[tuple[str, Callable[[Any], Any]], ...]
    #: Lists of values, each with the kind of its items, and values with such lists: as the value has them.
    lists: tuple[tuple[str, Callable[[Any], Any], Any], ...]


@cache
def _writers(kind: Any, cls: Any) -> _Writers:
    fields = {wire_name(field): field for field in fields_of(cls)}
    plain: list[tuple[str, Callable[[Any], Any]]] = []
    lists: list[tuple[str, Callable[[Any], Any], Any]] = []
    for descriptor in kind.fields:
        field, attribute = fields.get(descriptor.name), descriptor.name.removesuffix("_minor")
        if field and _has_lists(field):
            item_kind = descriptor.message_type if field.repeated else None
            lists.append((descriptor.name, _taker(field, cls), item_kind))
        elif field:
            plain.append((descriptor.name, _writer(descriptor, field, cls)))
        elif isinstance(getattr(cls, attribute, None), property):
            plain.append((descriptor.name, attrgetter(attribute)))
    return _Writers(tuple(plain), tuple(lists))


def _has_lists(field: Field) -> bool:
    nested: Any = field.value
    return nested is not None and (field.repeated or any(map(_has_lists, fields_of(nested))))


def _writer(descriptor: Any, field: Field, cls: Any) -> Callable[[Any], Any]:
    write_item, taken = _item_writer(descriptor, field), _taker(field, cls)

    def write(value: Any) -> Any:
        content = taken(value)
        if content is None:
            return None
        return [write_item(item) for item in content] if field.repeated else write_item(content)

    return taken if write_item is _same and not field.repeated else write


def _taker(field: Field, cls: Any) -> Callable[[Any], Any]:
    """What a value has in a field, None where that is left out."""
    take, left_out = attrgetter(field.name), None if field.name in WRITTEN_OUT.get(cls, ()) else field.default
    if left_out is MISSING:
        return take

    def taken(value: Any) -> Any:
        content = take(value)
        return None if content == left_out else content

    return taken


def _item_writer(descriptor: Any, field: Field) -> Callable[[Any], Any]:
    if field.value:
        nested: Any = descriptor.message_type
        return lambda value: _plain(nested, value)  # a message that is made by itself would be copied as it is put in
    if field.choices:
        before, numbers = prefix(descriptor.enum_type), descriptor.enum_type.values_by_name
        named = {member: before + member.name for member in field.choices}
        by_member = {member: numbers[name].number for member, name in named.items() if name in numbers}
        return by_member.__getitem__
    assert field.unit is not None
    return _SCALARS.get(field.unit.kind, _same)


def ratio(micros: int) -> Ratio:
    """A ratio of the engine as a message: 1250000 is value "1.250000"; a code is the reason why it is undefined."""
    return Ratio(**_ratio(micros))


@lru_cache(maxsize=4_096)
def _ratio(micros: int) -> dict[str, Any]:
    """Kept for reasons and round numbers, which are the same in most executions."""
    if is_defined(micros):
        return {"value": ratio_text(micros)}
    return {"undefined": f"UNDEFINED_REASON_{UndefinedRatio(micros).name}"}


def _same(scalar: Any) -> Any:
    return scalar


_SCALARS: dict[Kind, Callable[[Any], Any]] = {
    Kind.DECIMAL: decimal_text,
    Kind.DATE: date.isoformat,
    Kind.FLAG: bool,
    Kind.RATIO: _ratio,
}
