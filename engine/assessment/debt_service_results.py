"""What an assessment of debt service says of some months."""

from enum import Enum
from typing import NamedTuple

from ..values.units import Money, Number, Ratio


class CashSource(Enum):
    """Which figure stands for the cash that serves the debt: the first of these that the dataset has."""

    STATED_CASH = "stated_cash"  #: cash_available_for_debt_service_annual
    NET_OPERATING_INCOME = "net_operating_income"  #: net_operating_income_annual
    EBITDA_SHARE = "ebitda_share"  #: EBITDA times the share
    NONE = "none"  #: nothing is known


class AbilityLevel(Enum):
    """The verdict. Ratios are tested on exact fractions, never on the rounded ratio."""

    NOT_APPLICABLE = "not_applicable"  #: no debt
    INSUFFICIENT_DATA = "insufficient_data"  #: cash or EBITDA is not known
    WEAK = "weak"  #: DSCR or interest coverage below its minimum
    ADEQUATE = "adequate"
    STRONG = "strong"  #: DSCR at least the minimum plus the margin


class Flag(Enum):
    """What a reader should look at."""

    MATURES_IN_HORIZON = "matures_in_horizon"  #: a debt ends inside the horizon: the ratio is level no more
    BALLOON_IN_HORIZON = "balloon_in_horizon"  #: more falls due at a maturity than a regular instalment
    DSCR_BELOW_THRESHOLD = "dscr_below_threshold"
    DSCR_BELOW_ONE = "dscr_below_one"
    INTEREST_COVERAGE_BELOW_THRESHOLD = "interest_coverage_below_threshold"
    MATURITY_CONCENTRATED = "maturity_concentrated"  #: too much of the debt falls due in one month
    CASH_NOT_POSITIVE = "cash_not_positive"
    CASH_ESTIMATED_FROM_EBITDA = "cash_estimated_from_ebitda"
    INTEREST_CAPITALISED = "interest_capitalised"  #: some interest is added to the debt instead of paid
    DATA_MISSING = "data_missing"


class DebtService(NamedTuple):
    """Debt service of some months beside what serves it in the same months."""

    cash_source: CashSource
    cash_horizon: Money | None
    ebitda_horizon: Money | None  #: adjusted for what is reported
    interest_expense_horizon: Money  #: accrued, capitalised interest included
    cash_interest_horizon: Money  #: due
    principal_horizon: Money  #: due
    balloon_horizon: Money  #: of the principal, what falls due at maturities above the regular instalment
    dscr: Ratio
    ex_balloon_dscr: Ratio
    interest_coverage: Ratio
    principal_coverage: Ratio
    maturity_concentration: Ratio  #: the most principal that falls due in one month, over today's debt
    maturity_concentration_period: Number  #: that month, 0 where none falls due
    ability_level: AbilityLevel
    flags: tuple[Flag, ...]

    @property
    def debt_service_horizon(self) -> Money:
        return self.cash_interest_horizon + self.principal_horizon
