"""The terms of a loan, from the lender's side: amounts lent and repaid are positive.

The terms follow the ACTUS standard for principal at maturity, linear, negative amortising and annuity loans; the names
are the loan market's. Money in minor units, rates in nanos.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, ClassVar

from ..inputs.calendar import EVERY_DAY, Calendar, Cycle, MonthEnd
from ..inputs.contract import Base, Reset
from ..numbers.day_count import DayCount
from ..values.faults import Fault, Reason
from ..values.in_words import amount_text, counted
from ..values.units import NANO, Amount, Day, FeeShare, Kind, Rate, Share, SignedAmount, SignedRate, Unit
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


@dataclass(frozen=True, slots=True)
class DatedAmount(Value):
    """A dated amount of principal: repaid, or drawn where it is below 0."""

    day: Day
    amount: SignedAmount


def _payments_go_with_a_table(loan: "Loan") -> Iterator[Fault]:
    payments = loan.principal_payments
    if (loan.repayment is Repayment.TABLE) != bool(payments):
        allowed = "rows for repayment table, none otherwise"
        yield Fault("principal_payments", Reason.CONFLICT, counted(len(payments), "row"), allowed)


def _an_end_is_known(loan: "Loan") -> Iterator[Fault]:
    if loan.maturity_date or loan.principal_payments:
        return
    if loan.repayment is Repayment.AT_MATURITY or (loan.payment is None and loan.annuity_end_date is None):
        yield Fault("maturity_date", Reason.REQUIRED, "none", "a date, where no payment leads to an end")


def _repayment_has_a_cycle(loan: "Loan") -> Iterator[Fault]:
    by_cycle = loan.repayment in (Repayment.LINEAR, Repayment.LEVEL, Repayment.ANNUITY)
    if by_cycle and loan.principal_cycle is None:
        yield Fault("principal_cycle", Reason.REQUIRED, "none", f"a cycle for repayment {loan.repayment.value}")
    if loan.repayment is Repayment.LEVEL and loan.payment is None:
        yield Fault("payment", Reason.REQUIRED, "none", "an amount for repayment level")


def _ends_after_it_starts(loan: "Loan") -> Iterator[Fault]:
    if loan.maturity_date and loan.maturity_date <= loan.start_date:
        yield Fault("maturity_date", Reason.MATURED, str(loan.maturity_date), f"after the start {loan.start_date}")


@dataclass(frozen=True, slots=True)
class Loan(Value):
    """The terms of one loan. What is left out does not happen."""

    RULES: ClassVar = (_payments_go_with_a_table, _an_end_is_known, _repayment_has_a_cycle, _ends_after_it_starts)

    repayment: Repayment
    principal: Amount
    start_date: Day
    rate: SignedRate
    maturity_date: Day | None = None
    status_date: Day | None = None  #: its balances are known then, and events follow; left out: the start
    day_count: DayCount = DayCount.THIRTY_E_360
    month_end: MonthEnd = MonthEnd.SAME_DAY
    calendar: Calendar = EVERY_DAY
    interest_cycle: Cycle | None = None
    accrued_interest: SignedAmount | None = None
    capitalisation_end_date: Day | None = None
    pik_share: Share = 0
    principal_cycle: Cycle | None = None
    payment: Amount | None = None
    annuity_end_date: Day | None = None
    principal_payments: tuple[DatedAmount, ...] = ()
    prepayments: tuple[DatedAmount, ...] = ()
    prepayment_fee: FeeShare = 0
    reset: Reset | None = None
    base: Base = Base.CURRENT
    base_cycle: Cycle | None = None
    base_amount: Amount | None = None
    scaling: Scaling | None = None
    fee: Fee | None = None
    premium_discount: SignedAmount = 0
    purchase: Trade | None = None
    termination: Trade | None = None
