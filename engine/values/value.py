"""The fields of a value, read from its annotations: the unit of each and whether it may be left out.

The values of the engine are frozen dataclasses. Their annotations (`units`) are the only list of fields:
checks, canonical bytes and conversions from messages walk what `fields_of` returns.
"""

import dataclasses
import re
import types
from collections.abc import Callable, Collection, Iterator, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

from .faults import Fault, Reason, Refused
from .in_words import AmountText, amount_text
from .units import Kind, Most, Unit


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a value. Exactly one of `unit`, `choices` (an enum) and `value` (a nested value) is set."""

    name: str
    unit: Unit | None
    choices: type[Enum] | None
    value: type[Any] | None
    repeated: bool
    optional: bool  #: may be None
    default: Any  #: dataclasses.MISSING where the field is required
    most: int | None  #: items of a list of an input; None where it is no list, or one that the engine itself makes

    @property
    def required(self) -> bool:
        return self.default is dataclasses.MISSING


@cache
def fields_of(cls: Any) -> tuple[Field, ...]:
    """The fields of a dataclass or NamedTuple, in their order."""
    hints = get_type_hints(cls, include_extras=True)
    if dataclasses.is_dataclass(cls):
        defaults = {f.name: f.default for f in dataclasses.fields(cls)}
    else:
        optional = getattr(cls, "_field_defaults", {})
        defaults = {name: optional.get(name, dataclasses.MISSING) for name in cls._fields}
    return tuple(_field(name, hints[name], default) for name, default in defaults.items())


def _field(name: str, hint: Any, default: Any) -> Field:
    hint, optional = _without_none(hint)
    most = None
    if get_origin(hint) is Annotated and isinstance(hint.__metadata__[0], Most):
        most, hint = hint.__metadata__[0].items, hint.__origin__
    repeated = get_origin(hint) in (tuple, Sequence)
    if repeated:
        hint = get_args(hint)[0]
    if get_origin(hint) is Annotated:
        return Field(name, hint.__metadata__[0], None, None, repeated, optional, default, most)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Field(name, None, hint, None, repeated, optional, default, most)
    return Field(name, None, None, hint, repeated, optional, default, most)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        return next(arm for arm in get_args(hint) if arm is not type(None)), True
    return hint, False


class Value:
    """A value that cannot be wrong: building it checks every field and every rule, and raises `Refused`.

    `RULES` are functions of the value that yield a fault for each thing wrong between its fields.
    """

    __slots__ = ()
    RULES: ClassVar[tuple[Callable[[Any], Iterator[Fault]], ...]] = ()

    def __post_init__(self) -> None:
        cls: Any = type(self)
        faults = [fault for field in fields_of(cls) for fault in _faults_in(field, getattr(self, field.name))]
        faults += [fault for rule in self.RULES for fault in rule(self)] if not faults else []
        if faults:
            raise Refused(faults, getattr(self, "minor_digits", None))


def _faults_in(field: Field, value: Any) -> Iterator[Fault]:
    fault = too_long(field, value) if field.repeated else None
    if fault:
        yield fault.under(field.name)
    if fault or field.unit is None or value is None or (field.repeated and are_texts(field.unit, value)):
        return
    for position, item in enumerate(value if field.repeated else (value,)):
        fault = outside(field.unit, item)
        if fault:
            yield fault.under(f"{field.name}[{position}]" if field.repeated else field.name)


def too_long(field: Field, items: Sized) -> Fault | None:
    """The fault of a list with more items than its field takes, with an empty field name; none of them is read."""
    if field.most is None or len(items) <= field.most:
        return None
    return Fault("", Reason.WRONG_LENGTH, f"{len(items)} items", f"at most {field.most}")


def allowed_by(unit: Unit) -> str | AmountText:
    """The range of a unit in a caller's words."""
    return amount_text("{} to {}", unit.low, unit.high) if unit.kind is Kind.AMOUNT else unit.allowed


_compiled = cache(re.compile)


def are_texts(unit: Unit, items: Collection[Any]) -> bool:
    """Whether a list is one of texts as this unit takes them: what is inside a long one is not looked at one by one."""
    return (
        unit.kind is Kind.TEXT and {*map(type, items)} <= {str} and all(map(_compiled(unit.pattern).fullmatch, items))
    )


def outside(unit: Unit, value: Any) -> Fault | None:
    """The fault of a scalar outside the range of its unit, with an empty field name; None where it is inside."""
    match unit.kind:
        case Kind.TEXT:
            if not isinstance(value, str) or not _compiled(unit.pattern).fullmatch(value):
                return Fault("", Reason.MALFORMED, repr(value)[:80], unit.allowed)
        case Kind.DATE:
            if not isinstance(value, date) or not 1900 <= value.year <= 2200:
                return Fault("", Reason.OUT_OF_RANGE, str(value), unit.allowed)
        case Kind.AMOUNT:
            if not unit.low <= value <= unit.high:
                return Fault("", Reason.OUT_OF_RANGE, amount_text("{}", value), allowed_by(unit))
        case _:
            if not unit.low <= value <= unit.high:
                text = decimal_text(value) if unit.kind is Kind.DECIMAL else str(value)
                return Fault("", Reason.OUT_OF_RANGE, text, unit.allowed)
    return None


def decimal_text(nanos: int) -> str:
    """Nanos as a decimal without trailing zeros.  850000000 is 0.85, -5 is -0.000000005, 2000000000 is 2."""
    whole, part = divmod(abs(nanos), 10**9)
    sign = "-" if nanos < 0 else ""
    return f"{sign}{whole}.{part:09d}".rstrip("0").rstrip(".")
