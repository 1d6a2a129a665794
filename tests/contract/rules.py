"""The rules of each field of a request, as the engine has them: what the options of seawall.v1 must say."""

import dataclasses
from enum import Enum
from typing import Any

from google.protobuf.descriptor import EnumDescriptor

from seawall.engine.values.units import Kind, Measure
from seawall.engine.values.value import Field, decimal_text
from seawall.server.wire.scalars import prefix
from seawall.v1 import options_pb2 as o

UNITS = {
    Kind.AMOUNT: o.UNIT_MINOR,
    Kind.DECIMAL: o.UNIT_NUMBER,
    Kind.COUNT: o.UNIT_COUNT,
    Kind.FLAG: o.UNIT_FLAG,
    Kind.TEXT: o.UNIT_TEXT,
    Kind.DATE: o.UNIT_DATE,
}
MEASURES = {
    Measure.SHARE: o.UNIT_SHARE,
    Measure.RATE: o.UNIT_RATE,
    Measure.MULTIPLE: o.UNIT_MULTIPLE,
    Measure.DAYS: o.UNIT_DAYS,
    Measure.MONTHS: o.UNIT_MONTHS,
}
BOUNDED = (
    Kind.AMOUNT,
    Kind.DECIMAL,
    Kind.COUNT,
)  #: every date of a request has the same bounds, and a text its pattern


def rules_of(field: Field, enum: EnumDescriptor | None) -> o.FieldRules:
    """The options that a field of a message has to carry; `enum` is its type in the API, if it is one."""
    least, most = bounds(field)
    return o.FieldRules(
        required=field.required,
        unit=unit_of(field),
        least=least,
        most=most,
        default=default_of(field, enum),
        most_items=field.most or 0,
        pattern=field.unit.pattern if field.unit else "",
    )


def unit_of(field: Field) -> o.Unit:
    """What it measures, else its kind."""
    if field.unit is None:
        return o.UNIT_UNSPECIFIED
    return MEASURES[field.unit.measure] if field.unit.measure else UNITS[field.unit.kind]


def bounds(field: Field) -> tuple[str, str]:
    """The least and the largest value as text."""
    if field.unit is None or field.unit.kind not in BOUNDED:
        return "", ""
    return _text(field, field.unit.low), _text(field, field.unit.high)


def default_of(field: Field, enum: EnumDescriptor | None) -> str:
    """What an absent field means: empty where nothing is assumed, as for a message, an empty list or an empty text."""
    default = field.default
    if isinstance(default, tuple) and default:
        (default,) = default  # a path that is left out is one value
    if default in (dataclasses.MISSING, None, (), "") or field.value:
        return ""
    if isinstance(default, Enum):
        assert enum is not None
        return prefix(enum) + default.name
    return str(default).lower() if isinstance(default, bool) else _text(field, default)


def _text(field: Field, value: Any) -> str:
    return decimal_text(value) if field.unit and field.unit.kind is Kind.DECIMAL else str(value)
