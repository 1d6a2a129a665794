"""What a static debt service assessment says: the verdict, and the schedule of payments that it rests on."""

from typing import NamedTuple

from ..month.debt_results import Facility
from ..values.assumption_record import AssumptionRecord
from ..values.units import Day, Decimal9, Money, Number, Words
from .debt_service import AssessmentTerms
from .debt_service_results import DebtService


class ScheduleRow(NamedTuple):
    """One debt in one month."""

    rate: Decimal9
    interest_accrued: Money
    interest_capitalised: Money
    interest_due: Money  #: in cash
    principal_due: Money
    balloon: Money  #: of the principal, what a maturity asks for above the regular instalment
    closing_balance: Money

    @property
    def payment(self) -> Money:
        return self.interest_due + self.principal_due


class ScheduleMonth(NamedTuple):
    """One month: each debt, in the order of the waterfall, and their sums."""

    facilities: tuple[ScheduleRow, ...]

    @property
    def interest_due(self) -> Money:
        return sum(row.interest_due for row in self.facilities)

    @property
    def principal_due(self) -> Money:
        return sum(row.principal_due for row in self.facilities)

    @property
    def payment(self) -> Money:
        return self.interest_due + self.principal_due

    @property
    def closing_balance(self) -> Money:
        return sum(row.closing_balance for row in self.facilities)


class Assessment(NamedTuple):
    """The static assessment of a dataset version, with the schedule that it rests on."""

    method: Words  #: `debt_service.METHOD`
    analysis_date: Day
    horizon_months: Number
    currency: Words
    minor_digits: Number
    terms: AssessmentTerms
    cash_annual: Money | None
    ebitda_annual: Money | None
    total_debt: Money
    debt_service: DebtService
    period_ends: tuple[Day, ...]
    facilities: tuple[Facility, ...]
    schedule: tuple[ScheduleMonth, ...]
    assumption_records: tuple[AssumptionRecord, ...]
