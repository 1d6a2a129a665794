"""The sentences of reports, with places to fill in: {month} is one, {amount} is money in the company's unit."""

MONTH = "month {period} ({end})"
NOT_KNOWN = "not known"
NOT_MEANINGFUL = "n.m."
NEGATIVE = "negative"

# ---- what a company fails on

FAILURES = {
    "operating": "suppliers, operating expenses or tax",
    "interest": "interest on {facility}",
    "principal": "principal of {facility}",
    "maturity": "repayment of {facility} at maturity",
}

# ---- the headline

ALL_IS_PAID = "Every obligation is paid in all {months} months: {risk}"
DEFAULT_IN = "Default in {month}, {failure} unpaid: {risk}"
RISK_OF = "{level} risk, {score} of {most} points"

# ---- findings: what happens, when, how bad it is, what drives it

EVERYTHING_IS_PAID = (
    "Every obligation is paid: the runway is more than {months} months. Liquidity is lowest in {month}: {amount}."
)
FIRST_DEFAULT = "The first default is in {month}, with {failure} unpaid: a runway of {runway}."
NEED_AT_DEFAULT = "In {month} it takes {amount}{of_assets} to pay what is due and to hold the minimum cash."
OF_ASSETS = ", {share} of total assets,"
LOWEST_BEFORE = "Before the default liquidity is lowest in {month}: {amount}."
NO_MONTH_BEFORE = "The default is in month 1: no month before it shows how low liquidity falls."
STANDSTILL = (
    "Counterfactual, if creditors stand still: what is unpaid and the gap to minimum cash peak at {amount} in {month}."
)
WORKOUT = "Once creditors act, what is unpaid or called and the gap to minimum cash peak at {amount} in {month}."
LAPSES = "Capital expenditure is cut from {month} on to keep cash for what falls due: {amount} lapses by {last}."
BESIDE_BASE = "Without the stress: {base}; with it: {stressed}."
BASE_NOT_KNOWN = "How the company does without the stress is not known: that run exceeds the limits of the model."
FIXED_SHARES = (
    "The runway depends on how much of the cost is fixed: {low} with {low_sales} of cost of sales and {low_expenses} of"
    " operating expenses fixed, {high} with {high_sales} and {high_expenses}."
)
FIXED_SHARES_ALIKE = (
    "The runway does not depend on how much of the cost is fixed: {low} with {low_sales} of cost of sales and"
    " {low_expenses} of operating expenses fixed, and with {high_sales} and {high_expenses}."
)
RUN_DEFAULTS = "a default in month {period}"
RUN_HOLDS = "no default in {months} months"
COVENANT_LACKS = "Covenant {covenant} is breached in {month}, short by {amount}: {result}."
IS_CURED = "cured by equity"
IS_NOT_CURED = "an event of default"
COVENANTS_HOLD = "Every covenant is met; the tightest is {covenant} in {month}, with headroom of {amount}{of_tested}."
OF_TESTED = ", {share} of what it tests"
COVENANTS_NOT_TESTED = "No covenant is tested up to {month}."
COVENANTS_NOT_GIVEN = "No covenants are given: whether one is breached is not known."
WALL = (
    "Principal of {wall} falls due in the twelve months after the horizon, against liquidity of {liquidity} at its end."
)
RECOVERY = "A liquidation in {month} pays {share} of what the lenders claim; {fulcrum}."
FULCRUM = "{facility} is the first debt that is not paid in full"
ALL_ARE_WHOLE = "every debt is paid in full"
CASH_NOT_GIVEN = "Neither cash for debt service nor earnings are given: coverage of debt service is not known."
ASSETS_NOT_GIVEN = "No assets are given: recovery in a liquidation and loan-to-value are not known."
RISK_IS = "Risk is {level} with {score} of {most} points: {points}."
POINTS_OF_QUESTION = "{question} {points} of {most_points}"
QUESTION_NOT_KNOWN = "{question} not known"
CASH_GOES = "Cash goes from {opening} to {closing} by {month}; {largest}."
LARGEST_OUTFLOWS = "the largest outflows: {steps}"
OPERATING_LOSS = "operating loss (EBITDA)"
OUTFLOW = "{step} {amount}"
NO_OUTFLOW = "no step takes cash"

# ---- key risks: the questions that are not answered well

DEFAULT = "Default: {failure} not paid in {month}."
LIQUIDITY = "Liquidity: cash and available revolver fall to {amount} in {month}."
LIQUIDITY_IS_GONE = "Liquidity: nothing is left at the default in {month}."
MINIMUM_CASH = "Minimum cash: short by {amount} in {month}."
MINIMUM_CASH_IS_GONE = "Minimum cash: not held at the default in {month}."
WALL_RISK = (
    "Maturity wall: {wall} falls due in the twelve months after the horizon, {amount} more than liquidity at its end."
)
WALL_IS_NOT_REACHED = "Maturity wall: not reached, the default in {month} comes before it."
COVENANTS = "Covenants: {covenant} is short by {amount} in {month}, {result}."
COVENANTS_AT_DEFAULT = "Covenants: the default in {month} is an event of default."
EARNINGS = "Coverage: {earnings} in the last {months} months{after}."
EARNINGS_BELOW_INTEREST = "adjusted EBITDA of {ebitda} does not cover cash interest of {interest}"
EARNINGS_BELOW_NOTHING = "adjusted EBITDA is {ebitda}"
DEBT_SERVICE = (
    "Coverage: DSCR over the horizon is {ratio}, on cash that follows stressed EBITDA, against debt service of"
    " {amount}{after}."
)
AFTER_DEFAULT = ", months after the default included"
COLLATERAL = "Collateral: claims are {share} of the assets' market value in {month}; {beyond}."
UNDER_WATER = "the assets do not cover them"
LITTLE_LEFT = "little is left for a fall in value"
MATURITIES = (
    "Maturities: balloons of {amount} fall due; the largest repayment of one month is in {month}, {share} of the"
    " opening debt."
)

# ---- recommendations

FUND = "Arrange funding of {amount}: first needed in {first}, all of it by {last}{counterfactual}."
FUND_AT_ONCE = "Arrange funding of {amount}: all of it is needed in {first}{counterfactual}."
IF_CREDITORS_WAIT = ", if creditors wait"
BURN = "Do not fund the gap as it stands: {earnings}, and at this burn {amount} lasts only to {month}. {instead}."
CUT_OR_AGREE = "Cut the burn, or agree new terms for the debt"
CUT = "Cut the burn"
CUT_THE_BURN = "Cut the burn: at the pace of these {months} months cash of {amount} lasts {left} more."
LESS_THAN_A_MONTH = "less than a month"
SPEAK_TO_THE_LENDER = "Agree a waiver or new terms with the lender of {facility} before {month}."
SPEAK_TO_SUPPLIERS = "Agree longer terms with suppliers, or cut costs, before {month}: the gap is {amount}."
RESET_COVENANT = "Agree a reset or a waiver of covenant {covenant} before {month}: it is short by {amount}."
DEFER_CAPITAL_EXPENDITURE = "Defer capital expenditure: {amount} is spent by {month}."
REFINANCE = "Refinance maturities of {amount}, the largest before {month}{gain}."
GAIN_OF_REFINANCING = ": without them DSCR is {without} instead of {ratio}"
NO_SERVICE_IS_LEFT = ": without them no debt service falls due"
REFINANCE_WALL = (
    "Refinance before the horizon ends: {amount} falls due in the year after it, against liquidity of {liquidity}."
)
RESTORE_COVERAGE = "Raise earnings or cut debt service: cash is {amount} short of a DSCR of 1.25x over the horizon."
SECURE = "Lenders: have the collateral valued and ask for more; claims of {amount} are not covered in {month}."
WATCH = "No action is material; watch liquidity, which is lowest in {month}: {amount}."
NOTHING_MATERIAL = "No action is material: the gap in {month} stays below {share} of total assets."

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
