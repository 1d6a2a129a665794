"""The sentences of reports, with places to fill in: {month} is one, {amount} is money, {ratio} has six digits."""

MONTH = "month {period} ({end})"

# ---- the headline

CASH_LASTS = "Cash lasts for all {months} months: {risk}"
CASH_RUNS_OUT = "Cash runs out in {month}: {risk}"
RISK_OF = "{level} risk, {score} of 100 points"

# ---- findings: what happens, when, how bad it is, what drives it

EVERYTHING_IS_PAID = "Everything is paid in all {months} months; cash is lowest in {month} with {amount}."
FIRST_LEFT_UNPAID = "Cash runs out in {month}; first left unpaid: {category}. Runway: {months} months."
FIRST_DEFAULT = "The first default is on {kind} of {facility}, lien {lien}, in {month}."
UNPAID_REACHES = "What is unpaid reaches {amount} in {month}{of_assets}."
OF_ASSETS = ", {ratio} of opening total assets"
FUNDING_NEEDED = "To pay everything and hold the minimum cash takes {amount} more, in {month}."
RISK_IS = "Risk is {level} with {score} of 100 points: {points}."
POINTS_OF_QUESTION = "{question} {points} of {most_points}"
CASH_GOES = "Cash goes from {opening} to {closing}; {largest}."
LARGEST_OUTFLOW = "the largest outflow is {step}, {amount}"
NO_OUTFLOW = "nothing takes cash"

# ---- key risks: the questions that are not answered well

RUNWAY = "Runway: {months} months before the first shortfall."
DEFAULT = "Default: a debt is not paid as due in {month}."
UNPAID = "Unpaid at the end: {stocks}."
UNPAID_STOCK = "{category} {amount}"
ALL_IS_CURED = "nothing, all is cured"
DEBT_SERVICE = "Debt service: the cash of the stressed months covers {ratio} times the {amount} that fall due."
LIQUIDITY = "Liquidity: cash and available revolver fall to {amount} in {month}."
COLLATERAL = "Collateral: loan-to-value is {ratio} in {month}; {beyond}."
UNDER_WATER = "lenders are under water"
LITTLE_LEFT = "little is left for losses"
MATURITIES = (
    "Maturities: {amount} fall due above regular instalments; the most principal falls due in {month},"
    " {ratio} of today's debt."
)

# ---- recommendations

FUND = "Arrange {amount} of funding: needed from the start of {first}, all of it by {last}."
SPEAK_TO_THE_LENDER = "Agree a waiver or new terms with the lender of {facility} before {month}."
DEFER_CAPITAL_EXPENDITURE = "Defer capital expenditure: {amount} leave the company over the horizon."
REFINANCE = "Refinance maturities of {amount}, the largest before {month}{gain}."
GAIN_OF_REFINANCING = ": without them DSCR is {without} instead of {ratio}"
RESTORE_COVERAGE = "Raise earnings or cut debt service: {amount} are missing for a DSCR of 1.25."
SECURE = "Lenders: have collateral valued and completed; {amount} of claims are not covered in {month}."
WATCH = "No action is needed; keep watching liquidity, which is lowest in {month} with {amount}."

# ---- thresholds: what a value is compared with, and in which unit

_OF_TOTAL_ASSETS = "as a share of total assets on the analysis date"
SHORTFALL_ABOVE = "what is left unpaid in a month, above this"
DEFAULTS_ABOVE = "debts not paid as due, above this"
RUNWAY_BELOW = "whole months before the first shortfall or default, below this"
UNPAID_ABOVE = f"highest unpaid stock {_OF_TOTAL_ASSETS}, above this"
DSCR_BELOW = "DSCR, below this"
LIQUIDITY_BELOW = f"cash and available revolver {_OF_TOTAL_ASSETS}, below this"
LOAN_TO_VALUE_ABOVE = "claims over the market value of the assets, above this"
MATURITY_ABOVE = "most principal due in one month over today's debt, above this"
OUTFLOW_BELOW = "steps from opening to closing cash, the lowest one below this"
RISK_FROM = "points of risk, from this"
