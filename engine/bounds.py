"""What an execution refuses before it starts: figures that could leave the range in which every lane is exact."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from seawall.engine.arithmetic import ACCRUAL_DIVISOR
from seawall.engine.company import DatasetVersion
from seawall.engine.dates import DAY_360
from seawall.engine.domains import MOST_MONEY, NANO
from seawall.engine.faults import Fault, Reason, Refused
from seawall.engine.scenario import NEUTRAL
from seawall.engine.shape import decimal_text
from seawall.engine.stress import MOST_MONTHS

PATHS = tuple(NEUTRAL)
MOST_RATE = 5 * NANO
MOST_FLOW = 9 * MOST_MONEY  #: revenue, or costs, over 24 months: sums and their ratios stay exact in 64 bits
LONGEST_MONTH = 31 * DAY_360


def check(
    company: DatasetVersion,
    analysis_date: date,
    order: Sequence[tuple[str, Any]],
    stress: dict[str, tuple[int, ...]],
    all_in: Sequence[tuple[int, ...]],
) -> None:
    """Raise `Refused` with everything that does not allow this company to be run under this stress."""
    faults = [
        *_dates(company, analysis_date),
        *_indices(order, stress["interest_rate_change_factor"]),
        *_rates(order, all_in),
        *_debts(company, order, all_in),
        *_flows(company, stress),
    ]
    if faults:
        raise Refused(faults)


def _dates(company: DatasetVersion, analysis_date: date) -> Iterator[Fault]:
    if analysis_date < company.as_of_date:
        allowed = f"on or after the as-of date {company.as_of_date}"
        yield Fault("analysis_date", Reason.BEFORE_AS_OF, str(analysis_date), allowed)
    debts = [*company.instruments, *([company.revolver] if company.revolver else [])]
    for debt in debts:
        if debt.maturity_date <= analysis_date:
            name = getattr(debt, "instrument_id", "") or getattr(debt, "revolver_id", "")
            allowed = f"before {debt.maturity_date}, the maturity of {name}"
            yield Fault("analysis_date", Reason.MATURED, str(analysis_date), allowed)


def _indices(order: Sequence[tuple[str, Any]], factors: tuple[int, ...]) -> Iterator[Fault]:
    if all(factor == NANO for factor in factors):
        return
    for name, debt in order:
        floating = debt if hasattr(debt, "drawn") else debt.floating_rate
        if floating is not None and floating.index < 0:
            found = f"a factor on the index {decimal_text(floating.index)} of {name}"
            allowed = "1 where an index is negative: use interest_rate_shift"
            yield Fault("assumptions.interest_rate_change_factor", Reason.NEGATIVE_INDEX, found, allowed)


def _rates(order: Sequence[tuple[str, Any]], all_in: Sequence[tuple[int, ...]]) -> Iterator[Fault]:
    for (name, debt), path in zip(order, all_in, strict=True):
        highest = max(path) + getattr(debt, "default_margin", 0)
        if highest > MOST_RATE:
            found = f"an all-in rate of {decimal_text(highest)} for {name}"
            yield Fault(
                "assumptions.interest_rate_change_factor", Reason.OUT_OF_RANGE, found, "an all-in rate of at most 5"
            )


def _debts(
    company: DatasetVersion, order: Sequence[tuple[str, Any]], all_in: Sequence[tuple[int, ...]]
) -> Iterator[Fault]:
    """No claim may pass 10^15: principal with what capitalises on it, and every interest left unpaid for 24 months."""
    claims = 0
    for (_, debt), path in zip(order, all_in, strict=True):
        balance = debt.commitment if hasattr(debt, "drawn") else debt.principal
        owed = 0
        for rate in path:
            interest = balance * (rate + getattr(debt, "default_margin", 0)) * LONGEST_MONTH // ACCRUAL_DIVISOR + 2
            capitalised = interest * getattr(debt, "pik_share", 0) // NANO + 1
            balance, owed = balance + capitalised, owed + interest
        claims += balance + owed
        if hasattr(debt, "drawn"):
            claims += debt.commitment * debt.undrawn_fee * 2 // NANO + MOST_MONTHS * 2
    if claims > MOST_MONEY:
        allowed = f"claims of at most {MOST_MONEY} minor units after 24 months"
        yield Fault("instruments", Reason.BOUND_EXCEEDED, f"up to {claims}", allowed)


def _flows(company: DatasetVersion, stress: dict[str, tuple[int, ...]]) -> Iterator[Fault]:
    year = company.income_statement
    revenue, cost = max(stress["revenue_change_factor"]), max(stress["cost_change_factor"])
    sheet = company.balance_sheet
    sales = 2 * year.revenue_annual * revenue // NANO
    # Either kind of cost, fixed or variable, grows by at most this; purchases add what inventory may grow by.
    costs = 4 * (year.cost_of_sales_annual + year.operating_expenses_annual) * cost * max(revenue, NANO) // NANO**2
    costs += sheet.payables + sheet.other_liabilities
    for field, total in (("income_statement.revenue_annual", sales), ("income_statement", costs)):
        if total > MOST_FLOW:
            allowed = f"at most {MOST_FLOW} minor units over 24 months"
            yield Fault(field, Reason.BOUND_EXCEEDED, f"up to {total}", allowed)
