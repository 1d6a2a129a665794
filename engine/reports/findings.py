"""What happens, when, how bad it is, and what drives it: one function a finding."""

from collections.abc import Iterator

from ..horizon.results import Execution
from ..inputs.scenario import Posture
from ..numbers.exact import SCALAR, UndefinedRatio
from ..numbers.ratio import is_defined
from ..sentences import reports as sentences
from ..values.in_words import counted
from .beside_results import ComparisonKind, ComparisonRun, HeadlineFigures
from .covenant_failures import first_failure, in_words
from .headline import liquidity_before_default
from .judgement_results import Figure, Finding, RiskLevel, Rule
from .results import AggregatedReport
from .risk import NOT_KNOWN
from .summary_results import CashBridge
from .wording import failure_of, money, month, percent, percent_of_nanos, words

_LEVEL_RULES = {
    RiskLevel.CRITICAL: Rule.CRITICAL_RISK,
    RiskLevel.HIGH: Rule.HIGH_RISK,
    RiskLevel.MODERATE: Rule.MODERATE_RISK,
    RiskLevel.LOW: Rule.MODERATE_RISK,
}


def findings(execution: Execution, aggregated: AggregatedReport, posture: Posture) -> Iterator[Finding]:
    """In the order in which a committee asks."""
    if aggregated.headline_figures.first_default_period:
        yield from _default(execution, aggregated)
    else:
        yield _everything_is_paid(execution, aggregated)
    yield from _lapsed(execution, aggregated)
    yield from _base_beside_stress(execution, aggregated)
    yield from _fixed_shares(execution, aggregated)
    yield from _covenants(execution, aggregated)
    yield from _wall(execution, aggregated)
    yield from _recovery(execution, aggregated)
    yield _risk(aggregated)
    yield _drivers(execution, aggregated)
    yield from _after_default(execution, aggregated, posture)


def _everything_is_paid(execution: Execution, aggregated: AggregatedReport) -> Finding:
    metrics, months = execution.metrics, execution.horizon_months
    lowest, period = metrics.lowest_liquidity, metrics.lowest_liquidity_period
    statement = sentences.EVERYTHING_IS_PAID.format(
        months=months, month=month(execution, period), amount=money(execution, lowest)
    )
    return Finding(statement, Figure("metrics.lowest_liquidity", period, amount=lowest), Rule.ANY_DEFAULT)


def _default(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """What fails when, what it takes, and how low liquidity fell before."""
    figures = aggregated.headline_figures
    period, months, need = figures.first_default_period, figures.months_of_runway, figures.need_at_default
    when = month(execution, period)
    first = sentences.FIRST_DEFAULT.format(failure=failure_of(figures), month=when, runway=counted(months, "month"))
    yield Finding(first, Figure("metrics.months_of_runway", period, months=months), Rule.ANY_DEFAULT)
    share = SCALAR.ratio(need, execution.opening_total_assets, UndefinedRatio.NO_DEBT)
    of_assets = sentences.OF_ASSETS.format(share=percent(share)) if is_defined(share) else ""
    takes = sentences.NEED_AT_DEFAULT.format(month=when, amount=money(execution, need), of_assets=of_assets)
    yield Finding(takes, Figure("metrics.need_at_default", period, amount=need), Rule.ANY_DEFAULT)
    path, lowest = "metrics.lowest_liquidity_before_default", figures.lowest_liquidity_before_default
    if lowest is None:
        yield Finding(sentences.NO_MONTH_BEFORE, Figure(path, 0, words=NOT_KNOWN), Rule.THIN_LIQUIDITY)
        return
    period = figures.lowest_liquidity_before_default_period
    statement = sentences.LOWEST_BEFORE.format(month=month(execution, period), amount=money(execution, lowest))
    yield Finding(statement, Figure(path, period, amount=lowest), Rule.THIN_LIQUIDITY)


def _lapsed(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    first, lapsed = (
        aggregated.headline_figures.first_lapsed_capital_expenditure_period,
        aggregated.totals.lapsed_capital_expenditure,
    )
    if first:
        statement = sentences.LAPSES.format(
            month=month(execution, first),
            amount=money(execution, lapsed),
            last=month(execution, aggregated.through_period),
        )
        figure = Figure("aggregated.totals.lapsed_capital_expenditure", aggregated.through_period, amount=lapsed)
        yield Finding(statement, figure, Rule.CAPITAL_EXPENDITURE_LAPSES)


def _base_beside_stress(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """How the run without the stress ends; nothing where it is this run."""
    own = aggregated.headline_figures, liquidity_before_default(execution)
    for position, run in enumerate(aggregated.comparison):
        if run.kind is ComparisonKind.BASE and (run.figures, run.liquidity) != own:
            figure = _runway(position, run)
            statement = sentences.BASE_NOT_KNOWN
            if run.figures:
                statement = sentences.BESIDE_BASE.format(
                    base=_ends(execution, run.figures), stressed=_ends(execution, aggregated.headline_figures)
                )
            yield Finding(statement, figure, Rule.ANY_DEFAULT)


def _fixed_shares(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """How the runway moves between the ends of the fixed shares."""
    runs = {run.kind: (position, run) for position, run in enumerate(aggregated.comparison)}
    if not {ComparisonKind.LOW_FIXED_SHARES, ComparisonKind.HIGH_FIXED_SHARES} <= runs.keys():
        return
    (_, low), (position, high) = runs[ComparisonKind.LOW_FIXED_SHARES], runs[ComparisonKind.HIGH_FIXED_SHARES]
    ends = {"low": _ends(execution, low.figures), "high": _ends(execution, high.figures)}
    sentence = sentences.FIXED_SHARES_ALIKE if ends["low"] == ends["high"] else sentences.FIXED_SHARES
    statement = sentence.format(
        **ends,
        low_sales=percent_of_nanos(low.cost_of_sales_fixed_share),
        low_expenses=percent_of_nanos(low.operating_expenses_fixed_share),
        high_sales=percent_of_nanos(high.cost_of_sales_fixed_share),
        high_expenses=percent_of_nanos(high.operating_expenses_fixed_share),
    )
    yield Finding(statement, _runway(position, high), Rule.ANY_DEFAULT)


def _runway(position: int, run: ComparisonRun) -> Figure:
    path = f"aggregated.comparison[{position}].figures"
    if run.figures is None:
        return Figure(path, 0, words=NOT_KNOWN)
    period = run.figures.first_default_period
    return Figure(f"{path}.months_of_runway", period, months=run.figures.months_of_runway)


def _ends(execution: Execution, figures: HeadlineFigures | None) -> str:
    """How a run ends, in words."""
    if figures is None:
        return sentences.NOT_KNOWN
    if figures.first_default_period:
        return sentences.RUN_DEFAULTS.format(period=figures.first_default_period)
    return sentences.RUN_HOLDS.format(months=execution.horizon_months)


def _covenants(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """The first event of default, after a cure that comes before it; where nothing fails the closest test."""
    lines, through = aggregated.covenants, aggregated.through_period
    breach, event = (first_failure(execution, rule) for rule in (Rule.COVENANT_BREACH, Rule.COVENANT_EVENT_OF_DEFAULT))
    if breach:
        is_event = event and (event.period, event.position) == (breach.period, breach.position)
        for failure in filter(None, (breach, None if is_event else event)):
            figure = Figure(f"aggregated.{failure.path}", failure.period, months=failure.period)
            statement = sentences.COVENANT_LACKS.format(**in_words(execution, failure))
            yield Finding(statement, figure, failure.rule)
        return
    tested = [(line.headroom_share, n) for n, line in enumerate(lines) if line.tests]
    if tested:
        _, position = min(tested)
        line = lines[position]
        has_share = is_defined(line.headroom_share)
        statement = sentences.COVENANTS_HOLD.format(
            covenant=line.covenant_id,
            month=month(execution, line.least_headroom_period),
            amount=money(execution, line.least_headroom or 0),
            of_tested=sentences.OF_TESTED.format(share=percent(line.headroom_share)) if has_share else "",
        )
        path = f"aggregated.covenants[{position}].least_headroom"
        yield Finding(
            statement, Figure(path, line.least_headroom_period, amount=line.least_headroom), Rule.COVENANT_BREACH
        )
    elif lines:
        statement = sentences.COVENANTS_NOT_TESTED.format(month=month(execution, through))
        yield Finding(
            statement, Figure("aggregated.covenants[0].least_headroom", 0, words=NOT_KNOWN), Rule.COVENANT_BREACH
        )


def _wall(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    """Where the horizon is reached and something falls due behind it."""
    wall = execution.metrics.wall
    if wall.total and not execution.metrics.first_default_period:
        statement = sentences.WALL.format(wall=money(execution, wall.total), liquidity=money(execution, wall.liquidity))
        figure = Figure("metrics.wall.total", execution.horizon_months, amount=wall.total)
        yield Finding(statement, figure, Rule.WALL_ABOVE_LIQUIDITY)


def _recovery(execution: Execution, aggregated: AggregatedReport) -> Iterator[Finding]:
    recovery = aggregated.recovery
    if recovery is None or not recovery.claims:
        return
    fulcrum = next((line.facility.facility_id for line in recovery.lines if line.is_fulcrum), None)
    statement = sentences.RECOVERY.format(
        month=month(execution, recovery.period),
        share=percent(recovery.share),
        fulcrum=sentences.FULCRUM.format(facility=fulcrum) if fulcrum else sentences.ALL_ARE_WHOLE,
    )
    figure = Figure("aggregated.recovery.share", recovery.period, ratio=recovery.share)
    yield Finding(statement, figure, Rule.LOSS_GIVEN_DEFAULT)


def _risk(aggregated: AggregatedReport) -> Finding:
    risk = aggregated.risk
    points = ", ".join(
        (sentences.POINTS_OF_QUESTION if part.is_known else sentences.QUESTION_NOT_KNOWN).format(
            question=words(part.question), points=part.points, most_points=part.most_points
        )
        for part in risk.parts
    )
    statement = sentences.RISK_IS.format(level=risk.level.value, score=risk.score, most=risk.most_score, points=points)
    return Finding(statement, Figure("aggregated.risk.level", 0, words=risk.level.value), _LEVEL_RULES[risk.level])


def _drivers(execution: Execution, aggregated: AggregatedReport) -> Finding:
    """The three causes that take the most cash."""
    bridge, through = aggregated.cash_bridge, aggregated.through_period
    steps = {name: getattr(bridge, name) for name in CashBridge._fields if name != "opening_cash"}
    largest = sorted(steps, key=lambda name: steps[name])[:3]
    outflows = ", ".join(
        sentences.OUTFLOW.format(step=_outflow(name), amount=money(execution, -steps[name]))
        for name in largest
        if steps[name] < 0
    )
    statement = sentences.CASH_GOES.format(
        opening=money(execution, bridge.opening_cash),
        closing=money(execution, bridge.closing_cash),
        month=month(execution, through),
        largest=sentences.LARGEST_OUTFLOWS.format(steps=outflows) if outflows else sentences.NO_OUTFLOW,
    )
    figure = Figure(f"aggregated.cash_bridge.{largest[0]}", through, amount=steps[largest[0]])
    return Finding(statement, figure, Rule.LARGEST_OUTFLOW)


def _outflow(step: str) -> str:
    """What a step that takes cash is called: EBITDA takes it where it is a loss."""
    return sentences.OPERATING_LOSS if step == "ebitda" else words(step)


def _after_default(execution: Execution, aggregated: AggregatedReport, posture: Posture) -> Iterator[Finding]:
    """What follows the default, last and labelled."""
    after = aggregated.after_default
    if after:
        peak, period = after.standstill_peak, after.standstill_peak_period
        sentence = sentences.WORKOUT if posture is Posture.WORKOUT else sentences.STANDSTILL
        statement = sentence.format(amount=money(execution, peak), month=month(execution, period))
        yield Finding(statement, Figure("metrics.standstill_peak", period, amount=peak), Rule.ANY_DEFAULT)
