"""The judgements of a report, each with the rule and the figure that it rests on."""

from enum import Enum
from typing import NamedTuple

from ..values.units import Decimal9, Flag, Money, Number, Ratio, Words


class Rule(Enum):
    """The threshold that a judgement rests on; `thresholds.TABLE` has its value."""

    ANY_DEFAULT = "any_default"
    SHORT_RUNWAY = "short_runway"
    NO_RUNWAY = "no_runway"
    BELOW_MINIMUM_CASH = "below_minimum_cash"
    FAR_BELOW_MINIMUM_CASH = "far_below_minimum_cash"
    THIN_LIQUIDITY = "thin_liquidity"
    NO_LIQUIDITY = "no_liquidity"
    WALL_ABOVE_LIQUIDITY = "wall_above_liquidity"
    LARGE_WALL = "large_wall"
    COVENANT_BREACH = "covenant_breach"
    COVENANT_EVENT_OF_DEFAULT = "covenant_event_of_default"
    DSCR_BELOW_MINIMUM = "dscr_below_minimum"
    DSCR_BELOW_ONE = "dscr_below_one"
    HIGH_LOAN_TO_VALUE = "high_loan_to_value"
    UNDER_WATER = "under_water"
    LOSS_GIVEN_DEFAULT = "loss_given_default"
    CAPITAL_EXPENDITURE_LAPSES = "capital_expenditure_lapses"
    LARGE_MATURITY = "large_maturity"
    EARNINGS_BELOW_INTEREST = "earnings_below_interest"
    MATERIAL = "material"
    LARGEST_OUTFLOW = "largest_outflow"
    MODERATE_RISK = "moderate_risk"
    HIGH_RISK = "high_risk"
    CRITICAL_RISK = "critical_risk"


class Threshold(NamedTuple):
    """One row of the table that every judgement rests on."""

    rule: Rule
    value: Decimal9
    statement: Words  #: what the value is compared with, and in which unit


class Figure(NamedTuple):
    """The figure that a judgement rests on: its path, its period (0: the whole horizon), and one of four values.

    The first word of a path is a message of the API: header and metrics of the execution, periods (the one of
    `period`), or aggregated, the view. Positions in a list count from 0: metrics.covenants[0].least_headroom.
    """

    path: Words
    period: Number
    amount: Money | None = None
    ratio: Ratio | None = None
    months: Number | None = None
    words: Words | None = None


class CriticalPeriod(NamedTuple):
    """A month that breaches something."""

    period: Number
    after_default: Flag  #: 1 from the month of the first default on
    rules: tuple[Rule, ...]


class RiskLevel(Enum):
    """The verdict over the horizon."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


class RiskPart(NamedTuple):
    """What one question adds to the score, and on which figure and rule."""

    question: Words
    points: Number
    most_points: Number
    is_known: Flag  #: 0 where the dataset does not say what the question asks for: it adds nothing and can add nothing
    figure: Figure
    rule: Rule | None  #: the strictest one that is breached; left out where none is


class Risk(NamedTuple):
    """The score is the sum of the points, out of the most points of the known questions; the level follows from it."""

    level: RiskLevel
    score: Number
    most_score: Number
    parts: tuple[RiskPart, ...]


class Finding(NamedTuple):
    """One sentence with the figure, the period and the rule that it rests on."""

    statement: Words
    figure: Figure
    rule: Rule
