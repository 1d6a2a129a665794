"""What an execution refuses before it starts: dates that do not fit, and figures that could become too large."""

from collections.abc import Iterator, Sequence
from datetime import date

from ..debt.rates import MOST_RATE, opening_rate, reading
from ..inputs.company import DatasetVersion
from ..inputs.revolver import Debt, Revolver
from ..numbers.day_count import DAY_360
from ..numbers.exact import ACCRUAL_DIVISOR
from ..numbers.months import COMPILED_MONTHS
from ..values.faults import Fault, Reason, Refused
from ..values.in_words import amount_text
from ..values.units import MOST_MONEY, NANO
from ..values.value import decimal_text

YEARS = 3  #: more than the longest horizon and the months that its last one looks ahead
MOST_FLOW = 9 * MOST_MONEY  #: revenue, or costs, over these years: sums and their ratios stay exact in 64 bits
LONGEST_MONTH = 31 * DAY_360


def check(
    company: DatasetVersion,
    debts: Sequence[Debt],
    analysis_date: date,
    stress: dict[str, tuple[int, ...]],
    all_in: Sequence[tuple[int, ...]],
) -> None:
    """Raise `Refused` with every reason why this company cannot be executed under this stress.

    `stress` has the path of each assumption, `all_in` that of the all-in rate of each of `debts`, both in nanos.
    """
    claims = _highest_claims(debts, all_in)
    faults = [
        *dates(company, debts, analysis_date),
        *_indices(debts, stress["interest_rate_change_factor"]),
        *_rates(debts, all_in),
        *opening_rates(company, unstressed=False),
        *_claims(claims),
        *_flows(company, stress, claims),
    ]
    if faults:
        raise Refused(faults, company.minor_digits)


def dates(company: DatasetVersion, debts: Sequence[Debt], analysis_date: date) -> Iterator[Fault]:
    """An analysis date before the balances, or after a maturity."""
    if analysis_date < company.as_of_date:
        allowed = f"on or after the as-of date {company.as_of_date}"
        yield Fault("analysis_date", Reason.BEFORE_AS_OF, str(analysis_date), allowed)
    for debt in debts:
        if debt.ends_on <= analysis_date:
            allowed = f"before {debt.ends_on}, the maturity of {debt.facility_id}"
            yield Fault("analysis_date", Reason.MATURED, str(analysis_date), allowed)


def opening_rates(company: DatasetVersion, unstressed: bool) -> Iterator[Fault]:
    """A rate beyond the most, which no contract can open with; under a stress only where it waits for its own reset."""
    for number, loan in enumerate(company.instruments):
        waits = loan.contract is not None and loan.contract.rate_reset is not None
        rate = opening_rate(loan, reading(loan)) if unstressed or waits else 0
        if rate > MOST_RATE:
            allowed = f"an all-in rate of at most {decimal_text(MOST_RATE)}"
            field = f"instruments[{number}].floating_rate.spread"
            yield Fault(field, Reason.OUT_OF_RANGE, decimal_text(rate), allowed)


def _indices(debts: Sequence[Debt], factors: tuple[int, ...]) -> Iterator[Fault]:
    if all(factor == NANO for factor in factors):
        return
    for debt in debts:
        if debt.floating_rate and debt.floating_rate.index < 0:
            value = f"a factor on the index {decimal_text(debt.floating_rate.index)} of {debt.facility_id}"
            allowed = "1 where an index is negative: use interest_rate_shift"
            yield Fault("assumptions.interest_rate_change_factor", Reason.NEGATIVE_INDEX, value, allowed)


def _rates(debts: Sequence[Debt], all_in: Sequence[tuple[int, ...]]) -> Iterator[Fault]:
    for debt, path in zip(debts, all_in, strict=True):
        highest = max(path) + debt.default_margin
        if highest > MOST_RATE:
            value = f"an all-in rate of {decimal_text(highest)} for {debt.facility_id}"
            allowed = f"an all-in rate of at most {decimal_text(MOST_RATE)}, default margin included"
            yield Fault("assumptions.interest_rate_change_factor", Reason.OUT_OF_RANGE, value, allowed)


def _claims(claims: int) -> Iterator[Fault]:
    """No claim may pass 10^15, whatever stays unpaid."""
    if claims > MOST_MONEY:
        allowed = amount_text(f"claims of at most {{}} after {COMPILED_MONTHS} months", MOST_MONEY)
        yield Fault("instruments", Reason.BOUND_EXCEEDED, amount_text("up to {}", claims), allowed)


def _highest_claims(debts: Sequence[Debt], all_in: Sequence[tuple[int, ...]]) -> int:
    """What all debts could claim in the last month that is compiled."""
    return sum(_highest_claim(debt, path) for debt, path in zip(debts, all_in, strict=True))


def _highest_claim(debt: Debt, path: tuple[int, ...]) -> int:
    """The claim with everything unpaid: all of it bears the default rate every month, rounded up by some cents."""
    claim, fee = debt.opening_balance + debt.accrued_interest, 0
    if isinstance(debt, Revolver):
        claim = debt.commitment + debt.accrued_interest
        fee = debt.commitment * debt.undrawn_fee * LONGEST_MONTH // ACCRUAL_DIVISOR + 1
    margin, more = debt.default_margin, 4 + fee
    for rate in path:
        claim += claim * (rate + margin) * LONGEST_MONTH // ACCRUAL_DIVISOR + more
    return claim


def _flows(company: DatasetVersion, stress: dict[str, tuple[int, ...]], claims: int) -> Iterator[Fault]:
    """Sales, costs and cures of every month that is looked at: their sums bound cash, arrears, tax and equity."""
    year, sheet = company.income_statement, company.balance_sheet
    revenue, cost = max(stress["revenue_change_factor"]), max(stress["cost_change_factor"])
    sales = YEARS * year.revenue_annual * revenue // NANO
    # Either kind of cost, fixed or variable, grows by at most this; stock grows to four years of cost at most.
    costs = YEARS * (year.cost_of_sales_annual + year.operating_expenses_annual) * cost * max(revenue, NANO) // NANO**2
    costs += 4 * year.cost_of_sales_annual * max(revenue, NANO) // NANO
    costs += sheet.inventory + sheet.payables + sheet.other_liabilities + sheet.tax_payable
    for field, total in (("income_statement.revenue_annual", sales), ("income_statement", costs)):
        if total > MOST_FLOW:
            allowed = amount_text(f"at most {{}} in {YEARS} years", MOST_FLOW)
            yield Fault(field, Reason.BOUND_EXCEEDED, amount_text("up to {}", total), allowed)
    for number, covenant in enumerate(company.covenants):
        needed = max(claims * (step.multiple or 0) // NANO + (step.amount or 0) for step in covenant.steps)
        total = needed + covenant.cures_in_life * (needed + costs)
        if total > MOST_FLOW:
            allowed = amount_text("a threshold and cures that ask for at most {}", MOST_FLOW)
            value = amount_text("up to {}", total)
            yield Fault(f"covenants[{number}].steps", Reason.BOUND_EXCEEDED, value, allowed)
