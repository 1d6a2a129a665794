"""Coverage: how often the cash or the earnings of some months pay the debt service of the same months."""

from typing import NamedTuple

from ..numbers.exact import Arithmetic, Cell, UndefinedRatio
from .results import Coverage, CoverageStatus

STATUSES = tuple(CoverageStatus)  #: a status is its position here while it is a cell


class CoverageFlows(NamedTuple):
    """Numerators and denominators; sums of several months are sums of these."""

    cfads: Cell
    adjusted_ebitda: Cell
    cash_interest: Cell
    interest_expense: Cell
    scheduled_principal: Cell

    def plus(self, other: "CoverageFlows") -> "CoverageFlows":
        return CoverageFlows(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def less(self, other: "CoverageFlows") -> "CoverageFlows":
        return CoverageFlows(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


def coverage(m: Arithmetic, flows: CoverageFlows) -> Coverage:
    """The three ratios and the status of the months whose flows these are."""
    service = flows.cash_interest + flows.scheduled_principal
    return Coverage(
        *flows,
        dscr=dscr(m, flows.cfads, service),
        interest_coverage=interest_coverage(m, flows.adjusted_ebitda, flows.interest_expense),
        principal_coverage=principal_coverage(m, flows.cfads - flows.cash_interest, flows.scheduled_principal),
        status=status(m, flows.cfads, service),
    )


def dscr(m: Arithmetic, cfads: Cell, debt_service: Cell) -> Cell:
    """CFADS over debt service; undefined when none falls due.  120,000 over 60,000 is 2.000000."""
    return m.ratio(cfads, debt_service, UndefinedRatio.NO_DEBT_SERVICE)


def interest_coverage(m: Arithmetic, ebitda: Cell, interest: Cell) -> Cell:
    """EBITDA over interest expense, capitalised interest included.  200,000 over 50,000.04 is 3.999997."""
    return m.ratio(ebitda, interest, UndefinedRatio.NO_INTEREST)


def principal_coverage(m: Arithmetic, after_interest: Cell, principal: Cell) -> Cell:
    """CFADS less cash interest, over scheduled principal.  70,000 over 35,000 is 2.000000."""
    return m.ratio(after_interest, principal, UndefinedRatio.NO_PRINCIPAL)


def status(m: Arithmetic, cfads: Cell, debt_service: Cell) -> Cell:
    """Adequate from 1.25, marginal from 1.00: 4 x CFADS against 5 x service, so that no rounding decides."""
    insufficient = STATUSES.index(CoverageStatus.INSUFFICIENT)
    covered = m.where(cfads >= debt_service, STATUSES.index(CoverageStatus.MARGINAL), insufficient)
    covered = m.where(4 * cfads >= 5 * debt_service, STATUSES.index(CoverageStatus.ADEQUATE), covered)
    return m.where(debt_service > 0, covered, STATUSES.index(CoverageStatus.NOT_APPLICABLE))
