"""The assumption records of an execution that a reader may contest first: rules of the month that are choices.

Each is a record with places to fill in, such as {months}.
"""

from ..values.assumption_record import AssumptionRecord


def _rule(
    name: str, statement: str, formula: str, impact: str, sensitivity: str, value_used: str = "as stated"
) -> AssumptionRecord:
    return AssumptionRecord(f"assumption_{name}", statement, formula, "model {model}", impact, sensitivity, value_used)


STANDSTILL = _rule(
    "posture",
    "After a default creditors stand still: no debt is called, suppliers go on supplying, nobody enforces.",
    "called = 0",
    "Every figure after the first default is counterfactual; no headline figure rests on one.",
    "A workout puts suppliers on cash and calls all debt; up to the default both are equal to the cent.",
    "standstill",
)
WORKOUT = _rule(
    "posture",
    "From the month after the first default suppliers ask for cash, nothing is drawn and the default margin is due;"
    " all debt is called {acceleration} after the default.",
    "called in month D + {months} and later = all performing principal and accrued interest",
    "Raises what is unpaid after the default; changes no month up to it.",
    "A later call leaves more of the debt performing for longer.",
    "workout, {acceleration}",
)
SUPPLIERS_GO_ON = _rule(
    "supplier_terms",
    "Suppliers keep their terms, but for what the scenario changes, even while overdue bills wait.",
    "payables = purchases of the last days payable outstanding",
    "Suppliers who ask for cash would take all payables out of cash in one month.",
    "One for one: a day less of supplier credit takes a day of purchases out of cash.",
)
FIXED_SHARES = _rule(
    "fixed_shares",
    "The fixed shares of cost stay when sales fall, and the rest of the cost follows sales in the same month.",
    "cost = (fixed + variable x revenue factor) x cost factor",
    "Decides how much of a fall in sales reaches EBITDA, and so the runway.",
    "Reports show the runway at 0.02 and 0.57, and at 0.31 and 0.84.",
    "{cost_of_sales} of cost of sales, {operating_expenses} of operating expenses",
)
RECEIVABLE_DAYS = _rule(
    "receivable_days",
    "Customers pay after a constant number of days, but for what the scenario changes; none fails to pay.",
    "receivables = revenue of the last days sales outstanding",
    "A fall in sales frees cash only after these days.",
    "One for one: a day more of customer credit keeps a day of sales out of cash; a bad debt is lost in full.",
)
STOCK_DAYS = _rule(
    "stock_days",
    "The company plans stock for a constant number of days of what it will sell; what is unsold stays, except for the"
    " share that the scenario releases.",
    "stock = wanted + unsold - unsold x release",
    "Falling sales free no cash from stock unless it is released.",
    "In proportion to the unsold stock: planned stock less the stock wanted.",
    "release {release}",
)
STOCK_AT_BASE_COST = _rule(
    "stock_cost",
    "Stock is carried at the unit cost of the base year; fixed cost of sales never lies in it.",
    "planned stock = variable cost of sales of the base year over the days ahead",
    "Dearer or cheaper goods change the cost of sales, not the stock.",
    "A change of unit cost would move cash once, by that share of the stock.",
)
DRAW_RULE = _rule(
    "draw_rule",
    "The revolver is drawn for what falls due and for the minimum cash, up to its limits, and for capital expenditure"
    " beyond what is held back; not while anything is unpaid.",
    "draw = least(most(obligations + minimum cash - cash, 0), drawable)",
    "Decides which months are paid by the revolver, and so when it is full.",
    "A lender who stops earlier brings the default forward.",
)
OPERATIONS_FIRST = _rule(
    "order_of_payments",
    "Operations are paid before debt: arrears, suppliers, operating expenses, tax; then lien by lien interest before"
    " principal.",
    "pay operations, then each lien: interest arrears, interest, overdue principal, principal",
    "Decides which obligation fails first and how much of it.",
    "Another order moves the first default between creditors, seldom its month.",
)
CAPITAL_EXPENDITURE_LAPSES = _rule(
    "capital_expenditure",
    "Capital expenditure that cash does not cover lapses: it is not an obligation, never unpaid and never a default.",
    "capital expenditure = least(wanted, cash + undrawn - held back)",
    "Keeps cash for debt at the price of assets that wear out.",
    "What lapses is a figure of its own, month by month.",
)
ARREARS_BEAR_INTEREST = _rule(
    "arrears",
    "Overdue principal and interest in arrears bear the all-in rate and the default margin; operating arrears bear"
    " none.",
    "interest on arrears = (overdue + arrears) x (rate + margin) x month",
    "Raises what is unpaid from month to month.",
    "In proportion to the default margin.",
)
STATIC_COLLATERAL = _rule(
    "collateral",
    "Pledges stay as they are; an asset on a line of the balance sheet follows that line, the others the market index"
    " alone.",
    "value = opening value x line / opening line x index",
    "Decides collateral, loan-to-value and recovery; enters no cash.",
    "In proportion to the market value factor and the recovery rates.",
)
OTHER_CREDITORS = _rule(
    "other_creditors",
    "In a liquidation payables, operating arrears, other liabilities and tax owed rank equally with the claims of"
    " lenders that no security pays.",
    "open claims pro rata",
    "Decides what unsecured debt recovers.",
    "Claims that rank ahead are entered as priority_claims.",
)
NO_GRACE = _rule(
    "grace",
    "There are no grace periods: what is unpaid at the end of the month is in default.",
    "default = first month with anything unpaid",
    "A grace period would move the default by its length.",
    "Months, not amounts.",
)
FORESIGHT = _rule(
    "foresight",
    "The company looks three months ahead and holds back what they ask for before it invests, repays or prepays.",
    "held back = highest cumulative need of the three months + tax owed + minimum cash",
    "Decides capital expenditure, revolver repayment and sweep; never what is due.",
    "Less foresight spends cash that a later month lacks.",
    "3 months",
)
EQUITY_CURES = _rule(
    "equity_cures",
    "Where a covenant allows a cure, the owners pay in exactly the shortfall, in the next month.",
    "equity cure = -headroom",
    "Brings cash and cures the breach; owners who do not pay leave an event of default.",
    "One for one.",
)
TAX_YEAR = _rule(
    "tax",
    "Tax follows the profit of the fiscal year and falls due at its quarter ends; a loss lowers what the year still"
    " owes, and that of the months before the analysis date is paid.",
    "tax of the year so far = most(profit - losses, 0) x rate",
    "Decides when tax leaves the company.",
    "In proportion to the profit of the months before.",
)
ONE_CENT = _rule(
    "materiality",
    "One unpaid minor unit is a default.",
    "unpaid > 0",
    "Decides the month of the default where the gap is small.",
    "The need at the default stands beside it.",
    "1 minor unit",
)
