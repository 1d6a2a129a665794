"""The months of `month.v2` computed again, from DESIGN section 4 alone, without a line of the engine.

Written to be read beside DESIGN: whole numbers of minor units, fractions where nothing is rounded, one company at a
time. Speed is no matter. Loans with clauses of a contract are left out.

- arithmetic: rounding, half-even, once for each verb
- company: what goes in, company and scenario
- paths, rates, days: assumptions by month, all-in rates, dates and day counts
- base_year: the twelve months that lie behind
- trading: step 1; tax: step 3; debts, dues: step 2; waterfall: steps 4 and 7; month: all of them in their order
- service: contractual debt service of 36 months; state: what a month leaves behind; books: its working paper
- coverage, covenants, estate, recovery: what is measured at the end of a month
- figures: every figure of a month by its name; header: those of the whole horizon
- examples, random_companies: companies to work out by hand, and to try the laws on

`recompute(company, scenario, d0)` gives a list of months and a header, each a dictionary of figures. Amounts are in
minor units, rates in nanos, ratios in 10^-6 or the name of the reason why there is none. What is not known is a name
too (NOT_KNOWN, INSUFFICIENT_DATA), never 0. Figures of a month:

- income: revenue, cost_of_sales, operating_expenses, ebitda, depreciation_and_amortisation, interest_expense,
  profit_before_tax, tax (expense, may be below 0), net_income; tax_due is what falls due at a fiscal quarter end,
  tax_losses what is carried forward
- position: cash, restricted_cash, receivables, inventory, fixed_assets, other_assets, total_assets; payables,
  operating_arrears, accrued_interest, interest_arrears, tax_payable (the net position: below 0 an asset), debt,
  other_liabilities, total_liabilities; equity; working_capital
- cash flow: opening_cash, moved_to_restricted, collections, operating_arrears_payments, supplier_payments,
  operating_expense_payments, tax_payments, operating_payments, interest_payments, operating_cash_flow (and
  operating_cash_flow_indirect), capital_expenditure_payments, investing_cash_flow, revolver_draws, principal_payments,
  revolver_repayments, sweep_prepayments, equity_cure, financing_cash_flow, net_cash_flow
- needs: need_operating, need_interest, need_principal, need_total (without capital expenditure), purchases,
  supplier_payments_due, hold_back, capital_expenditure_wanted, capital_expenditure_lapsed
- unpaid: unpaid (all of it), operating_ and debt_service_ with shortfall, cured, outstanding; after_default
- liquidity: usable_commitment, available_revolver, available_liquidity, minimum_cash_gap
- NAME.figure for each debt: rate, opening_balance, interest_accrued (expense), interest_capitalised, interest_due
  (newly, in cash), interest_paid, interest_arrears, accrued_interest, principal_scheduled, overadvance, called,
  principal_paid, refinanced, drawn, prepaid, overdue, closing_balance, claim, collateral_value, collateral_shortfall
- month.figure and twelve_months.figure: cfads, fixed_charge_cash, ebitda, adjusted_ebitda, tax_due,
  capital_expenditure, cash_interest, interest_expense, scheduled_principal, balloon, debt_service, fixed_charges, dscr,
  fccr, interest_coverage, principal_coverage, status; twelve_months.leverage
- estate: claims, market_value (of the assets, and of each category), distributable_value (their proceeds, cash and
  restricted cash), loan_to_value, collateral_shortfall
- covenant.NAME.figure: status (not_tested, pass, cured, breach, event_of_default), cure, threshold, numerator,
  denominator, ratio, least and have (the amounts compared), headroom (have - least), headroom_share

Figures of the header: total.figure (sums), horizon.figure (coverage of the horizon), default_month (0: none),
default_kind (operating, interest, principal, maturity), default_debt, default_lien, runway, need_at_default,
first_month_below_minimum_cash, largest_gap_before_default, lowest_liquidity_before_default, lowest_liquidity, each of
the three with its period, first_month_of_lapsed_capital_expenditure, standstill_peak and its period, wall (and of each
debt), wall_liquidity, interest_annual_run_rate, weighted_average_rate; covenant.NAME.first_breach,
first_event_of_default, least_headroom and its period; recovery_period, recovery_value, recovery_costs,
recovery_priority_claims, recovery_other_creditors, recovery_owners, fulcrum, and for each debt recovery_claim,
recovery_paid, recovery_share, loss_share.
"""

from datetime import date

from tests.engine.recomputed_v2.company import Company, Scenario
from tests.engine.recomputed_v2.figures import Execution, Figures
from tests.engine.recomputed_v2.header import header
from tests.engine.recomputed_v2.month import Run


def recompute(company: Company, scenario: Scenario, d0: date | None = None) -> tuple[list[Figures], Figures]:
    """Every month of the horizon, and the header. `d0` is the analysis date, by default the as-of date."""
    execution = Execution(Run(company, scenario, d0 or company.as_of))
    return execution.months, header(execution)
