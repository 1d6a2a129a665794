"""The one table that every judgement rests on. Amounts are measured by the company: its opening total assets."""

from seawall.engine.domains import NANO
from seawall.engine.reports.report_results import Rule, Threshold

_OF_ASSETS = "as a share of total assets on the analysis date"

TABLE: tuple[Threshold, ...] = (
    Threshold(Rule.ANY_SHORTFALL, 0, "what is left unpaid in a month, above this"),
    Threshold(Rule.ANY_DEFAULT, 0, "debts not paid as due, above this"),
    Threshold(Rule.SHORT_RUNWAY, 12 * NANO, "whole months before the first shortfall or default, below this"),
    Threshold(Rule.NO_RUNWAY, 6 * NANO, "whole months before the first shortfall or default, below this"),
    Threshold(Rule.NOTABLE_SHORTFALL, NANO // 50, f"highest unpaid stock {_OF_ASSETS}, above this"),
    Threshold(Rule.LARGE_SHORTFALL, NANO // 10, f"highest unpaid stock {_OF_ASSETS}, above this"),
    Threshold(Rule.DSCR_BELOW_MINIMUM, 5 * NANO // 4, "DSCR, below this"),
    Threshold(Rule.DSCR_BELOW_ONE, NANO, "DSCR, below this"),
    Threshold(Rule.THIN_LIQUIDITY, NANO // 20, f"cash and available revolver {_OF_ASSETS}, below this"),
    Threshold(Rule.NO_LIQUIDITY, NANO // 100, f"cash and available revolver {_OF_ASSETS}, below this"),
    Threshold(Rule.HIGH_LOAN_TO_VALUE, 4 * NANO // 5, "claims over the market value of the assets, above this"),
    Threshold(Rule.UNDER_WATER, NANO, "claims over the market value of the assets, above this"),
    Threshold(Rule.LARGE_MATURITY, NANO // 5, "most principal due in one month over today's debt, above this"),
    Threshold(Rule.LARGEST_OUTFLOW, 0, "steps from opening to closing cash, the lowest one below this"),
    Threshold(Rule.MODERATE_RISK, 20 * NANO, "points of risk, from this"),
    Threshold(Rule.HIGH_RISK, 45 * NANO, "points of risk, from this"),
    Threshold(Rule.CRITICAL_RISK, 70 * NANO, "points of risk, from this"),
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
