"""The terms of a loan, from the lender's side: amounts lent and repaid are positive.

The terms follow the ACTUS standard for principal at maturity, linear, negative amortising and annuity loans; the names
are the loan market's. Money in minor units, rates in nanos.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, ClassVar, NamedTuple

from ..inputs.calendar import EVERY_DAY, Calendar, Cycle, MonthEnd
from ..inputs.contract import Base, Reset
from ..numbers.day_count import DayCount
from ..values.faults import Fault, Reason
from ..values.in_words import amount_text
from ..values.units import NANO, AllInRate, Amount, Day, Factor, Kind, Money, Rate, SignedAmount, Unit
from ..values.value import Value, decimal_text

IndexLevel = Annotated[int, Unit(Kind.DECIMAL, 0, 10**9 * NANO, allowed="0 to 1000000000, at most 9 fractional digits")]
DealLevel = Annotated[
    int, Unit(Kind.DECIMAL, 1, 10**9 * NANO, allowed="above 0, up to 1000000000, at most 9 fractional digits")
]


class Repayment(Enum):
    """How the principal is repaid."""

    AT_MATURITY = "at_maturity"  #: PAM
    LINEAR = "linear"  #: LAM: equal parts of principal, or a fixed amount of principal
    LEVEL = "level"  #: NAM: a fixed payment, interest first; what it does not reach is added to the principal
    ANNUITY = "annuity"  #: ANN: equal payments of principal and interest, levelled at each reset
    TABLE = "table"  #: dated amounts of principal; a negative amount is a draw


class FeeBasis(Enum):
    """What a fee is taken on."""

    ABSOLUTE = "absolute"  #: an amount each time
    PRINCIPAL = "principal"  #: a rate on the principal, accrued like interest


class ScalingEffect(Enum):
    """Which payments grow with the index."""

    INTEREST = "interest"
    PRINCIPAL = "principal"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Scaling(Value):
    """Payments that grow with an index: its value over its level at the deal date."""

    cycle: Cycle
    index_at_deal: DealLevel
    effect: ScalingEffect


def _a_fee_is_of_its_basis(fee: "Fee") -> Iterator[Fault]:
    if fee.basis is FeeBasis.ABSOLUTE and fee.rate:
        yield Fault("rate", Reason.CONFLICT, decimal_text(fee.rate), "none for an absolute fee")
    if fee.basis is FeeBasis.PRINCIPAL and fee.amount:
        yield Fault("amount", Reason.CONFLICT, amount_text("{}", fee.amount), "none for a fee on the principal")


@dataclass(frozen=True, slots=True)
class Fee(Value):
    """A fee: an amount in minor units, or a rate in nanos, by its basis."""

    RULES: ClassVar = (_a_fee_is_of_its_basis,)

    basis: FeeBasis
    cycle: Cycle
    amount: Amount = 0
    rate: Rate = 0
    accrued: Amount = 0


@dataclass(frozen=True, slots=True)
class Trade(Value):
    """The loan changes hands, or ends, for a price and its accrued interest."""

    settlement_date: Day
    price: SignedAmount


class DatedAmount(NamedTuple):
    """A dated amount of principal: repaid, or drawn where it is below 0."""

    day: date
    amount: Money


class LoanReset(NamedTuple):
    """How the rate is reset, as `inputs.contract.Reset` has it, of a loan that takes it from elsewhere."""

    cycle: Cycle
    multiplier: Factor = NANO
    spread: AllInRate = 0
    next_rate: AllInRate | None = None
    floor: AllInRate | None = None
    cap: AllInRate | None = None
    step_floor: AllInRate | None = None
    step_cap: AllInRate | None = None


class Loan(NamedTuple):
    """The terms of one loan, made of values that are checked where they come from. What is left out does not happen."""

    repayment: Repayment
    principal: Money
    start_date: date
    rate: AllInRate
    maturity_date: date | None = None
    status_date: date | None = None  #: its balances are known then, and events follow; left out: the start
    day_count: DayCount = DayCount.THIRTY_E_360
    month_end: MonthEnd = MonthEnd.SAME_DAY
    calendar: Calendar = EVERY_DAY
    interest_cycle: Cycle | None = None
    accrued_interest: Money | None = None
    capitalisation_end_date: date | None = None
    pik_share: Factor = 0
    principal_cycle: Cycle | None = None
    payment: Money | None = None
    annuity_end_date: date | None = None
    principal_payments: tuple[DatedAmount, ...] = ()
    prepayments: tuple[DatedAmount, ...] = ()
    prepayment_fee: Factor = 0
    reset: LoanReset | Reset | None = None
    base: Base = Base.CURRENT
    base_cycle: Cycle | None = None
    base_amount: Money | None = None
    scaling: Scaling | None = None
    fee: Fee | None = None
    premium_discount: Money = 0
    purchase: Trade | None = None
    termination: Trade | None = None
