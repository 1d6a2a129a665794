"""The instruments of a company, with the rules between their terms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import Annotated, Any, ClassVar

from ..numbers.day_count import DayCount
from ..values.faults import Fault, Reason
from ..values.in_words import amount_text, counted
from ..values.units import (
    MOST_INSTRUMENTS,
    MOST_ROWS,
    NANO,
    Amount,
    Day,
    Identifier,
    Interval,
    Lien,
    Most,
    Rate,
    Share,
    SignedAmount,
    SignedRate,
)
from ..values.value import Value, decimal_text
from .calendar import Cycle, fewest_days
from .contract import Contract

AssetIds = Annotated[tuple[Identifier, ...], Most(MOST_INSTRUMENTS)]  #: each asset of a company once


class Amortisation(Enum):
    """How the principal is repaid."""

    BULLET = "bullet"
    LINEAR = "linear"
    ANNUITY = "annuity"
    CUSTOM = "custom"
    LEVEL = "level"  #: a fixed payment, interest first; what it does not reach is added to the principal


def floor_is_not_above_cap(rate: Any) -> Iterator[Fault]:
    """A rule of every value with a floor and a cap."""
    if rate.floor is not None and rate.cap is not None and rate.floor > rate.cap:
        allowed = f"at most the cap {decimal_text(rate.cap)}"
        yield Fault("floor", Reason.FLOOR_ABOVE_CAP, decimal_text(rate.floor), allowed)


@dataclass(frozen=True, slots=True)
class FloatingRate(Value):
    """An index between floor and cap, plus a spread, reset every `reset_interval_months` from the analysis date."""

    RULES: ClassVar = (floor_is_not_above_cap,)

    index: SignedRate
    spread: Rate
    floor: SignedRate | None = None
    cap: SignedRate | None = None
    reset_interval_months: Interval = 1


@dataclass(frozen=True, slots=True)
class PrincipalPayment(Value):
    """One row of a custom schedule."""

    payment_date: Day
    principal: SignedAmount  #: below 0 it is a draw, which only a preview shows


def _fixed_or_floating(loan: "Instrument") -> Iterator[Fault]:
    if (loan.fixed_rate is None) == (loan.floating_rate is None):
        none = loan.fixed_rate is None
        reason, value = (Reason.REQUIRED, "neither") if none else (Reason.CONFLICT, "both")
        yield Fault("fixed_rate", reason, value, "exactly one of fixed_rate and floating_rate")


def _payments_go_with_custom(loan: "Instrument") -> Iterator[Fault]:
    custom = loan.amortisation is Amortisation.CUSTOM
    if custom and not loan.principal_payments:
        yield Fault("principal_payments", Reason.REQUIRED, "none", "at least one row for amortisation custom")
    if not custom and loan.principal_payments:
        rows = counted(len(loan.principal_payments), "row")
        yield Fault("principal_payments", Reason.CONFLICT, rows, "none unless custom")


def _clauses_fit_the_amortisation(loan: "Instrument") -> Iterator[Fault]:
    contract, amortisation = loan.contract, loan.amortisation
    if amortisation is Amortisation.LEVEL and (contract is None or contract.payment is None):
        yield Fault("contract.payment", Reason.REQUIRED, "none", "an amount for amortisation level")
    if amortisation is Amortisation.LEVEL and loan.pik_share:
        allowed = "0 for amortisation level: what the payment does not reach is capitalised anyway"
        yield Fault("pik_share", Reason.CONFLICT, decimal_text(loan.pik_share), allowed)
    if contract is None:
        return
    if contract.payment is not None and amortisation in (Amortisation.BULLET, Amortisation.CUSTOM):
        value = amount_text("{}", contract.payment)
        yield Fault("contract.payment", Reason.CONFLICT, value, f"none for {amortisation.value}")
    if contract.principal_cycle and amortisation in (Amortisation.BULLET, Amortisation.CUSTOM):
        yield Fault("contract.principal_cycle", Reason.CONFLICT, "a cycle", f"none for {amortisation.value}")
    if contract.annuity_end_date and amortisation is not Amortisation.ANNUITY:
        yield Fault("contract.annuity_end_date", Reason.CONFLICT, str(contract.annuity_end_date), "only for an annuity")


def _a_reset_moves_a_floating_rate(loan: "Instrument") -> Iterator[Fault]:
    reset = loan.contract.rate_reset if loan.contract else None
    if reset is None:
        return
    if loan.floating_rate is None:
        yield Fault("contract.rate_reset", Reason.CONFLICT, "a reset", "only with a floating_rate")
    if loan.floating_rate and not -NANO // 2 <= loan.floating_rate.spread + reset.spread <= 5 * NANO:
        allowed = "-0.5 to 5 together with the spread of the floating rate"
        yield Fault("contract.rate_reset.spread", Reason.OUT_OF_RANGE, decimal_text(reset.spread), allowed)


def _cycles_begin_before_the_end(loan: "Instrument") -> Iterator[Fault]:
    contract, end = loan.contract, loan.maturity_date
    if contract is None:
        return
    allowed = f"on or before the maturity date {end}"
    for name, cycle in _cycles(contract):
        if cycle.anchor_date and cycle.anchor_date > end:
            yield Fault(f"contract.{name}.anchor_date", Reason.CONFLICT, str(cycle.anchor_date), allowed)
    capitalised = contract.capitalisation_end_date
    if capitalised and capitalised > end:
        yield Fault("contract.capitalisation_end_date", Reason.CONFLICT, str(capitalised), allowed)
    if contract.annuity_end_date and contract.annuity_end_date < end:
        allowed = f"on or after the maturity date {end}"
        yield Fault("contract.annuity_end_date", Reason.CONFLICT, str(contract.annuity_end_date), allowed)


def _cycles(contract: Contract) -> list[tuple[str, Cycle]]:
    """The cycles that a contract has, by name."""
    cycles = {
        "interest_cycle": contract.interest_cycle,
        "principal_cycle": contract.principal_cycle,
        "rate_reset.cycle": contract.rate_reset.cycle if contract.rate_reset else None,
        "interest_base_cycle": contract.interest_base_cycle,
    }
    return [(name, cycle) for name, cycle in cycles.items() if cycle]


def cycles_are_bounded(loan: "Instrument", start: date, first: date, end: date) -> Iterator[Fault]:
    """A fault for each cycle of a contract with too many days, as `cycle_is_bounded`; an annuity counts all of its."""
    contract = loan.contract
    if contract is None:
        return
    levelled_to = max(end, contract.annuity_end_date or end)
    for name, cycle in _cycles(contract):
        last = levelled_to if name in ("interest_cycle", "principal_cycle") else end
        yield from cycle_is_bounded(f"contract.{name}", cycle, start, first, last)


def cycle_is_bounded(field: str, cycle: Cycle, start: date, first: date, end: date) -> Iterator[Fault]:
    """A fault where a cycle has too many days after `first` up to an end, counted without walking them.

    It begins on its anchor, or at the start of the loan.
    """
    days = fewest_days(cycle, max(cycle.anchor_date or start, first), end)
    if days > MOST_ROWS:
        yield Fault(field, Reason.WRONG_LENGTH, f"at least {days} days up to {end}", f"at most {MOST_ROWS}")


def _payments_repay_the_principal(loan: "Instrument") -> Iterator[Fault]:
    rows = loan.principal_payments
    if not rows:
        return
    total = sum(row.principal for row in rows)
    if total != loan.principal:
        allowed = amount_text("rows that add up to the principal of {}", loan.principal)
        yield Fault("principal_payments", Reason.UNBALANCED, amount_text("rows of {} in all", total), allowed)
    for position, row in enumerate(rows):
        if row.payment_date > loan.maturity_date:
            field = f"principal_payments[{position}].payment_date"
            latest = f"on or before the maturity date {loan.maturity_date}"
            yield Fault(field, Reason.CONFLICT, str(row.payment_date), latest)
    for position, (row, following) in enumerate(pairwise(rows)):
        if row.payment_date >= following.payment_date:
            field = f"principal_payments[{position + 1}].payment_date"
            yield Fault(field, Reason.CONFLICT, str(following.payment_date), f"after {row.payment_date}")


def _payments_repay_no_more_than_is_owed(loan: "Instrument") -> Iterator[Fault]:
    """Also where rows draw; without draws it follows from their sum."""
    if not any(row.principal < 0 for row in loan.principal_payments):
        return
    owed = loan.principal
    for position, row in enumerate(loan.principal_payments):
        if row.principal > owed:
            field = f"principal_payments[{position}].principal"
            allowed = amount_text("at most what is owed then, {}", owed)
            yield Fault(field, Reason.CONFLICT, amount_text("{}", row.principal), allowed)
            return
        owed -= row.principal


@dataclass(frozen=True, slots=True)
class Instrument(Value):
    """One borrowing: its principal outstanding on the as-of date, and its terms from then on."""

    RULES: ClassVar = (
        _fixed_or_floating,
        _payments_go_with_custom,
        _payments_repay_the_principal,
        _payments_repay_no_more_than_is_owed,
        _clauses_fit_the_amortisation,
        _a_reset_moves_a_floating_rate,
        _cycles_begin_before_the_end,
    )

    instrument_id: Identifier
    principal: Amount
    maturity_date: Day
    lien: Lien
    amortisation: Amortisation
    fixed_rate: Rate | None = None
    floating_rate: FloatingRate | None = None
    day_count: DayCount = DayCount.THIRTY_360
    payment_interval_months: Interval = 1
    pik_share: Share = 0
    principal_payments: Annotated[tuple[PrincipalPayment, ...], Most(MOST_ROWS)] = ()
    collateral_asset_ids: AssetIds = ()
    default_margin: Rate = 0
    contract: Contract | None = None
    accrued_interest: Amount = 0  #: part of the first coupon
    all_asset_lien: Lien | None = None  #: its rank on what no other lien takes

    @property
    def last_payment_date(self) -> date:
        """The maturity, rolled to a business day."""
        return self.contract.calendar.roll(self.maturity_date)[0] if self.contract else self.maturity_date

    @property
    def ends_on(self) -> date:
        """The maturity or the day to which it is rolled, whichever comes first: from it on no cycle can count."""
        return min(self.maturity_date, self.last_payment_date)

    @property
    def facility_id(self) -> str:
        return self.instrument_id

    @property
    def opening_balance(self) -> int:
        return self.principal
