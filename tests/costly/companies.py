"""Companies whose registration, execution, reports and lists are long."""

from collections.abc import Callable
from datetime import date, timedelta

from seawall.v1 import dataset_pb2 as d
from seawall.v1 import loan_pb2 as n
from tests.fuzz.companies import balanced, known

from .previews import annuity_daily, cycle, floats

MOST_LOANS, MOST_ASSETS, MOST_PLEDGES = 1_000, 1_000, 1_000
MANY = 50_000  #: beyond every bound, within 4 MiB

Build = Callable[[], d.DatasetVersion]


def plain(loan: d.Instrument) -> None:
    """A monthly loan as it is."""


def daily_coupons(loan: d.Instrument) -> None:
    """Interest daily for ten years."""
    loan.amortisation, loan.maturity_date = d.AMORTISATION_BULLET, "2034-12-01"
    loan.contract.interest_cycle.CopyFrom(cycle())


def monthly_contract(loan: d.Instrument) -> None:
    """An annuity by its contract: monthly on business days, reset quarterly."""
    floats(loan)
    loan.ClearField("fixed_rate")
    loan.amortisation = d.AMORTISATION_ANNUITY
    loan.contract.principal_cycle.CopyFrom(cycle(1, n.CYCLE_UNIT_MONTH))
    loan.contract.rate_reset.cycle.CopyFrom(cycle(1, n.CYCLE_UNIT_QUARTER))
    loan.contract.calendar.week = n.BUSINESS_WEEK_MONDAY_TO_FRIDAY
    loan.contract.calendar.convention = n.BUSINESS_DAY_CONVENTION_SHIFT_CALCULATE_MODIFIED_FOLLOWING


def of_its_own_end(loan: d.Instrument) -> None:
    """The same, with a maturity that no other loan of the company has, beyond the years that are compiled."""
    monthly_contract(loan)
    number = int(loan.instrument_id.partition("-")[2])
    loan.maturity_date = (date(2029, 1, 1) + timedelta(weeks=number)).isoformat()


def levelled_daily(loan: d.Instrument) -> None:
    """An annuity paid and levelled daily for ten years."""
    loan.maturity_date = "2034-12-01"
    annuity_daily(loan)


def for_ever(loan: d.Instrument) -> None:
    """A linear loan to 2200: 2,112 payments."""
    loan.amortisation, loan.maturity_date = d.AMORTISATION_LINEAR, "2200-12-31"


def loans(count: int, change: Callable[[d.Instrument], None] = plain) -> d.DatasetVersion:
    """A company of so many loans of different size, each changed."""
    made, loan = _without_debts()
    for number in range(count):
        loan.instrument_id, loan.principal_minor = f"loan-{number}", 10**8 + number
        made.instruments.append(loan)
        change(made.instruments[-1])
    return balanced(made)


def pledged(debts: int, assets: int, pledges: int, categories: int = 1) -> d.DatasetVersion:
    """A company whose every loan is secured by so many of its assets."""
    made = loans(debts)
    made.ClearField("assets")
    for number in range(assets):
        name = f"c{number % categories}"
        made.assets.add(asset_id=f"{number:x}", category=name, market_value_minor=10**6, recovery_rate="0.5")
    for loan in made.instruments:
        loan.collateral_asset_ids.extend(f"{number:x}" for number in range(pledges))
    return made


def one_pledged_often(count: int) -> d.DatasetVersion:
    """One loan that names one asset again and again."""
    made = pledged(1, 1, 1)
    made.instruments[0].collateral_asset_ids.extend(["0"] * count)
    return made


def _without_debts() -> tuple[d.DatasetVersion, d.Instrument]:
    made, loan = d.DatasetVersion(), d.Instrument()
    made.CopyFrom(known()[0])
    loan.CopyFrom(made.instruments[0])
    loan.ClearField("collateral_asset_ids")
    for field in ("instruments", "revolver", "assets"):
        made.ClearField(field)
    return made, loan


#: Registered and no more.
REGISTERED: dict[str, Build] = {
    "1,000 loans to 2200": lambda: loans(MOST_LOANS, for_ever),
    "1,000 loans that each pledge 700 assets": lambda: pledged(MOST_LOANS, MOST_ASSETS, 700),
    "one loan that pledges an asset 100,000 times": lambda: one_pledged_often(100_000),
    "50,000 assets": lambda: pledged(1, MANY, 1),
    "50,000 loans": lambda: loans(MANY),
    "1,000 loans, each levelled daily": lambda: loans(MOST_LOANS, levelled_daily),
}

#: Executed over 24 months, or refused; what is executed is replayed, reported, assessed and read.
EXECUTED: dict[str, Build] = {
    "1,000 plain loans": lambda: loans(MOST_LOANS),
    "1,000 loans to 2200": lambda: loans(MOST_LOANS, for_ever),
    "1,000 annuities by contract": lambda: loans(MOST_LOANS, monthly_contract),
    "370 annuities by contract": lambda: loans(370, monthly_contract),
    "370 annuities by contract, each to a day of its own": lambda: loans(370, of_its_own_end),
    "1,000 loans, interest daily": lambda: loans(MOST_LOANS, daily_coupons),
    "20 annuities levelled daily": lambda: loans(20, levelled_daily),
    "21 loans, interest daily": lambda: loans(21, daily_coupons),
    "5 annuities levelled daily": lambda: loans(5, levelled_daily),
    "1 annuity levelled daily": lambda: loans(1, levelled_daily),
    "100 loans, 1,000 assets of 1,000 categories": lambda: pledged(100, MOST_ASSETS, 10, MOST_ASSETS),
    "150 loans that each pledge 150 assets": lambda: pledged(150, 150, 150),
}
