"""The laws of DESIGN section 4, each checked from the figures of an execution and of its company alone.

None of the engine's arithmetic is used: see `executed`. Sums are Python's, and a rounded figure is a Fraction
rounded half-even.
"""

from collections.abc import Callable

from tests.engine.executed import Run
from tests.engine.laws_of_coverage import (
    covenants_are_decided_on_their_amounts,
    coverage_compares_the_same_months,
    the_cumulative_metrics_are_those_of_the_months,
    the_first_default_is_the_first_obligation_not_met,
    the_wall_is_no_more_than_is_owed,
    what_comes_before_the_default_does_not_look_beyond_it,
)
from tests.engine.laws_of_debts import (
    a_better_lien_is_prepaid_first,
    collateral_is_covered_once,
    each_debt_rolls_forward,
    needs_are_paid_in_their_order,
    nothing_due_is_unpaid_while_cash_is_left,
    recovery_gives_out_the_estate,
    the_debts_add_up_to_the_statements,
    the_revolver_lends_within_its_limits,
    the_schedule_ends_at_maturity,
)
from tests.engine.laws_of_statements import (
    a_shortfall_is_the_rise_of_what_is_unpaid,
    assets_equal_liabilities_and_equity,
    capital_expenditure_lapses_and_is_never_spent_while_anything_is_unpaid,
    cash_rolls_forward_by_the_direct_method,
    nothing_falls_below_zero,
    tax_is_of_a_fiscal_year,
    the_indirect_method_gives_the_same_operating_cash_flow,
    working_capital_rolls_forward,
)

LAWS: tuple[Callable[[Run], None], ...] = (
    assets_equal_liabilities_and_equity,
    cash_rolls_forward_by_the_direct_method,
    the_indirect_method_gives_the_same_operating_cash_flow,
    working_capital_rolls_forward,
    tax_is_of_a_fiscal_year,
    capital_expenditure_lapses_and_is_never_spent_while_anything_is_unpaid,
    each_debt_rolls_forward,
    the_debts_add_up_to_the_statements,
    nothing_falls_below_zero,
    nothing_due_is_unpaid_while_cash_is_left,
    needs_are_paid_in_their_order,
    a_better_lien_is_prepaid_first,
    a_shortfall_is_the_rise_of_what_is_unpaid,
    the_schedule_ends_at_maturity,
    the_revolver_lends_within_its_limits,
    coverage_compares_the_same_months,
    collateral_is_covered_once,
    recovery_gives_out_the_estate,
    covenants_are_decided_on_their_amounts,
    the_cumulative_metrics_are_those_of_the_months,
    what_comes_before_the_default_does_not_look_beyond_it,
    the_first_default_is_the_first_obligation_not_met,
    the_wall_is_no_more_than_is_owed,
)
