"""The headline figures of a run, and those of the runs that a report sets beside its execution."""

from enum import Enum
from typing import NamedTuple

from ..horizon.results import DefaultKind
from ..inputs.scenario import Posture
from ..month.debt_results import Facility
from ..values.units import Decimal9, Money, Number, Ratio, Words


class ComparisonKind(Enum):
    """What a run beside the execution changes."""

    BASE = "base"  #: the neutral scenario
    LOW_FIXED_SHARES = "low_fixed_shares"  #: the same scenario, costs that follow sales down most
    HIGH_FIXED_SHARES = "high_fixed_shares"  #: the same scenario, costs that follow sales down least


class HeadlineFigures(NamedTuple):
    """What a run comes to. No figure looks beyond the first default. A period of 0 says that it never happens."""

    months_of_runway: Number  #: whole months before the first default; the horizon, and more, where there is none
    first_default_period: Number
    first_default_kind: DefaultKind
    first_default_facility: Facility | None  #: None where operations fail, or nothing does
    need_at_default: Money
    first_below_minimum_cash_period: Number
    largest_minimum_cash_gap: Money  #: before the default
    largest_minimum_cash_gap_period: Number
    lowest_liquidity_before_default: Money | None  #: None where the first month defaults
    lowest_liquidity_before_default_period: Number
    first_lapsed_capital_expenditure_period: Number
    first_covenant_breach_period: Number
    wall: Money | None  #: due in the year after the horizon; None after a default
    closing_liquidity: Money | None  #: at the end of the horizon; None after a default
    first_breached_covenant_id: Words  #: "" where none is
    least_covenant_headroom: Ratio | None  #: of what there is, at the closest test; None where no covenant is given
    least_covenant_headroom_period: Number
    closing_leverage: Ratio  #: in the month of the default, else in the last
    lowest_dscr: Ratio  #: of the last twelve months of any month
    lowest_dscr_period: Number
    recovery_share: Ratio | None  #: of all debt in a liquidation; None where no assets are given


class ComparisonRun(NamedTuple):
    """One run beside the execution, on the same company from the same day over the same months."""

    kind: ComparisonKind
    cost_of_sales_fixed_share: Decimal9
    operating_expenses_fixed_share: Decimal9
    figures: HeadlineFigures | None  #: None where the engine refuses the run: it is not known
    liquidity: tuple[Money, ...] = ()  #: at the end of each month before the default


class Beside(NamedTuple):
    """What a report says that its execution does not: how creditors act, the minimum cash, and the runs beside it."""

    posture: Posture
    minimum_cash: Money
    runs: tuple[ComparisonRun, ...]
