"""What an execution says: its months, see `months`, and the cumulative metrics over all of them."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from ..assessment.debt_service_results import DebtService
from ..inputs.covenants import CovenantKind
from ..month.debt_results import Coverage, Facility
from ..month.recovery import Recovery
from ..month.results import Month
from ..values.assumption_record import AssumptionRecord
from ..values.units import Day, Money, Number, Ratio, Words


class ShortfallCategory(Enum):
    """What was left unpaid."""

    OPERATING = "operating"
    DEBT_SERVICE = "debt_service"


class DefaultKind(Enum):
    """What the company failed on first, in the order of the waterfall."""

    NONE = "none"
    OPERATING = "operating"  #: suppliers, operating expenses or tax due and not paid
    INTEREST = "interest"  #: interest or fees due and not paid
    PRINCIPAL = "principal"  #: an instalment, a mandatory repayment or a call not paid
    MATURITY = "maturity"  #: the principal due at maturity not paid


class Totals(NamedTuple):
    """Sums over the horizon."""

    revenue: Money
    ebitda: Money
    tax: Money
    net_income: Money
    interest_payments: Money
    principal_payments: Money
    capital_expenditure_payments: Money
    lapsed_capital_expenditure: Money
    revolver_draws: Money
    equity_cures: Money
    operating_shortfall: Money
    debt_service_shortfall: Money
    operating_cured: Money
    debt_service_cured: Money

    @property
    def total_shortfall(self) -> Money:
        return self.operating_shortfall + self.debt_service_shortfall


class FacilityWall(NamedTuple):
    """What the contract of one instrument, or of the revolver, asks for in the year after the horizon."""

    principal: Money


class Wall(NamedTuple):
    """What the contracts ask for in the year after the horizon, beside the liquidity at its end."""

    liquidity: Money
    facilities: tuple[FacilityWall, ...]

    @property
    def total(self) -> Money:
        return sum(facility.principal for facility in self.facilities)


class CovenantSummary(NamedTuple):
    """One covenant over the horizon. A period of 0 says that it never happens."""

    covenant_id: Words
    kind: CovenantKind
    first_breach_period: Number  #: the first test at which something lacked, cured or not
    first_event_of_default_period: Number
    least_headroom: Money | None  #: None where it was never tested
    least_headroom_period: Number


class CumulativeMetrics(NamedTuple):
    """The whole horizon in a few figures. A period of 0 says that it never happens.

    What follows the first default is counterfactual: no figure before it looks at it, the peak and the lowest liquidity
    of the whole horizon do.
    """

    totals: Totals
    coverage_horizon: Coverage
    first_default_period: Number
    first_default_kind: DefaultKind
    first_default_facility: Number  #: position in `facilities` plus one, 0 where there is none
    months_of_runway: Number  #: whole months before the first default; the horizon, and more, where there is none
    need_at_default: Money  #: unpaid and the gap to the minimum cash in the month of the default
    first_below_minimum_cash_period: Number
    largest_minimum_cash_gap: Money  #: before the default
    largest_minimum_cash_gap_period: Number
    lowest_liquidity_before_default: Money | None  #: None where the first month defaults
    lowest_liquidity_before_default_period: Number
    lowest_liquidity: Money
    lowest_liquidity_period: Number
    first_lapsed_capital_expenditure_period: Number
    standstill_peak: Money  #: counterfactual after a default: the highest of unpaid and gap while creditors wait
    standstill_peak_period: Number
    wall: Wall
    covenants: tuple[CovenantSummary, ...]
    recovery_period: Number  #: of the first default, else the last month
    recovery: Recovery | None  #: None where no assets are given: it is not known
    interest_annual_run_rate: Money  #: opening balances times their opening rates
    weighted_average_rate: Ratio


class Execution(NamedTuple):
    """One scenario run on one dataset version from one analysis date."""

    analysis_date: Day
    horizon_months: Number
    currency: Words
    minor_digits: Number
    period_ends: tuple[Day, ...]
    facilities: tuple[Facility, ...]
    category_names: tuple[Words, ...]
    metrics: CumulativeMetrics
    months: Sequence[Month]  #: `Months`, a matrix
    assumption_records: tuple[AssumptionRecord, ...]
    opening_total_assets: Money  #: on the analysis date: the size that thresholds are relative to
    debt_service: DebtService  #: the assessment of the horizon on the stressed figures
