"""The figures of the three views of an execution. A period of 0 says that it never happens."""

from enum import Enum
from typing import NamedTuple

from ..assessment.debt_service_results import DebtService
from ..horizon.results import DefaultKind, ShortfallCategory, Totals
from ..month.debt_results import CoverageStatus, Facility
from ..values.units import Day, Decimal9, Money, Number, Ratio, Words
from .judgement_results import CriticalPeriod, Finding, Risk, RiskLevel, Rule, Threshold


class ReportView(Enum):
    """How closely one looks."""

    GRANULAR = "granular"  #: every period, every line
    AGGREGATED = "aggregated"  #: the horizon in figures
    EXECUTIVE = "executive"  #: what happens, when, how bad, what drives it, what to do


class LineNature(Enum):
    """What the figures of a line are, and so whether they add up."""

    FLOW = "flow"  #: money of a month: the months add up to the total
    STOCK = "stock"  #: money at the end of a month, or over other months than one
    RATIO = "ratio"
    RATE = "rate"
    STATUS = "status"


class Line(NamedTuple):
    """One figure over all periods. `item` is the facility or the category that it belongs to, or empty."""

    section: Words
    item: Words
    figure: Words
    nature: LineNature
    amounts: tuple[Money, ...] = ()
    total: Money | None = None  #: of a flow: the sum of its periods
    ratios: tuple[Ratio, ...] = ()
    rates: tuple[Decimal9, ...] = ()
    statuses: tuple[CoverageStatus, ...] = ()


class GranularReport(NamedTuple):
    """Every line of every period, in the order of the statements."""

    lines: tuple[Line, ...]


class Extreme(NamedTuple):
    """How low and how high a figure goes, first months first."""

    figure: Words
    lowest: Money
    lowest_period: Number
    highest: Money
    highest_period: Number
    closing: Money


class ShortfallSummary(NamedTuple):
    """One category of what was left unpaid."""

    category: ShortfallCategory
    shortfall: Money  #: sum over the horizon
    cured: Money
    outstanding: Money  #: at the end
    highest_outstanding: Money
    highest_outstanding_period: Number


class CoverageSummary(NamedTuple):
    """One ratio over the last twelve months of each month, and over the horizon."""

    figure: Words
    minimum: Ratio  #: of the months in which it is defined
    minimum_period: Number
    average: Ratio
    horizon: Ratio


class CategorySummary(NamedTuple):
    """The market value of one category of assets."""

    category: Words
    opening: Money
    closing: Money
    lowest: Money
    lowest_period: Number

    @property
    def change(self) -> Money:
        return self.closing - self.opening


class CollateralSummary(NamedTuple):
    """Collateral over the horizon, and recovery in a liquidation."""

    highest_loan_to_value: Ratio
    highest_loan_to_value_period: Number
    closing_loan_to_value: Ratio
    highest_collateral_shortfall: Money
    highest_collateral_shortfall_period: Number
    recovery_period: Number  #: of the liquidation: the month of the first default, else the last
    claims: Money
    recovered: Money  #: of the claims
    recovered_share: Ratio


class CashBridge(NamedTuple):
    """How opening cash becomes closing cash; what takes cash is below 0."""

    opening_cash: Money
    trading: Money  #: collections less payments to suppliers, of operating expenses and of operating arrears
    tax: Money
    interest: Money
    capital_expenditure: Money
    revolver_draws: Money
    repayments: Money  #: of principal and of the revolver, prepayments included
    equity_cure: Money
    restricted_cash: Money

    @property
    def closing_cash(self) -> Money:
        return sum(self)


class AggregatedReport(NamedTuple):
    """The horizon in figures."""

    totals: Totals
    cash_bridge: CashBridge
    extremes: tuple[Extreme, ...]
    first_breach_period: Number
    first_breach_rules: tuple[Rule, ...]
    first_default_period: Number
    first_default_facility: Facility | None
    first_default_kind: DefaultKind
    months_of_runway: Number
    need_at_default: Money
    standstill_peak: Money
    standstill_peak_period: Number
    shortfalls: tuple[ShortfallSummary, ...]
    coverage: tuple[CoverageSummary, ...]
    critical_periods: tuple[CriticalPeriod, ...]
    categories: tuple[CategorySummary, ...]
    collateral: CollateralSummary | None  #: None where no assets are given: it is not known
    debt_service: DebtService
    risk: Risk
    thresholds: tuple[Threshold, ...]


class ExecutiveReport(NamedTuple):
    """At most a page."""

    headline: Words
    risk_level: RiskLevel
    risk_score: Number
    findings: tuple[Finding, ...]
    key_risks: tuple[Finding, ...]
    recommendations: tuple[Finding, ...]
    thresholds: tuple[Threshold, ...]


class Report(NamedTuple):
    """One view of one execution."""

    method: Words  #: `report.METHOD`
    view: ReportView
    analysis_date: Day
    horizon_months: Number
    currency: Words
    minor_digits: Number
    period_ends: tuple[Day, ...]
    facilities: tuple[Facility, ...]
    category_names: tuple[Words, ...]
    granular: GranularReport | None = None
    aggregated: AggregatedReport | None = None
    executive: ExecutiveReport | None = None
