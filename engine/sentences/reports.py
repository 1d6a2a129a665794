"""The sentences of reports, with places to fill in: {month} is one, {amount} is money in the company's unit."""

MONTH = "month {period} ({end})"
NOT_KNOWN = "not known"
NOT_MEANINGFUL = "n.m."
NEGATIVE = "negative"

# ---- what a company fails on

FAILURES = {
    "operating": "suppliers, operating expenses or tax",
    "interest": "interest of {facility}",
    "principal": "principal of {facility}",
    "maturity": "the repayment of {facility} at maturity",
}

# ---- the headline

ALL_IS_PAID = "Every obligation is paid in all {months} months: {risk}"
DEFAULT_IN = "Default in {month} on {failure}: {risk}"
RISK_OF = "{level} risk, {score} of {most} points"

# ---- findings: what happens, when, how bad it is, what drives it

EVERYTHING_IS_PAID = (
    "Every obligation is paid: the runway is more than {months} months. Liquidity is lowest in {month}: {amount}."
)
FIRST_DEFAULT = "The first default is on {failure}, in {month}: a runway of {months} months."
NEED_AT_DEFAULT = "In {month} it takes {amount}{of_assets} to pay what is due and to hold the minimum cash."
OF_ASSETS = ", {share} of total assets,"
LOWEST_BEFORE = "Before the default liquidity is lowest in {month}: {amount}."
NO_MONTH_BEFORE = "No month comes before the default: how low liquidity falls without it is not known."
STANDSTILL = "Counterfactual, while creditors stand still: what is unpaid and missing reaches {amount} in {month}."
WORKOUT = "Once creditors act, what is unpaid, called and missing reaches {amount} in {month}."
LAPSES = "Capital expenditure is cut from {month} on to keep cash for what falls due: {amount} lapses up to {last}."
BESIDE_BASE = "Without the stress: {base}; with it: {stressed}."
BASE_NOT_KNOWN = "How the company does without the stress is not known: that run leads beyond the limits of the model."
FIXED_SHARES = (
    "The runway depends on the costs that do not follow sales: {low} where they are {low_sales} of cost of sales and"
    " {low_expenses} of operating expenses, {high} where they are {high_sales} and {high_expenses}."
)
FIXED_SHARES_ALIKE = (
    "The runway does not depend on the costs that do not follow sales: {low} where they are {low_sales} of cost of"
    " sales and {low_expenses} of operating expenses, and where they are {high_sales} and {high_expenses}."
)
RUN_DEFAULTS = "a default in month {period}"
RUN_HOLDS = "no default in {months} months"
COVENANT_LACKS = "Covenant {covenant} fails in {month}: {amount} lacks, {result}."
IS_CURED = "cured by equity"
IS_NOT_CURED = "an event of default"
COVENANTS_HOLD = "Every covenant is kept; the closest is {covenant} in {month}, {amount} above its least{may_fall}."
MAY_FALL = ", so what it tests may fall by {share}"
COVENANTS_NOT_TESTED = "No covenant is tested up to {month}."
COVENANTS_NOT_GIVEN = "No covenants are given: whether one is breached is not known."
WALL = (
    "In the twelve months after the horizon {wall} of principal falls due, beside liquidity of {liquidity} at its end."
)
RECOVERY = "A liquidation in {month} pays {share} of what the lenders claim; {fulcrum}."
FULCRUM = "{facility} is the first debt that is not whole"
ALL_ARE_WHOLE = "every debt is whole"
CASH_NOT_GIVEN = "Neither cash for debt service nor earnings are given: how they cover debt service is not known."
ASSETS_NOT_GIVEN = "No assets are given: what a liquidation brings, and loan-to-value, are not known."
RISK_IS = "Risk is {level} with {score} of {most} points: {points}."
POINTS_OF_QUESTION = "{question} {points} of {most_points}"
QUESTION_NOT_KNOWN = "{question} not known"
CASH_GOES = "Cash goes from {opening} to {closing} by {month}; {largest}."
LARGEST_OUTFLOWS = "what takes most: {steps}"
OUTFLOW = "{step} {amount}"
NO_OUTFLOW = "nothing takes cash"

# ---- key risks: the questions that are not answered well

DEFAULT = "Default: {failure} not paid in {month}."
LIQUIDITY = "Liquidity: cash and available revolver fall to {amount} in {month}."
LIQUIDITY_IS_GONE = "Liquidity: nothing is left at the default in {month}."
MINIMUM_CASH = "Minimum cash: {amount} is missing in {month}."
MINIMUM_CASH_IS_GONE = "Minimum cash: not held at the default in {month}."
WALL_RISK = "Maturity wall: {wall} falls due in the twelve months after the horizon, {amount} more than liquidity then."
WALL_IS_NOT_REACHED = "Maturity wall: not reached, the default in {month} comes before it."
COVENANTS = "Covenants: {covenant} lacks {amount} in {month}, {result}."
COVENANTS_AT_DEFAULT = "Covenants: not paying in {month} is an event of default."
EARNINGS = "Coverage: {earnings} in the last {months} months{after}."
EARNINGS_BELOW_INTEREST = "adjusted EBITDA of {ebitda} does not pay cash interest of {interest}"
EARNINGS_BELOW_NOTHING = "adjusted EBITDA is {ebitda}"
DEBT_SERVICE = (
    "Coverage: DSCR is {ratio}, on cash that follows stressed EBITDA and {amount} due over the horizon{after}."
)
AFTER_DEFAULT = ", months after the default included"
COLLATERAL = "Collateral: claims are {share} of the assets' market value in {month}; {beyond}."
UNDER_WATER = "lenders are under water"
LITTLE_LEFT = "little is left for losses"
MATURITIES = (
    "Maturities: {amount} falls due above regular instalments; the most principal falls due in {month},"
    " {share} of today's debt."
)

# ---- recommendations

FUND = "Arrange {amount}: needed from {first}, all of it by {last}{counterfactual}."
FUND_AT_ONCE = "Arrange {amount}: all of it is needed in {first}{counterfactual}."
IF_CREDITORS_WAIT = ", if creditors wait"
BURN = "Do not fund the gap as it stands: {earnings}, and at this burn {amount} reaches {month}. {instead}."
CUT_OR_AGREE = "Cut the burn, or agree new terms for the debt"
CUT = "Cut the burn"
CUT_THE_BURN = "Cut the burn: at the pace of these {months} months cash of {amount} lasts {left} months more."
SPEAK_TO_THE_LENDER = "Agree a waiver or new terms with the lender of {facility} before {month}."
SPEAK_TO_SUPPLIERS = "Agree longer terms with suppliers, or cut costs, before {month}: {amount} is missing."
RESET_COVENANT = "Agree a reset or a waiver of covenant {covenant} before {month}: {amount} lacks."
DEFER_CAPITAL_EXPENDITURE = "Defer capital expenditure: {amount} is spent up to {month}."
REFINANCE = "Refinance maturities of {amount}, the largest before {month}{gain}."
GAIN_OF_REFINANCING = ": without them DSCR is {without} instead of {ratio}"
REFINANCE_WALL = "Refinance before the horizon ends: {amount} falls due in the year after it, liquidity is {liquidity}."
RESTORE_COVERAGE = "Raise earnings or cut debt service: {amount} is missing for a DSCR of 1.25x over the horizon."
SECURE = "Lenders: have collateral valued and completed; {amount} of claims is not covered in {month}."
WATCH = "No action is material; keep watching liquidity, which is lowest in {month}: {amount}."
NOTHING_MATERIAL = "No action is material: what is missing in {month} stays below {share} of total assets."

# ---- thresholds: what a value is compared with, and in which unit

_OF_TOTAL_ASSETS = "as a share of total assets on the analysis date"
UNPAID_ABOVE = "what is left unpaid at the end of a month, above this"
RUNWAY_BELOW = "whole months before the first default, below this"
GAP_ABOVE = f"gap to the minimum cash {_OF_TOTAL_ASSETS}, above this"
LIQUIDITY_BELOW = f"cash and available revolver {_OF_TOTAL_ASSETS}, below this"
WALL_ABOVE = f"principal due in the year after the horizon less liquidity at its end {_OF_TOTAL_ASSETS}, above this"
HEADROOM_BELOW = "headroom of a covenant, below this"
EVENTS_ABOVE = "events of default of a covenant, above this"
DSCR_BELOW = "DSCR, below this"
LOAN_TO_VALUE_ABOVE = "claims over the market value of the assets, above this"
LOSS_ABOVE = "share of the lenders' claims that a liquidation does not pay, above this"
LAPSED_ABOVE = "capital expenditure that lapses, above this"
MATURITY_ABOVE = "most principal due in one month over today's debt, above this"
EARNINGS_BELOW = "adjusted EBITDA over cash interest of the last twelve months, below this"
MATERIAL_FROM = f"amount of a recommendation {_OF_TOTAL_ASSETS}, from this"
OUTFLOW_BELOW = "steps from opening to closing cash, the lowest one below this"
RISK_FROM = "points of risk, from this"
