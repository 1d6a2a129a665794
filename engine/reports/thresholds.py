"""The one table that every judgement rests on. Amounts are measured by the company: its opening total assets."""

from ..sentences import reports as sentences
from ..values.units import NANO
from .judgement_results import Rule, Threshold

TABLE: tuple[Threshold, ...] = (
    Threshold(Rule.ANY_SHORTFALL, 0, sentences.SHORTFALL_ABOVE),
    Threshold(Rule.ANY_DEFAULT, 0, sentences.DEFAULTS_ABOVE),
    Threshold(Rule.SHORT_RUNWAY, 12 * NANO, sentences.RUNWAY_BELOW),
    Threshold(Rule.NO_RUNWAY, 6 * NANO, sentences.RUNWAY_BELOW),
    Threshold(Rule.NOTABLE_SHORTFALL, NANO // 50, sentences.UNPAID_ABOVE),
    Threshold(Rule.LARGE_SHORTFALL, NANO // 10, sentences.UNPAID_ABOVE),
    Threshold(Rule.DSCR_BELOW_MINIMUM, 5 * NANO // 4, sentences.DSCR_BELOW),
    Threshold(Rule.DSCR_BELOW_ONE, NANO, sentences.DSCR_BELOW),
    Threshold(Rule.THIN_LIQUIDITY, NANO // 20, sentences.LIQUIDITY_BELOW),
    Threshold(Rule.NO_LIQUIDITY, NANO // 100, sentences.LIQUIDITY_BELOW),
    Threshold(Rule.HIGH_LOAN_TO_VALUE, 4 * NANO // 5, sentences.LOAN_TO_VALUE_ABOVE),
    Threshold(Rule.UNDER_WATER, NANO, sentences.LOAN_TO_VALUE_ABOVE),
    Threshold(Rule.LARGE_MATURITY, NANO // 5, sentences.MATURITY_ABOVE),
    Threshold(Rule.LARGEST_OUTFLOW, 0, sentences.OUTFLOW_BELOW),
    Threshold(Rule.MODERATE_RISK, 20 * NANO, sentences.RISK_FROM),
    Threshold(Rule.HIGH_RISK, 45 * NANO, sentences.RISK_FROM),
    Threshold(Rule.CRITICAL_RISK, 70 * NANO, sentences.RISK_FROM),
)

_VALUES = {threshold.rule: threshold.value for threshold in TABLE}


def value(rule: Rule) -> int:
    """A threshold in nanos."""
    return _VALUES[rule]


def above(rule: Rule, part: int, whole: int) -> bool:
    """Whether part / whole lies above a threshold, by cross-multiplication.  3 of 100 is above 0.02."""
    return part * NANO > value(rule) * whole


def below(rule: Rule, part: int, whole: int) -> bool:
    """Whether part / whole lies below a threshold, by cross-multiplication."""
    return part * NANO < value(rule) * whole
