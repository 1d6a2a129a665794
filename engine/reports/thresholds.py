"""The one table that every judgement rests on. Amounts are measured by the company: its opening total assets."""

from ..sentences import reports as sentences
from ..values.units import NANO
from .judgement_results import Rule, Threshold

PERCENT = NANO // 100

TABLE: tuple[Threshold, ...] = (
    Threshold(Rule.ANY_DEFAULT, 0, sentences.UNPAID_ABOVE),
    Threshold(Rule.SHORT_RUNWAY, 12 * NANO, sentences.RUNWAY_BELOW),
    Threshold(Rule.NO_RUNWAY, 6 * NANO, sentences.RUNWAY_BELOW),
    Threshold(Rule.BELOW_MINIMUM_CASH, 0, sentences.GAP_ABOVE),
    Threshold(Rule.FAR_BELOW_MINIMUM_CASH, PERCENT, sentences.GAP_ABOVE),
    Threshold(Rule.THIN_LIQUIDITY, 5 * PERCENT, sentences.LIQUIDITY_BELOW),
    Threshold(Rule.NO_LIQUIDITY, PERCENT, sentences.LIQUIDITY_BELOW),
    Threshold(Rule.WALL_ABOVE_LIQUIDITY, 0, sentences.WALL_ABOVE),
    Threshold(Rule.LARGE_WALL, 10 * PERCENT, sentences.WALL_ABOVE),
    Threshold(Rule.COVENANT_BREACH, 0, sentences.HEADROOM_BELOW),
    Threshold(Rule.COVENANT_EVENT_OF_DEFAULT, 0, sentences.EVENTS_ABOVE),
    Threshold(Rule.DSCR_BELOW_MINIMUM, 125 * PERCENT, sentences.DSCR_BELOW),
    Threshold(Rule.DSCR_BELOW_ONE, NANO, sentences.DSCR_BELOW),
    Threshold(Rule.HIGH_LOAN_TO_VALUE, 80 * PERCENT, sentences.LOAN_TO_VALUE_ABOVE),
    Threshold(Rule.UNDER_WATER, NANO, sentences.LOAN_TO_VALUE_ABOVE),
    Threshold(Rule.LOSS_GIVEN_DEFAULT, 0, sentences.LOSS_ABOVE),
    Threshold(Rule.CAPITAL_EXPENDITURE_LAPSES, 0, sentences.LAPSED_ABOVE),
    Threshold(Rule.LARGE_MATURITY, 20 * PERCENT, sentences.MATURITY_ABOVE),
    Threshold(Rule.EARNINGS_BELOW_INTEREST, NANO, sentences.EARNINGS_BELOW),
    Threshold(Rule.MATERIAL, PERCENT // 2, sentences.MATERIAL_FROM),
    Threshold(Rule.LARGEST_OUTFLOW, 0, sentences.OUTFLOW_BELOW),
    Threshold(Rule.MODERATE_RISK, 20 * NANO, sentences.RISK_FROM),
    Threshold(Rule.HIGH_RISK, 45 * NANO, sentences.RISK_FROM),
    Threshold(Rule.CRITICAL_RISK, 60 * NANO, sentences.RISK_FROM),
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


def is_material(amount: int, total_assets: int) -> bool:
    """Whether an amount is at least the share of total assets below which nothing is recommended."""
    return amount > 0 and not below(Rule.MATERIAL, amount, total_assets)
