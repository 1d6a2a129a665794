"""What is wrong with an input: every fault names its field, its value and what is allowed.

Faults are collected and raised together, so that a caller corrects a request once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto

from .in_words import AmountText


class Reason(Enum):
    """Why an input is refused; ErrorReason of seawall.v1 has the same names."""

    REQUIRED = auto()  #: a field without a documented default is absent or empty
    MALFORMED = auto()  #: not a decimal, date, code or text of the form that the field takes
    TOO_MANY_DIGITS = auto()  #: a decimal with more than 9 fractional digits, or too long to be one
    OUT_OF_RANGE = auto()  #: well formed, outside the range of the field
    UNSPECIFIED_ENUM = auto()  #: an enum that is unspecified, or set to a number that is none of its values
    CONFLICT = auto()  #: fields that exclude each other, or that need each other
    DUPLICATE = auto()  #: an id that occurs twice
    UNKNOWN_REFERENCE = auto()  #: an id that names nothing in the same message
    UNKNOWN_CURRENCY = auto()  #: not a currency code in use
    UNBALANCED = auto()  #: assets differ from liabilities, debt and equity
    MATURED = auto()  #: an instrument or a revolver whose maturity is not after the date that counts
    FLOOR_ABOVE_CAP = auto()  #: a floor above its cap
    NEGATIVE_INDEX = auto()  #: a factor on a negative index, which would turn a stress into a relief
    WRONG_LENGTH = auto()  #: a list with too many or too few items
    BEFORE_AS_OF = auto()  #: an analysis date before the as-of date of the dataset version
    UNKNOWN_FIELD = auto()  #: a field that this release does not know: ignoring it could change what is computed
    BOUND_EXCEEDED = auto()  #: figures that could pass 10^15 minor units inside the horizon


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `field` is the path in the request, as `instruments[2].floating_rate.cap`."""

    field: str
    reason: Reason
    value: str | AmountText  #: as the caller wrote it, or what stands in its place: none, 3 values
    allowed: str | AmountText

    def under(self, path: str) -> "Fault":
        """The same fault in the message whose field `path` has this value."""
        if not path:
            return self
        return replace(self, field=f"{path}.{self.field}" if self.field else path)

    def in_major_units(self, digits: int) -> "Fault":
        """The same fault with its amounts as a caller writes them, in a currency with so many digits."""
        value, allowed = (
            text.in_major_units(digits) if isinstance(text, AmountText) else text for text in (self.value, self.allowed)
        )
        return replace(self, value=value, allowed=allowed)

    def __str__(self) -> str:
        return f"{self.field}: {self.reason.name}, found {self.value}, allowed: {self.allowed}"


class Refused(ValueError):
    """Raised with every fault of an input at once; nothing is computed from the input.

    The faults quote amounts in major units where the digits of the currency are known, and not at fault themselves.
    """

    def __init__(self, faults: Iterable[Fault], minor_digits: int | None = None) -> None:
        self.faults = tuple(faults)
        if minor_digits is not None and not any(fault.field.endswith("minor_digits") for fault in self.faults):
            self.faults = tuple(fault.in_major_units(minor_digits) for fault in self.faults)
        super().__init__("; ".join(map(str, self.faults)))
