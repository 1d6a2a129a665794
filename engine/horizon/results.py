"""What an execution says: its months, see `month.results`, and the cumulative metrics over all of them."""

from enum import Enum
from typing import NamedTuple

from ..assessment.debt_service_results import DebtService
from ..month.debt_results import Coverage, Facility
from ..month.results import Month
from ..values.assumption_record import AssumptionRecord
from ..values.units import Day, Money, Number, Ratio, Words


class ShortfallCategory(Enum):
    """What was left unpaid."""

    NONE = "none"
    OPERATING = "operating"
    DEBT_SERVICE = "debt_service"
    CAPITAL_EXPENDITURE = "capital_expenditure"


class DefaultKind(Enum):
    """What a debt failed on."""

    NONE = "none"
    INTEREST = "interest"  #: interest or fees due and not paid
    PRINCIPAL = "principal"  #: an instalment or a mandatory repayment not paid
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
    revolver_draws: Money
    operating_shortfall: Money
    debt_service_shortfall: Money
    capital_expenditure_shortfall: Money
    operating_cured: Money
    debt_service_cured: Money

    @property
    def total_shortfall(self) -> Money:
        return self.operating_shortfall + self.debt_service_shortfall + self.capital_expenditure_shortfall


class CumulativeMetrics(NamedTuple):
    """The whole horizon in a few figures. A period of 0 says that it never happens."""

    totals: Totals
    coverage_horizon: Coverage
    first_shortfall_period: Number
    first_shortfall_category: ShortfallCategory
    first_default_period: Number
    first_default_facility: Number  #: position in `facilities` plus one, 0 where there is none
    first_default_kind: DefaultKind
    months_of_runway: Number  #: whole months before the first shortfall; the horizon where there is none
    peak_funding_need: Money
    peak_funding_need_period: Number
    lowest_liquidity: Money
    lowest_liquidity_period: Number
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
    header: CumulativeMetrics
    months: tuple[Month, ...]
    assumption_records: tuple[AssumptionRecord, ...]
    opening_total_assets: Money  #: on the analysis date: the size that thresholds are relative to
    debt_service: DebtService  #: the assessment of the horizon on the stressed figures
