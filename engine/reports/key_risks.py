"""The questions of the risk score that are not answered well, and those that cannot be answered."""

from collections.abc import Callable, Iterator

from ..horizon.results import Execution
from ..numbers.months import YEAR
from ..sentences import reports as sentences
from . import thresholds
from .covenant_failures import first_failure, in_words
from .earnings import last_earnings
from .headline import through_period
from .judgement_results import Figure, Finding, RiskPart, Rule
from .results import AggregatedReport
from .wording import failure_of, money, month, multiple, percent


def key_risks(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """The heaviest first; then a large maturity; then what is not known."""
    for part in sorted(aggregated.risk.parts, key=lambda part: -part.points):
        if part.rule and part.points:
            yield Finding(RISKS[part.question](execution, aggregated, part), part.figure, part.rule)
    if large_maturity(execution):
        debt_service = execution.debt_service
        period, concentration = debt_service.maturity_concentration_period, debt_service.maturity_concentration
        amount, when = money(execution, debt_service.balloon_horizon), month(execution, period)
        statement = sentences.MATURITIES.format(amount=amount, month=when, share=percent(concentration))
        figure = Figure("header.debt_service.maturity_concentration", period, ratio=concentration)
        yield Finding(statement, figure, Rule.LARGE_MATURITY)
    for part in aggregated.risk.parts:
        if not part.is_known:
            statement, rule = NOT_KNOWN[part.question]
            yield Finding(statement, part.figure, rule)


def large_maturity(execution: Execution) -> bool:
    """Whether a month up to the first default asks for much of today's debt because something matures."""
    debt_service = execution.debt_service
    debt = sum(facility.opening_balance for facility in execution.months[0].facilities)
    period = debt_service.maturity_concentration_period
    if not (0 < period <= through_period(execution) and debt_service.balloon_horizon and debt):
        return False
    due = sum(facility.principal_scheduled for facility in execution.months[period - 1].facilities)
    return thresholds.above(Rule.LARGE_MATURITY, due, debt)


def _default(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    when = month(execution, part.figure.period)
    return sentences.DEFAULT.format(failure=failure_of(aggregated.headline_figures), month=when)


def _liquidity(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    when = month(execution, part.figure.period)
    if part.figure.amount is None:
        return sentences.LIQUIDITY_IS_GONE.format(month=when)
    return sentences.LIQUIDITY.format(amount=money(execution, part.figure.amount), month=when)


def _minimum_cash(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    when = month(execution, part.figure.period)
    if part.figure.amount is None:
        return sentences.MINIMUM_CASH_IS_GONE.format(month=when)
    return sentences.MINIMUM_CASH.format(amount=money(execution, part.figure.amount), month=when)


def _wall(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    if part.figure.amount is None:
        return sentences.WALL_IS_NOT_REACHED.format(month=month(execution, part.figure.period))
    wall = execution.metrics.wall
    return sentences.WALL_RISK.format(
        wall=money(execution, wall.total), amount=money(execution, wall.total - wall.liquidity)
    )


def _covenants(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    failure = first_failure(execution, part.rule) if part.rule else None
    if execution.metrics.first_default_period or failure is None:
        return sentences.COVENANTS_AT_DEFAULT.format(month=month(execution, part.figure.period))
    return sentences.COVENANTS.format(**in_words(execution, failure))


def _coverage(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    debt_service, after = aggregated.debt_service, ""
    if execution.metrics.first_default_period:
        after = sentences.AFTER_DEFAULT
    if part.rule is Rule.EARNINGS_BELOW_INTEREST:
        words, months = earnings_in_words(execution), min(execution.horizon_months, YEAR)
        return sentences.EARNINGS.format(earnings=words, months=months, after=after)
    return sentences.DEBT_SERVICE.format(
        ratio=multiple(debt_service.dscr), amount=money(execution, debt_service.debt_service_horizon), after=after
    )


def earnings_in_words(execution: Execution) -> str:
    """What earnings are where they do not pay the interest."""
    coverage = last_earnings(execution).coverage
    sentence = sentences.EARNINGS_BELOW_INTEREST if coverage.cash_interest else sentences.EARNINGS_BELOW_NOTHING
    return sentence.format(
        ebitda=money(execution, coverage.adjusted_ebitda), interest=money(execution, coverage.cash_interest)
    )


def _collateral(execution: Execution, aggregated: AggregatedReport, part: RiskPart) -> str:
    beyond = sentences.UNDER_WATER if part.rule is Rule.UNDER_WATER else sentences.LITTLE_LEFT
    when = month(execution, part.figure.period)
    return sentences.COLLATERAL.format(share=percent(part.figure.ratio or 0), month=when, beyond=beyond)


RISKS: dict[str, Callable[[Execution, AggregatedReport, RiskPart], str]] = {
    "default": _default,
    "liquidity": _liquidity,
    "minimum_cash": _minimum_cash,
    "wall": _wall,
    "covenants": _covenants,
    "coverage": _coverage,
    "collateral": _collateral,
}

#: What is said of a question that the dataset leaves open, and the rule that is not tested.
NOT_KNOWN = {
    "covenants": (sentences.COVENANTS_NOT_GIVEN, Rule.COVENANT_BREACH),
    "coverage": (sentences.CASH_NOT_GIVEN, Rule.DSCR_BELOW_MINIMUM),
    "collateral": (sentences.ASSETS_NOT_GIVEN, Rule.HIGH_LOAN_TO_VALUE),
}
