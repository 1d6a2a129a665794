"""What a static debt service assessment assumes, as records: the scaling that it claims is the one that it does."""

from collections.abc import Iterator
from datetime import date

from seawall.engine.company import DatasetVersion
from seawall.engine.debt_service import AssessmentTerms
from seawall.engine.debt_service_results import CashSource
from seawall.engine.results import AssumptionRecord
from seawall.engine.shape import decimal_text

_SOURCES = {
    CashSource.STATED_CASH: (
        "The company states its cash available for debt service of a year.",
        "cash_annual = cash_available_for_debt_service_annual",
        "dataset_version.cash_available_for_debt_service_annual",
    ),
    CashSource.NET_OPERATING_INCOME: (
        "No cash available for debt service is stated; net operating income stands for it.",
        "cash_annual = net_operating_income_annual",
        "dataset_version.net_operating_income_annual",
    ),
    CashSource.EBITDA_SHARE: (
        "Neither cash available for debt service nor net operating income is stated; a share of EBITDA stands for it.",
        "cash_annual = ebitda_annual * ebitda_cash_share",
        "dataset_version.income_statement",
    ),
    CashSource.NONE: (
        "Nothing says which cash serves the debt: the assessment has no numerator.",
        "none",
        "none",
    ),
}


def notes(
    company: DatasetVersion, terms: AssessmentTerms, analysis_date: date, source: CashSource
) -> tuple[AssumptionRecord, ...]:
    """The records of an assessment, in a fixed order."""
    return tuple(_notes(company, terms, analysis_date, source))


def note_on_the_stressed_assessment(source: CashSource) -> AssumptionRecord:
    """The record of the assessment that an execution carries in its header."""
    return AssumptionRecord(
        "assumption_debt_service_assessment",
        "The assessment in the header sets what fell due in the months against the cash that the year before would"
        " bring, changed by what the stress changes EBITDA by.",
        "cash_horizon = cash_annual * (horizon_months / 12) + change of EBITDA (times the share where cash is one)",
        "model month.v1, default terms of AssessDebtService",
        "Decides the ability level and the flags in the header; enters no month.",
        "One for one: a unit of EBITDA lost is a unit of cash lost.",
        source.value,
    )


def _notes(
    company: DatasetVersion, terms: AssessmentTerms, analysis_date: date, source: CashSource
) -> Iterator[AssumptionRecord]:
    months = terms.horizon_months
    yield AssumptionRecord(
        "assumption_debt_service_horizon",
        "Debt service is what the contracts schedule inside the horizon; cash and EBITDA are scaled to its months.",
        "DSCR = cash_annual * (horizon_months / 12) / (cash interest + principal due in horizon_months)",
        "request",
        "Numerator and denominator of every ratio cover the same months.",
        "None while service is level; a maturity inside the horizon changes the ratio.",
        f"{months} months",
    )
    statement, formula, place = _SOURCES[source]
    yield AssumptionRecord(
        "assumption_cash_source",
        statement,
        formula,
        place,
        "Decides the numerator of DSCR and principal coverage.",
        "One for one: half the cash is half the ratio.",
        f"{source.value} {decimal_text(terms.ebitda_cash_share)}"
        if source is CashSource.EBITDA_SHARE
        else source.value,
    )
    yield AssumptionRecord(
        "assumption_horizon_scaling",
        "Annual cash and EBITDA arrive evenly: each month brings a twelfth.",
        "annual_value * (horizon_months / 12)",
        "dataset_version",
        "Annual figures are never compared with the service of another number of months.",
        "Critical when horizon_months is not 12.",
        f"{months} / 12",
    )
    yield AssumptionRecord(
        "assumption_contract_schedule",
        "Everything is paid as it falls due, indices stay as they are, a revolver stays drawn until its maturity.",
        "interest = balance * rate * days / year, each coupon rounded once",
        "dataset_version.instruments, dataset_version.revolver",
        "Decides the denominator of every ratio.",
        "A higher index raises the service of floating debt in proportion to its balance.",
        f"{len(company.debts)} facilities",
    )
    yield AssumptionRecord(
        "assumption_thresholds",
        "The level compares DSCR and interest coverage with minimums, on exact fractions.",
        "weak below a minimum; strong from minimum_dscr + strong_dscr_margin",
        "request",
        "Decides the ability level and the flags.",
        "A higher minimum can only lower the level.",
        f"DSCR {decimal_text(terms.minimum_dscr)} + {decimal_text(terms.strong_dscr_margin)}, "
        f"interest coverage {decimal_text(terms.minimum_interest_coverage)}",
    )
    if analysis_date > company.as_of_date:
        yield AssumptionRecord(
            "assumption_balances_carried_forward",
            "The balances of the as-of date are taken unchanged on the later analysis date.",
            "balance(analysis_date) = balance(as_of_date)",
            "dataset_version.as_of_date",
            "What happened between the two dates is not in the figures.",
            "Grows with the distance between the dates.",
            str(company.as_of_date),
        )
