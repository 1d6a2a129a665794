"""Coverage: how often the cash or the earnings of some months pay the debt service of the same months."""

from collections.abc import Sequence
from typing import NamedTuple

from ..debt.month_of_debt import Dues
from ..numbers.exact import Arithmetic, UndefinedRatio, cover
from ..values.units import Choice, Flag, Money, Ratio
from .debt_results import Coverage, CoverageStatus
from .results import Income

STATUSES = tuple(CoverageStatus)  #: a month computes with positions here in place of statuses
NOT_APPLICABLE, ADEQUATE, MARGINAL, INSUFFICIENT, NOT_KNOWN = range(len(STATUSES))


class CoverageFlows(NamedTuple):
    """Numerators and denominators; sums of several months are sums of these."""

    cfads: Money
    fixed_charge_cash: Money
    adjusted_ebitda: Money
    cash_interest: Money
    interest_expense: Money
    scheduled_principal: Money
    balloon: Money

    def plus(self, other: "CoverageFlows") -> "CoverageFlows":
        return CoverageFlows(*[mine + theirs for mine, theirs in zip(self, other, strict=True)])

    def less(self, other: "CoverageFlows") -> "CoverageFlows":
        return CoverageFlows(*[mine - theirs for mine, theirs in zip(self, other, strict=True)])

    @property
    def debt_service(self) -> Money:
        return self.cash_interest + self.scheduled_principal

    @property
    def fixed_charges(self) -> Money:
        return self.debt_service - self.balloon


NO_FLOWS = CoverageFlows(0, 0, 0, 0, 0, 0, 0)


def coverage_flows(
    income: Income,
    dues: Sequence[Dues],
    *,
    ebitda_adjustment: Money,
    tax_due: Money,
    working_capital_change: Money,
    capital_expenditure: Money,
) -> CoverageFlows:
    """What a month brings to service debt, and the service newly due: CFADS = EBITDA - tax due - working capital.

    Fixed charges are paid from EBITDA - capital expenditure - tax due. What is called or beyond the borrowing base is
    no scheduled principal.
    """
    ebitda = income.ebitda
    return CoverageFlows(
        cfads=ebitda - tax_due - working_capital_change,
        fixed_charge_cash=ebitda - capital_expenditure - tax_due,
        adjusted_ebitda=ebitda + ebitda_adjustment,
        cash_interest=sum(due.interest_due for due in dues),
        interest_expense=income.interest_expense,
        scheduled_principal=sum(due.principal_scheduled for due in dues),
        balloon=sum(due.balloon for due in dues),
    )


def coverage(m: Arithmetic, flows: CoverageFlows, principal_is_unknown: Flag = 0) -> Coverage:
    """The four ratios and the status of the months whose flows these are; unknown principal leaves two undefined."""
    unknown = int(UndefinedRatio.INSUFFICIENT_DATA)
    ratios = (
        dscr(m, flows.cfads, flows.debt_service),
        fixed_charge_coverage(m, flows.fixed_charge_cash, flows.fixed_charges),
        principal_coverage(m, flows.cfads - flows.cash_interest, flows.scheduled_principal),
    )
    of_cash, of_fixed_charges, of_principal = (m.where(principal_is_unknown, unknown, ratio) for ratio in ratios)
    known = weaker(
        m, status(m, flows.cfads, flows.debt_service), status(m, flows.fixed_charge_cash, flows.fixed_charges)
    )
    verdict = m.where(principal_is_unknown, NOT_KNOWN, known)
    return Coverage(
        *flows,
        dscr=of_cash,
        fixed_charge_coverage=of_fixed_charges,
        interest_coverage=interest_coverage(m, flows.adjusted_ebitda, flows.interest_expense),
        principal_coverage=of_principal,
        status=verdict,  # type: ignore[arg-type]  # its position, until `execute` names it
    )


def flows_of(coverage: Coverage) -> CoverageFlows:
    """The numerators and denominators of some months."""
    return CoverageFlows(*[getattr(coverage, name) for name in CoverageFlows._fields])


def dscr(m: Arithmetic, cfads: Money, debt_service: Money) -> Ratio:
    """CFADS over debt service; undefined when none falls due.  120,000 over 60,000 is 2.000000."""
    return cover(m, cfads, debt_service, UndefinedRatio.NO_DEBT_SERVICE)


def fixed_charge_coverage(m: Arithmetic, cash: Money, fixed_charges: Money) -> Ratio:
    """EBITDA less capital expenditure and tax due, over service without balloons.  55.00 over 50.00 is 1.100000."""
    return cover(m, cash, fixed_charges, UndefinedRatio.NO_DEBT_SERVICE)


def interest_coverage(m: Arithmetic, ebitda: Money, interest: Money) -> Ratio:
    """EBITDA over interest expense, capitalised interest included.  200,000 over 50,000.04 is 3.999997."""
    return cover(m, ebitda, interest, UndefinedRatio.NO_INTEREST)


def principal_coverage(m: Arithmetic, after_interest: Money, principal: Money) -> Ratio:
    """CFADS less cash interest, over scheduled principal.  70,000 over 35,000 is 2.000000."""
    return cover(m, after_interest, principal, UndefinedRatio.NO_PRINCIPAL)


def status(m: Arithmetic, cash: Money, due: Money) -> Choice:
    """Adequate from 1.25, marginal from 1.00: 4 x cash against 5 x what is due, so that no rounding decides."""
    covered = m.where(cash >= due, MARGINAL, INSUFFICIENT)
    covered = m.where(4 * cash >= 5 * due, ADEQUATE, covered)
    return m.where(due > 0, covered, NOT_APPLICABLE)


def weaker(m: Arithmetic, one_status: Choice, other: Choice) -> Choice:
    """The weaker of two; what is not applicable is the weaker of none. `CoverageStatus` lists the weaker later."""
    return m.most(one_status, other)
