"""What the contracts themselves schedule, month by month, when everything is paid as it falls due."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ..debt import month_of_debt
from ..debt.month_of_debt import Dues, Paid
from ..debt.monthly_terms import loan_terms
from ..debt.rates import RateStress
from ..debt.revolver_terms import revolver_terms
from ..inputs.company import DatasetVersion
from ..inputs.instruments import Amortisation, Instrument
from ..inputs.revolver import Debt, Revolver
from ..inputs.scenario import RateScope
from ..numbers.exact import Arithmetic
from ..numbers.months import month_end
from ..values.pause import Pause
from ..values.units import NANO, Money
from .results import ScheduleMonth, ScheduleRow


class Instalment(NamedTuple):
    """What falls due on a debt in one month."""

    interest: Money
    principal: Money


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
    rows: list[ScheduleRow] = []
    before: Instalment | None = None
    for dues, matures in _paid_as_due(m, debt, d0, months):
        instalment = Instalment(dues.interest_due, dues.principal_due)
        rows.append(
            ScheduleRow(
                rate=dues.rate,
                interest_accrued=dues.interest_accrued,
                interest_capitalised=dues.interest_capitalised,
                interest_due=dues.interest_due,
                principal_due=dues.principal_due,
                balloon=balloon(m, debt, before, instalment) if matures else 0,
                closing_balance=dues.performing,
            )
        )
        before = instalment if instalment.principal else before
    return rows


def balloon(m: Arithmetic, debt: Debt, before: Instalment | None, last: Instalment) -> Money:
    """What a maturity asks for above the last instalment of principal before it.

    An amortising debt that pays all its interest has cents there at most, which are none, unless its contract has
    clauses of its own. Annuities are level in their payment, the others in their principal.
    """
    amortisation = debt.amortisation if isinstance(debt, Instrument) else Amortisation.BULLET
    plain = isinstance(debt, Revolver) or debt.contract is None
    amortises = plain and amortisation in (Amortisation.ANNUITY, Amortisation.LINEAR)
    if amortises and not (before and debt.pik_share):
        return 0
    regular = before.principal if before else 0
    if before and amortisation in (Amortisation.ANNUITY, Amortisation.LEVEL):
        regular = before.interest + before.principal - last.interest
    return m.least(m.most(last.principal - regular, 0), last.principal)


def _paid_as_due(m: Arithmetic, debt: Debt, d0: date, months: int) -> Iterator[tuple[Dues, bool]]:
    """What falls due on a debt in each month, and whether it matures in it."""
    month_ends = tuple(month_end(d0, month) for month in range(months + 1))
    unstressed = RateStress((NANO,) * months, (0,) * months, RateScope.FLOATING)
    refinanced = (0,) * months
    state, matured = month_of_debt.opening_debt(debt.opening_balance, debt.accrued_interest), False
    if isinstance(debt, Instrument):
        terms, revolver = loan_terms(m, debt, month_ends, unstressed, refinanced), None
    else:
        terms, revolver = revolver_terms(debt, month_ends, unstressed, refinanced)
    for t, month_terms in enumerate(terms):
        dues = month_of_debt.fall_due(m, state, month_terms)
        if revolver is not None:
            dues = month_of_debt.revolver_falls_due(m, dues, month_terms, revolver[t], None)
        yield dues, bool(month_terms.matured) and not matured
        state = month_of_debt.after(dues, Paid(dues.interest_due, dues.principal_due, drawn=0, prepaid=0))
        matured = bool(month_terms.matured)
