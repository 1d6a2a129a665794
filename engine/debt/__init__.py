"""A loan from its contract to what it asks for in a month.

- cycles: dates from an anchor.
- loan: the terms.
- instrument_loan: an instrument as a loan.
- events: what happens when.
- timeline: the events with their time.
- annuity: equal payments.
- accrual: what a stretch of time does to a balance.
- lifecycle: the events played one after the other.
- rates: as a scenario moves them.
- monthly_terms: the lifecycle cut into months.
- month_of_debt: what is accrued, due and paid in a month.
"""
