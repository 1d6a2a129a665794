"""The judgements of a report, each with the rule and the figure that it rests on."""

from enum import Enum
from typing import NamedTuple

from ..values.units import Decimal9, Money, Number, Ratio, Words


class Rule(Enum):
    """The threshold that a judgement rests on; `thresholds.TABLE` has its value."""

    ANY_SHORTFALL = "any_shortfall"
    ANY_DEFAULT = "any_default"
    SHORT_RUNWAY = "short_runway"
    NO_RUNWAY = "no_runway"
    NOTABLE_SHORTFALL = "notable_shortfall"
    LARGE_SHORTFALL = "large_shortfall"
    DSCR_BELOW_MINIMUM = "dscr_below_minimum"
    DSCR_BELOW_ONE = "dscr_below_one"
    THIN_LIQUIDITY = "thin_liquidity"
    NO_LIQUIDITY = "no_liquidity"
    HIGH_LOAN_TO_VALUE = "high_loan_to_value"
    UNDER_WATER = "under_water"
    LARGE_MATURITY = "large_maturity"
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
    """The figure that a judgement rests on: its path, its period (0: the whole horizon), and one of four values."""

    path: Words
    period: Number
    amount: Money | None = None
    ratio: Ratio | None = None
    months: Number | None = None
    words: Words | None = None


class CriticalPeriod(NamedTuple):
    """A month that breaches something."""

    period: Number
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
    figure: Figure
    rule: Rule | None  #: the strictest one that is breached; left out where none is


class Risk(NamedTuple):
    """The score is the sum of its parts, 0 to 100; the level follows from it by the table."""

    level: RiskLevel
    score: Number
    parts: tuple[RiskPart, ...]


class Finding(NamedTuple):
    """One sentence with the figure, the period and the rule that it rests on."""

    statement: Words
    figure: Figure
    rule: Rule
