"""Values to messages, by walking the shape of the value: no message has a converter of its own.

A message takes the fields of its value and, where the contract names them, its properties, so that a subtotal is
computed in one place and told in many.
"""

from collections.abc import Callable
from dataclasses import MISSING
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from seawall.engine.assessment.debt_service import AssessmentTerms
from seawall.engine.inputs.scenario import Assumptions
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import ratio_text
from seawall.engine.values.units import Kind
from seawall.engine.values.value import Field, decimal_text, fields_of
from seawall.v1.common_pb2 import Ratio

from .from_message import prefix, wire_name

M = TypeVar("M", bound=Message)
_SAY_EVERYTHING = (Assumptions, AssessmentTerms)  #: inputs that are told resolved


def message(kind: type[M], value: Any, **others: Any) -> M:
    """The message of a value: its fields and the properties that the contract names. `others` it does not know.

    Inputs leave out what is at its default, as a caller may; assumptions and results say everything.
    """
    told = {name: write(value) for name, write in _writers(kind.DESCRIPTOR, value.__class__) if name not in others}
    return kind(**told, **others)


@cache
def _writers(kind: Any, cls: Any) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """For each field of the message kind that the value has: its name, and how to take it from the value."""
    fields = {wire_name(field): field for field in fields_of(cls)}
    found = []
    for told in kind.fields:
        attribute = told.name.removesuffix("_minor")
        if told.name in fields:
            found.append((told.name, _writer(told, fields[told.name], cls)))
        elif isinstance(getattr(cls, attribute, None), property):
            found.append((told.name, attrgetter(attribute)))
    return tuple(found)


def _writer(told: Any, field: Field, cls: Any) -> Callable[[Any], Any]:
    take, one = attrgetter(field.name), _item_writer(told, field)
    silent = field.default if cls not in _SAY_EVERYTHING else None

    def write(value: Any) -> Any:
        held = take(value)
        if held is None or held == silent:
            return None
        return [one(item) for item in held] if field.repeated else one(held)

    return take if one is _same and not field.repeated and silent is MISSING else write


def _item_writer(told: Any, field: Field) -> Callable[[Any], Any]:
    if field.value:
        nested: Any = GetMessageClass(told.message_type)
        return lambda held: message(nested, held)
    if field.choices:
        before, numbers = prefix(told.enum_type), told.enum_type.values_by_name
        named = {member: before + member.name for member in field.choices}
        by_member = {member: numbers[name].number for member, name in named.items() if name in numbers}
        return by_member.__getitem__
    assert field.unit is not None
    return _SCALARS.get(field.unit.kind, _same)


def ratio(held: int) -> Ratio:
    """A ratio of the engine as the contract tells it."""
    text = ratio_text(held)
    if text in UndefinedRatio.__members__:
        return Ratio(undefined=f"UNDEFINED_REASON_{text}")
    return Ratio(value=text)


def _same(held: Any) -> Any:
    return held


_SCALARS: dict[Kind, Callable[[Any], Any]] = {
    Kind.DECIMAL: decimal_text,
    Kind.DATE: date.isoformat,
    Kind.RATIO: ratio,
}
