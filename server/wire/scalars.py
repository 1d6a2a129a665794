"""A scalar of a message in the engine's unit, or its fault, with an empty field name."""

import re
from datetime import date
from typing import Any

from google.protobuf.descriptor import EnumDescriptor

from seawall.engine.values.faults import Fault, Reason
from seawall.engine.values.in_words import AmountText
from seawall.engine.values.units import Kind, Unit
from seawall.engine.values.value import Field, allowed_by, outside

from ..documents.scalars import decimal_nanos

LONGEST_DECIMAL = 32
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.([0-9]+))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parsed(unit: Unit | None, scalar: Any) -> Any:
    """A scalar of a message in the engine's unit, or its fault."""
    assert unit is not None
    value = _date(scalar, unit) if unit.kind is Kind.DATE else scalar
    if unit.kind is Kind.DECIMAL:
        value = _decimal(scalar, unit)
    return value if isinstance(value, Fault) else outside(unit, value) or value


def _decimal(text: str, unit: Unit) -> int | Fault:
    if len(text) > LONGEST_DECIMAL:
        return Fault("", Reason.TOO_MANY_DIGITS, f"{len(text)} characters", unit.allowed)
    match = _DECIMAL.fullmatch(text)
    if not match:
        return Fault("", Reason.MALFORMED, repr(text), f"a decimal in plain notation, {unit.allowed}")
    if len(match[3] or "") > 9:
        return Fault("", Reason.TOO_MANY_DIGITS, text, unit.allowed)
    return decimal_nanos(text)


def _date(text: str, unit: Unit) -> date | Fault:
    try:
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        return Fault("", Reason.MALFORMED, repr(text)[:80], unit.allowed)


def choice(field: Field, number: int, enum: EnumDescriptor) -> Any:
    """The engine's member for the number of a proto enum: the names are the same behind the proto's prefix."""
    assert field.choices is not None
    member = enum.values_by_number.get(number)
    name = member.name.removeprefix(prefix(enum)) if member else ""
    if name not in field.choices.__members__:
        return Fault("", Reason.UNSPECIFIED_ENUM, member.name if member else str(number), allowed_of(field, enum))
    return field.choices[name]


def allowed_of(field: Field, enum: EnumDescriptor | None) -> str | AmountText:
    """What a field takes, in words."""
    if field.choices and enum:
        return " ".join(prefix(enum) + name for name in field.choices.__members__)
    return allowed_by(field.unit) if field.unit else "a value: the field has no default"


def prefix(enum: EnumDescriptor) -> str:
    """The prefix of every name of a proto enum: DAY_COUNT_."""
    return enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
