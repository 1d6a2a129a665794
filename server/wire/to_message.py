"""Values to messages, by walking the fields of the value: no message has a converter of its own.

A message takes the fields of its value and, where the API names them, its properties, so that a subtotal is computed
in one place wherever it is shown.
"""

from collections.abc import Callable
from dataclasses import MISSING
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import ratio_text
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
    fields = {name: write(value) for name, write in _writers(kind.DESCRIPTOR, value.__class__) if name not in others}
    return kind(**fields, **others)


@cache
def _writers(kind: Any, cls: Any) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """The fields of a message kind that a value of this class has: the name of each, and how to take it."""
    fields = {wire_name(field): field for field in fields_of(cls)}
    writers = []
    for descriptor in kind.fields:
        attribute = descriptor.name.removesuffix("_minor")
        if descriptor.name in fields:
            writers.append((descriptor.name, _writer(descriptor, fields[descriptor.name], cls)))
        elif isinstance(getattr(cls, attribute, None), property):
            writers.append((descriptor.name, attrgetter(attribute)))
    return tuple(writers)


def _writer(descriptor: Any, field: Field, cls: Any) -> Callable[[Any], Any]:
    take, write_item = attrgetter(field.name), _item_writer(descriptor, field)
    left_out = None if field.name in WRITTEN_OUT.get(cls, ()) else field.default

    def write(value: Any) -> Any:
        content = take(value)
        if content is None or content == left_out:
            return None
        return [write_item(item) for item in content] if field.repeated else write_item(content)

    return take if write_item is _same and not field.repeated and left_out is MISSING else write


def _item_writer(descriptor: Any, field: Field) -> Callable[[Any], Any]:
    if field.value:
        nested: Any = GetMessageClass(descriptor.message_type)
        return lambda value: message(nested, value)
    if field.choices:
        before, numbers = prefix(descriptor.enum_type), descriptor.enum_type.values_by_name
        named = {member: before + member.name for member in field.choices}
        by_member = {member: numbers[name].number for member, name in named.items() if name in numbers}
        return by_member.__getitem__
    assert field.unit is not None
    return _SCALARS.get(field.unit.kind, _same)


def ratio(micros: int) -> Ratio:
    """A ratio of the engine as a message: 1250000 is value "1.250000"; a code is the reason why it is undefined."""
    text = ratio_text(micros)
    if text in UndefinedRatio.__members__:
        return Ratio(undefined=f"UNDEFINED_REASON_{text}")
    return Ratio(value=text)


def _same(scalar: Any) -> Any:
    return scalar


_SCALARS: dict[Kind, Callable[[Any], Any]] = {
    Kind.DECIMAL: decimal_text,
    Kind.DATE: date.isoformat,
    Kind.FLAG: bool,
    Kind.RATIO: ratio,
}
