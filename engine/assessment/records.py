"""The assumption records of a static debt service assessment: the scaling that they state is the one it uses."""

from collections.abc import Iterator
from datetime import date

from ..inputs.company import DatasetVersion
from ..sentences import records
from ..sentences.records import filled
from ..values.assumption_record import AssumptionRecord
from ..values.in_words import counted
from ..values.value import decimal_text
from .debt_service import AssessmentTerms
from .debt_service_results import CashSource


def assessment_records(
    company: DatasetVersion, terms: AssessmentTerms, analysis_date: date, source: CashSource
) -> tuple[AssumptionRecord, ...]:
    """The records of an assessment, in a fixed order."""
    return tuple(_records(company, terms, analysis_date, source))


def balances_carried_forward(dataset: DatasetVersion, analysis_date: date) -> Iterator[AssumptionRecord]:
    """The record of an analysis date after the as-of date; none where the two are one day."""
    if analysis_date > dataset.as_of_date:
        yield filled(records.BALANCES_CARRIED_FORWARD, as_of_date=dataset.as_of_date)


def _records(
    company: DatasetVersion, terms: AssessmentTerms, analysis_date: date, source: CashSource
) -> Iterator[AssumptionRecord]:
    yield filled(records.SCHEDULED_SERVICE, horizon=counted(terms.horizon_months, "month"))
    yield filled(records.ANNUAL_CASH[source.value], share=decimal_text(terms.ebitda_cash_share))
    yield filled(records.YEAR_IN_TWELFTHS, months=terms.horizon_months)
    yield filled(records.CONTRACT_SCHEDULE, facilities=counted(len(company.debts), "facility", "facilities"))
    yield filled(
        records.MINIMUMS,
        dscr=decimal_text(terms.minimum_dscr),
        margin=decimal_text(terms.strong_dscr_margin),
        interest_coverage=decimal_text(terms.minimum_interest_coverage),
    )
    yield from balances_carried_forward(company, analysis_date)
