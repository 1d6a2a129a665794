"""What a call costs, counted before it runs: operations and never a time, so that the same call always has one price.

An operation is about what it takes to add up one figure. A month of a debt takes a thousand; each event that a contract
names inside the three years that are compiled takes a quarter of it. What lies beyond them is not walked, but the
payments over which an annuity is levelled and the rows of a table, which are counted beyond those of a monthly loan of
thirty years. So the price of 1,000 plain monthly loans over 24 months depends on their number alone, and lies below the
limit.
"""

from collections.abc import Iterator
from datetime import date

from seawall.engine import DatasetVersion
from seawall.engine.inputs.calendar import LONGEST, Cycle
from seawall.engine.inputs.instruments import Amortisation, Instrument
from seawall.engine.numbers.months import COMPILED_MONTHS, month_end

from ..refusals import CallRefused, Trouble
from ..work.charge import take

LIMIT = 30_000_000  #: of one call
MONTH_OF_DEBT = 1_000
EVENT = 50  #: a payment over which an annuity is levelled, or a row of a table
EVENT_INSIDE = 250  #: one inside the months, to find its day and to play it under the stress
MONTH_OF_PLEDGE = 8  #: one asset of one debt
MONTH_OF_CATEGORY = 1  #: one debt or asset, as one category looks at it
MONTH_OF_COVENANT = 200
MONTH_OF_REACH = 1  #: one debt that the consequences of one covenant may reach
SENIOR = 8  #: one senior of one junior, once in a recovery
HEADER = 2_000  #: of a company without debts
HEADERS_OF_AN_EXECUTION = 4  #: whose debts take as long as those of one
PLAIN_EVENTS = 720  #: as many as interest and principal every month for thirty years
PLAIN_EVENTS_A_MONTH = 2
AT_ONCE = (Amortisation.BULLET, Amortisation.CUSTOM)  #: no cycle pays their principal


class TooCostly(CallRefused):
    """A call above the price that any one call may have."""

    reason = Trouble.TOO_COSTLY

    def __init__(self, price: int) -> None:
        self.text = (
            f"The call takes {price} operations, and one call may take {LIMIT}. Ask for fewer months, or split the"
            " company: fewer instruments, fewer payments and resets, fewer pledged assets and categories."
        )
        super().__init__(price=str(price), limit=str(LIMIT))


def check_price(company: DatasetVersion, months: int, analysis_date: date) -> None:
    """Charges for so many months of a company. Raises `TooCostly` where that costs more than a call may."""
    _take(price_of(company, months, analysis_date))


def check_price_of_headers(company: DatasetVersion, months: int, analysis_date: date, headers: int) -> None:
    """The same of the headers of so many scenarios, which have no documents and share what no scenario changes."""
    _take(headers * (HEADER + price_of(company, months, analysis_date) // HEADERS_OF_AN_EXECUTION))


def _take(price: int) -> None:
    if price > LIMIT:
        raise TooCostly(price)
    take(price)


def price_of(company: DatasetVersion, months: int, analysis_date: date) -> int:
    """The operations that so many months of a company take.  Ten plain loans over 24 months: 240,000."""
    debts, assets = len(company.debts), len(company.assets)
    categories = len({asset.category for asset in company.assets})
    pledges = sum(len(debt.collateral_asset_ids) for debt in company.debts)
    month = debts * MONTH_OF_DEBT + pledges * MONTH_OF_PLEDGE + categories * (debts + assets) * MONTH_OF_CATEGORY
    month += len(company.covenants) * (MONTH_OF_COVENANT + debts * MONTH_OF_REACH)
    recovery = sum(len(turnover.senior_facility_ids) for turnover in company.turnovers) * SENIOR
    events = sum(_price_of_events(loan, months, analysis_date) for loan in company.instruments)
    return months * month + recovery + events


def _price_of_events(loan: Instrument, months: int, analysis_date: date) -> int:
    """The operations for what a loan names beyond a plain one; of a contract each event inside has its price.

    An execution compiles three years, whatever its horizon.
    """
    cycles, rows = list(_cycles(loan)), [row.payment_date for row in loan.principal_payments]
    last = month_end(analysis_date, max(months, COMPILED_MONTHS))
    inside = sum(analysis_date < day <= last for day in rows)
    inside += sum(_days(cycle, analysis_date, min(last, loan.maturity_date)) for cycle in cycles)
    events = len(rows) + _levelled_payments(loan, analysis_date)
    beyond_plain = max(0, events - PLAIN_EVENTS) * EVENT
    at_no_price = 0 if loan.contract else PLAIN_EVENTS_A_MONTH * months
    return beyond_plain + max(0, inside - at_no_price) * EVENT_INSIDE


def _levelled_payments(loan: Instrument, analysis_date: date) -> int:
    """The payments over which an annuity by contract is levelled."""
    contract = loan.contract
    if contract is None or loan.amortisation is not Amortisation.ANNUITY:
        return 0
    cycle = contract.principal_cycle or contract.interest_cycle
    return _days(cycle, analysis_date, loan.maturity_date) if cycle else 0


def _cycles(loan: Instrument) -> Iterator[Cycle]:
    """The cycles that a contract names; principal is paid with interest, and a reset levels an annuity too."""
    contract = loan.contract
    if contract is None:
        return
    interest, reset = contract.interest_cycle, contract.rate_reset and contract.rate_reset.cycle
    principal = None if loan.amortisation in AT_ONCE else contract.principal_cycle or interest
    level = reset if loan.amortisation is Amortisation.ANNUITY else None
    yield from (cycle for cycle in (interest, principal, reset, level, contract.interest_base_cycle) if cycle)


def _days(cycle: Cycle, first: date, last: date) -> int:
    """About how many days a cycle has between two, without walking them."""
    return max(0, (last - first).days) // (cycle.count * LONGEST[cycle.unit])
