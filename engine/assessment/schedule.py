"""What the contracts themselves schedule, month by month, when everything is paid as it falls due."""

from collections.abc import Iterator
from datetime import date

from ..debt import month_of_debt
from ..debt.month_of_debt import Dues, Paid
from ..debt.monthly_terms import loan_terms
from ..debt.rates import RateStress, rate_path
from ..debt.revolver_terms import revolver_terms
from ..inputs.company import DatasetVersion
from ..inputs.instruments import Instrument
from ..inputs.revolver import Debt
from ..numbers.exact import Arithmetic
from ..numbers.months import month_end
from ..values.pause import Pause
from ..values.units import NANO
from .results import ScheduleMonth, ScheduleRow


def contract_schedule(
    m: Arithmetic, company: DatasetVersion, d0: date, months: int, pause: Pause
) -> tuple[ScheduleMonth, ...]:
    """The schedule of every debt at today's index. A revolver stays drawn as it is until its maturity.

    An annuity of 60,000.00 at 10 % over 12 months: 5,274.95 a month, 5,275.00 the last time.
    """
    columns = []
    for debt in company.debts:
        pause()
        columns.append(_rows(m, debt, d0, months))
    return tuple(ScheduleMonth(tuple(column[t] for column in columns)) for t in range(months))


def _rows(m: Arithmetic, debt: Debt, d0: date, months: int) -> list[ScheduleRow]:
    return [
        ScheduleRow(
            rate=dues.rate,
            interest_accrued=dues.interest_accrued,
            interest_capitalised=dues.interest_capitalised,
            interest_due=dues.interest_due,
            principal_due=dues.principal_due,
            balloon=dues.balloon,
            closing_balance=dues.performing,
        )
        for dues in _paid_as_due(m, debt, d0, months)
    ]


def _paid_as_due(m: Arithmetic, debt: Debt, d0: date, months: int) -> Iterator[Dues]:
    """What falls due on a debt in each month."""
    month_ends = tuple(month_end(d0, month) for month in range(months + 1))
    rate = rate_path(m, debt, RateStress((NANO,) * months, (0,) * months))
    refinanced = (0,) * months
    state = month_of_debt.opening_debt(debt.opening_balance, debt.accrued_interest)
    if isinstance(debt, Instrument):
        terms, revolver = loan_terms(m, debt, month_ends, rate, refinanced), None
    else:
        terms, revolver = revolver_terms(debt, month_ends, rate.all_in, refinanced)
    for t, month_terms in enumerate(terms):
        dues = month_of_debt.fall_due(m, state, month_terms)
        if revolver is not None:
            dues = month_of_debt.revolver_falls_due(m, dues, month_terms, revolver[t], None)
        yield dues
        state = month_of_debt.after(dues, Paid(dues.interest_due, dues.principal_due, drawn=0, prepaid=0))
