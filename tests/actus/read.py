"""A reference test as a loan of the engine, in unrounded figures."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from seawall.engine.debt.events import Event
from seawall.engine.debt.loan import Fee, FeeBasis, Loan, Repayment, Scaling, ScalingEffect, Trade
from seawall.engine.debt.timeline import TimedEvent
from seawall.engine.inputs.calendar import BusinessDay, BusinessWeek, Calendar, Cycle, CycleUnit, MonthEnd, Stub
from seawall.engine.inputs.contract import Base, Reset
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.values.units import NANO

REPAYMENTS = {
    "PAM": Repayment.AT_MATURITY,
    "LAM": Repayment.LINEAR,
    "NAM": Repayment.LEVEL,
    "ANN": Repayment.ANNUITY,
}
DAY_COUNTS = {
    "AA": DayCount.ACTUAL_ACTUAL,
    "A360": DayCount.ACTUAL_360,
    "A365": DayCount.ACTUAL_365,
    "30E360": DayCount.THIRTY_E_360,
    "30E360ISDA": DayCount.THIRTY_E_360_ISDA,
}
UNITS = {
    "D": CycleUnit.DAY,
    "W": CycleUnit.WEEK,
    "M": CycleUnit.MONTH,
    "Q": CycleUnit.QUARTER,
    "H": CycleUnit.HALF_YEAR,
    "Y": CycleUnit.YEAR,
}
CONVENTIONS = {
    "NOS": BusinessDay.NONE,
    "SCF": BusinessDay.SHIFT_CALCULATE_FOLLOWING,
    "SCMF": BusinessDay.SHIFT_CALCULATE_MODIFIED_FOLLOWING,
    "CSF": BusinessDay.CALCULATE_SHIFT_FOLLOWING,
    "CSMF": BusinessDay.CALCULATE_SHIFT_MODIFIED_FOLLOWING,
    "SCP": BusinessDay.SHIFT_CALCULATE_PRECEDING,
    "SCMP": BusinessDay.SHIFT_CALCULATE_MODIFIED_PRECEDING,
    "CSP": BusinessDay.CALCULATE_SHIFT_PRECEDING,
    "CSMP": BusinessDay.CALCULATE_SHIFT_MODIFIED_PRECEDING,
}
WEEKS = {"NC": BusinessWeek.EVERY_DAY, "MF": BusinessWeek.MONDAY_TO_FRIDAY}
EFFECTS = {"IO": ScalingEffect.INTEREST, "ON": ScalingEffect.PRINCIPAL, "IN": ScalingEffect.BOTH}
BASES = {"NT": Base.CURRENT, "NTIED": Base.INITIAL, "NTL": Base.LAGGED}


class Terms:
    """The terms of a reference test; text, amounts, nanos, days and cycles are read by name."""

    def __init__(self, terms: dict[str, Any]) -> None:
        self._terms = {name: str(value).strip() for name, value in terms.items() if str(value).strip()}

    def text(self, name: str, otherwise: str = "") -> str:
        return self._terms.get(name, otherwise)

    def amount(self, name: str) -> Any:
        return Fraction(self._terms[name]) if name in self._terms else None

    def nanos(self, name: str) -> Any:
        return Fraction(self._terms[name]) * NANO if name in self._terms else None

    def day(self, name: str) -> Any:
        return datetime.fromisoformat(self._terms[name]) if name in self._terms else None

    def cycle(self, name: str) -> Cycle | None:
        """`P1ML0`: every 1 month, L0 a long stub, L1 a short one. An anchor without a cycle is a single day."""
        anchor, cycle = self.day(f"cycleAnchorDateOf{name}"), self.text(f"cycleOf{name}")
        if not cycle:
            return Cycle(1200, CycleUnit.YEAR, anchor) if anchor else None
        length, stub = cycle[1:].split("L") if "L" in cycle else (cycle[1:], "0")
        return Cycle(int(length[:-1]), UNITS[length[-1]], anchor, Stub.LONG if stub == "0" else Stub.SHORT)


def loan_of(published: dict[str, Any]) -> Loan:
    """The loan of a reference test's terms, from the lender's side."""
    terms = Terms(published)
    return Loan(
        repayment=REPAYMENTS[terms.text("contractType")],
        principal=terms.amount("notionalPrincipal"),
        start_date=terms.day("initialExchangeDate"),
        rate=terms.nanos("nominalInterestRate") or 0,
        maturity_date=terms.day("maturityDate"),
        status_date=terms.day("statusDate"),
        day_count=DAY_COUNTS[terms.text("dayCountConvention")],
        month_end=MonthEnd.END_OF_MONTH if terms.text("endOfMonthConvention") == "EOM" else MonthEnd.SAME_DAY,
        calendar=Calendar(
            WEEKS[terms.text("calendar", "NC")], (), CONVENTIONS[terms.text("businessDayConvention", "NOS")]
        ),
        interest_cycle=terms.cycle("InterestPayment"),
        accrued_interest=terms.amount("accruedInterest"),
        capitalisation_end_date=terms.day("capitalizationEndDate"),
        principal_cycle=terms.cycle("PrincipalRedemption"),
        payment=terms.amount("nextPrincipalRedemptionPayment"),
        annuity_end_date=terms.day("amortizationDate"),
        reset=_reset(terms),
        base=BASES[terms.text("interestCalculationBase", "NT")],
        base_cycle=terms.cycle("InterestCalculationBase"),
        base_amount=terms.amount("interestCalculationBaseAmount"),
        scaling=_scaling(terms),
        fee=_fee(terms),
        premium_discount=terms.amount("premiumDiscountAtIED") or 0,
        purchase=_trade(terms, "purchaseDate", "priceAtPurchaseDate"),
        termination=_trade(terms, "terminationDate", "priceAtTerminationDate"),
    )


def side(terms: Terms) -> int:
    """1 for the lender, -1 for the borrower; it signs every amount of the terms, accrued interest among them."""
    return 1 if terms.text("contractRole") == "RPA" else -1


def _reset(terms: Terms) -> Reset | None:
    cycle = terms.cycle("RateReset")
    if cycle is None:
        return None
    multiplier = terms.nanos("rateMultiplier")
    return Reset(
        cycle=cycle,
        multiplier=NANO if multiplier is None else multiplier,
        spread=terms.nanos("rateSpread") or 0,
        next_rate=terms.nanos("nextResetRate"),
        floor=terms.nanos("lifeFloor"),
        cap=terms.nanos("lifeCap"),
        step_floor=terms.nanos("periodFloor"),
        step_cap=terms.nanos("periodCap"),
    )


def _scaling(terms: Terms) -> Scaling | None:
    cycle, effect = terms.cycle("ScalingIndex"), terms.text("scalingEffect", "OOO")
    if cycle is None or effect == "OOO":
        return None
    return Scaling(cycle, terms.nanos("scalingIndexAtContractDealDate"), EFFECTS[effect[:2]])


def _fee(terms: Terms) -> Fee | None:
    cycle = terms.cycle("Fee")
    if cycle is None or not terms.text("feeRate"):
        return None
    accrued = terms.amount("feeAccrued") or 0
    if terms.text("feeBasis") == "A":
        return Fee(FeeBasis.ABSOLUTE, cycle, amount=terms.amount("feeRate"), accrued=accrued)
    return Fee(FeeBasis.PRINCIPAL, cycle, rate=terms.nanos("feeRate"), accrued=accrued)


def _trade(terms: Terms, day: str, price: str) -> Trade | None:
    return Trade(terms.day(day), terms.amount(price) or 0) if terms.day(day) else None


class Observed:
    """The indices of a reference test: the last value known on a day, in nanos."""

    def __init__(self, test: dict[str, Any]) -> None:
        self._codes = {
            Event.RESET: test["terms"].get("marketObjectCodeOfRateReset"),
            Event.SCALING: test["terms"].get("marketObjectCodeOfScalingIndex"),
        }
        self._values = {
            code: sorted((datetime.fromisoformat(row["timestamp"]), Fraction(row["value"])) for row in series["data"])
            for code, series in test.get("dataObserved", {}).items()
        }

    def __call__(self, event: TimedEvent) -> Any:
        known = [value for since, value in self._values[self._codes[event.kind]] if since <= event.day]
        return known[-1] * NANO
