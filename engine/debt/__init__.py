"""A loan from its contract to what falls due on it in a month.

- cycles: days from an anchor.
- loan: the terms.
- rates: what an index gives, as a scenario moves it.
- instrument_loan: an instrument as a loan.
- contract_days: the days that the contract names.
- events: what happens on which day.
- timeline: the events with their time.
- annuity: the factors of equal payments.
- period_events: those of an execution, by the accrual periods that they end.
- month_timeline: of any loan, cut at the months.
- regular_months: the time of a loan without a contract, which keeps to the months of the analysis date.
- loan_state: a loan between two events.
- levelling: the payment of an annuity.
- balloon: what a maturity asks for beyond them.
- accrual: what an accrual period does to a balance.
- transitions: what each event does to a loan, and pays.
- lifecycle: the events played one after the other.
- contract_periods: the accrual periods that they make, and what falls due in them.
- dated_periods: those of each month, of any contract.
- regular_periods: the same of a loan without one, a formula a month.
- monthly_terms: the lifecycle cut into months.
- revolver_terms: those of a revolver.
- month_of_debt: what is accrued, due and paid in a month.
"""
