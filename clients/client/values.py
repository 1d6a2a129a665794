"""Answers as people count: money as Decimal in major units, ratios as Decimal or the reason why there is none.

>>> view(period, minor_digits=2).position.cash
Decimal('68169000.00')
"""

from decimal import Decimal
from typing import Any, cast

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from seawall.v1.common_pb2 import Ratio

from .names import MINOR, choice_name, fields_by_file_name

_UNDEFINED = cast(EnumDescriptor, Ratio.DESCRIPTOR.fields_by_name["undefined"].enum_type)

MICRO = 10**6  #: a ratio has six decimals
Undefined = str  #: why a ratio has no value, as "no_debt_service"


def major(minor: int, minor_digits: int) -> Decimal:
    """Minor units as major ones, exactly.  6816900000 with two digits is 68169000.00."""
    digits = tuple(map(int, str(abs(minor))))
    return Decimal((int(minor < 0), digits, -minor_digits))


def money(message: Message, name: str, minor_digits: int) -> Decimal:
    """One amount of a message by the name it has in files.  money(position, "cash", 2) reads cash_minor."""
    return major(getattr(message, name + MINOR), minor_digits)


def ratio(value: Ratio) -> Decimal | Undefined:
    """The value of a ratio, or the reason why it has none."""
    if value.WhichOneof("kind") == "value":
        return Decimal(value.value)
    return choice_name(_UNDEFINED, value.undefined)


def micros(value: Ratio) -> int | None:
    """A ratio in millionths, exactly; None where it has no value.  1.250000 is 1250000."""
    exact = ratio(value)
    return int(exact * MICRO) if isinstance(exact, Decimal) else None


def view(message: Message, minor_digits: int) -> "View":
    """The message with money, ratios and enums as people count and name them."""
    return View(message, minor_digits)


class View:
    """Reads a message by the names that files use: money without `_minor`, enums in lower case."""

    __slots__ = ("_digits", "_fields", "_message")

    def __init__(self, message: Message, minor_digits: int) -> None:
        self._message = message
        self._digits = minor_digits
        self._fields = fields_by_file_name(message)

    def __getattr__(self, name: str) -> Any:
        field = self._fields.get(name)
        if field is None:
            raise AttributeError(f"{self._message.DESCRIPTOR.name} has no {name}; it has {', '.join(self._fields)}")
        value = getattr(self._message, field.name)
        return tuple(self._read(field, item) for item in value) if field.is_repeated else self._read(field, value)

    def _read(self, field: FieldDescriptor, value: Any) -> Any:
        if isinstance(value, Ratio):
            return ratio(value)
        if field.message_type:
            return View(value, self._digits)
        if field.enum_type:
            return choice_name(field.enum_type, value)
        return major(value, self._digits) if field.name.endswith(MINOR) else value

    def __dir__(self) -> list[str]:
        return list(self._fields)
