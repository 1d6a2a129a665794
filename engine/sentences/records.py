"""The assumption records of executions and assessments: what is assumed, and what a reader can hold against it.

Each is a record with places to fill in, such as {months}.
"""

from ..values.assumption_record import AssumptionRecord


def filled(record: AssumptionRecord, **words: object) -> AssumptionRecord:
    """A record of the catalogue with its places filled in."""
    # Of seven sentences one has a place, and to look for one costs less than to fill none.
    return AssumptionRecord(*[sentence.format(**words) if "{" in sentence else sentence for sentence in record])


# ---- of an execution and of an assessment

BALANCES_CARRIED_FORWARD = AssumptionRecord(
    "assumption_balances_carried_forward",
    "The balances of the as-of date are taken unchanged on the later analysis date.",
    "balance(analysis_date) = balance(as_of_date)",
    "dataset_version.as_of_date",
    "What happened between the two dates is not in the figures.",
    "Grows with the distance between the dates.",
    "{as_of_date}",
)

# ---- of an execution

CALENDAR = AssumptionRecord(
    "assumption_calendar",
    "Months are counted from the analysis date; a last day of a month stays the last.",
    "month t ends at analysis_date + t months",
    "request",
    "Fixes which days of interest, which season and which maturities fall into which month.",
    "Another day of the month shifts accruals by days.",
    "{analysis_date}",
)
COVERAGE_OF_MONTHS = AssumptionRecord(
    "assumption_debt_service_horizon",
    "Coverage compares cash and debt service of the same months: one, the last twelve, or the whole horizon.",
    "DSCR = CFADS / (cash interest + scheduled principal); FCCR = (EBITDA - capital expenditure - tax due) / (the same"
    " without balloons)",
    "model {model}",
    "No annual figure is set against the service of another number of months.",
    "None while service is level; a maturity inside the horizon lowers the ratio of its months.",
    "{months} months",
)
YEAR_REPEATED = AssumptionRecord(
    "assumption_horizon_scaling",
    "Annual amounts enter as twelve months that add up to them, repeated over the horizon.",
    "annual_value * (horizon_months / 12)",
    "dataset_version.income_statement",
    "Numerators and denominators of a ratio cover the same time.",
    "Critical when horizon_months is not 12.",
    "{months} / 12",
)
MODELLED_CASH = AssumptionRecord(
    "assumption_cash_source",
    "Debt service is paid from the cash flow of the modelled months.",
    "CFADS = EBITDA - tax due - change in working capital",
    "model {model}",
    "Decides the numerator of DSCR and principal coverage.",
    "Working capital released or tied up in a month moves the ratio of that month.",
    "modelled CFADS",
)
INTEREST_BEFORE = AssumptionRecord(
    "assumption_interest_before_the_analysis_date",
    "The dataset does not say the interest of the last twelve months; today's run rate stands for it.",
    "sum of balance x all-in rate, unstressed",
    "dataset_version.instruments",
    "Enters coverage over the last twelve months until month 12.",
    "In proportion to its share of the twelve months.",
    "interest_annual_run_rate",
)
PRINCIPAL_BEFORE = AssumptionRecord(
    "assumption_principal_before_the_analysis_date",
    "The dataset does not say the principal scheduled in the last twelve months, and a debt amortises: it is not"
    " known.",
    "none",
    "dataset_version.income_statement",
    "Coverage of debt service over the last twelve months is not known before month 12.",
    "Ends with month 12.",
    "not known",
)
ADJUSTED_EBITDA = AssumptionRecord(
    "assumption_adjusted_ebitda",
    "The reported EBITDA differs from the derived one; the difference is a memo, spread over the year.",
    "adjusted EBITDA = EBITDA + (reported - derived) / 12",
    "dataset_version.income_statement.reported_ebitda_annual",
    "Enters interest coverage, covenants and leverage only; never the statements, tax or CFADS.",
    "One for one in those numerators.",
    "{reported} reported, {derived} derived",
)
REFINANCING = AssumptionRecord(
    "assumption_refinancing",
    "The refinanced share of what falls due at maturity stays outstanding at the same rate and payment dates.",
    "refinanced = principal due at maturity x refinanced_share; no instalment and no maturity of it follows",
    "scenario.assumptions.refinanced_share",
    "Lowers the principal due in the month of maturity.",
    "One for one.",
    "{shares}",
)
STRESS = AssumptionRecord(
    "assumption_stress",
    "The scenario changes figures month by month; assumptions left out are neutral.",
    "f_t = 1 + (f - 1) w_t",
    "scenario",
    "The difference to the base case.",
    "See the scenario's document.",
    "{name}",
)
STRESSED_ASSESSMENT = AssumptionRecord(
    "assumption_debt_service_assessment",
    "The assessment in the header compares the debt service that fell due with the cash of the year before, changed"
    " by as much as the stress changes EBITDA.",
    "cash_horizon = cash_annual * (horizon_months / 12) + change of EBITDA (of its share where cash is one)",
    "model {model}, default terms of AssessDebtService",
    "Decides the ability level and the flags in the header; enters no month.",
    "One for one: a unit of EBITDA lost is a unit of cash lost.",
    "{cash_source}",
)

# ---- of an assessment

SCHEDULED_SERVICE = AssumptionRecord(
    "assumption_debt_service_horizon",
    "Debt service is what the contracts schedule inside the horizon; cash and EBITDA are scaled to its months.",
    "DSCR = cash_annual * (horizon_months / 12) / (cash interest + principal due in horizon_months)",
    "request",
    "Numerator and denominator of every ratio cover the same months.",
    "None while service is level; a maturity inside the horizon changes the ratio.",
    "{horizon}",
)


def _annual_cash(statement: str, formula: str, source: str, value_used: str) -> AssumptionRecord:
    return AssumptionRecord(
        "assumption_cash_source",
        statement,
        formula,
        source,
        "Decides the numerator of DSCR and principal coverage.",
        "One for one: half the cash is half the ratio.",
        value_used,
    )


ANNUAL_CASH = {
    "stated_cash": _annual_cash(
        "The company states its annual cash available for debt service.",
        "cash_annual = cash_available_for_debt_service_annual",
        "dataset_version.cash_available_for_debt_service_annual",
        "stated_cash",
    ),
    "net_operating_income": _annual_cash(
        "No cash available for debt service is stated; net operating income stands for it.",
        "cash_annual = net_operating_income_annual",
        "dataset_version.net_operating_income_annual",
        "net_operating_income",
    ),
    "ebitda_share": _annual_cash(
        "Neither cash available for debt service nor net operating income is stated; a share of EBITDA stands for it.",
        "cash_annual = least(ebitda_annual, ebitda_annual * ebitda_cash_share)",
        "dataset_version.income_statement",
        "ebitda_share {share}",
    ),
    "none": _annual_cash(
        "Nothing says which cash serves the debt: the assessment has no numerator.", "none", "none", "none"
    ),
}
YEAR_IN_TWELFTHS = AssumptionRecord(
    "assumption_horizon_scaling",
    "Annual cash and EBITDA arrive evenly: each month brings a twelfth.",
    "annual_value * (horizon_months / 12)",
    "dataset_version",
    "Annual figures are never compared with the service of another number of months.",
    "Critical when horizon_months is not 12.",
    "{months} / 12",
)
CONTRACT_SCHEDULE = AssumptionRecord(
    "assumption_contract_schedule",
    "Everything is paid as it falls due, indices stay as they are, a revolver stays drawn until its maturity.",
    "interest = balance * rate * days / year, each coupon rounded once",
    "dataset_version.instruments, dataset_version.revolver",
    "Decides the denominator of every ratio.",
    "A higher index raises the service of floating debt in proportion to its balance.",
    "{facilities}",
)
MINIMUMS = AssumptionRecord(
    "assumption_thresholds",
    "The level compares DSCR and interest coverage with minimums, on exact fractions.",
    "weak below a minimum; strong from minimum_dscr + strong_dscr_margin",
    "request",
    "Decides the ability level and the flags.",
    "A higher minimum can only lower the level.",
    "DSCR {dscr} + {margin}, interest coverage {interest_coverage}",
)
