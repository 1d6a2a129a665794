"""The three views of an execution. A period of 0 says that it never happens."""

from enum import Enum
from typing import NamedTuple

from ..assessment.debt_service_results import DebtService
from ..horizon.results import Totals
from ..inputs.scenario import Posture
from ..month.debt_results import CovenantStatus, CoverageStatus, Facility
from ..values.units import Day, Decimal9, Flag, Money, Number, Ratio, Words
from .beside_results import ComparisonRun, HeadlineFigures
from .judgement_results import CriticalPeriod, Finding, Risk, RiskLevel, Rule, Threshold
from .summary_results import (
    AfterDefault,
    CapitalStructureLine,
    CashBridge,
    CategorySummary,
    CollateralSummary,
    CovenantLine,
    CoverageSummary,
    Extreme,
    RecoverySummary,
)


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
    TEST = "test"  #: of a covenant
    MARK = "mark"  #: whether something holds in a month


class Line(NamedTuple):
    """One figure over all periods. `item` is the facility, category or covenant that it belongs to, or empty.

    Amounts that are not known in the first periods begin with `known_from_period`.
    """

    section: Words
    item: Words
    figure: Words
    nature: LineNature
    amounts: tuple[Money, ...] = ()
    total: Money | None = None  #: of a flow: the sum of its periods
    ratios: tuple[Ratio, ...] = ()
    rates: tuple[Decimal9, ...] = ()
    statuses: tuple[CoverageStatus, ...] = ()
    tests: tuple[CovenantStatus, ...] = ()
    marks: tuple[Flag, ...] = ()
    known_from_period: Number = 0  #: 0 where all periods are known


class GranularReport(NamedTuple):
    """Every line of every period, in the order of the statements."""

    lines: tuple[Line, ...]


class AggregatedReport(NamedTuple):
    """The horizon in figures. All of them stop at the end of `through_period`, those of `after_default` apart."""

    through_period: Number  #: the month of the first default, else the last
    headline_figures: HeadlineFigures
    comparison: tuple[ComparisonRun, ...]
    totals: Totals
    cash_bridge: CashBridge
    extremes: tuple[Extreme, ...]
    first_breach_period: Number
    first_breach_rules: tuple[Rule, ...]
    critical_periods: tuple[CriticalPeriod, ...]  #: of the whole horizon, marked
    coverage: tuple[CoverageSummary, ...]
    capital_structure: tuple[CapitalStructureLine, ...]
    covenants: tuple[CovenantLine, ...]
    categories: tuple[CategorySummary, ...]
    collateral: CollateralSummary | None  #: None where no assets are given: it is not known
    recovery: RecoverySummary | None  #: likewise
    debt_service: DebtService
    risk: Risk
    after_default: AfterDefault | None  #: None without a default
    thresholds: tuple[Threshold, ...]


class ExecutiveReport(NamedTuple):
    """What a committee reads first. Nothing in it looks beyond the first default without saying so."""

    headline: Words
    risk_level: RiskLevel
    risk_score: Number
    most_risk_score: Number
    headline_figures: HeadlineFigures
    comparison: tuple[ComparisonRun, ...]
    findings: tuple[Finding, ...]
    key_risks: tuple[Finding, ...]
    recommendations: tuple[Finding, ...]
    cash_bridge: CashBridge  #: to the end of the month of the first default, else of the last
    capital_structure: tuple[CapitalStructureLine, ...]
    covenants: tuple[CovenantLine, ...]
    recovery: RecoverySummary | None  #: None where no assets are given: it is not known
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
    first_default_period: Number  #: it and every later month are after the default; 0 where there is none
    posture: Posture  #: what creditors do after a default
    minimum_cash: Money
    facilities: tuple[Facility, ...]
    category_names: tuple[Words, ...]
    granular: GranularReport | None = None
    aggregated: AggregatedReport | None = None
    executive: ExecutiveReport | None = None
