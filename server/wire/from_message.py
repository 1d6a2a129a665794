"""Messages to values, by walking the fields of the value: no message has a converter of its own.

A message has the fields of its value under the same names, money with `_minor`. Reading collects every fault with the
path that the caller wrote. A rule between fields runs wherever the fields that it reads are valid, so that a caller
learns of all faults at once.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.message import Message
from google.protobuf.unknown_fields import UnknownFieldSet

from seawall.engine.values.faults import Fault, Reason, Refused
from seawall.engine.values.units import Kind
from seawall.engine.values.value import Field, are_texts, fields_of, too_long

from .scalars import allowed_of, choice, parsed

V = TypeVar("V")
MOST_FAULTS = 1_000  #: a hostile request could have millions


def read(message: Message, cls: type[V], also: tuple[Fault, ...] = ()) -> V:
    """The value of a message; raises `Refused` with every fault, those of `also` among them."""
    reading = _Reading(list(also))
    value = reading.value(message, cls, "")
    if reading.faults:
        raise reading.refusal()
    assert isinstance(value, cls)
    return value


def wire_path(cls: Any, path: str) -> str:
    """A path of the engine as the API names it: assets[0].market_value is assets[0].market_value_minor."""
    head, _, tail = path.partition(".")
    name, bracket, position = head.partition("[")
    field = next((field for field in fields_of(cls) if field.name == name), None)
    if field is None:
        return path
    step = wire_name(field) + bracket + position
    return f"{step}.{wire_path(field.value, tail)}" if tail and field.value else step


def wire_name(field: Field) -> str:
    """The name of a field in the API: an amount ends in _minor."""
    return f"{field.name}_minor" if field.unit and field.unit.kind is Kind.AMOUNT else field.name


class _AtFault(Exception):
    """A rule read a field that is itself at fault."""


_INVALID: Any = object()


class _Draft:
    """A value with fields at fault, for the rules: the other fields can be read."""

    def __init__(self, cls: Any, values: dict[str, Any]) -> None:
        self._cls, self._values = cls, values

    def __getattr__(self, name: str) -> Any:
        if name not in self._values:
            return getattr(self._cls, name).__get__(self)  # a property or a method of the class, over this draft
        if self._values[name] is _INVALID:
            raise _AtFault
        return self._values[name]

    def lists_with_drafts(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The lists with items at fault."""
        for name, items in self._values.items():
            if isinstance(items, tuple) and any(isinstance(item, _Draft) for item in items):
                yield name, items

    def with_items(self, name: str, items: tuple[Any, ...]) -> "_Draft":
        """The same draft with other items in the list `name`."""
        return _Draft(self._cls, {**self._values, name: items})


class _Reading:
    """A request being read, and its faults so far."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.minor_digits: int | None = None  #: of the currency that the request names, once they are read

    def refusal(self) -> Refused:
        """All faults so far, their amounts in units of the currency."""
        return Refused(self.faults, self.minor_digits)

    def value(self, message: Message, cls: Any, path: str) -> Any:
        """The value of a message, or a draft of it where a field is at fault."""
        before = len(self.faults)
        self._unknown_fields(message, path)
        values = {field.name: self._field(message, field, _join(path, wire_name(field))) for field in fields_of(cls)}
        draft = _Draft(cls, values)
        if len(self.faults) > before:
            faults = tuple(fault for rule in cls.RULES for fault in _faults(rule, draft))
        else:
            try:
                return cls(**values)
            except Refused as refused:
                faults = refused.faults
        for fault in faults:
            self._fault(replace(fault, field=wire_path(cls, fault.field)), path)
        return draft

    def _field(self, message: Message, field: Field, path: str) -> Any:
        content = getattr(message, wire_name(field))
        if field.repeated:
            return self._items(message, content, field, path)
        if not message.HasField(wire_name(field)):
            return self._required(message, field, path) if field.required else field.default
        if field.value:
            return self.value(content, field.value, path)
        if content == "" and field.required:
            return self._required(message, field, path)
        return self._scalar(content, field, path, _enum(message, field))

    def _items(self, message: Message, items: Any, field: Field, path: str) -> Any:
        if not len(items):
            return self._required(message, field, path) if field.required else field.default
        fault = too_long(field, items)
        if fault:
            self._fault(fault, path)
            return _INVALID
        if field.value:
            return tuple(self.value(item, field.value, f"{path}[{n}]") for n, item in enumerate(items))
        if field.unit and are_texts(field.unit, texts := tuple(items)):
            return texts
        enum = _enum(message, field)
        scalars = tuple(choice(field, item, enum) if enum else parsed(field.unit, item) for item in items)
        faults = [(n, scalar) for n, scalar in enumerate(scalars) if isinstance(scalar, Fault)]
        for n, scalar in faults:
            self._fault(scalar, f"{path}[{n}]")
        return _INVALID if faults else scalars

    def _scalar(self, scalar: Any, field: Field, path: str, enum: EnumDescriptor | None) -> Any:
        value = choice(field, scalar, enum) if enum else parsed(field.unit, scalar)
        if isinstance(value, Fault):
            self._fault(value, path)
            return _INVALID
        if field.name == "minor_digits":
            self.minor_digits = value
        return value

    def _required(self, message: Message, field: Field, path: str) -> Any:
        self._fault(Fault("", Reason.REQUIRED, "nothing", allowed_of(field, _enum(message, field))), path)
        return _INVALID

    def _unknown_fields(self, message: Message, path: str) -> None:
        for unknown in UnknownFieldSet(message):  # type: ignore[attr-defined]  # its types do not say that it is a sequence
            number = str(unknown.field_number)
            fault = Fault(
                number, Reason.UNKNOWN_FIELD, f"field number {number}", "the fields of seawall.v1 as served here"
            )
            self._fault(fault, path)

    def _fault(self, fault: Fault, path: str) -> None:
        self.faults.append(fault.under(path))
        if len(self.faults) >= MOST_FAULTS:
            raise self.refusal()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _faults(rule: Callable[[Any], Iterator[Fault]], draft: _Draft) -> list[Fault]:
    """The faults that a rule finds, as far as the fields that it reads are valid.

    A rule that walks a list and meets an item at fault runs again without such items; then only its faults of the
    remaining items count, under their own positions.
    """
    faults: list[Fault] = []
    try:
        faults.extend(rule(draft))
    except _AtFault:
        for name, items in draft.lists_with_drafts():
            faults.extend(_faults_of_valid_items(rule, draft, name, items))
    return list(dict.fromkeys(faults))


def _faults_of_valid_items(
    rule: Callable[[Any], Iterator[Fault]], draft: _Draft, name: str, items: tuple[Any, ...]
) -> Iterator[Fault]:
    valid = [position for position, item in enumerate(items) if not isinstance(item, _Draft)]
    try:
        for fault in rule(draft.with_items(name, tuple(items[position] for position in valid))):
            match = re.match(rf"{name}\[(\d+)\]", fault.field)
            if match:
                yield replace(fault, field=f"{name}[{valid[int(match[1])]}]{fault.field[match.end() :]}")
    except _AtFault:
        return


def _enum(message: Message, field: Field) -> EnumDescriptor | None:
    descriptor: Any = message.DESCRIPTOR
    return descriptor.fields_by_name[field.name].enum_type if field.choices else None
