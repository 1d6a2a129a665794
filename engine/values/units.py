"""What a figure may be: the kind of each field, its unit and its range, written once.

A field of an engine value is annotated with one of the aliases below. Everything that must know the unit of a field
- the check of a request, the canonical bytes of a document, the conversion from a message - reads it from the
annotation, so that no second list of fields exists.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Annotated

NANO = 10**9  #: factors, rates, shares and days are whole numbers of 10^-9
MOST_MONEY = 10**15  #: the largest amount of money, in minor units: every sum and product stays exact in 64 bits


class Kind(Enum):
    """How a field is written: in a message, and in the canonical bytes of a document."""

    AMOUNT = auto()  #: money in minor units: int64 in a message (its name ends in _minor), a string in a document
    DECIMAL = auto()  #: a factor, rate, share or number of days, in nanos: a decimal string in both
    COUNT = auto()  #: a count or a number of months: an integer in both
    FLAG = auto()  #: yes or no: a bool in a message, 1 or 0 in a document
    RATIO = auto()  #: a ratio in 10^-6 or the reason why it is undefined: a message, a string in a document
    TEXT = auto()  #: words
    DATE = auto()  #: an ISO 8601 date


class Measure(Enum):
    """What a decimal or a count measures. One without is a pure number: a factor, a weight, a count or a rank."""

    SHARE = auto()  #: a part of something: 0.35 is 35 %
    RATE = auto()  #: a fraction of a year: 0.08 is 8 % a year
    MULTIPLE = auto()  #: so many times another figure: 3.5 is 3.5x
    DAYS = auto()
    MONTHS = auto()


@dataclass(frozen=True, slots=True)
class Unit:
    """The kind of a field and its range: `low`..`high` in its own unit, or text matching `pattern`."""

    kind: Kind
    low: int = 0
    high: int = 0
    pattern: str = ""
    allowed: str = ""  #: the range in a caller's words, for the error message; that of an amount is its low and high
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Most:
    """The most items of a list of an input: asked before any of them is looked at, so that nothing walks more."""

    items: int


MOST_INSTRUMENTS = 1_000  #: of a company, and assets: those of a large group, one by one
MOST_ROWS = 4_000  #: dated rows of one loan, and its events ahead: daily for ten years, every day of them
MOST_HOLIDAYS = 5_000  #: fifty a year for a century
MOST_LABELS = 16
MOST_COVENANTS = 32
MOST_STEPS = 120  #: of the threshold of a covenant: quarterly for thirty years


def _amount(low: int) -> Unit:
    return Unit(Kind.AMOUNT, low, MOST_MONEY)


def _decimal(low: str, high: str, low_nanos: int, high_nanos: int, measure: Measure | None = None) -> Unit:
    allowed = f"{low} to {high}, at most 9 fractional digits"
    return Unit(Kind.DECIMAL, low_nanos, high_nanos, allowed=allowed, measure=measure)


def _count(low: int, high: int, measure: Measure | None = None) -> Unit:
    return Unit(Kind.COUNT, low, high, allowed=f"a whole number from {low} to {high}", measure=measure)


Amount = Annotated[int, _amount(0)]
SignedAmount = Annotated[int, _amount(-MOST_MONEY)]
Share = Annotated[int, _decimal("0", "1", 0, NANO, Measure.SHARE)]
Rate = Annotated[int, _decimal("0", "5", 0, 5 * NANO, Measure.RATE)]
SignedRate = Annotated[int, _decimal("-0.5", "5", -NANO // 2, 5 * NANO, Measure.RATE)]
Weight = Annotated[int, _decimal("0", "1000", 0, 1000 * NANO)]

RevenueFactor = Annotated[int, _decimal("0", "2", 0, 2 * NANO)]
CostFactor = Annotated[int, _decimal("0", "3", 0, 3 * NANO)]
RateFactor = Annotated[int, _decimal("0", "5", 0, 5 * NANO)]
RateShift = Annotated[int, _decimal("-0.5", "0.5", -NANO // 2, NANO // 2, Measure.RATE)]
Days = Annotated[int, _decimal("-365", "365", -365 * NANO, 365 * NANO, Measure.DAYS)]

Multiple = Annotated[int, _decimal("0", "1000", 0, 1000 * NANO, Measure.MULTIPLE)]
Concentration = Annotated[int, _decimal("0", "1000", 0, 1000 * NANO, Measure.SHARE)]  #: of today's debt
FeeShare = Annotated[int, _decimal("0", "5", 0, 5 * NANO, Measure.SHARE)]  #: of an amount, whatever the time

Horizon = Annotated[int, _count(6, 24, Measure.MONTHS)]
AssessmentHorizon = Annotated[int, _count(1, 120, Measure.MONTHS)]
Interval = Annotated[int, _count(1, 120, Measure.MONTHS)]
Lien = Annotated[int, _count(1, 99)]
Months = Annotated[int, _count(0, 24, Measure.MONTHS)]
MinorDigits = Annotated[int, _count(0, 4)]
CalendarMonth = Annotated[int, _count(1, 12)]
#: From a default, or an event of default, to the call of a debt.
Acceleration = Annotated[int, _count(1, 24, Measure.MONTHS)]
CuresInFourQuarters = Annotated[int, _count(0, 4)]
CuresInLife = Annotated[int, _count(0, 24)]

Identifier = Annotated[
    str,
    Unit(Kind.TEXT, 1, 64, r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", "1 to 64 of A-Z a-z 0-9 _ . : -, not a sign first"),
]
Name = Annotated[
    str,
    Unit(
        Kind.TEXT,
        1,
        200,
        r"(?=.*\S)[^\x00-\x1f\x7f]{1,200}",
        "1 to 200 characters, no control characters, not only spaces",
    ),
]
Prose = Annotated[str, Unit(Kind.TEXT, 0, 2000, r"[^\x00-\x09\x0b-\x1f\x7f]{0,2000}", "at most 2000 characters")]
Address = Annotated[str, Unit(Kind.TEXT, 71, 71, r"sha256:[0-9a-f]{64}", "sha256: and 64 hex digits")]
Sha256 = Annotated[str, Unit(Kind.TEXT, 64, 64, r"[0-9a-f]{64}", "64 lower-case hex digits")]
Currency = Annotated[str, Unit(Kind.TEXT, 3, 3, r"[A-Z]{3}", "an ISO 4217 code in use, with its own minor digits")]
Day = Annotated[date, Unit(Kind.DATE, allowed="an ISO 8601 date, YYYY-MM-DD, from 1900-01-01 to 2200-12-31")]

#: Figures of a result, and of the lanes that compute it: a kind and no range. They are whole numbers in the reference
#: lane, which the types describe; the rational lane has fractions in their place, the batch lane arrays (`numbers`).
Money = Annotated[int, Unit(Kind.AMOUNT)]
Decimal9 = Annotated[int, Unit(Kind.DECIMAL)]
Number = Annotated[int, Unit(Kind.COUNT)]
Ratio = Annotated[int, Unit(Kind.RATIO)]
Words = Annotated[str, Unit(Kind.TEXT)]

#: Figures that only the lanes have.
Factor = Annotated[int, Unit(Kind.DECIMAL)]  #: a factor or a share, in nanos
AllInRate = Annotated[int, Unit(Kind.DECIMAL)]  #: a rate or an index after a stress, in nanos a year
Carry = Annotated[int, Unit(Kind.COUNT)]  #: the fraction of a minor unit that an accrual carries on
Ticks = Annotated[int, Unit(Kind.COUNT)]  #: a length of time, 1,603,080 of them a year
DayUnits = Annotated[int, Unit(Kind.COUNT)]  #: a length of time in twelfths of a nano-day
Part = Annotated[int, Unit(Kind.COUNT)]  #: a part, or the whole that it is a part of, both in one unit
Flag = Annotated[int, Unit(Kind.FLAG)]  #: 1 or 0, or the truth of a comparison
Choice = Annotated[int, Unit(Kind.COUNT)]  #: a member of an enum, by its position
Figure = int  #: any of them
