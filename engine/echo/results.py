"""The echo of an input, and a warning about it."""

from enum import Enum
from typing import NamedTuple

from ..values.units import Day, Decimal9, Money, Number, Ratio, Words


class DatasetVersionEcho(NamedTuple):
    """What was understood of a company, so that a wrong unit or sign shows at once."""

    minor_digits: Number
    total_assets: Money
    total_debt: Money
    liquidity: Money  #: cash and undrawn commitment, before any borrowing base
    ebitda_annual: Money
    adjusted_ebitda_annual: Money
    variable_margin: Ratio  #: revenue less variable cost, over revenue
    leverage: Ratio  #: debt over adjusted EBITDA
    interest_annual_run_rate: Money
    weighted_average_rate: Ratio
    receivables_days: Decimal9
    inventory_days: Decimal9
    payables_days: Decimal9
    market_value: Money | None  #: None where no assets are given
    fiscal_year_end_month: Number
    first_maturity_date: Day | None


class AssumptionEcho(NamedTuple):
    """An assumption over the months of a horizon."""

    name: Words
    first: Decimal9
    furthest: Decimal9  #: from neutral
    furthest_period: Number  #: the first that has it
    last: Decimal9


class ScenarioEcho(NamedTuple):
    """What was understood of a scenario: the assumptions that change anything, and what becomes of revenue."""

    assumptions: tuple[AssumptionEcho, ...]
    base_revenue_horizon: Money
    revenue_horizon: Money
    last_period_end: Day


class WarningReason(Enum):
    """What a warning is about."""

    RATE_ABOVE_ONE = "rate_above_one"
    FACTOR_LOOKS_LIKE_CHANGE = "factor_looks_like_change"
    STATEMENTS_FAR_APART = "statements_far_apart"
    NO_ASSETS = "no_assets"
    SOLD_BELOW_VARIABLE_COST = "sold_below_variable_cost"
    NO_EBITDA = "no_ebitda"
    PRINCIPAL_NOT_KNOWN = "principal_not_known"
    MATURES_IN_HORIZON = "matures_in_horizon"
    NOTHING_CHANGES = "nothing_changes"
    BELOW_MINIMUM_CASH = "below_minimum_cash"
    NO_INTEREST_ACCRUED = "no_interest_accrued"
    FIXED_SHARE_EXTREME = "fixed_share_extreme"
    MATURES_AFTER_HORIZON = "matures_after_horizon"


class Warning(NamedTuple):
    """Something that is allowed and looks like a mistake, or that limits what the figures can say."""

    reason: WarningReason
    field: Words  #: its path in the dataset version or in the scenario
    value: Words  #: what stands there
    why: Words
