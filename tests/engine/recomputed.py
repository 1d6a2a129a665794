"""The figures of a month computed again, slowly and in exact fractions, from the terms and the figures before it.

The engine works with running sums, ticks and compiled schedules; here days are counted one by one and a balance is
added up month by month. Each figure is rounded half-even where DESIGN section 4 rounds it, and nowhere else.
What the business does is in `recomputed_business`, what its debts do in `recomputed_debts`.
"""

from collections.abc import Callable

from tests.engine.executed import Run
from tests.engine.recomputed_business import (
    a_borrowing_base_calls_back_what_is_drawn_beyond_it,
    balances_are_so_many_days_of_their_flows,
    cash_beyond_what_is_held_back_repays_and_the_sweep_prepays,
    market_values_fall_by_their_path_and_with_their_line,
    revenue_and_costs_follow_their_factors,
    stock_is_so_many_days_of_what_is_sold_next,
    the_liquidity_shock_holds_back_its_share_of_the_first_cash,
    what_the_next_three_months_ask_for_is_held_back,
)
from tests.engine.recomputed_debts import (
    an_annuity_pays_the_same_until_its_rate_changes,
    interest_rounds_once_a_coupon,
    principal_falls_due_in_proportion_to_its_schedule,
    rates_are_the_stressed_index_between_floor_and_cap,
)

FIGURES: tuple[Callable[[Run], None], ...] = (
    revenue_and_costs_follow_their_factors,
    balances_are_so_many_days_of_their_flows,
    stock_is_so_many_days_of_what_is_sold_next,
    rates_are_the_stressed_index_between_floor_and_cap,
    interest_rounds_once_a_coupon,
    principal_falls_due_in_proportion_to_its_schedule,
    an_annuity_pays_the_same_until_its_rate_changes,
    the_liquidity_shock_holds_back_its_share_of_the_first_cash,
    what_the_next_three_months_ask_for_is_held_back,
    cash_beyond_what_is_held_back_repays_and_the_sweep_prepays,
    a_borrowing_base_calls_back_what_is_drawn_beyond_it,
    market_values_fall_by_their_path_and_with_their_line,
)
