"""A loan from its contract to what falls due on it in a month.

- cycles: days from an anchor.
- loan: the terms.
- rates: what an index gives, as a scenario moves it.
- instrument_loan: an instrument as a loan.
- contract_days: the days that the contract names.
- events: what happens on which day.
- timeline: the events with their time.
- month_timeline: those of an execution, cut at its months.
- annuity: equal payments.
- balloon: what a maturity asks for beyond them.
- accrual: what an accrual period does to a balance.
- transitions: what each event does to a loan, and pays.
- lifecycle: the events played one after the other.
- monthly_terms: the lifecycle cut into months.
- revolver_terms: those of a revolver.
- month_of_debt: what is accrued, due and paid in a month.
"""
