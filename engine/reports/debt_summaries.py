"""The debts as a committee reads them: the capital structure, the covenants with headroom, recovery by instrument."""

from collections.abc import Iterator
from itertools import accumulate

from ..horizon.results import CovenantSummary, Execution
from ..month.debt_results import CovenantStatus
from ..numbers.exact import SCALAR, UndefinedRatio
from .headline import months_through, recovery_share, through_period, up_to
from .summary_results import (
    CapitalStructureLine,
    CollateralSummary,
    CovenantLine,
    RecoveryLine,
    RecoverySummary,
)


def capital_structure(execution: Execution) -> Iterator[CapitalStructureLine]:
    """Debt by debt in the order of the waterfall."""
    metrics, last = execution.metrics, execution.months[through_period(execution) - 1]
    first = execution.months[0]
    opening = [facility.opening_balance for facility in first.facilities]
    earned = first.coverage_last_twelve_months.adjusted_ebitda
    for slot, through in enumerate(accumulate(opening)):
        yield CapitalStructureLine(
            facility=execution.facilities[slot],
            opening_balance=opening[slot],
            share_of_debt=SCALAR.ratio(opening[slot], sum(opening), UndefinedRatio.NO_DEBT),
            debt_through=through,
            leverage_through=SCALAR.ratio(through, earned, UndefinedRatio.NO_EBITDA),
            rate=first.facilities[slot].rate,
            closing_balance=last.facilities[slot].closing_balance,
            wall=None if metrics.first_default_period else metrics.wall.facilities[slot].principal,
        )


def covenant_lines(execution: Execution) -> Iterator[CovenantLine]:
    """Covenant by covenant, at its closest test up to the first default."""
    for position, summary in enumerate(execution.metrics.covenants):
        yield covenant_line(execution, position, summary)


def covenant_line(execution: Execution, position: int, summary: CovenantSummary) -> CovenantLine:
    """A covenant that was never tested says so in place of its figures."""
    tests = [month.covenants[position] for month in months_through(execution)]
    made = [number for number, test in enumerate(tests) if test.status is not CovenantStatus.NOT_TESTED]
    closest = min(made, key=lambda number: tests[number].headroom, default=None)
    test = tests[0 if closest is None else closest]
    return CovenantLine(
        covenant_id=summary.covenant_id,
        kind=summary.kind,
        tests=len(made),
        first_breach_period=up_to(summary.first_breach_period, execution.metrics),
        first_event_of_default_period=up_to(summary.first_event_of_default_period, execution.metrics),
        least_headroom=None if closest is None else test.headroom,
        least_headroom_period=0 if closest is None else closest + 1,
        ratio=test.ratio,
        threshold=test.threshold,
        headroom_share=test.headroom_share,
        equity_cures=sum(each.cure for each in tests),
    )


def recovery_summary(execution: Execution) -> RecoverySummary | None:
    """What a liquidation brings whom; None where no assets are given."""
    recovery = execution.metrics.recovery
    if recovery is None:
        return None
    claims = sum(facility.claim for facility in recovery.facilities)
    paid = sum(facility.paid for facility in recovery.facilities)
    return RecoverySummary(
        period=execution.metrics.recovery_period,
        estate_value=recovery.estate_value,
        costs=recovery.costs,
        priority_claims_paid=recovery.priority_claims_paid,
        claims=claims,
        paid=paid,
        share=recovery_share(recovery),
        others_paid=recovery.others_paid,
        owners=recovery.owners,
        lines=tuple(
            RecoveryLine(facility, *debt, is_fulcrum=int(number == recovery.fulcrum))
            for number, (facility, debt) in enumerate(zip(execution.facilities, recovery.facilities, strict=True), 1)
        ),
    )


def collateral_summary(execution: Execution) -> CollateralSummary | None:
    """The worst loan-to-value and collateral shortfall; None where no assets are given: it is not known."""
    if execution.metrics.recovery is None:
        return None
    months = months_through(execution)
    ratios = [month.exposure.loan_to_value for month in months]
    # A reason counts as more than any ratio: claims without assets are the worst that can be said.
    highest = max(ratios)
    gaps = [month.exposure.collateral_shortfall or 0 for month in months]
    return CollateralSummary(
        highest_loan_to_value=highest,
        highest_loan_to_value_period=ratios.index(highest) + 1,
        closing_loan_to_value=ratios[-1],
        highest_collateral_shortfall=max(gaps),
        highest_collateral_shortfall_period=gaps.index(max(gaps)) + 1 if max(gaps) else 0,
    )
