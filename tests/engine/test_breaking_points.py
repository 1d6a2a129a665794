"""Breaking points: the search by itself, against brute force, and what cannot be searched for."""

from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from seawall.engine import Refused, execute
from seawall.engine.analyse import Subject, find_breaking_point
from seawall.engine.analysis.between import AssumptionWay, along, between
from seawall.engine.analysis.breaking_point import Point, PointState, Verdict, scanned, search, sections
from seawall.engine.analysis.conditions import condition
from seawall.engine.analysis.events import BreakingEvent, EventKind, Side, Threshold
from seawall.engine.inputs.scenario import Assumptions, Course, RateScope, Scenario
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.values.units import NANO
from tests.engine.brute_force import compare, flips, halfway, states
from tests.engine.carbo import carbo
from tests.engine.companies import DATASET
from tests.engine.scale import cases
from tests.engine.ways import conditions, ways

HOLDS, BREAKS = PointState.HOLDS, PointState.BREAKS
SEVERITIES = cases(quick=70, long=10_000)
COMPANIES = list(islice(ways(17), cases(quick=2, long=200)))
BASE = Scenario(DATASET, "base", horizon_months=12)


def breaking_where(broken):
    """What a search looks at: a point breaks where this says so."""
    return lambda steps: [Point(step, BREAKS if broken(step) else HOLDS) for step in steps]


@pytest.mark.parametrize("steps", [1, 2, 64, 65, 100, 10**9, 365])
def test_one_flip_anywhere_is_met_to_the_step(steps):
    rng = Random(steps)
    for threshold in {1, steps, *(rng.randint(1, steps) for _ in range(50))}:
        seen = search(steps, 65, breaking_where(lambda step, threshold=threshold: step >= threshold))
        assert (seen.before_it, seen.first_breaking) == (Point(threshold - 1, HOLDS), Point(threshold, BREAKS))
        assert seen.is_monotone
        assert seen.verdict is Verdict.BREAKS


def test_a_scan_has_both_ends_and_every_step_of_a_short_way():
    assert scanned(10, 65) == list(range(11))
    assert scanned(10**9, 65)[:2] + scanned(10**9, 65)[-1:] == [0, 15_625_000, 10**9]
    assert len(scanned(10**9, 65)) == 65
    assert sections(2, 6) == [3, 4, 5]
    assert len(sections(0, 10**6)) == 63


def test_every_flip_of_the_scan_is_told_and_the_first_one_is_cut():
    seen = search(6400, 65, breaking_where(lambda step: 250 <= step < 1234 or step >= 5000))
    assert [(flip.from_step, flip.to_step, flip.breaks) for flip in seen.flips] == [
        (200, 300, 1),
        (1200, 1300, 0),
        (4900, 5000, 1),
    ]
    assert not seen.is_monotone
    assert (seen.before_it, seen.first_breaking) == (Point(249, HOLDS), Point(250, BREAKS))


def test_where_nothing_or_the_base_breaks_nothing_is_cut():
    nothing = search(100, 65, breaking_where(lambda step: False))
    assert (nothing.verdict, nothing.first_breaking, nothing.before_it) == (Verdict.NOTHING_BREAKS, None, None)
    base = search(100, 65, breaking_where(lambda step: step < 50))
    assert (base.verdict, base.first_breaking, base.before_it) == (Verdict.BASE_BREAKS, Point(0, BREAKS), None)
    assert not base.is_monotone


def test_a_point_of_which_nobody_can_say_is_told_and_never_taken_for_one_that_holds():
    def look(steps):
        refused = PointState.REFUSED
        return [Point(step, BREAKS if step > 70 else refused if step > 40 else HOLDS, "too large") for step in steps]

    seen = search(100, 65, look)
    assert (seen.before_it, seen.first_breaking) == (
        Point(70, PointState.REFUSED, "too large"),
        Point(71, BREAKS, "too large"),
    )
    assert {point.state for point in seen.scan} == {HOLDS, PointState.REFUSED, BREAKS}
    assert len(seen.flips) == 1


@pytest.mark.parametrize("company", COMPANIES, ids=lambda way: way.subject.company.company_name)
def test_brute_force_agrees(company):
    """Every state and flip of the scan, and its ends executed: of all events that flip, and of one that does not."""
    subject, way = company
    steps = sorted({way.steps * n // SEVERITIES for n in range(SEVERITIES + 1)} | set(scanned(way.steps, 65)))
    events = [*conditions(subject), *halfway(subject, way)]
    seen = [dict(zip(steps, row, strict=True)) for row in states(subject, way, steps, events)]
    for event, at in zip(events, seen, strict=True):
        if flips(at) or event is events[0]:
            assert compare(subject, way, event, at).different == []


@pytest.mark.parametrize("company", COMPANIES, ids=lambda way: way.subject.company.company_name)
def test_both_ends_are_scenarios_with_their_executions(company):
    subject, way = company
    for event in [*conditions(subject), *halfway(subject, way)][-3:]:
        answer = find_breaking_point(subject, way, event, 65)
        for example, breaks in ((answer.first_breaking, True), (answer.last_holding, False)):
            if example:
                (header,) = subject.headers([example.scenario], event.needs_collateral)
                assert event.breaks(header) is breaks
                assert example.execution == execute(example.scenario, subject.company, subject.analysis_date)
        if answer.first_breaking:
            assert answer.point.binding
            assert answer.point.binding.period <= answer.point.horizon_months


@pytest.mark.parametrize("company", COMPANIES, ids=lambda way: way.subject.company.company_name)
def test_headers_along_a_way_are_those_of_its_scenarios(company):
    subject, way = company
    steps = scanned(way.steps, 10)
    for with_collateral in (False, True):
        along_it = subject.headers_along(way, steps, with_collateral)
        for step, header in zip(steps, along_it, strict=True):
            (alone,) = subject.headers([way.at(step)], with_collateral)
            assert getattr(alone, "faults", alone) == getattr(header, "faults", header)


def test_with_one_flip_a_finer_scan_gives_the_same_answer():
    subject = Subject(carbo(), carbo().as_of_date)
    way = along(BASE, AssumptionWay("revenue_change_factor", 0), "target")
    event = condition(BreakingEvent(EventKind.DEFAULT), subject.company, "event")
    coarse, fine = (find_breaking_point(subject, way, event, points) for points in (65, 129))
    assert coarse.first_breaking == fine.first_breaking
    assert coarse.last_holding == fine.last_holding
    assert coarse.point.is_monotone
    assert coarse.point.binding
    assert coarse.first_breaking
    assert coarse.last_holding
    # By hand: DESIGN has CARBO hold at 0.6 of its sales and default in month 12 at 0.3.
    factor = coarse.first_breaking.scenario.assumptions.revenue_change_factor[0]
    assert 3 * NANO // 10 < factor < 6 * NANO // 10
    assert coarse.last_holding.scenario.assumptions.revenue_change_factor[0] == factor + 1
    assert coarse.point.binding.period == 12
    assert coarse.first_breaking.execution.metrics.first_default_period == 12
    assert coarse.last_holding.execution.metrics.first_default_period == 0


def test_each_assumption_moves_on_its_own_grid():
    template = TEMPLATES["severe"]
    way = between(BASE, template.assumptions, template.course, "target")
    assert way.steps == 35 * NANO // 100
    half = way.at(way.steps // 2)
    assert half.assumptions.revenue_change_factor == (NANO - way.steps // 2,)
    assert half.assumptions.collection_period_extension_days == (12 * NANO,)  # half of 25 days, to the even day
    assert half.assumptions.payment_period_reduction_days == (8 * NANO,)  # half of 15
    assert half.course == template.course
    assert way.at(0) == BASE
    assert way.at(way.steps).assumptions == template.assumptions
    assert half.name == "base, severity 0.5"


def test_days_that_are_no_whole_days_move_in_nanos():
    way = along(BASE, AssumptionWay("collection_period_extension_days", 15 * NANO // 2), "target")
    assert way.steps == 15 * NANO // 2
    assert along(BASE, AssumptionWay("collection_period_extension_days", -30 * NANO), "target").steps == 30


def faults(work):
    with pytest.raises(Refused) as refused:
        work()
    return {(fault.field, fault.reason.name) for fault in refused.value.faults}


STRESSED = replace(BASE, assumptions=Assumptions(revenue_change_factor=(NANO // 2,)), course=Course(onset_months=1))
WAYS = [
    (lambda: between(BASE, Assumptions(), None, "target"), {("target", "CONFLICT")}),
    (
        lambda: between(STRESSED, Assumptions(cost_change_factor=(2 * NANO,)), Course(), "target"),
        {("target.course", "CONFLICT")},
    ),
    (
        lambda: between(
            replace(BASE, assumptions=Assumptions(interest_rate_change_factor=(2 * NANO,))),
            Assumptions(interest_rate_change_factor=(3 * NANO,), interest_rate_scope=RateScope.ALL),
            None,
            "target",
        ),
        {("target.assumptions.interest_rate_scope", "CONFLICT")},
    ),
    (
        lambda: between(BASE, Assumptions(revenue_change_factor=tuple(range(13))), None, "target"),
        {("target.assumptions.revenue_change_factor", "WRONG_LENGTH")},
    ),
    (lambda: along(BASE, AssumptionWay("sales", 0), "target.way"), {("target.way.assumption", "UNKNOWN_REFERENCE")}),
    (
        lambda: along(BASE, AssumptionWay("liquidity_shock_factor", 2 * NANO, -1), "target.way"),
        {("target.way.to_value", "OUT_OF_RANGE"), ("target.way.from_value", "OUT_OF_RANGE")},
    ),
    (lambda: along(BASE, AssumptionWay("refinanced_share", 0), "target.way"), {("target.way.to_value", "CONFLICT")}),
    (
        lambda: along(
            replace(BASE, assumptions=Assumptions(revenue_change_factor=(1, 2))),
            AssumptionWay("revenue_change_factor", 0),
            "target.way",
        ),
        {("target.way.from_value", "REQUIRED")},
    ),
]


@pytest.mark.parametrize(("work", "expected"), WAYS)
def test_a_way_that_leads_nowhere_is_refused(work, expected):
    assert faults(work) == expected


def threshold(figure="totals.ebitda_minor", **limit):
    return BreakingEvent(EventKind.THRESHOLD, threshold=Threshold(figure, Side.BELOW, **limit))


OF_CARBO = [
    (BreakingEvent(EventKind.COVENANT_BREACH), {("event.kind", "CONFLICT")}),
    (BreakingEvent(EventKind.LOAN_TO_VALUE_ABOVE_ONE), {("event.kind", "CONFLICT")}),
    (threshold("totals.sales"), {("event.threshold.figure", "UNKNOWN_REFERENCE")}),
    (threshold("recovery.owners_minor"), {("event.threshold.figure", "UNKNOWN_REFERENCE")}),
    (threshold(), {("event.threshold.amount_minor", "REQUIRED")}),
    (threshold(ratio=1), {("event.threshold.ratio", "CONFLICT")}),
    (threshold("months_of_runway", amount=1), {("event.threshold.amount_minor", "CONFLICT")}),
]


@pytest.mark.parametrize(("event", "expected"), OF_CARBO)
def test_an_event_that_the_company_cannot_have_is_refused(event, expected):
    assert faults(lambda: condition(event, carbo(), "event")) == expected


def test_an_event_takes_the_details_of_its_kind_only():
    assert faults(lambda: BreakingEvent(EventKind.DEFAULT, minimum_liquidity=1, covenant_id="a")) == {
        ("minimum_liquidity", "CONFLICT"),
        ("covenant_id", "CONFLICT"),
    }
    assert faults(lambda: BreakingEvent(EventKind.THRESHOLD)) == {("threshold", "REQUIRED")}


def test_a_minimum_has_to_be_known():
    company = replace(carbo(), minimum_cash=0)
    event = BreakingEvent(EventKind.LIQUIDITY_BELOW_MINIMUM)
    assert faults(lambda: condition(event, company, "event")) == {("event.minimum_liquidity_minor", "REQUIRED")}
    assert condition(replace(event, minimum_liquidity=5), company, "event").minimum_liquidity == 5
