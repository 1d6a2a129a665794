"""Coverage: how often the cash or the earnings of some months pay the debt service of the same months."""

from collections.abc import Sequence
from typing import NamedTuple

from ..debt.month_of_debt import Dues
from ..numbers.exact import Arithmetic, UndefinedRatio
from ..values.units import Choice, Money, Ratio
from .debt_results import Coverage, CoverageStatus
from .results import Income

STATUSES = tuple(CoverageStatus)  #: a month computes with positions here in place of statuses


class CoverageFlows(NamedTuple):
    """Numerators and denominators; sums of several months are sums of these."""

    cfads: Money
    adjusted_ebitda: Money
    cash_interest: Money
    interest_expense: Money
    scheduled_principal: Money

    def plus(self, other: "CoverageFlows") -> "CoverageFlows":
        return CoverageFlows(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def less(self, other: "CoverageFlows") -> "CoverageFlows":
        return CoverageFlows(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


NO_FLOWS = CoverageFlows(0, 0, 0, 0, 0)


def coverage_flows(
    income: Income, dues: Sequence[Dues], *, ebitda_adjustment: Money, working_capital_change: Money
) -> CoverageFlows:
    """What a month brings to service debt, and the service due: CFADS = EBITDA - tax - change in working capital."""
    return CoverageFlows(
        cfads=income.ebitda - income.tax - working_capital_change,
        adjusted_ebitda=income.ebitda + ebitda_adjustment,
        cash_interest=sum(due.interest_due for due in dues),
        interest_expense=income.interest_expense,
        scheduled_principal=sum(due.principal_scheduled for due in dues),
    )


def coverage(m: Arithmetic, flows: CoverageFlows) -> Coverage:
    """The three ratios and the status of the months whose flows these are."""
    service = flows.cash_interest + flows.scheduled_principal
    return Coverage(
        *flows,
        dscr=dscr(m, flows.cfads, service),
        interest_coverage=interest_coverage(m, flows.adjusted_ebitda, flows.interest_expense),
        principal_coverage=principal_coverage(m, flows.cfads - flows.cash_interest, flows.scheduled_principal),
        status=status(m, flows.cfads, service),  # type: ignore[arg-type]  # its position, until `execute` names it
    )


def dscr(m: Arithmetic, cfads: Money, debt_service: Money) -> Ratio:
    """CFADS over debt service; undefined when none falls due.  120,000 over 60,000 is 2.000000."""
    return m.ratio(cfads, debt_service, UndefinedRatio.NO_DEBT_SERVICE)


def interest_coverage(m: Arithmetic, ebitda: Money, interest: Money) -> Ratio:
    """EBITDA over interest expense, capitalised interest included.  200,000 over 50,000.04 is 3.999997."""
    return m.ratio(ebitda, interest, UndefinedRatio.NO_INTEREST)


def principal_coverage(m: Arithmetic, after_interest: Money, principal: Money) -> Ratio:
    """CFADS less cash interest, over scheduled principal.  70,000 over 35,000 is 2.000000."""
    return m.ratio(after_interest, principal, UndefinedRatio.NO_PRINCIPAL)


def status(m: Arithmetic, cfads: Money, debt_service: Money) -> Choice:
    """Adequate from 1.25, marginal from 1.00: 4 x CFADS against 5 x service, so that no rounding decides."""
    insufficient = STATUSES.index(CoverageStatus.INSUFFICIENT)
    covered = m.where(cfads >= debt_service, STATUSES.index(CoverageStatus.MARGINAL), insufficient)
    covered = m.where(4 * cfads >= 5 * debt_service, STATUSES.index(CoverageStatus.ADEQUATE), covered)
    return m.where(debt_service > 0, covered, STATUSES.index(CoverageStatus.NOT_APPLICABLE))
