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
    "After a default creditors stand still: no debt is called, suppliers go on, nobody enforces.",
    "called = 0",
    "Every figure after the first default is counterfactual; no headline figure rests on them.",
    "A workout puts suppliers on cash and calls all debt; up to the default both are equal to the cent.",
    "standstill",
)
WORKOUT = _rule(
    "posture",
    "From the month after the first default suppliers ask for cash, nothing is drawn and the default margin is due;"
    " all debt is called {months} months after the default.",
    "called in month D + {months} and later = all performing principal and accrued interest",
    "Raises what is unpaid after the default; changes no month up to it.",
    "A later call leaves more of the debt performing for longer.",
    "workout, {months} months",
)
SUPPLIERS_GO_ON = _rule(
    "supplier_terms",
    "Suppliers keep their terms, changed by what the scenario says alone, also while they wait for what is overdue.",
    "payables = purchases of the last days payable outstanding",
    "A supplier who asks for cash takes the payables of the company in one month.",
    "One for one: a day of purchases less is a day of cash less.",
)
STOCK_DAYS = _rule(
    "stock_days",
    "The company plans stock for a constant number of days of what it will sell; what is unsold stays but for the share"
    " that the scenario releases.",
    "stock = wanted + unsold - unsold x release",
    "Falling sales free no cash from stock unless it is released.",
    "In proportion to the unsold stock: its planned value less the wanted one.",
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
    "Capital expenditure that cash does not reach lapses: it is no need, never unpaid and never a default.",
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
    "In a liquidation payables, operating arrears, other liabilities and tax owed rank with the open claims of debt.",
    "open claims pro rata",
    "Decides what unsecured debt recovers.",
    "Preferential claims are entered as priority_claims.",
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
    "held back = highest cumulated need of the three months + tax owed + minimum cash",
    "Decides capital expenditure, revolver repayment and sweep; never what is due.",
    "Less foresight spends cash that a later month lacks.",
    "3 months",
)
ONE_CENT = _rule(
    "materiality",
    "One unpaid minor unit is a default.",
    "unpaid > 0",
    "Decides the month of the default where the gap is small.",
    "The need at the default stands beside it.",
    "1 minor unit",
)

#: Every rule but the posture, in the order in which they are listed.
RULES = (
    SUPPLIERS_GO_ON,
    STOCK_DAYS,
    STOCK_AT_BASE_COST,
    DRAW_RULE,
    OPERATIONS_FIRST,
    CAPITAL_EXPENDITURE_LAPSES,
    ARREARS_BEAR_INTEREST,
    STATIC_COLLATERAL,
    OTHER_CREDITORS,
    NO_GRACE,
    FORESIGHT,
    ONE_CENT,
)
